//! The verbs of declarations.

use super::{Lodgement, rules, sql};
use kernel::{
    Actor, DeclarationId, LineId, LotId, Missing, PlantId, Refusal, Result, Timestamp, UnitId, bi,
    supervision::{Lodged, ValueDeclared},
};
use registry::{rules as book, trade};
use std::collections::BTreeMap;
use store::{Tx, vals};

/// How long the same goods count as the same consignment, in days.
const TWIN_DAYS: i64 = 30;

/// What the registry knows of the codes in a lodgement.
pub(super) struct Known {
    pub(super) branch: UnitId,
    pub(super) operator: trade::Operator,
    pub(super) plant: Option<PlantId>,
    pub(super) risk: &'static str,
}

/// Lodges a declaration. The same key with the same content gives the first declaration again.
pub async fn lodge(tx: &mut Tx, by: &Actor, l: &Lodgement) -> Result<DeclarationId> {
    let lines = rules::checked_lines(l)?;
    let fingerprint = rules::fingerprint(l)?;
    if let Some(id) = sent_before(tx, l, fingerprint).await? {
        return Ok(id);
    }
    let known = look_up(tx, l).await?;
    if !by.reaches(known.branch, known.operator.id) {
        return Err(
            Refusal::new("scope.declaration", bi("不在您的业务范围", "this is outside your reach")).into()
        );
    }
    refuse_twin(tx, fingerprint, None).await?;
    let today = tx.now().date();
    let rules = book::rules(tx).await?;
    let pack = book::adopted(&rules, today)?;
    let notice_days = pack.pack.number("notice.working_days")?.value;
    let due = rules.calendar.end_of(today, notice_days);
    let id = tx.id::<DeclarationId>();
    let year = today.year();
    let n: i64 = tx.one(sql::NEXT, vals![format!("declaration/{}/{year}", l.branch)]).await?.get(0)?;
    let no = format!("{}{year}{n:07}", l.branch);
    let goods = goods_of(l);
    let now = tx.now();
    let row = vals![
        id,
        &no,
        known.branch,
        &l.direction,
        known.operator.id,
        known.plant,
        &l.market,
        &l.origin,
        &l.port,
        &l.mode,
        goods,
        known.risk,
        pack.label(),
        fingerprint,
        l.key.clone(),
        now,
        due
    ];
    tx.exec(sql::ADD, row).await?;
    if let Some((milli, currency)) = rules::worth_of(l) {
        tx.exec(sql::WORTH, vals![id, milli, currency]).await?;
    }
    let mut lots = 0;
    for (i, (line, checked)) in (1_i64..).zip(l.lines.iter().zip(&lines)) {
        lots += add_line(tx, id, i, line, checked, &mut Kept::new()).await?;
    }
    let fact = Lodged {
        declaration: id,
        no,
        direction: l.direction.clone(),
        operator: known.operator.id,
        plant: known.plant,
        hs: l.lines.iter().map(|x| x.hs.clone()).collect(),
        market: l.market.clone(),
        mode: l.mode.clone(),
        lots,
        rule_version: pack.label(),
        chapter: l.lines.first().map(|x| x.hs.chars().take(2).collect()).unwrap_or_default(),
    };
    tx.append(id.subject(), by.officer, Some(known.branch), fact);
    tell_worth(tx, by, id, known.branch, l);
    Ok(id)
}

/// What the goods are worth is a fact of its own.
pub(super) fn tell_worth(tx: &mut Tx, by: &Actor, id: DeclarationId, branch: UnitId, l: &Lodgement) {
    if let Some((milli, currency)) = rules::worth_of(l) {
        let fact = ValueDeclared { declaration: id, milli, currency: currency.into() };
        tx.append(id.subject(), by.officer, Some(branch), fact);
    }
}

/// The declaration that this request made when it was sent before.
async fn sent_before(tx: &mut Tx, l: &Lodgement, fingerprint: [u8; 32]) -> Result<Option<DeclarationId>> {
    let Some(key) = &l.key else { return Ok(None) };
    let Some(r) = tx.opt(sql::BY_KEY, vals![key]).await? else { return Ok(None) };
    if r.get::<Vec<u8>>(1)? == fingerprint {
        return Ok(Some(r.get(0)?));
    }
    Err(Refusal::new(
        "declaration.key",
        bi("该请求号已用于另一份报检", "this request key was used for another declaration"),
    )
    .missing("key", key, bi("每份报检用一个新的请求号", "use a new key for each declaration"))
    .into())
}

