//! What strangers see: the public page of promises shows its allowed pieces and nothing else; and where the house speaks
//! in neutral words, no page of its initiatives speaks of brands or of a leading group.

use super::{World, package};
use crate::pages::Pages;
use excellence::standing_rule::{self, Draft, PackChange};
use excellence::{brand, practice};
use kernel::bi;
use testkit::{TestDb, on_both};

/// The pieces of text of a page's main part, in order.
fn pieces(body: &str) -> Vec<String> {
    let main = body.split("<main").nth(1).and_then(|m| m.split("</main>").next()).unwrap_or_default();
    let texts = main.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text.trim());
    texts.filter(|t| !t.is_empty()).map(str::to_owned).collect()
}

/// A page without the reasons why a deed is not open: refusals keep the words of the rules that they come from.
fn without_refusals(body: &str) -> String {
    let mut parts = body.split("<ul class=\"cannot\">");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |kept, part| kept + part.split_once("</ul>").map_or("", |(_, rest)| rest))
}

on_both! {
    async fn the_public_page_shows_promise_achieved_value_cases_and_period_and_nothing_else(t: TestDb) {
        let w = World::open(&t).await;
        w.chartered().await;
        w.work(2027, 1..=6, [19, 14, 15, 13], 20).await;
        let mut tx = w.at(2027, 7, 2).await;
        // A brand whose people are graded and helped, and one that is not for the public.
        let grade = brand::Grade {
            unit: w.units[3],
            mechanism: "M9".into(),
            grade: "poor".into(),
            evidence: "papers were lost".into(),
            view: String::new(),
        };
        brand::grade(&mut tx, &w.secretary, &grade).await.expect("graded");
        w.finish(tx).await;
        w.fold().await;
        let pages = Pages::of(&w.b).await;
        let page = pages.public("/promises?lang=en").await;
        let told = pieces(&page.body);
        let allowed = [
            "Service promises",
            "Every deficiency is told once, completely",
            "Promised by",
            "Beilun Branch · Told once",
            "Promised to",
            "declarants",
            "Achieved",
            "95.0\u{a0}%",
            "[76.4\u{a0}%; 99.1\u{a0}%] · of 20 cases · 2027-06",
            "target 95.0\u{a0}% · kept",
            "Formula",
        ];
        for piece in allowed {
            assert!(told.iter().any(|p| p == piece), "{piece} is not among {told:?}");
        }
        // What is left is the page's own sentences and the indicator's definition, which hold for every unit.
        let d = w.c.newest("SV03").expect("a definition");
        let fixed = [format!("{}: {}", d.name_en, d.says_en), web::look::t(web::look::Lang::En, "promises-lede"), web::look::t(web::look::Lang::En, "promises-note")];
        let left: Vec<&String> = told.iter().filter(|p| !allowed.contains(&p.as_str()) && !fixed.contains(p)).collect();
        assert!(left.is_empty(), "not allowed on a public page: {left:?}");
    }

    async fn in_neutral_words_no_page_of_an_initiative_speaks_of_brands(t: TestDb) {
        let w = World::open(&t).await;
        let id = w.passed().await;
        let mut tx = w.at(2027, 7, 13).await;
        let p = practice::package(&mut tx, &w.secretary, id, &package()).await.expect("a practice");
        practice::offer(&mut tx, &w.secretary, p).await.expect("offered");
        for o in practice::offers(&mut tx, p).await.expect("offers") {
            let unit = w.units.iter().position(|u| *u == o.unit).expect("a branch");
            // One stays as it was: beside it the effect in the others is told.
            let (answer, reason) = if unit == 3 { ("decline", "no window of its own") } else { ("adopt", "") };
            practice::answer(&mut tx, &w.head(unit), o.id, answer, reason).await.expect("answered");
        }
        w.finish(tx).await;
        w.work(2027, 7..=12, [19, 19, 18, 13], 20).await;
        let mut tx = w.at(2028, 1, 12).await;
        let draft = Draft {
            title: bi("一次告知规定", "Rule on telling once"),
            body: "Every deficiency is told at once.".into(),
            change: vec![PackChange::Number { key: "notice.working_days".into(), value: 3, unit: "working_day".into() }],
        };
        standing_rule::draft(&mut tx, &w.c, &w.secretary, id, &draft).await.expect("drafted");
        w.finish(tx).await;
        w.fold().await;
        let pages = Pages::of(&w.b).await;
        pages.logins(&[&w.auditor]).await;
        let one = format!("/brands/{id}");
        web::look::speak_neutrally(true);
        for place in ["/brands", "/brands/balance", &one, &format!("{one}/caf"), "/tour", "/challenges", "/promises"] {
            for (lang, words) in [("en", &["brand", "leading group"][..]), ("zh-CN", &["品牌", "领导小组"][..])] {
                let shown = pages.open(&w.auditor, &format!("{place}?lang={lang}")).await;
                for piece in pieces(&without_refusals(&shown.body)) {
                    let found = words.iter().find(|word| piece.to_lowercase().contains(*word));
                    assert!(found.is_none(), "{found:?} on {place} in {lang}: {piece}");
                }
            }
        }
        web::look::speak_neutrally(false);
    }
}
