//! What comes back from abroad in the demonstration's year: several notifications handled through the acts, each by
//! the people whose work it is, and one that waits.

use super::{cast::Cast, dice::Dice};
use flow::{Desk, Lots};
use kernel::{Actor, LotId, NotificationId, OfficerId, RecallId, Result, Role, SettlementId, Timestamp};
use registry::people;
use std::sync::Arc;
use store::Tx;
use supervision::{
    correction, declaration,
    notification::{self, Notice, Registered},
    recall, release, traceback,
};

/// The same seed gives the same notifications, whatever else the year brings.
const SEED: u64 = 249;
/// Microseconds between two looks at the drills.
const DRILL_LOOK: i64 = 12 * Timestamp::HOUR;

/// What is written on the way of a notification.
const FIRST_REPORT: &str = "We received your notification and are tracing the lot.";
const AGREES: &str = "批号、证书与通报一致 Lot and certificate agree with the notification";
const RECORDS: &str = "投料、领料和销售记录已核对 Records of feeding, store and sale were seen";
const MAY_HARM: &str = "境外检出，可能危害健康 Found abroad, may harm";
const RECALL_PLAN: &str =
    "停止销售，通知收货人，运回销毁 Stop of sale, consignees told, taken back and destroyed";
const SPRAY: &str = "基地用药记录与采收日期不符 The spray record does not agree with the day of harvest";
const CORRECTION: &str = "停用该基地；每批附用药记录；加测原料 The farm is stopped; a spray record with each lot; raw material is tested";
const SEEN: &str = "抽查三个基地，记录齐全 Three farms were looked at; the records are whole";
const REPLY: &str = "The cause was the use of a pesticide too close to the harvest at one farm. The lot was taken back and destroyed; the farm is stopped, and every consignment of the establishment is inspected.";

/// How a notification comes and what becomes of it.
#[derive(Clone, Copy, PartialEq)]
enum Course {
    /// The lot is named: traced, recalled, corrected, answered and watched.
    Named,
    /// The lot is named later.
    Later,
    /// Nobody can say which lot it was.
    Lost,
    /// It came this morning and waits.
    Waiting,
}

/// One notification and where its story stands.
struct Case {
    course: Course,
    source: &'static str,
    notifier: &'static str,
    market: &'static str,
    hazard: (&'static str, &'static str),
    next: Timestamp,
    step: u8,
    id: Option<NotificationId>,
    lots: Vec<LotId>,
    recall: Option<RecallId>,
}

/// All of them.
pub(super) struct Abroad {
    cases: Vec<Case>,
    drills: Timestamp,
    dice: Dice,
    lots: Arc<Lots>,
}

