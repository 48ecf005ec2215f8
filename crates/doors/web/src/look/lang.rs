//! Languages: every word on a page comes from `locales/`, in Chinese and in English, or it does not compile green.
use std::borrow::Cow;
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
pub use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, langid, static_loader};

static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "zh-CN",
        // Isolation marks would show as stray characters in copied case numbers.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static ZH_CN: LanguageIdentifier = langid!("zh-CN");
static EN: LanguageIdentifier = langid!("en");
const COOKIE: &str = "lang";

/// The language of a page. Chinese is the language of record and the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// Simplified Chinese.
    #[default]
    ZhCn,
    /// English.
    En,
}

impl Lang {
    /// Both languages, in the order of the switch.
    pub const ALL: [Lang; 2] = [Lang::ZhCn, Lang::En];

    /// BCP 47 tag for the `lang` attribute and the cookie.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::ZhCn => "zh-CN",
            Lang::En => "en",
        }
    }

    /// The language's own name, as it stands in the switch.
    pub fn own_name(self) -> &'static str {
        match self {
            Lang::ZhCn => "中文",
            Lang::En => "English",
        }
    }

    /// Reads a tag such as `zh`, `zh-CN`, `en-GB`; anything else is `None`.
    pub fn from_tag(tag: &str) -> Option<Lang> {
        let tag = tag.trim().to_ascii_lowercase();
        match tag.split(['-', '_', ';']).next() {
            Some("zh") => Some(Lang::ZhCn),
            Some("en") => Some(Lang::En),
            _ => None,
        }
    }

    /// The language asked for: `lang=` in the URL, else the cookie, else Accept-Language, else Chinese.
    pub fn negotiate(query: Option<&str>, cookies: Option<&str>, accept: Option<&str>) -> Lang {
        let in_query = query.and_then(lang_in_query);
        let in_cookie = || {
            let pairs = cookies?.split(';').filter_map(|pair| pair.trim().split_once('='));
            pairs.filter(|(name, _)| *name == COOKIE).find_map(|(_, value)| Lang::from_tag(value))
        };
        let accepted = || accept?.split(',').find_map(Lang::from_tag);
        in_query.or_else(in_cookie).or_else(accepted).unwrap_or_default()
    }

    /// Picks one of two values that already exist in both languages (names kept in records).
    pub fn pick<T>(self, zh: T, en: T) -> T {
        match self {
            Lang::ZhCn => zh,
            Lang::En => en,
        }
    }

    fn id(self) -> &'static LanguageIdentifier {
        match self {
            Lang::ZhCn => &ZH_CN,
            Lang::En => &EN,
        }
    }
}

fn lang_in_query(query: &str) -> Option<Lang> {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).and_then(|(_, value)| Lang::from_tag(value))
}

impl<S: Sync> FromRequestParts<S> for Lang {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let text = |name| parts.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        Ok(Lang::negotiate(parts.uri.query(), text(header::COOKIE), text(header::ACCEPT_LANGUAGE)))
    }
}

/// Middleware: a page opened with `?lang=en` keeps that language for a year.
pub async fn remember_lang(request: Request, next: Next) -> Response {
    let chosen = request.uri().query().and_then(lang_in_query);
    let mut response = next.run(request).await;
    if let Some(lang) = chosen {
        let cookie = format!("{COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax", lang.tag());
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    response
}

/// The same URL (path and query, filters included) in another language.
pub fn in_lang(url: &str, lang: Lang) -> String {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let kept = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("lang="));
    let mut pairs: Vec<&str> = kept.collect();
    let own = format!("lang={}", lang.tag());
    pairs.push(&own);
    format!("{path}?{}", pairs.join("&"))
}

/// Whether the installation speaks in neutral words, for bureaus of countries that have no "brands" of units.
static NEUTRAL: AtomicBool = AtomicBool::new(false);

/// Chooses the neutral label set ("excellence initiative" for "brand") for this installation, or the bureau's own words.
pub fn speak_neutrally(on: bool) {
    NEUTRAL.store(on, Ordering::Relaxed);
}

/// The neutral word for a key, where the installation speaks so and there is one.
fn neutral(lang: Lang, key: &str) -> Option<String> {
    if !NEUTRAL.load(Ordering::Relaxed) {
        return None;
    }
    LOCALES.try_lookup(lang.id(), &format!("neutral-{key}"))
}

/// The word or sentence `key` in `lang`. A key that does not exist shows itself, so that it is seen and mended;
/// a test reads every literal key in the sources and fails first.
pub fn t(lang: Lang, key: &str) -> String {
    neutral(lang, key).or_else(|| LOCALES.try_lookup(lang.id(), key)).unwrap_or_else(|| key.to_owned())
}

/// As [`t`], with values: `t_args(lang, "filter-found", &[("n", 12.into())])`. Numbers choose the plural form;
/// pass a string from [`super::format`] where the figure should be grouped.
pub fn t_args(lang: Lang, key: &str, args: &[(&'static str, FluentValue<'_>)]) -> String {
    let args: HashMap<Cow<'static, str>, FluentValue<'_>> =
        args.iter().map(|(name, value)| (Cow::Borrowed(*name), value.clone())).collect();
    let of = |key: &str| LOCALES.try_lookup_with_args(lang.id(), key, &args);
    let neutral = if NEUTRAL.load(Ordering::Relaxed) { of(&format!("neutral-{key}")) } else { None };
    neutral.or_else(|| of(key)).unwrap_or_else(|| key.to_owned())
}
