//! Where a consignment stands, and the one way in which it moves.

use super::sql;
use kernel::{Bilingual, DeclarationId, No, Refusal, Result, Timestamp, bi};
use serde::{Deserialize, Serialize};
use store::{Tx, vals};

/// Where a consignment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Lodged, waiting to be accepted or told its deficiencies.
    Lodged,
    /// Returned to its party with a deficiency notice.
    Returned,
    /// Accepted; its way is being decided in the same act.
    Accepted,
    /// An inspection task is open.
    Inspecting,
    /// Samples are in the laboratory.
    Testing,
    /// Everything known; lots wait for release or disposal.
    Deciding,
    /// Every lot has its final outcome, at least one was released.
    Released,
    /// Its certificate was signed.
    Certified,
    /// Every lot was returned or destroyed.
    Disposed,
    /// Withdrawn by its party.
    Withdrawn,
}

impl Stage {
    /// Every stage, in the order of the main line.
    pub const ALL: [Stage; 10] = [
        Stage::Lodged,
        Stage::Returned,
        Stage::Accepted,
        Stage::Inspecting,
        Stage::Testing,
        Stage::Deciding,
        Stage::Released,
        Stage::Certified,
        Stage::Disposed,
        Stage::Withdrawn,
    ];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Stage::Lodged => "lodged",
            Stage::Returned => "returned",
            Stage::Accepted => "accepted",
            Stage::Inspecting => "inspecting",
            Stage::Testing => "testing",
            Stage::Deciding => "deciding",
            Stage::Released => "released",
            Stage::Certified => "certified",
            Stage::Disposed => "disposed",
            Stage::Withdrawn => "withdrawn",
        }
    }

    /// The stage of a code.
    pub fn parse(code: &str) -> Option<Stage> {
        Stage::ALL.into_iter().find(|s| s.code() == code)
    }

    /// The stage's name.
    pub fn name(self) -> Bilingual {
        match self {
            Stage::Lodged => bi("待受理", "lodged"),
            Stage::Returned => bi("待补正", "returned for completion"),
            Stage::Accepted => bi("已受理", "accepted"),
            Stage::Inspecting => bi("查验中", "inspecting"),
            Stage::Testing => bi("检测中", "testing"),
            Stage::Deciding => bi("待放行", "awaiting release"),
            Stage::Released => bi("已放行", "released"),
            Stage::Certified => bi("已签证", "certified"),
            Stage::Disposed => bi("已处置", "disposed"),
            Stage::Withdrawn => bi("已撤回", "withdrawn"),
        }
    }
}

/// Moves a consignment from one of the stages `from` to `to`, with its next due date when it gets one.
/// Refused when it stands elsewhere: somebody was faster, or the act comes too early or too late.
pub async fn advance(
    tx: &mut Tx,
    id: DeclarationId,
    from: &[Stage],
    to: Stage,
    due: Option<Timestamp>,
) -> Result<()> {
    for at in from {
        if tx.exec(sql::ADVANCE, vals![id, at.code(), to.code(), due]).await? == 1 {
            return Ok(());
        }
    }
    let code: String = tx.one(sql::STAGE, vals![id]).await?.get(0)?;
    let at = Stage::parse(&code).ok_or_else(|| No::fault(format!("no stage {code}")))?;
    let names = |pick: fn(&Bilingual) -> &str, join: &str| {
        let names: Vec<_> = from.iter().map(|s| pick(&s.name()).to_owned()).collect();
        names.join(join)
    };
    let needed = bi(
        format!("应处于：{}", names(|n| &n.zh, "、")),
        format!("it would have to be: {}", names(|n| &n.en, ", ")),
    );
    let what = bi("本批目前不能办理这一步", "this step is not open for the consignment now");
    let remedy = bi("刷新页面，看它现在到了哪一步", "Reload the page and see where it stands now");
    Err(Refusal::new("declaration.stage", what).missing("stage", at.code(), needed).remedy(remedy).into())
}
