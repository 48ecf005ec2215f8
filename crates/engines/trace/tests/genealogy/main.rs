//! The genealogy beside plain versions of it, on random records with cycles and links to oneself.
mod balance;
mod frontier;
mod lots;
mod paths;
mod reach;
mod save;
