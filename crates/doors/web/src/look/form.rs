//! Forms and filters: posting with a token and an idempotency key, drafts that outlive a dead signal, filters in the URL.
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::field::{Field, field};
use super::lang::{Lang, t, t_args};
use super::mark::{Sign, sign};
use super::shell::csrf_field;

/// A posting form.
#[derive(Debug, Clone, Default)]
pub struct Form<'a> {
    /// Language.
    pub lang: Lang,
    /// Element id.
    pub id: &'a str,
    /// Where it posts.
    pub action: &'a str,
    /// Token against forged requests.
    pub csrf: Option<&'a str>,
    /// Key that makes a repeated post harmless; new for each form shown, the same when it is sent again.
    pub idempotency_key: &'a str,
    /// Keeps a draft on the device under this key ("inspection/0193…") until the server has signed.
    pub draft: Option<&'a str>,
    /// Fields lie in a grid instead of one below the other.
    pub grid: bool,
    /// Carries files.
    pub files: bool,
}

/// Draws the form around `body` (fields and buttons). While it is sent the button says so and cannot be pressed twice.
pub fn form(f: &Form<'_>, body: Markup) -> Markup {
    let encoding = f.files.then_some("multipart/form-data");
    html! {
        form class={ "form" @if f.grid { " grid" } } id=(f.id) method="post" action=(f.action) enctype=[encoding]
            data-draft=[f.draft] data-progress novalidate {
            (csrf_field(f.csrf))
            @if !f.idempotency_key.is_empty() { input type="hidden" name="_key" value=(f.idempotency_key); }
            @if f.draft.is_some() {
                div class="draft-line needs-js" data-draft-line data-state="clean" role="status" {
                    (sign(Sign::Ring)) span { (t(f.lang, "draft-clean")) }
                }
            }
            (body)
        }
    }
}

/// Sent by the draft keeper with each post.
pub const DRAFT_HEADER: HeaderName = HeaderName::from_static("guomen-draft");
/// The server's word that the record is signed: only this lets the device forget its draft.
pub const SIGNED_HEADER: HeaderName = HeaderName::from_static("guomen-signed");

/// The answer to a post that ended in a signed record: the draft keeper gets the record's id and its page,
/// a plain browser is sent there (303).
pub fn signed_answer(request: &HeaderMap, record: &str, location: &str) -> Response {
    let (Ok(record), Ok(place)) = (HeaderValue::from_str(record), HeaderValue::from_str(location)) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if request.contains_key(DRAFT_HEADER) {
        (StatusCode::OK, [(SIGNED_HEADER, record), (header::CONTENT_LOCATION, place)]).into_response()
    } else {
        (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response()
    }
}

/// A filter in force, with the address without it.
#[derive(Debug, Clone, Default)]
pub struct Chosen<'a> {
    /// "查验口岸：洋山".
    pub label: &'a str,
    /// The list without this filter.
    pub without: &'a str,
}

/// Filters above a list; all of them in the URL.
#[derive(Debug, Clone, Default)]
pub struct FilterBar<'a> {
    /// Language.
    pub lang: Lang,
    /// Address of the list.
    pub action: &'a str,
    /// Fields; their names are query parameters.
    pub fields: Vec<Field<'a>>,
    /// Filters in force.
    pub chosen: Vec<Chosen<'a>>,
    /// Rows found, where counting is cheap.
    pub found: Option<u64>,
}

/// Draws the filters and what is in force.
pub fn filter_bar(bar: &FilterBar<'_>) -> Markup {
    let lang = bar.lang;
    let said = bar.found.map(super::format::count);
    html! {
        search class="filters" aria-label=(t(lang, "filters")) {
            form method="get" action=(bar.action) {
                @for one in &bar.fields { (field(one)) }
                button class="button second" type="submit" { (t(lang, "filter")) }
            }
        }
        div class="chosen" {
            @for one in &bar.chosen {
                a href=(one.without) { (one.label) (sign(Sign::Cross)) span class="unseen" { (t(lang, "filter-remove")) } }
            }
            @if !bar.chosen.is_empty() { a class="clear" href=(bar.action) { (t(lang, "filter-clear")) } }
            @if let Some(n) = said { span class="found" role="status" { (t_args(lang, "filter-found", &[("n", n.into())])) } }
        }
    }
}

/// A group of things found by the palette.
#[derive(Debug, Clone, Default)]
pub struct Found<'a> {
    /// Kind: consignments, lots, plants, officers, rules, pages.
    pub title: &'a str,
    /// Name, what it is, address.
    pub hits: Vec<(&'a str, &'a str, &'a str)>,
}

/// The answer to `/palette?q=`: a fragment for the palette, and the body of a plain page without JavaScript.
pub fn palette_results(lang: Lang, groups: &[Found<'_>]) -> Markup {
    html! {
        div class="palette-out" {
            @if groups.iter().all(|group| group.hits.is_empty()) { p { (t(lang, "find-none")) } }
            @for group in groups.iter().filter(|group| !group.hits.is_empty()) {
                section {
                    h3 { (group.title) }
                    @for (name, more, href) in &group.hits { a href=(href) { span { (name) } span class="more" { (more) } } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_draft_keeper_is_told_that_the_record_is_signed() {
        let mut headers = HeaderMap::new();
        let plain = signed_answer(&headers, "0193", "/inspections/0193");
        assert_eq!(plain.status(), StatusCode::SEE_OTHER);
        assert!(!plain.headers().contains_key(SIGNED_HEADER));
        headers.insert(DRAFT_HEADER, HeaderValue::from_static("1"));
        let kept = signed_answer(&headers, "0193", "/inspections/0193");
        assert_eq!(kept.status(), StatusCode::OK);
        assert_eq!(kept.headers()[SIGNED_HEADER], "0193");
        assert_eq!(kept.headers()[header::CONTENT_LOCATION], "/inspections/0193");
    }
}
