//! The pages over the real router: what they show, to whom, what they refuse, and that every deed leaves its fact.

mod accounts;
mod certificates;
mod declaration;
mod examination;
mod find;
mod house;
mod identity;
mod ledger;
mod pages;
mod people;
mod risk;
mod rooms;
mod rules;
mod supply;
mod trace;
