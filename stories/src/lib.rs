//! The bureau that stories play in: two branches, an exporter with its plant, products, and officers with
//! the authorisations that a story gives them. The stories themselves are in `tests/`.

pub mod abroad;

use flow::Desk;
use kernel::{
    Actor, DeclarationId, LotId, No, OfficerId, PostId, Refusal, Role, Scope, SettlementId, Timestamp,
    UnitId, bi,
    supervision::{ResultRecorded, TestResulted},
};
use registry::{people, trade};
use store::Tx;
use supervision::{
    competence::{self, NewAuthorisation, Release, Task},
    declaration::{self, Declaration, GoodsLine, Lodgement, LotEntry, Stage},
    release::{self, Order, Outcome},
};
use testkit::TestDb;

/// A bureau in which a story plays.
#[derive(Clone)]
pub struct Bureau {
    /// Where acts are done.
    pub desk: Desk,
    /// The bureau's own unit.
    pub unit: people::Unit,
    /// Beilun branch, code `BL`.
    pub beilun: people::Unit,
    /// Zhenhai branch, code `ZH`.
    pub zhenhai: people::Unit,
    /// An exporter of class 1, code `3302960001`, with the plant `3300/00001`.
    pub exporter: trade::Operator,
    /// The post that every officer of the stories holds.
    pub post: PostId,
}

/// A desk over a story's database.
pub fn desk(t: &TestDb) -> Desk {
    Desk { db: (**t).clone(), clock: t.clock.clone(), chance: t.chance.clone() }
}

impl Bureau {
    /// Founds the bureau: frozen spinach (`071030`) and live eels (`030192`) are of high risk, toys (`950300`) of low.
    pub async fn open(t: &TestDb) -> Bureau {
        let desk = desk(t);
        let by = Actor::system();
        let mut tx = desk.begin().await.expect("begin");
        let unit = flow::found(&mut tx, "NB", bi("宁波局", "Ningbo Bureau")).await.expect("a bureau");
        let mut branches = Vec::new();
        for (code, zh, en) in [("BL", "北仑办事处", "Beilun Branch"), ("ZH", "镇海办事处", "Zhenhai Branch")]
        {
            let branch = people::open_unit(&mut tx, &by, code, "branch", bi(zh, en), Some(&unit)).await;
            branches.push(branch.expect("a branch"));
        }
        let (zhenhai, beilun) = (branches.remove(1), branches.remove(0));
        let name = bi("甬江食品", "Yongjiang Foods");
        let exporter =
            trade::list_operator(&mut tx, &by, "3302960001", "exporter", name, 1).await.expect("an operator");
        let name = bi("甬江食品一厂", "Yongjiang Foods No. 1");
        trade::file_plant(&mut tx, &by, "3300/00001", exporter.id, name, beilun.id).await.expect("a plant");
        for (hs, zh, en, risk, food) in [
            ("071030", "冷冻菠菜", "Frozen spinach", "high", true),
            ("030192", "活鳗鱼", "Live eels", "high", true),
            ("950300", "玩具", "Toys", "low", false),
        ] {
            trade::list_product(&mut tx, &by, hs, bi(zh, en), risk, food).await.expect("a product");
        }
        let name = bi("检验检疫员", "Officer");
        let post = people::define_post(&mut tx, &by, "OFFICER", name, &[]).await.expect("a post");
        desk.finish(tx).await.expect("commit");
        Bureau { desk, unit, beilun, zhenhai, exporter, post }
    }

    /// An officer of Beilun branch with one role, authorised for duties on all goods for a year.
    pub async fn officer(&self, staff_no: &str, role: Role, duties: &[Task]) -> Actor {
        let mut tx = self.begin().await;
        let by = Actor::system();
        let name = bi(format!("职员{staff_no}"), format!("Officer {staff_no}"));
        let officer = people::post_officer(&mut tx, &by, staff_no, &name, &self.beilun, self.post)
            .await
            .expect("an officer");
        for duty in duties {
            authorise(&mut tx, officer, *duty, "").await;
        }
        self.desk.finish(tx).await.expect("commit");
        let branch: UnitId = self.beilun.id;
        Actor {
            officer: Some(officer),
            unit: Some(branch),
            name,
            roles: vec![role],
            scope: Scope::Branch(branch),
        }
    }

    /// Begins an act.
    pub async fn begin(&self) -> Tx {
        self.desk.begin().await.expect("an act begins")
    }

    /// Begins a reading.
    pub async fn read(&self) -> Tx {
        self.desk.read().await.expect("a reading begins")
    }

    /// Lodges frozen spinach for Japan in one lot of 12 tonnes.
    pub async fn lodge(&self, lot: &str) -> DeclarationId {
        self.desk.lodge(&Actor::system(), &spinach(lot)).await.expect("lodged")
    }

