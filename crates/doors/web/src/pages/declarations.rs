//! One consignment: what it is and where it stands, what may be done now and why not the rest, and all that
//! happened to it. Each room of the main line adds its section and its buttons here by one line.
use axum::extract::{Path, State};
use kernel::{Actor, Fact, Refusal, Result, Role};
use maud::{Markup, html};
use registry::{rules::Rules, trade};
use store::{Tx, ledger};
use supervision::{
    competence::{Accept, admit},
    declaration::{self, Amendment, Declaration, Notice, Stage, clock},
    targeting::{self, Decision},
    worklist::knows_lane,
};

use super::parts::{self, label_of};
use super::{declaration_form::before_acceptance, history, track};
use crate::answer::{Answer, said};
use crate::guard::{Acceptors, AnyRole, Checkers, Lodgers, Page, RoleSet, Who};
use crate::look::{
    self, Action, Cannot, Cite, Column, Crumb, DataTable, Kind, Lang, Reason, Row, Sign, Tone, format, t,
    t_args,
};
use crate::route::{RouteSpec, get};
use crate::server::Web;

/// Facts of one timeline.
const FACTS: i64 = 200;

pub(crate) fn routes() -> Vec<RouteSpec> {
    vec![get("/declarations/{id}", one)]
}

async fn one(who: Who<AnyRole>, State(web): State<Web>, Path(id): Path<String>) -> Answer {
    let (lang, by) = (who.lang, who.actor());
    let mut tx = web.read().await?;
    let found = match id.parse() {
        Ok(id) => declaration::one(&mut tx, &by, id).await?,
        Err(_) => declaration::by_no(&mut tx, &by, &id).await?,
    };
    let Some(d) = found else { return Err(parts::no_declaration(&id).into()) };
    let operator = trade::operator(&mut tx, d.operator).await?;
    let party = operator.map_or_else(String::new, |o| format!("{} {}", said(lang, &o.name), o.code));
    let stored = ledger::of_subject(&mut tx, &d.id.subject(), FACTS).await?;
    let facts = stored.iter().rev().filter_map(|f| Fact::decode(&f.kind, &f.body).transpose());
    let facts = facts.collect::<std::result::Result<Vec<_>, _>>().map_err(kernel::No::from)?;
    let reading = clock::reading(&mut tx, &d).await?;
    let worth = declaration::worth(&mut tx, d.id).await?;
    let main = html! {
        (facts_of(lang, &by, &d, &party, worth))
        (goods(&mut tx, lang, &d).await?)
        @if knows_lane(&by, &d) && let Some(decision) = targeting::decision(&mut tx, d.id).await? {
            (why(lang, &decision, by.officer.is_some()))
        }
        (super::inspection::section(&mut tx, &by, lang, d.id).await?)
        (super::release::section(lang, &mut tx, &by, &d).await?)
        (super::certificates::section(lang, &mut tx, d.id).await?)
        (super::trace::section(&mut tx, lang, &by, &d).await?)
        (notices(&mut tx, lang, &d).await?)
        (amendments(&mut tx, lang, &d).await?)
    };
    let timeline = history::timeline(&mut tx, lang, &by, &d, &party, &stored).await?;
    let may = may_do(&mut tx, lang, &who.session.csrf, &by, &d).await?;
    let body = html! {
        (track::track(lang, &by, &d, &facts, reading.as_ref()))
        (look::split(&t(lang, "may-do"), main, may))
        (look::section(&t(lang, "timeline"), html! {}, timeline))
    };
    let list = t(lang, "declarations");
    let crumbs = [Crumb { label: &list, href: Some("/declarations") }, Crumb { label: &d.no, href: None }];
    let status = html! { (parts::stage_badge(lang, d.stage)) (parts::clock(lang, reading.as_ref())) };
    let lede = format!("{} · {party}", d.goods);
    let page = Page { title: &d.no, lede: Some(&lede), status, crumbs: &crumbs, ..Page::default() };
    Ok(who.page(&web, page, body))
}

fn facts_of(lang: Lang, by: &Actor, d: &Declaration, party: &str, worth: Option<(String, String)>) -> Markup {
    let words = |k: &str| t(lang, k);
    let direction = words(if d.direction == "export" { "export-direction" } else { "import-direction" });
    let revision = t_args(lang, "revision-n", &[("n", d.revision.into())]);
    let mut pairs = vec![
        (words("consignment"), html! { (direction) " · " (d.goods) }),
        (words("operator"), html! { (party) }),
        (words("market"), html! { (d.market) }),
        (words("logistics-mode"), html! { (words(&format!("mode-{}", d.mode))) }),
        (words("lane"), parts::lane_cell(lang, by, d)),
        (words("risk-level"), html! { (words(&format!("risk-{}", d.risk))) }),
        (words("lodged-on"), html! { (format::date_time(d.lodged_at.instant())) " · " (revision) }),
        (words("rule-version"), html! { (d.rule_version) }),
    ];
    if let Some((value, currency)) = worth {
        pairs.insert(4, (words("goods-value"), html! { (value) " " (currency) }));
    }
    let pairs: Vec<(&str, Markup)> = pairs.iter().map(|(k, m)| (k.as_str(), m.clone())).collect();
    look::definition_list(&pairs, true)
}