type Origin = (i64, Course, &'static str, &'static str, &'static str, (&'static str, &'static str));

/// Days before the present on which notifications come: course, source, notifier, market, hazard.
const ORIGINS: [Origin; 6] = [
    (290, Course::Named, "rasff", "Germany", "DE", ("Chlorpyrifos", "Pesticide residues")),
    (
        214,
        Course::Later,
        "authority",
        "Japan MHLW",
        "JP",
        ("Sulfadiazine", "Residues of veterinary medicinal products"),
    ),
    (150, Course::Lost, "citizen", "", "KR", ("Metal fragment", "Foreign bodies")),
    (96, Course::Named, "fda", "US FDA", "US", ("Listeria monocytogenes", "Pathogenic micro-organisms")),
    (33, Course::Named, "rasff", "Netherlands", "NL", ("Salmonella", "Pathogenic micro-organisms")),
    (0, Course::Waiting, "rasff", "Italy", "", ("Chlorpyrifos", "Pesticide residues")),
];

impl Abroad {
    /// The notifications of a year that ends now.
    pub(super) async fn new(desk: &Desk, first: Timestamp, now: Timestamp) -> Result<Abroad> {
        let case = |(days, course, source, notifier, market, hazard): Origin| Case {
            course,
            source,
            notifier,
            market,
            hazard,
            next: Timestamp(now.0 - days * Timestamp::DAY - 5 * Timestamp::HOUR),
            step: 0,
            id: None,
            lots: Vec::new(),
            recall: None,
        };
        let cases = ORIGINS.into_iter().map(case).collect();
        let lots = Lots::open(desk, None).await?;
        Ok(Abroad { cases, drills: first, dice: Dice::new(SEED), lots })
    }

    /// Does what is due by `at`, in its order, each with what follows it; gives the number of facts followed.
    pub(super) async fn play(
        &mut self,
        desk: &Desk,
        tx: &mut Tx,
        cast: &Cast,
        at: Timestamp,
        mut followed: usize,
    ) -> Result<usize> {
        loop {
            let case = self.cases.iter_mut().filter(|c| c.next <= at).min_by_key(|c| c.next);
            match case {
                Some(case) if case.next < self.drills => {
                    tx.set_now(case.next);
                    let hours = case.advance(tx, cast, &mut self.dice, &self.lots).await?;
                    // A case that is over lies beyond every deed of the year.
                    case.next = hours.map_or(Timestamp(i64::MAX), |h| case.next.plus_hours(h));
                }
                _ if self.drills <= at => {
                    tx.set_now(self.drills);
                    drill(tx, cast).await?;
                    self.drills = Timestamp(self.drills.0 + DRILL_LOOK);
                }
                _ => return Ok(followed),
            }
            followed = desk.follow(tx, followed).await?;
        }
    }
}

/// Draws the drills of the quarter when it is time, and ends those whose records came in.
async fn drill(tx: &mut Tx, cast: &Cast) -> Result<()> {
    traceback::draw(tx).await?;
    let Some(by) = cast.holders(None, Role::Risk).first().copied().cloned() else { return Ok(()) };
    for x in traceback::open(tx, None, 20).await?.into_iter().filter(|x| x.kind == "drill") {
        // Most plants deliver at the next look, one in four at the one after: too late.
        let slow = x.id.0.as_bytes()[15] % 4 == 0;
        if tx.now().0 - x.started_at.0 >= if slow { 30 } else { 6 } * Timestamp::HOUR {
            traceback::end(tx, &by, x.id, true, "企业提交的记录已核对 The plant's records were seen").await?;
        }
    }
    Ok(())
}

impl Case {
    /// One step of the story; gives the hours to the next one.
    async fn advance(
        &mut self,
        tx: &mut Tx,
        cast: &Cast,
        dice: &mut Dice,
        lots: &Arc<Lots>,
    ) -> Result<Option<i64>> {
        let Some(by) = cast.holders(None, Role::Risk).first().copied().cloned() else { return Ok(None) };
        self.step += 1;
        let Some(id) = self.id else { return self.register(tx, &by, dice).await };
        match (self.course, self.step) {
            (Course::Waiting, _) => Ok(None),
            (Course::Later, 2) => {
                let lot = lot_of(tx, &self.lots).await?;
                let more = notification::More { lot_no: lot, ..notification::More::default() };
                notification::supplement(tx, &by, id, &more).await?;
                Ok(Some(20))
            }
            (Course::Lost, 2) => {
                notification::not_attributable(tx, &by, id, "包装已丢弃，批号、生产日期均不能提供 The wrapping is gone; neither lot nor date can be told").await?;
                Ok(Some(4))
            }
            (Course::Lost, 3) => {
                notification::reply(
                    tx,
                    &by,
                    id,
                    "The goods could not be identified; we ask for the wrapping should it be found.",
                    true,
                )
                .await?;
                Ok(Some(30))
            }
            (Course::Lost, 4) => {
                notification::close(tx, &by, id, "无法归因，已答复 Cannot be attributed, answered").await?;
                Ok(None)
            }
            (Course::Lost, _) => Ok(None),
            (_, step) => self.named(tx, cast, &by, (id, step, lots)).await,
        }
    }

    async fn register(&mut self, tx: &mut Tx, by: &Actor, dice: &mut Dice) -> Result<Option<i64>> {
        let named = matches!(self.course, Course::Named | Course::Waiting);
        let away = Timestamp(tx.now().0 - 20 * Timestamp::DAY);
        let sought = release::Sought {
            hs: String::new(),
            market: String::new(),
            operator: String::new(),
            since: None,
        };
        let before = Some((away, SettlementId::from(kernel::MAX_UUID)));
        let gone = release::released(tx, &Actor::system(), &sought, before, 60).await?;
        // Exported food only: a toy has no residues, and what came in is nobody's abroad.
        let exported = |hs: &str| super::cast::GOODS.iter().any(|g| g.0 == hs && g.4 && g.5);
        let food: Vec<_> = gone.iter().filter(|l| exported(&l.hs)).collect();
        if food.is_empty() {
            return Ok(None);
        }
        let lot = *dice.pick(&food);
        self.lots = vec![lot.lot];
        super::abroad_events::record(tx, lot).await?;
        let goods = super::cast::GOODS.iter().find(|g| g.0 == lot.hs).map_or(lot.name.as_str(), |g| g.2);
        let notice = Notice {
            source: self.source.into(),
            reference: format!("{}/{}", tx.now().date(), dice.between(1000, 9999)),
            kind: if self.source == "citizen" { "complaint".into() } else { "border rejection".into() },
            notified_on: tx.now().date().to_string(),
            notifier: self.notifier.into(),
            origin: vec!["China".into()],
            product: goods.into(),
            hazard: self.hazard.0.into(),
            hazard_category: self.hazard.1.into(),
            serious: self.course != Course::Lost,
            market: Some(if self.market.is_empty() { lot.market.clone() } else { self.market.to_owned() }),
            lot_no: named.then(|| lot.lot_no.clone()),
            ..Notice::default()
        };
        if let Registered::FollowUp(id) = notification::register(tx, by, &notice).await? {
            self.id = Some(id);
        }
        Ok((self.course != Course::Waiting).then_some(3))
    }

    /// The story of a notification whose lot is known.
    async fn named(
        &mut self,
        tx: &mut Tx,
        cast: &Cast,
        by: &Actor,
        (id, step, lots): (NotificationId, u8, &Arc<Lots>),
    ) -> Result<Option<i64>> {
        let first = if self.course == Course::Later { 3 } else { 2 };
        match step - first {
            0 => {
                let panel = panel(tx, cast).await?;
                notification::reply(tx, by, id, FIRST_REPORT, false).await?;
                notification::attribute(tx, by, id, &self.lots, &panel, AGREES).await?;
                Ok(Some(2))
            }
            1 => {
                self.trace_and_recall(tx, by, id, lots).await?;
                Ok(Some(26))
            }
            2 => {
                if let Some(recall) = self.recall {
                    recall::start(tx, by, recall, RECALL_PLAN).await?;
                }
                notification::find_cause(tx, by, id, "farm_input", SPRAY).await?;
                Ok(Some(24 * 6))
            }
            3 => {
                self.account(tx, by).await?;
                for c in correction::of_notification(tx, id).await? {
                    correction::plan(tx, by, c.id, CORRECTION).await?;
                }
                Ok(Some(24 * 5))
            }
            4 => {
                let inspector = inspector(tx, cast, id).await?;
                for c in correction::of_notification(tx, id).await? {
                    correction::verify(tx, inspector.as_ref().unwrap_or(by), c.id, true, SEEN).await?;
                }
                notification::reply(tx, by, id, REPLY, true).await?;
                Ok(Some(24))
            }
            5 => {
                notification::close(tx, by, id, "措施已验证 Measures verified").await?;
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    async fn trace_and_recall(
        &mut self,
        tx: &mut Tx,
        by: &Actor,
        id: NotificationId,
        lots: &Arc<Lots>,
    ) -> Result<()> {
        let starts = traceback::Starts { lots: self.lots.clone(), uris: Vec::new() };
        let start = traceback::Start { notification: Some(id), starts, seed: None };
        let trace = traceback::start(tx, by, &start).await?;
        lots.read_on(tx).await?;
        traceback::run(tx, by, &**lots, trace, &[]).await?;
        traceback::end(tx, by, trace, true, RECORDS).await?;
        let (hazard, lots) = (self.hazard.0, self.lots.as_slice());
        let call = recall::Call { notification: id, class: 2, hazard, reason: MAY_HARM, lots };
        self.recall = Some(recall::open(tx, by, &call).await?);
        Ok(())
    }

    /// The consignee answers, everything is accounted for, and the recall is closed.
    async fn account(&self, tx: &mut Tx, by: &Actor) -> Result<()> {
        let Some(id) = self.recall else { return Ok(()) };
        for l in recall::lines(tx, id).await?.into_iter().filter(|l| !l.held) {
            let (most, eaten) = (l.quantity.milli / 10 * 7, l.quantity.milli - l.quantity.milli / 10 * 7);
            let number = |milli| kernel::Quantity { milli, unit: l.quantity.unit }.number();
            recall::tell(tx, by, id, l.id, "").await?;
            for (how, milli, estimated, evidence) in [
                ("destroyed", most, false, "销毁证明 certificate of destruction"),
                ("consumed", eaten, true, "收货人销售记录 sales record of the consignee"),
            ] {
                if milli > 0 {
                    let told = (how, number(milli).as_str().to_owned(), estimated, evidence);
                    recall::account(tx, by, id, l.id, (told.0, &told.1, told.2, told.3)).await?;
                }
            }
            recall::check(tx, by, id, l.id, (true, "收货人已下架 The consignee took it off sale")).await?;
        }
        recall::close(tx, by, id, "已核销清零 Accounted for to zero").await
    }
}

/// The number of the first lot.
async fn lot_of(tx: &mut Tx, lots: &[LotId]) -> Result<Option<String>> {
    Ok(notification::reach(tx, lots).await?.into_iter().next().map(|r| r.lot_no))
}

/// Three officers of the bureau itself: nobody of a branch.
async fn panel(tx: &mut Tx, cast: &Cast) -> Result<Vec<OfficerId>> {
    let own = [Role::Laboratory, Role::Registrar, Role::Risk];
    let holders: Vec<OfficerId> =
        own.into_iter().flat_map(|r| cast.holders(None, r)).filter_map(|a| a.officer).collect();
    let mut free = Vec::new();
    for officer in holders {
        if people::interests(tx, &Actor::system(), officer).await?.is_empty() {
            free.push(officer);
        }
    }
    free.truncate(3);
    Ok(free)
}

/// An inspector of the branch that handled the first lot.
async fn inspector(tx: &mut Tx, cast: &Cast, id: NotificationId) -> Result<Option<Actor>> {
    let lots = notification::attributed_lots(tx, id).await?;
    let Some(r) = notification::reach(tx, &lots).await?.into_iter().next() else { return Ok(None) };
    let d = declaration::one(tx, &Actor::system(), r.declaration).await?;
    Ok(d.and_then(|d| cast.holders(Some(d.branch), Role::Inspector).first().copied().cloned()))
}
