//! Proposing a challenge, and the deeds on it: a page for each with its form.
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use excellence::challenge::{self, Challenge, Proposal, RedLine, TieRule};
use kernel::{Actor, ChallengeId, LearningPairId, Refusal, Result, UnitId, bi};
use maud::{Markup, html};
use registry::people;
use store::Tx;

use super::one::{line_word, tie_word};
use crate::answer::{Answer, said};
use crate::guard::{BrandHands, Registrars, Who};
use crate::look::{Crumb, Field, FieldKind, Lang, Width, t};
use crate::pages::indicators::catalogue;
use crate::pages::kit;
use crate::pages::sheet::{Deed, Given, Sheet, conclude, done, draw, wrong};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

/// Every deed that has a page.
const DEEDS: [&str; 10] =
    ["approve", "publish", "take", "score", "object", "answer", "award", "pair", "visit", "check"];

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/challenges/new", asking),
        post("/challenges/new", propose),
        get("/challenges/{id}/do/{deed}", ask),
        post("/challenges/{id}/do/{deed}", act),
    ]
}

async fn asking(who: Who<Registrars>, State(web): State<Web>) -> Answer<Response> {
    let mut given = Given::default();
    for line in RedLine::ALL {
        given = given.with("red_lines", line.code());
    }
    new_form(&who, &web, &given, None).await
}

/// The branches, each by its id.
async fn units(tx: &mut Tx, lang: Lang) -> Result<Vec<(String, String)>> {
    let all = people::branches(tx).await?;
    Ok(all.iter().map(|u| (u.id.to_string(), format!("{} · {}", u.code, said(lang, &u.name)))).collect())
}

fn day(s: &Sheet<'_>, word: &str, name: &str, required: bool) -> Markup {
    s.put(word, Field { name, kind: FieldKind::Date, required, width: Width::Twenty, ..Field::default() })
}

fn long(s: &Sheet<'_>, word: &str, name: &str, required: bool) -> Markup {
    s.put(word, Field { name, kind: FieldKind::Lines(2), required, ..Field::default() })
}

fn comparable(lang: Lang) -> Result<Vec<(String, String)>> {
    let c = catalogue()?;
    let mut all: Vec<(String, String)> = c
        .definitions
        .iter()
        .filter(|d| d.works() && !d.watch_only && !d.side_information && !d.money)
        .map(|d| (d.id.clone(), format!("{} {}", d.id, said(lang, &d.name()))))
        .collect();
    all.dedup_by(|a, b| a.0 == b.0);
    Ok(all)
}

async fn new_form(
    who: &Who<Registrars>,
    web: &Web,
    given: &Given,
    refusal: Option<&Refusal>,
) -> Answer<Response> {
    let lang = who.lang;
    let s = Sheet { lang, given, refusal };
    let branches = units(&mut web.read().await?, lang).await?;
    let ties = TieRule::ALL.map(|r| (r.code().to_owned(), tie_word(lang, r)));
    let lines = RedLine::ALL.map(|l| (l.code().to_owned(), line_word(lang, l)));
    let fields = html! {
        (s.code("code", "code", "")) (s.line("name-zh", "name_zh")) (s.line("name-en", "name_en"))
        (s.select("indicator", "indicator", &comparable(lang)?))
        (day(&s, "first-day", "starts_on", true)) (day(&s, "last-day", "ends_on", true))
        (s.boxes("contest-units", "units", &branches)) p class="quiet" { (t(lang, "contest-units-hint")) }
        (s.select("tie-rule", "tie_rule", &ties)) (s.boxes("red-line", "red_lines", &lines))
    };
    let (root, title, lede) =
        (t(lang, "challenges"), t(lang, "propose-challenge"), t(lang, "propose-challenge-lede"));
    let crumbs = [Crumb { label: &root, href: Some("/challenges") }, Crumb { label: &title, href: None }];
    let action = "/challenges/new";
    let deed =
        Deed { title: &title, lede: Some(&lede), crumbs: &crumbs, action, submit: &title, ..Deed::default() };
    Ok(draw(who, web, &deed, refusal, fields))
}