/// A link that looks like a button, for a deed with a page of its own.
fn link<'a>(label: &'a str, href: &'a str, kind: Kind) -> Action<'a> {
    Action { label, href: Some(href), kind, ..Action::default() }
}

/// What this person may do now, and why not the rest.
async fn may_do(tx: &mut Tx, lang: Lang, csrf: &str, by: &Actor, d: &Declaration) -> Result<Markup> {
    let place = |deed: &str| format!("/declarations/{}/{deed}", d.id);
    let (to_accept, to_notice) = (place("accept"), place("notice"));
    let (to_amend, to_answer, to_withdraw) = (place("amend"), place("answer"), place("withdraw"));
    let words =
        ["accept-declaration", "give-notice", "amend", "answer-notice", "take-back"].map(|k| t(lang, k));
    let [accept, notice, amend, answer, withdraw] = &words;
    let (mut can, mut cannot, mut accepts) = (Vec::new(), Vec::new(), false);
    let open = before_acceptance(d);
    let under_way = matches!(d.stage, Stage::Accepted | Stage::Inspecting | Stage::Testing | Stage::Deciding);
    let mut why = None;
    if by.has(Acceptors::ROLES) && (open || under_way) {
        match admit::<Accept>(tx, by, d.id).await {
            Ok(_) => {
                if d.stage == Stage::Lodged {
                    accepts = true;
                    can.push(Action { label: accept, form: Some("accept-form"), ..Action::default() });
                }
                if open {
                    can.push(link(notice, &to_notice, Kind::Secondary));
                }
                if under_way {
                    can.push(link(amend, &to_amend, Kind::Secondary));
                }
            }
            Err(no) => why = Some(refused(no)?),
        }
    }
    if by.has(Lodgers::ROLES) && d.stage == Stage::Returned {
        // The window answers for a party that stands before it; for the party it is the next step.
        let own = if by.has(&[Role::Declarant]) { Kind::Primary } else { Kind::Secondary };
        can.push(link(answer, &to_answer, own));
    }
    if by.has(Lodgers::ROLES) && open {
        can.push(link(amend, &to_amend, Kind::Secondary));
    }
    let (to_check, check) = (place("check"), t(lang, "add-check"));
    if by.has(Checkers::ROLES) && !d.selected && (open || under_way) {
        can.push(link(&check, &to_check, Kind::Secondary));
    }
    let takes_back = by.has(&[Role::Declarant, Role::Clerk, Role::Manager]);
    let goes_on = t(lang, "withdraw-inspecting");
    if takes_back && matches!(d.stage, Stage::Inspecting | Stage::Testing) {
        cannot.push(Cannot { deed: withdraw, why: &goes_on, clause: None });
    } else if takes_back && (open || under_way) {
        can.push(link(withdraw, &to_withdraw, Kind::Danger));
    }
    let told = why.as_ref().map(|r| (said(lang, &r.what), said(lang, &r.remedy), r.clause.clone()));
    let sentence = told.as_ref().map(|(what, remedy, _)| format!("{what}{}{remedy}", lang.pick("；", ". ")));
    if let (Some(why), Some((_, _, clause))) = (&sentence, &told) {
        let deed = if d.stage == Stage::Lodged { accept } else { notice };
        cannot.push(Cannot { deed, why, clause: clause.as_deref().map(Cite::name) });
    }
    let helpers: Vec<String> = why.iter().flat_map(|r| &r.helpers).map(|h| said(lang, &h.name)).collect();
    Ok(html! {
        (look::may_do(lang, &can, &cannot))
        @if !helpers.is_empty() { p class="quiet" { (t(lang, "refusal-who")) ": " (helpers.join(lang.pick("、", ", "))) } }
        @if accepts {
            form id="accept-form" method="post" action=(to_accept) { (look::csrf_field(Some(csrf))) }
        }
    })
}

/// The refusal of a gate that was asked in advance; a fault stays one.
fn refused(no: kernel::No) -> Result<Refusal> {
    match no {
        kernel::No::Refused(r) => Ok(*r),
        fault => Err(fault),
    }
}

/// The deficiency notices with their answers, the newest first.
async fn notices(tx: &mut Tx, lang: Lang, d: &Declaration) -> Result<Markup> {
    let given = declaration::notices(tx, d.id).await?;
    if given.is_empty() {
        return Ok(html! {});
    }
    let rules = registry::rules::rules(tx).await?;
    let officers = history::People::load(tx, lang, given.iter().map(|n| n.officer)).await?;
    let body = html! {
        div class="stack wide" { @for n in &given { (notice_of(lang, n, &rules, officers.of(n.officer).0)) } }
    };
    Ok(html! { div id="notices" { (look::section(&t(lang, "one-time-notice"), html! {}, body)) } })
}

