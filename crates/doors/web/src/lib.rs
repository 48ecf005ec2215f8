//! The pages of the product: what an officer, a trader or a buyer abroad sees in a browser.
pub mod look;
