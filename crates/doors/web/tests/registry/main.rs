//! The rooms of the registry and of the installation over the real router: what they show, to whom, what they
//! refuse, and that every deed leaves its fact.

mod accounts;
mod find;
mod house;
mod ledger;
mod people;
mod risk;
mod rooms;
mod rules;
mod supply;