async fn propose(
    who: Who<Registrars>,
    State(web): State<Web>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (g, by) = (Given(sent), who.actor());
    let c = catalogue()?;
    let mut tx = web.begin().await?;
    let proposed = async {
        let text = |name: &str| g.get(name).to_owned();
        let (tie, lines) = (g.get("tie_rule"), g.all("red_lines"));
        let units = g
            .all("units")
            .into_iter()
            .map(|u| u.parse().map_err(|_| wrong("units", u, bi("选择单位", "choose a unit"))));
        let p = Proposal {
            code: text("code"),
            name: bi(g.get("name_zh"), g.get("name_en")),
            indicator: text("indicator"),
            starts_on: g.day("starts_on")?,
            ends_on: g.day("ends_on")?,
            units: units.collect::<Result<_>>()?,
            tie_rule: TieRule::parse(tie)
                .ok_or_else(|| wrong("tie_rule", tie, bi("选择一种规则", "choose one of the rules")))?,
            red_lines: lines.into_iter().filter_map(RedLine::parse).collect(),
        };
        challenge::propose(&mut tx, &c, &by, &p).await
    }
    .await;
    match conclude(&web, &by, "challenge/new", tx, proposed).await? {
        Ok(id) => Ok(done(&format!("/challenges/{id}"))),
        Err(refusal) => new_form(&who, &web, &g, Some(&refusal)).await,
    }
}

async fn ask(
    who: Who<BrandHands>,
    State(web): State<Web>,
    Path((id, deed)): Path<(String, String)>,
) -> Answer<Response> {
    form(&who, &web, kit::id(&id)?, &deed, &Given::default(), None).await
}

async fn form(
    who: &Who<BrandHands>,
    web: &Web,
    id: ChallengeId,
    deed: &str,
    given: &Given,
    refusal: Option<&Refusal>,
) -> Answer<Response> {
    let lang = who.lang;
    if !DEEDS.contains(&deed) {
        return Err(no_deed(deed).into());
    }
    let mut tx = web.read().await?;
    let c = challenge::one(&mut tx, id).await?;
    let s = Sheet { lang, given, refusal };
    let fields = fields(&mut tx, &s, &who.actor(), &c, deed).await?;
    let (root, title) = (t(lang, "challenges"), t(lang, &format!("challenge-do-{deed}")));
    let (name, up) = (said(lang, &c.name), format!("/challenges/{id}"));
    let crumbs = [
        Crumb { label: &root, href: Some("/challenges") },
        Crumb { label: &name, href: Some(&up) },
        Crumb { label: &title, href: None },
    ];
    let action = format!("/challenges/{id}/do/{deed}");
    let deed = Deed { title: &title, crumbs: &crumbs, action: &action, submit: &title, ..Deed::default() };
    Ok(draw(who, web, &deed, refusal, fields))
}

