//! What a notice must say, whose goods it is about, and how sure one may be of a lot: from values alone.

use super::{Notice, categories};
use kernel::{Bilingual, Date, Refusal, Result, bi};

/// How our own country is named in notices.
const OWN: [&str; 4] = ["china", "cn", "chn", "china (people's republic of)"];
/// Sources that are registered.
const SOURCES: [&str; 5] = ["rasff", "fda", "partner", "citizen", "authority"];
/// Longest free text.
const MAX_TEXT: usize = 2000;

/// Whether the notice is about our own country's goods.
pub(super) fn own(notice: &Notice) -> bool {
    notice.origin.iter().any(|o| OWN.contains(&o.to_lowercase().as_str()))
}

/// Checks what a notice says; one refusal names every gap.
pub(super) fn check(n: &Notice, today: Date) -> Result<Date> {
    let what = bi("通报内容不完整", "the notification is incomplete");
    let mut no = Refusal::new("notification.incomplete", what);
    if !SOURCES.contains(&n.source.as_str()) {
        no = no.missing(
            "source",
            &n.source,
            bi("rasff、fda、partner、citizen 或 authority", "rasff, fda, partner, citizen or authority"),
        );
    }
    let texts = [
        ("reference", &n.reference, true),
        ("product", &n.product, true),
        ("notifier", &n.notifier, n.source == "authority"),
        ("hazard", &n.hazard, false),
        ("category", &n.category, false),
    ];
    for (field, value, needed) in texts {
        if needed && value.trim().is_empty() {
            no = no.missing(field, "", bi("必填", "it is needed"));
        }
        if value.chars().count() > MAX_TEXT || value.chars().any(|c| c.is_control() && !c.is_whitespace()) {
            no = no.missing(
                field,
                value,
                bi("不超过 2000 字，不得含控制字符", "at most 2,000 characters, no control characters"),
            );
        }
    }
    if let Some(market) =
        n.market.as_deref().filter(|m| m.len() != 2 || !m.bytes().all(|b| b.is_ascii_uppercase()))
    {
        no = no.missing("market", market, bi("两位国家代码", "a two-letter country code"));
    }
    match n.day() {
        Some(day) if day <= today => {}
        Some(day) => no = no.missing("notified_on", day, bi("不得晚于今日", "it cannot be later than today")),
        None => {
            no = no.missing(
                "notified_on",
                &n.notified_on,
                bi("日期，如 2026-11-24", "a date such as 2026-11-24"),
            )
        }
    }
    match n.day() {
        Some(day) if no.missing.is_empty() => Ok(day),
        _ => Err(no.into()),
    }
}

/// A lot that left the bureau within the window, as far as matching needs it.
pub(super) struct Shipped {
    pub(super) hs: String,
    /// Names of its product in both languages.
    pub(super) product: String,
    pub(super) port: String,
    pub(super) plant_known: bool,
    pub(super) left_on: Date,
}

/// How well a shipped lot fits a notice, 0 when it cannot be it; and why.
///
/// The weight is the product of four likelihoods: the goods (by HS chapter of the category, and by words of the
/// product), the plant, the route, and the time from export to notice, which falls off exponentially around the
/// usual transit time. The shares of these weights, with a weight of one for "none of these", are the confidences.
pub(super) fn weight(n: &Notice, notified: Date, s: &Shipped, transit_days: i64) -> (f64, Vec<Bilingual>) {
    let mut reasons = Vec::new();
    let goods = goods_weight(n, s, &mut reasons);
    if goods == 0.0 {
        return (0.0, reasons);
    }
    let plant = if s.plant_known {
        reasons.push(bi("通报所列企业", "of the plant that the notice names"));
        8.0
    } else {
        1.0
    };
    let route = match n.port.as_deref() {
        Some(port) if port == s.port => {
            reasons.push(bi(format!("经 {port} 出境"), format!("left by {port}")));
            3.0
        }
        Some(_) => 0.3,
        None => 1.0,
    };
    let days = i64::from(s.left_on.until(notified).map_or(0, |span| span.get_days()));
    reasons.push(bi(format!("出境至通报 {days} 天"), format!("{days} days from export to notice")));
    #[expect(clippy::cast_precision_loss, reason = "days of a window are small numbers")]
    let late = ((days - transit_days).abs() as f64) / (transit_days.max(1) as f64);
    (goods * plant * route * (-late).exp(), reasons)
}

fn goods_weight(n: &Notice, s: &Shipped, reasons: &mut Vec<Bilingual>) -> f64 {
    let chapters = categories::hs_of(&n.category);
    let fits = chapters.is_none_or(|c| c.is_empty() || c.iter().any(|p| s.hs.starts_with(p.as_str())));
    if !fits {
        return 0.0;
    }
    if let Some(zh) = categories::product_zh(&n.category).filter(|_| chapters.is_some_and(|c| !c.is_empty()))
    {
        reasons.push(bi(format!("HS {} 属于{zh}", s.hs), format!("HS {} falls under {}", s.hs, n.category)));
    }
    let said: Vec<String> = words(&n.product);
    let named = words(&s.product).iter().filter(|w| said.contains(w)).count();
    if named > 0 {
        reasons.push(bi(format!("品名相符 {named} 词"), format!("{named} words of the product agree")));
        return 4.0 * f64::from(u32::try_from(named).unwrap_or(1));
    }
    if chapters.is_some_and(|c| !c.is_empty()) { 1.0 } else { 0.2 }
}

/// The words of a product name, in small letters, without endings of the plural.
fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|w| w.chars().count() > 1);
    let mut words: Vec<String> = parts.map(|w| w.to_lowercase().trim_end_matches('s').to_owned()).collect();
    words.sort();
    words.dedup();
    words
}

/// Weights as confidences in parts per million, with one weight for "none of these"; the sum stays below a million.
pub(super) fn confidences(weights: &[f64]) -> Vec<i64> {
    let sum: f64 = 1.0 + weights.iter().sum::<f64>();
    #[expect(clippy::cast_possible_truncation, reason = "a share of a million")]
    weights.iter().map(|w| (w / sum * 1e6).floor() as i64).collect()
}

/// The request to the authority for what is lacking, in both languages, to be looked over and sent.
pub(super) fn request(n: &Notice, no: &str) -> Bilingual {
    let hazard = categories::hazard_zh(&n.hazard_category).unwrap_or(n.hazard_category.as_str());
    let lacking = match n.lot_no.as_deref().filter(|l| !l.is_empty()) {
        Some(lot) => bi(
            format!("贵方通报所列批号 {lot} 不在本局记录中"),
            format!("the lot number {lot} that it names is not in our records"),
        ),
        None => bi("贵方通报未列明批号", "it names no lot number"),
    };
    bi(
        format!(
            "关于第 {} 号通报（{}，{}）：{}，本局无法确定所涉批次。请告知批号、生产企业注册编号、卫生证书编号、到货日期及口岸、样品检测方法与结果。本局登记号 {no}。",
            n.reference, n.product, hazard, lacking.zh
        ),
        format!(
            "Re your notification {} ({}; {}): {}, so that the lots cannot be determined. Please tell us the lot number, the registration number of the establishment, the number of the health certificate, date and port of arrival, and the method and result of the analysis. Our reference: {no}.",
            n.reference, n.product, n.hazard, lacking.en
        ),
    )
}