fn notice_of(lang: Lang, n: &Notice, rules: &Rules, officer: &str) -> Markup {
    let at = format::date_time(n.at.instant());
    let due = format::date(kernel::Timestamp(n.answer_by.0 - 1).date());
    html! {
        div class="stack" {
            p {
                b { (t_args(lang, "notice-n", &[("n", n.ordinal.into())])) } " · " (at) " · " (officer)
                @if n.breach { " " (look::badge(Tone::Loud, Sign::Warn, &t(lang, "notice-breach"))) }
            }
            ul class="plain-list" { @for code in &n.codes { li { (history::deficiency(rules, &n.rule_version, code, lang)) } } }
            @if !n.remarks.is_empty() { p { (n.remarks) } }
            @match &n.answered {
                Some((at, said)) => p { (t(lang, "answered")) " " (format::date_time(at.instant())) @if !said.is_empty() { ": " (said) } },
                None => p class="quiet" { (t_args(lang, "answer-by", &[("day", due.into())])) },
            }
            @if n.breach { p class="quiet" { (t(lang, "notice-breach-why")) } }
        }
    }
}

/// What was amended, field by field, the newest first.
async fn amendments(tx: &mut Tx, lang: Lang, d: &Declaration) -> Result<Markup> {
    let made = declaration::amendments(tx, d.id, 0).await?;
    if made.is_empty() {
        return Ok(html! {});
    }
    let body = html! { div class="stack wide" { @for a in &made { div { (amendment_of(lang, a)) } } } };
    Ok(html! { div id="amendments" { (look::section(&t(lang, "amendments"), html! {}, body)) } })
}

fn amendment_of(lang: Lang, a: &Amendment) -> Markup {
    let heads = ["field", "was", "is-now"].map(|k| t(lang, k));
    let caption = t_args(lang, "revision-n", &[("n", a.revision.into())]);
    let rows = a.changes.iter().map(|c| Row {
        cells: vec![
            html! { (label_of(lang, &c.field)) },
            html! { del { (c.from) } },
            html! { ins { (c.to) } },
        ],
        ..Row::default()
    });
    html! {
        p {
            b { (caption) } " · " (format::date_time(a.at.instant())) " · " (said(lang, &a.by))
            @if !a.reason.is_empty() { " · " (a.reason) }
        }
        (look::data_table(&DataTable {
            lang,
            id: &format!("revision-{}", a.revision),
            caption: &caption,
            columns: heads.iter().map(|h| Column::text(h)).collect(),
            rows: rows.collect(),
            ..DataTable::default()
        }))
    }
}

async fn goods(tx: &mut Tx, lang: Lang, d: &Declaration) -> Result<Markup> {
    let lots = declaration::lots(tx, d.id).await?;
    Ok(look::section(&t(lang, "lots"), html! {}, lot_table(lang, &lots)))
}

/// Why this lane: the stored reasons, and the seed with which anyone repeats the draw. Officers come from here to the
/// alerts and tables that bore on it.
fn why(lang: Lang, decision: &Decision, officer: bool) -> Markup {
    let texts: Vec<String> = decision.outcome.reasons.iter().map(|r| said(lang, r)).collect();
    let mut reasons: Vec<Reason<'_>> =
        texts.iter().map(|text| Reason { text, ..Reason::default() }).collect();
    let seed = format!("{} {}", t(lang, "draw-seed"), decision.seed);
    // The first reasons are those of the measures, in their order.
    let hrefs: Vec<String> =
        decision.inputs.measures.iter().map(|m| format!("/risk/alerts/{}", m.source)).collect();
    for ((reason, m), href) in reasons.iter_mut().zip(&decision.inputs.measures).zip(&hrefs) {
        if officer && m.basis == "alert" {
            reason.cites.push(Cite::link(&m.source, href));
        }
    }
    reasons.push(Reason {
        text: &seed,
        cites: vec![Cite::name(&decision.rule_version)],
        ..Reason::default()
    });
    let added = decision.added.as_ref().map(|why| format!("{}: {why}", t(lang, "check-added")));
    if let Some(text) = &added {
        reasons.push(Reason { text, ..Reason::default() });
    }
    let title = t(lang, "why-this-lane");
    let list =
        html! { ul class="plain-list" { @for reason in &reasons { li { (look::reason_line(reason)) } } } };
    look::section(&title, html! {}, list)
}

fn lot_table(lang: Lang, lots: &[declaration::Lot]) -> Markup {
    let heads = ["lot", "hs-code", "quantity"].map(|k| t(lang, k));
    let rows = lots.iter().map(|l| Row {
        cells: vec![
            html! { (l.no) },
            html! { (l.hs) },
            html! { (l.quantity.number()) " " (said(lang, &l.quantity.unit.name())) },
        ],
        ..Row::default()
    });
    look::data_table(&DataTable {
        lang,
        id: "lots",
        caption: &t(lang, "lots"),
        columns: vec![Column::text(&heads[0]), Column::text(&heads[1]), Column::figure(&heads[2], "")],
        rows: rows.collect(),
        ..DataTable::default()
    })
}