async fn fields(tx: &mut Tx, s: &Sheet<'_>, by: &Actor, c: &Challenge, deed: &str) -> Result<Markup> {
    let lang = s.lang;
    let units = units(tx, lang).await?;
    let named = challenge::named_to(c, by);
    let name =
        |id: UnitId| units.iter().find(|u| u.0 == id.to_string()).map(|u| u.1.clone()).unwrap_or_default();
    let pairs: Vec<(String, String)> = challenge::pairs(tx, c.id)
        .await?
        .iter()
        .filter(|p| super::one::is_named(named.as_ref(), p.learner))
        .map(|p| (p.id.to_string(), format!("{} ← {}", name(p.learner), name(p.teacher))))
        .collect();
    let yes_no = |yes: &str, no: &str| [("yes".to_owned(), t(lang, yes)), ("no".to_owned(), t(lang, no))];
    let hint = t(lang, "hint-facts");
    Ok(match deed {
        "approve" => s.reason("reason", ""),
        "take" => s.code("staff-no", "staff_no", ""),
        "object" => html! { (s.select("unit", "unit", &units)) (long(s, "objection", "text", true)) },
        "answer" => html! {
            (s.select("unit", "unit", &units))
            (s.radio("answer", "upheld", &yes_no("objection-upheld", "objection-rejected")))
            (s.reason("reason", ""))
        },
        "award" => s.select("unit", "unit", &units),
        "pair" => html! { (s.select("learner", "learner", &units)) (s.select("teacher", "teacher", &units)) },
        "visit" => html! {
            (s.select("learning-pairs", "pair", &pairs))
            (long(s, "adoption-plan", "plan", false)) (day(s, "check-day", "check_on", false))
            p class="quiet" { (t(lang, "pair-not-counted")) }
        },
        "check" => html! {
            (s.select("learning-pairs", "pair", &pairs))
            (s.radio("outcome", "adopted", &yes_no("pair-adopted", "pair-not-adopted")))
            (s.put("evidence", Field { name: "facts", hint: &hint, ..Field::default() }))
        },
        // To publish and to score ask for nothing but the press of the button.
        _ => Markup::default(),
    })
}

fn no_deed(deed: &str) -> kernel::No {
    Refusal::new("challenge.not_found", bi("没有这一步", "there is no such step"))
        .missing("deed", deed, bi("从活动页打开", "open it from the page of the challenge"))
        .into()
}

async fn run(tx: &mut Tx, by: &Actor, id: ChallengeId, deed: &str, g: &Given) -> Result<()> {
    let c = catalogue()?;
    let unit = |name: &str| -> Result<UnitId> {
        g.get(name).parse().map_err(|_| wrong(name, g.get(name), bi("选择单位", "choose a unit")))
    };
    let pair = || -> Result<LearningPairId> {
        g.get("pair").parse().map_err(|_| wrong("pair", g.get("pair"), bi("选择一对", "choose a pair")))
    };
    match deed {
        "approve" => challenge::approve(tx, by, id, g.get("reason")).await,
        "publish" => challenge::publish(tx, &c, by, id).await.map(drop),
        "take" => {
            let no = g.get("staff_no");
            let found = people::officer_by_no(tx, no).await?;
            let officer = found
                .ok_or_else(|| wrong("staff_no", no, bi("没有这个工号", "there is no such staff number")))?;
            challenge::take_part(tx, by, id, officer.id).await
        }
        "score" => challenge::score(tx, &c, by, id).await.map(drop),
        "object" => challenge::object(tx, by, id, unit("unit")?, g.get("text")).await,
        "answer" => {
            challenge::answer(tx, by, id, unit("unit")?, g.get("upheld") == "yes", g.get("reason")).await
        }
        "award" => challenge::award(tx, &c, by, id, unit("unit")?).await,
        "pair" => challenge::pair(tx, by, id, unit("learner")?, unit("teacher")?).await.map(drop),
        "visit" => {
            let check_on = if g.get("check_on").is_empty() { None } else { Some(g.day("check_on")?) };
            challenge::visited(tx, by, pair()?, g.get("plan"), check_on).await.map(drop)
        }
        "check" => {
            let facts = crate::pages::brands::facts(g)?;
            challenge::check(tx, by, pair()?, g.get("adopted") == "yes", &facts).await
        }
        other => Err(no_deed(other)),
    }
}

async fn act(
    who: Who<BrandHands>,
    State(web): State<Web>,
    Path((id, deed)): Path<(String, String)>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (id, given, by) = (kit::id::<ChallengeId>(&id)?, Given(sent), who.actor());
    let mut tx = web.begin().await?;
    let acted = run(&mut tx, &by, id, &deed, &given).await;
    match conclude(&web, &by, &id.subject(), tx, acted).await? {
        Ok(()) => Ok(done(&format!("/challenges/{id}"))),
        Err(refusal) => form(&who, &web, id, &deed, &given, Some(&refusal)).await,
    }
}
