//! Reading product streams.

use super::{Move, Stream, sql};
use kernel::{DeclarationId, FactId, No, OperatorId, Refusal, Result, Timestamp, bi};
use sampling::iso2859::switching::Phase;
use store::{Row, Tx, vals};

fn stream(r: &Row) -> Result<Stream> {
    Ok(Stream {
        operator: r.get(0)?,
        party: (r.get(1)?, bi(r.get::<String>(2)?, r.get::<String>(3)?)),
        heading: r.get(4)?,
        switching: serde_json::from_str(&r.get::<String>(5)?)?,
        lots: r.get(6)?,
        changed_at: r.get(7)?,
        version: r.get(8)?,
    })
}

/// Where a stream stands; one that no lot counted in yet is at normal inspection.
pub async fn phase(tx: &mut Tx, operator: OperatorId, heading: &str) -> Result<Phase> {
    let Some(r) = tx.opt(sql::PHASE, vals![operator, heading]).await? else { return Ok(Phase::Normal) };
    phase_of(&r.get::<String>(0)?)
}

/// The phase of a code.
pub(crate) fn phase_of(code: &str) -> Result<Phase> {
    let all = [Phase::Normal, Phase::Tightened, Phase::Reduced, Phase::Discontinued];
    all.into_iter().find(|p| super::code(*p) == code).ok_or_else(|| No::fault(format!("no phase {code}")))
}

/// One stream.
///
/// # Errors
/// `stream.not_found` when no lot of it was inspected yet.
pub async fn one(tx: &mut Tx, operator: OperatorId, heading: &str) -> Result<Stream> {
    let found = tx.opt(sql::ONE, vals![operator, heading]).await?.map(|r| stream(&r)).transpose()?;
    found.ok_or_else(|| {
        let what = bi("该企业该品目尚无抽样检验记录", "no lot of these goods was inspected by sampling yet");
        Refusal::new("stream.not_found", what)
            .missing("heading", heading, bi("从列表打开", "open it from the list"))
            .into()
    })
}

/// The last of a page: when it changed, and which it is.
pub type Key = (Timestamp, OperatorId, String);

/// Streams, the newest change first; of one phase when `phase` is not empty.
pub async fn list(tx: &mut Tx, phase: &str, after: Option<Key>, limit: i64) -> Result<Vec<Stream>> {
    let first = (Timestamp(i64::MAX), OperatorId::from(kernel::MAX_UUID), "~".to_owned());
    let (at, operator, heading) = after.unwrap_or(first);
    let mut key = vals![at, operator, heading, limit.clamp(1, 200)];
    let mut statement = sql::LIST;
    if !phase.is_empty() {
        key.push(phase.into());
        statement = sql::LIST_OF_PHASE;
    }
    tx.all(statement, key).await?.iter().map(stream).collect()
}

/// The last changes of a stream's phase, the newest first.
pub async fn moves(tx: &mut Tx, operator: OperatorId, heading: &str) -> Result<Vec<Move>> {
    let rows = tx.all(sql::MOVES, vals![operator, heading]).await?;
    let one = |r: &Row| {
        let no: Option<String> = r.get(6)?;
        let declaration: Option<DeclarationId> = r.get(7)?;
        Ok(Move {
            id: r.get::<FactId>(0)?,
            from: r.get(1)?,
            to: r.get(2)?,
            reason: r.get(3)?,
            note: r.get(4)?,
            by: r.get(5)?,
            declaration: no.zip(declaration),
            at: r.get(8)?,
        })
    };
    rows.iter().map(one).collect()
}