/// Refuses goods that were declared already, by another declaration than `own`; one that was withdrawn is none.
pub(super) async fn refuse_twin(
    tx: &mut Tx,
    fingerprint: [u8; 32],
    own: Option<DeclarationId>,
) -> Result<()> {
    let since = Timestamp(tx.now().0 - TWIN_DAYS * Timestamp::DAY);
    let own = own.unwrap_or(DeclarationId::from(kernel::MAX_UUID));
    let Some(r) = tx.opt(sql::TWIN, vals![fingerprint, since, own]).await? else { return Ok(()) };
    let no: String = r.get(0)?;
    Err(Refusal::new("declaration.duplicate", bi("相同货物已报检", "the same goods are declared already"))
        .missing(
            "lines",
            no,
            bi(
                "打开该报检单；若确为另一批货，请写明不同的批号",
                "open that declaration; if these are other goods, give their own lot numbers",
            ),
        )
        .into())
}

pub(super) async fn look_up(tx: &mut Tx, l: &Lodgement) -> Result<Known> {
    let mut gaps = Vec::new();
    let mut unknown = |field: String, value: &str| {
        let needed = bi("登记簿中没有此代码", "the registry does not know this code");
        gaps.push(Missing { field, value: value.to_owned(), needed });
    };
    let branch: Option<UnitId> =
        tx.opt(sql::BRANCH, vals![&l.branch]).await?.map(|r| r.get(0)).transpose()?;
    if branch.is_none() {
        unknown("branch".into(), &l.branch);
    }
    let operator = trade::operator_by_code(tx, &l.operator).await?;
    if operator.is_none() {
        unknown("operator".into(), &l.operator);
    }
    let mut plant = None;
    if let Some(no) = &l.plant {
        plant = trade::plant_by_no(tx, no)
            .await?
            .filter(|p| operator.as_ref().is_some_and(|o| o.id == p.operator));
        if plant.is_none() {
            unknown("plant".into(), no);
        }
    }
    let (mut risk, mut food) = ("low", false);
    for (i, line) in l.lines.iter().enumerate() {
        match trade::product_by_hs(tx, &line.hs).await? {
            None => unknown(format!("lines[{i}].hs"), &line.hs),
            Some(p) => {
                risk = higher(risk, &p.risk);
                food |= p.food;
            }
        }
    }
    if food && l.direction == "export" && l.plant.is_none() {
        let needed = bi("出口食品须填写备案生产企业", "export food needs its filed establishment");
        gaps.push(Missing { field: "plant".into(), value: String::new(), needed });
    }
    match (branch, operator) {
        (Some(branch), Some(operator)) if gaps.is_empty() => {
            Ok(Known { branch, operator, plant: plant.map(|p| p.id), risk })
        }
        _ => Err(Refusal {
            missing: gaps,
            remedy: bi(
                "改正所列代码，或先在登记簿登记",
                "Mend the codes listed, or have them entered in the registry first",
            ),
            ..Refusal::new(
                "declaration.codes",
                bi("报检中的代码无法识别", "codes of the declaration are unknown"),
            )
        }
        .into()),
    }
}

fn higher(a: &'static str, b: &str) -> &'static str {
    match (a, b) {
        ("high", _) | (_, "high") => "high",
        ("medium", _) | (_, "medium") => "medium",
        _ => "low",
    }
}

pub(super) fn goods_of(l: &Lodgement) -> String {
    let first = l.lines.first().map_or("", |x| x.name.as_str());
    if l.lines.len() > 1 { format!("{first} +{}", l.lines.len() - 1) } else { first.to_owned() }
}

/// Ids that lots keep when a declaration is written again, by line and lot number.
pub(super) type Kept = BTreeMap<(i64, String), LotId>;

pub(super) async fn add_line(
    tx: &mut Tx,
    declaration: DeclarationId,
    n: i64,
    line: &super::GoodsLine,
    checked: &rules::CheckedLine,
    kept: &mut Kept,
) -> Result<u32> {
    let id = tx.id::<LineId>();
    let q = checked.quantity;
    tx.exec(sql::LINE_ADD, vals![id, declaration, n, &line.hs, &line.name, q.milli, q.unit]).await?;
    let whole = [(n.to_string(), q.milli)];
    let lots = if checked.lots.is_empty() { &whole[..] } else { &checked.lots };
    for (no, milli) in lots {
        let lot = kept.remove(&(n, no.clone())).unwrap_or_else(|| tx.id::<LotId>());
        tx.exec(sql::LOT_ADD, vals![lot, id, declaration, no, *milli, q.unit]).await?;
    }
    Ok(u32::try_from(lots.len()).unwrap_or(u32::MAX))
}
