//! Rules of the repository that need no database.
