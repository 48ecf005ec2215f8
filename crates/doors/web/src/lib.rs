//! The pages of the product: what an officer, a trader or a buyer abroad sees in a browser.
pub mod answer;
pub mod guard;
pub mod look;
pub mod outside;
mod pages;
mod paper;
pub mod route;
pub mod server;
pub mod session;

pub use outside::Outside;
pub use server::{Settings, Web, route_table, router};