    /// A declaration as it stands.
    pub async fn declaration(&self, id: DeclarationId) -> Declaration {
        let mut tx = self.read().await;
        declaration::one(&mut tx, &Actor::system(), id).await.expect("a reading").expect("a declaration")
    }
}

/// Frozen spinach for Japan in lots of a tonne each, in one declaration.
pub fn spinach_lots(lots: &[&str]) -> Lodgement {
    let mut l = spinach("unused");
    l.lines[0].quantity = (lots.len() * 1000).to_string();
    l.lines[0].lots = lots.iter().map(|no| LotEntry { no: (*no).into(), quantity: "1000".into() }).collect();
    l
}

impl Bureau {
    /// Brings a lodged consignment to the release desk: accepted (by the bureau's silence unless
    /// somebody did it), inspected when it was
    /// selected, and the record conforming or not.
    pub async fn to_release(&self, id: DeclarationId, conforming: bool) {
        if self.declaration(id).await.stage == Stage::Lodged {
            let mut tx = self.begin().await;
            declaration::deem_accepted(&mut tx, id).await.expect("accepted");
            self.desk.finish(tx).await.expect("commit");
        }
        let d = self.declaration(id).await;
        let mut tx = self.begin().await;
        if d.selected || !conforming {
            let fact = ResultRecorded {
                record: tx.id(),
                task: tx.id(),
                declaration: id,
                inspected: 13,
                nonconforming: u64::from(!conforming),
                conforming,
                findings: vec![],
                officers: vec![],
            };
            let lots = declaration::lots(&mut tx, id).await.expect("lots");
            let lots: Vec<_> = lots.iter().map(|l| (l.id, conforming)).collect();
            release::note_record(&mut tx, &fact, &lots).await.expect("noted");
        }
        if d.stage != Stage::Deciding {
            declaration::advance(&mut tx, id, &[d.stage], Stage::Deciding, None).await.expect("on its way");
        }
        self.desk.finish(tx).await.expect("commit");
    }

    /// A laboratory result of a lot.
    pub async fn result(&self, id: DeclarationId, lot: LotId, analyte: &str, verdict: &str) {
        let mut tx = self.begin().await;
        let fact = TestResulted {
            result: tx.id(),
            sample: tx.id(),
            declaration: id,
            lot,
            analyte: analyte.into(),
            verdict: verdict.into(),
            corrects: None,
        };
        tx.append(id.subject(), None, Some(self.beilun.id), fact);
        self.desk.finish(tx).await.expect("commit");
    }

    /// The lots of a declaration by their numbers.
    pub async fn lots(&self, id: DeclarationId) -> Vec<LotId> {
        let mut tx = self.read().await;
        declaration::lots(&mut tx, id).await.expect("lots").into_iter().map(|l| l.id).collect()
    }

    /// An officer of the release desk settles lots.
    pub async fn settle(
        &self,
        by: &Actor,
        id: DeclarationId,
        lots: &[LotId],
        outcome: Outcome,
        reason: &str,
    ) -> Result<Vec<SettlementId>, No> {
        let mut tx = self.begin().await;
        let order = Order { lots: lots.to_vec(), outcome, reason: reason.into(), note: "in words".into() };
        let done = async {
            let license = competence::admit::<Release>(&mut tx, by, id).await?;
            release::settle(&mut tx, &license, &order).await
        }
        .await;
        self.desk.conclude(tx, by, &id.subject(), done).await
    }
}

/// Grants a duty on goods of an HS prefix for a year from now.
pub async fn authorise(tx: &mut Tx, officer: OfficerId, duty: Task, hs_prefix: &str) {
    let now = tx.now();
    let new = NewAuthorisation {
        officer,
        duty,
        hs_prefix: hs_prefix.into(),
        valid_from: now,
        valid_to: Timestamp(now.0 + 365 * Timestamp::DAY),
        reason: "assessment 3/2026".into(),
    };
    competence::authorise(tx, &Actor::system(), new).await.expect("an authorisation");
}

/// Frozen spinach for Japan in one lot of 12 tonnes.
pub fn spinach(lot: &str) -> Lodgement {
    Lodgement {
        direction: "export".into(),
        branch: "BL".into(),
        operator: "3302960001".into(),
        plant: Some("3300/00001".into()),
        market: "JP".into(),
        origin: "CN".into(),
        port: "CNNGB".into(),
        mode: "general".into(),
        lines: vec![GoodsLine {
            hs: "071030".into(),
            name: "冷冻菠菜".into(),
            quantity: "12000".into(),
            unit: "KGM".into(),
            lots: vec![LotEntry { no: lot.into(), quantity: "12000".into() }],
        }],
        ..Lodgement::default()
    }
}

/// The refusal that an act ended in.
pub fn refusal<T: std::fmt::Debug>(done: Result<T, No>) -> Refusal {
    match done {
        Err(No::Refused(r)) => *r,
        other => panic!("a refusal was expected: {other:?}"),
    }
}
