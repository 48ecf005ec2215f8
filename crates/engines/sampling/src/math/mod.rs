//! The few special functions the engine needs, in double precision and without dependencies.

pub(crate) mod discrete;
pub(crate) mod normal;
pub(crate) mod search;
pub(crate) mod student;
