//! What comes back from abroad, for stories: a risk analyst of the bureau, a panel of another branch, notifications,
//! recalls, traces, and the events of a plant.

use crate::Bureau;
use flow::Lots;
use kernel::{
    Actor, DeclarationId, Fact, LotId, NotificationId, OfficerId, RecallId, Role, Scope, Supervision,
    TracebackId,
};
use std::sync::Arc;
use supervision::{
    competence::Task,
    epcis::Behaviour,
    notification::{self, Notice, Registered},
    recall::{self, Call},
    release::Outcome,
    traceback::{self, Found, Gap, Start, Starts},
};
use testkit::TestDb;

/// A border rejection of frozen spinach for a residue.
pub fn notice(reference: &str, lot_no: Option<&str>, day: String) -> Notice {
    Notice {
        source: "rasff".into(),
        reference: reference.into(),
        kind: "border rejection".into(),
        notified_on: day,
        notifier: "Germany".into(),
        origin: vec!["China".into()],
        product: "Frozen spinach".into(),
        category: "Fruits and vegetables".into(),
        hazard: "Chlorpyrifos".into(),
        hazard_category: "Pesticide residues".into(),
        serious: true,
        market: Some("JP".into()),
        lot_no: lot_no.map(str::to_owned),
        ..Notice::default()
    }
}

/// The bureau with a risk analyst of its own and three officers of another branch.
pub struct Hall {
    /// The bureau.
    pub b: Bureau,
    /// A risk analyst who acts for the whole bureau.
    pub risk: Actor,
    /// The head of Beilun branch.
    pub head: Actor,
    /// A release officer of Beilun branch.
    pub releaser: Actor,
    /// Officers of Zhenhai branch.
    pub panel: Vec<OfficerId>,
}

/// Opens it.
pub async fn hall(t: &TestDb) -> Hall {
    hall_of(Bureau::open(t).await).await
}

/// The same people in a bureau that is open already.
pub async fn hall_of(b: Bureau) -> Hall {
    let mut risk = b.officer("R001", Role::Risk, &[]).await;
    risk.scope = Scope::Bureau;
    let head = b.officer("M001", Role::Manager, &[]).await;
    let releaser = b.officer("F001", Role::Releaser, &[Task::Release]).await;
    let mut tx = b.begin().await;
    let mut panel = Vec::new();
    for no in ["Z001", "Z002", "Z003"] {
        let name = kernel::bi(no, no);
        let by = Actor::system();
        let posted = registry::people::post_officer(&mut tx, &by, no, &name, &b.zhenhai, b.post).await;
        panel.push(posted.expect("an officer"));
    }
    b.desk.finish(tx).await.expect("commit");
    Hall { b, risk, head, releaser, panel }
}

impl Hall {
    /// Registers a notice of our own goods.
    pub async fn registered(&self, n: &Notice) -> NotificationId {
        let mut tx = self.b.begin().await;
        let done = notification::register(&mut tx, &self.risk, n).await.expect("registered");
        self.b.desk.finish(tx).await.expect("commit");
        match done {
            Registered::FollowUp(id) => id,
            other => panic!("a follow-up was expected: {other:?}"),
        }
    }

    /// The panel attributes a notification to lots.
    pub async fn attributed(&self, id: NotificationId, lots: &[LotId]) {
        let mut tx = self.b.begin().await;
        notification::attribute(&mut tx, &self.risk, id, lots, &self.panel, "the lot number agrees")
            .await
            .expect("attributed");
        self.b.desk.finish(tx).await.expect("commit");
    }

    /// A lot that a panel attributed a notification to, out of the gate.
    pub async fn notified(&self, lot: &str, reference: &str) -> (NotificationId, DeclarationId, Vec<LotId>) {
        let d = self.b.lodge(lot).await;
        let lots = self.released(d).await;
        let today = self.b.read().await.now().date().to_string();
        let id = self.registered(&notice(reference, Some(lot), today)).await;
        self.attributed(id, &lots).await;
        (id, d, lots)
    }

    /// Brings a consignment through to its release.
    pub async fn released(&self, d: DeclarationId) -> Vec<LotId> {
        self.b.to_release(d, true).await;
        let lots = self.b.lots(d).await;
        self.b.settle(&self.releaser, d, &lots, Outcome::Release, "").await.expect("released");
        lots
    }

    /// The facts of a kind.
    pub async fn facts(&self, kind: &str) -> Vec<Supervision> {
        let mut tx = self.b.read().await;
        let stored = store::ledger::page(&mut tx, i64::MAX, 50, Some(kind)).await.expect("facts");
        let facts = stored.iter().filter_map(|f| Fact::decode(&f.kind, &f.body).expect("a fact"));
        facts.filter_map(|f| if let Fact::Supervision(s) = f { Some(s) } else { None }).collect()
    }

