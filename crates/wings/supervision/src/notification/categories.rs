//! The categories of notices: which goods a product category can mean, and what a hazard is called here.

use kernel::{Bilingual, bi};
use serde::Deserialize;
use std::sync::LazyLock;

#[derive(Deserialize)]
struct Book {
    product: Vec<Product>,
    hazard: Vec<Hazard>,
}

#[derive(Deserialize)]
struct Product {
    name: String,
    zh: String,
    hs: Vec<String>,
}

#[derive(Deserialize)]
struct Hazard {
    name: String,
    zh: String,
}

static BOOK: LazyLock<Book> = LazyLock::new(|| {
    // The text ships with the program and a test reads it, so an empty book never serves.
    toml::from_str(include_str!("categories.toml")).unwrap_or(Book { product: vec![], hazard: vec![] })
});

fn product_of(category: &str) -> Option<&'static Product> {
    let text = category.to_lowercase();
    // The longest name that fits is the most telling one: "poultry meat" before "meat".
    BOOK.product.iter().filter(|p| text.contains(&p.name)).max_by_key(|p| p.name.len())
}

/// HS prefixes that a product category can mean; `None` for a category that is not known here.
pub(super) fn hs_of(category: &str) -> Option<&'static [String]> {
    product_of(category).map(|p| p.hs.as_slice())
}

/// What a product category is called in Chinese, when it is known here.
pub(super) fn product_zh(category: &str) -> Option<&'static str> {
    product_of(category).map(|p| p.zh.as_str())
}

/// What a hazard category is called in Chinese, when it is known here.
pub(super) fn hazard_zh(category: &str) -> Option<&'static str> {
    let text = category.to_lowercase();
    BOOK.hazard.iter().filter(|h| text.contains(&h.name)).max_by_key(|h| h.name.len()).map(|h| h.zh.as_str())
}

/// The name of a hazard category in both languages, as far as it is known here.
pub fn hazard_name(category: &str) -> Bilingual {
    bi(hazard_zh(category).unwrap_or(category), category)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_are_read_in_either_spelling() {
        assert_eq!(hs_of("Crustaceans and products thereof"), hs_of("crustaceans and products thereof"));
        assert_eq!(product_zh("Poultry meat and poultry meat products"), Some("禽肉"));
        assert_eq!(product_zh("Meat and meat products (other than poultry)"), Some("肉及肉制品"));
        assert_eq!(hs_of("no such thing"), None);
        assert_eq!(hazard_zh("Residues of veterinary medicinal products"), Some("兽药残留"));
    }
}
