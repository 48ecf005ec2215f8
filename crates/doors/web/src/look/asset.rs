//! Style sheet, scripts and mark: embedded in the binary, served under their content hash, cached for ever.
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

/// Where [`serve_asset`] is mounted.
pub const ASSET_ROUTE: &str = "/assets/{stamp}/{name}";

/// The policy the pages keep: no inline script or style, nothing from elsewhere.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; \
     base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

const CSS: &str = concat!(
    include_str!("../../assets/css/10-tokens.css"),
    include_str!("../../assets/css/20-base.css"),
    include_str!("../../assets/css/30-frame.css"),
    include_str!("../../assets/css/40-parts.css"),
    include_str!("../../assets/css/45-chart.css"),
    include_str!("../../assets/css/50-record.css"),
    include_str!("../../assets/css/55-registry.css"),
    include_str!("../../assets/css/57-risk.css"),
    include_str!("../../assets/css/56-lineage.css"),
    include_str!("../../assets/css/60-table.css"),
    include_str!("../../assets/css/70-form.css"),
    include_str!("../../assets/css/90-print.css"),
);

const JS: &str = concat!(
    include_str!("../../assets/js/10-theme.js"),
    include_str!("../../assets/js/20-dialogs.js"),
    include_str!("../../assets/js/30-palette.js"),
    include_str!("../../assets/js/40-lists.js"),
    include_str!("../../assets/js/50-drafts.js"),
    include_str!("../../assets/js/60-lineage.js"),
);

#[derive(rust_embed::Embed)]
#[folder = "assets"]
#[include = "*.svg"]
struct Pictures;

#[derive(rust_embed::Embed)]
#[folder = "../../../node_modules/htmx.org/dist"]
#[include = "htmx.min.js"]
struct Htmx;

struct Asset {
    body: Cow<'static, [u8]>,
    stamp: String,
    mime: &'static str,
}

static ASSETS: LazyLock<BTreeMap<String, Asset>> = LazyLock::new(|| {
    let mut all = BTreeMap::new();
    let mut add = |name: &str, mime, body: Cow<'static, [u8]>| {
        let stamp = hex::encode(&Sha256::digest(&body)[..8]);
        all.insert(name.to_owned(), Asset { body, stamp, mime });
    };
    add("guomen.css", "text/css; charset=utf-8", Cow::Borrowed(CSS.as_bytes()));
    add("guomen.js", "text/javascript; charset=utf-8", Cow::Borrowed(JS.as_bytes()));
    for name in Pictures::iter() {
        if let Some(file) = Pictures::get(&name) {
            add(&name, "image/svg+xml", file.data);
        }
    }
    if let Some(file) = Htmx::get("htmx.min.js") {
        add("htmx.js", "text/javascript; charset=utf-8", file.data);
    }
    all
});

/// The address of an asset (`guomen.css`, `guomen.js`, `htmx.js`, `mark.svg`) with its content hash in it.
/// A name that does not exist gives an address that answers 404.
pub fn asset_url(name: &str) -> String {
    let stamp = ASSETS.get(name).map_or("none", |asset| asset.stamp.as_str());
    format!("/assets/{stamp}/{name}")
}

/// Every asset by name with its bytes, for static copies of pages.
pub fn all_assets() -> impl Iterator<Item = (&'static str, &'static [u8])> {
    ASSETS.iter().map(|(name, asset)| (name.as_str(), asset.body.as_ref()))
}

/// Serves an asset. Under its own hash it never changes; under an old hash (a page from before an upgrade)
/// the present content is given and must be asked for again.
pub async fn serve_asset(Path((stamp, name)): Path<(String, String)>) -> Response {
    let Some(asset) = ASSETS.get(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let cache = if stamp == asset.stamp { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(asset.mime)),
        (header::CACHE_CONTROL, HeaderValue::from_static(cache)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, asset.body.clone()).into_response()
}