    /// Opens a recall of lots.
    pub async fn opened(&self, id: NotificationId, class: i64, lots: &[LotId]) -> RecallId {
        let mut tx = self.b.begin().await;
        let call = Call { notification: id, class, hazard: "Chlorpyrifos", reason: "above the limit", lots };
        let recall = recall::open(&mut tx, &self.risk, &call).await.expect("opened");
        self.b.desk.finish(tx).await.expect("commit");
        recall
    }

    /// Captures EPCIS events, given as JSON.
    pub async fn captured(&self, events: &str) {
        let text = format!(
            r#"{{"@context":"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld","type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-11-24T00:00:00Z","epcisBody":{{"eventList":[{events}]}}}}"#
        );
        let bytes: Arc<[u8]> = text.into_bytes().into();
        let done = self.b.desk.capture(&Actor::system(), Behaviour::Rollback, bytes).await.expect("captured");
        assert_eq!(done.tally.rejected, 0, "{:?}", done.tally);
    }

    /// The genealogy with all that was captured.
    pub async fn genealogy(&self) -> Arc<Lots> {
        let lots = Lots::open(&self.b.desk, None).await.expect("opened");
        lots.catch_up(&self.b.desk).await.expect("read");
        lots
    }

    /// Starts a trace from the desk and runs it.
    pub async fn traced(&self, starts: Starts, gaps: &[Gap]) -> (TracebackId, Found) {
        let lots = self.genealogy().await;
        let mut tx = self.b.begin().await;
        let from = Start { notification: None, starts, seed: None };
        let id = traceback::start(&mut tx, &self.risk, &from).await.expect("started");
        let found = traceback::run(&mut tx, &self.risk, &*lots, id, gaps).await.expect("run");
        self.b.desk.finish(tx).await.expect("commit");
        (id, found)
    }
}

/// A farm.
pub const FARM: &str = "urn:epc:id:sgln:6912345.10001.0";
/// A plant.
pub const PLANT: &str = "urn:epc:id:sgln:6912345.00001.0";
/// A buyer abroad.
pub const BUYER: &str = "urn:epc:id:sgln:4098765.00001.0";

/// The identifier of a lot.
pub fn lgtin(lot: &str) -> String {
    format!("urn:epc:class:lgtin:6912345.100001.{lot}")
}

fn quantity(lot: &str, kg: u32) -> String {
    format!(r#"{{"epcClass":"{}","quantity":{kg},"uom":"KGM"}}"#, lgtin(lot))
}

/// A raw lot harvested at a farm.
pub fn harvest(lot: &str, farm: &str, time: &str) -> String {
    format!(
        r#"{{"type":"ObjectEvent","eventTime":"{time}","eventTimeZoneOffset":"+08:00","action":"ADD","bizStep":"commissioning","bizLocation":{{"id":"{farm}"}},"quantityList":[{}]}}"#,
        quantity(lot, 5000)
    )
}

/// A process of its own for each time.
fn process(time: &str) -> String {
    let digits: String = time.chars().filter(char::is_ascii_digit).collect();
    format!("00000000-0000-4000-8000-{}", &digits[2..14])
}

/// Lots made from lots at the plant.
pub fn made(inputs: &[&str], outputs: &[&str], time: &str) -> String {
    let list = |lots: &[&str]| lots.iter().map(|l| quantity(l, 4000)).collect::<Vec<_>>().join(",");
    let inputs =
        if inputs.is_empty() { String::new() } else { format!(r#""inputQuantityList":[{}],"#, list(inputs)) };
    format!(
        r#"{{"type":"TransformationEvent","eventTime":"{time}","eventTimeZoneOffset":"+08:00","transformationID":"urn:uuid:{}","bizLocation":{{"id":"{PLANT}"}},{inputs}"outputQuantityList":[{}]}}"#,
        process(time),
        list(outputs)
    )
}

/// A lot sent.
pub fn shipped(lot: &str, to: &str, time: &str) -> String {
    format!(
        r#"{{"type":"ObjectEvent","eventTime":"{time}","eventTimeZoneOffset":"+08:00","action":"OBSERVE","bizStep":"shipping","bizLocation":{{"id":"{PLANT}"}},"quantityList":[{}],"destinationList":[{{"type":"location","destination":"{to}"}}]}}"#,
        quantity(lot, 4000)
    )
}
