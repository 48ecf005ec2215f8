//! Stories of amendments and withdrawals, on both engines.

use kernel::{Actor, DeclarationId, LotId, Refusal, Role, Scope, SettlementId, supervision::Settled};
use stories::{Bureau, refusal, spinach};
use supervision::competence::{Accept, Task, admit};
use supervision::declaration::{self, Lodgement, NewAmendment, Stage};
use testkit::{TestDb, on_both};

async fn amend(
    b: &Bureau,
    by: &Actor,
    id: DeclarationId,
    revision: i64,
    to: Lodgement,
) -> Result<i64, Refusal> {
    let mut tx = b.begin().await;
    let new = NewAmendment { revision, to, reason: String::new() };
    let done = declaration::amend(&mut tx, by, id, &new).await;
    b.desk.conclude(tx, by, &id.subject(), done).await.map_err(|no| refusal(Err::<(), _>(no)))
}

async fn withdraw(b: &Bureau, by: &Actor, id: DeclarationId, reason: &str) -> Result<(), Refusal> {
    let mut tx = b.begin().await;
    let done = declaration::withdraw(&mut tx, by, id, reason).await;
    b.desk.conclude(tx, by, &id.subject(), done).await.map_err(|no| refusal(Err::<(), _>(no)))
}

async fn accept(b: &Bureau, by: &Actor, id: DeclarationId) {
    let mut tx = b.begin().await;
    let license = admit::<Accept>(&mut tx, by, id).await.expect("licensed");
    declaration::accept(&mut tx, &license).await.expect("accepted");
    b.desk.finish(tx).await.expect("commit");
}

fn party(b: &Bureau) -> Actor {
    Actor { roles: vec![Role::Declarant], scope: Scope::Operator(b.exporter.id), ..Actor::system() }
}

on_both! {
    async fn what_goods_are_worth_is_told_with_its_currency_and_amended(t: TestDb) {
        let b = Bureau::open(&t).await;
        let worth = |value: &str, currency: &str| {
            let told = |s: &str| Some(s.to_owned()).filter(|s| !s.is_empty());
            Lodgement { value: told(value), currency: told(currency), ..spinach("L1") }
        };
        for (value, currency, field) in [("12", "", "currency"), ("", "CNY", "value"), ("-1", "CNY", "value"), ("1", "yuan", "currency")] {
            let no = refusal(b.desk.lodge(&Actor::system(), &worth(value, currency)).await);
            assert_eq!((no.code.as_str(), no.missing[0].field.as_str()), ("declaration.fields", field), "{value} {currency}");
        }
        let id = b.desk.lodge(&Actor::system(), &worth("84000.50", "CNY")).await.expect("lodged");
        let mut tx = b.read().await;
        let l = declaration::as_lodged(&mut tx, id).await.expect("a reading");
        assert_eq!((l.value.as_deref(), l.currency.as_deref()), (Some("84000.5"), Some("CNY")));
        drop(tx);
        assert_eq!(amend(&b, &party(&b), id, 1, worth("84000.500", "CNY")).await.expect_err("the same").code, "declaration.unchanged");
        amend(&b, &party(&b), id, 1, worth("90000", "USD")).await.expect("amended");
        amend(&b, &party(&b), id, 2, spinach("L1")).await.expect("told no more");
        let mut tx = b.read().await;
        assert_eq!(declaration::as_lodged(&mut tx, id).await.expect("a reading").value, None);
        let facts = store::ledger::of_subject(&mut tx, &id.subject(), 50).await.expect("facts");
        assert_eq!(facts.iter().filter(|f| f.kind == "declaration.value_declared").count(), 2);
    }

    async fn an_amendment_keeps_what_stood_there_and_raises_the_revision(t: TestDb) {
        let b = Bureau::open(&t).await;
        let id = b.lodge("L1").await;
        let mut to = spinach("L1");
        to.lines[0].quantity = "11500.0".into();
        to.lines[0].lots[0].quantity = "11500".into();
        let lot_before = lots(&b, id).await;
        assert_eq!(amend(&b, &party(&b), id, 1, to.clone()).await.expect("amended"), 2);
        let mut tx = b.read().await;
        let made = declaration::amendments(&mut tx, id, 0).await.expect("a list");
        let told: Vec<_> = made[0].changes.iter().map(|c| (c.field.as_str(), c.from.as_str(), c.to.as_str())).collect();
        assert_eq!(told, [("lines[0].lots[0].quantity", "12000", "11500"), ("lines[0].quantity", "12000", "11500")]);
        assert_eq!(lots(&b, id).await, lot_before, "a lot keeps its identity");
        assert_eq!(amend(&b, &party(&b), id, 2, to.clone()).await.expect_err("the same").code, "declaration.unchanged");
        // Somebody who still looks at revision 1 is told what changed.
        to.port = "CNSHA".into();
        let no = amend(&b, &party(&b), id, 1, to).await.expect_err("stale");
        assert_eq!(no.code, "declaration.stale");
        assert!(no.missing.iter().any(|m| m.field == "lines[0].quantity" && m.needed.en.contains("12000")), "{no:?}");
    }

    async fn nobody_amends_himself_out_of_a_check(t: TestDb) {
        let b = Bureau::open(&t).await;
        let mut selected = None;
        for i in 0..60 {
            let id = b.lodge(&format!("L{i}")).await;
            if b.declaration(id).await.selected {
                selected = Some((id, format!("L{i}")));
                break;
            }
        }
        let (id, lot) = selected.expect("one of sixty is selected at a rate of a fifth");
        for revision in 1..6 {
            let mut to = spinach(&lot);
            to.market = if revision % 2 == 1 { "US".into() } else { "JP".into() };
            amend(&b, &party(&b), id, revision, to).await.expect("amended");
            assert!(b.declaration(id).await.selected, "revision {}", revision + 1);
        }
        let mut tx = b.read().await;
        let facts = store::ledger::of_subject(&mut tx, &id.subject(), 50).await.expect("facts");
        assert_eq!(facts.iter().filter(|f| f.kind == "targeting.targeted").count(), 6, "targeted again at each change of market");
    }

    async fn what_makes_the_matter_what_it_is_cannot_be_amended(t: TestDb) {
        let b = Bureau::open(&t).await;
        let id = b.lodge("L1").await;
        let mut to = spinach("L1");
        (to.direction, to.branch) = ("import".into(), "ZH".into());
        let no = amend(&b, &party(&b), id, 1, to).await.expect_err("refused");
        let fields: Vec<_> = no.missing.iter().map(|m| m.field.as_str()).collect();
        assert_eq!((no.code.as_str(), fields), ("declaration.fixed", vec!["branch", "direction"]));
    }

    async fn after_acceptance_an_officer_corrects_with_a_reason_and_never_the_goods(t: TestDb) {
        let b = Bureau::open(&t).await;
        let wang = b.officer("B001", Role::Clerk, &[Task::Accept]).await;
        let id = b.lodge("L1").await;
        accept(&b, &wang, id).await;
        let mut to = spinach("L1");
        to.port = "CNSHA".into();
        assert_eq!(amend(&b, &party(&b), id, 1, to.clone()).await.expect_err("too late").code, "declaration.stage");
        let mut tx = b.begin().await;
        let license = admit::<Accept>(&mut tx, &wang, id).await.expect("licensed");
        let mut new = NewAmendment { revision: 1, to, reason: " ".into() };
        assert_eq!(refusal(declaration::correct(&mut tx, &license, &wang, &new).await).code, "declaration.reason");
        new.reason = "提单更正".into();
        assert_eq!(declaration::correct(&mut tx, &license, &wang, &new).await.expect("corrected"), 2);
        new.to.lines[0].name = "菠菜".into();
        new.revision = 2;
        let no = refusal(declaration::correct(&mut tx, &license, &wang, &new).await);
        assert_eq!((no.code.as_str(), no.missing[0].field.as_str()), ("declaration.fixed", "lines[0].name"));
        b.desk.finish(tx).await.expect("commit");
    }

    async fn a_withdrawal_needs_its_reason_and_ends_the_matter(t: TestDb) {
        let b = Bureau::open(&t).await;
        let id = b.lodge("L1").await;
        assert_eq!(withdraw(&b, &party(&b), id, " ").await.expect_err("no reason").code, "declaration.reason");
        withdraw(&b, &party(&b), id, "客户取消订单").await.expect("withdrawn");
        assert_eq!(b.declaration(id).await.stage, Stage::Withdrawn);
        assert_eq!(withdraw(&b, &party(&b), id, "again").await.expect_err("over").code, "declaration.stage");
        b.desk.lodge(&Actor::system(), &spinach("L1")).await.expect("the same goods may be declared again");
    }

    async fn goods_under_inspection_or_on_hold_are_not_withdrawn(t: TestDb) {
        let b = Bureau::open(&t).await;
        let wang = b.officer("B001", Role::Clerk, &[Task::Accept]).await;
        let id = b.lodge("L1").await;
        accept(&b, &wang, id).await;
        let stage = b.declaration(id).await.stage;
        let mut tx = b.begin().await;
        if stage != Stage::Inspecting {
            declaration::advance(&mut tx, id, &[stage], Stage::Inspecting, None).await.expect("moved");
        }
        b.desk.finish(tx).await.expect("commit");
        let no = withdraw(&b, &party(&b), id, "等不及").await.expect_err("refused");
        assert_eq!(no.code, "declaration.inspecting");
        let mut tx = b.begin().await;
        declaration::advance(&mut tx, id, &[Stage::Inspecting], Stage::Deciding, None).await.expect("moved");
        let lot: LotId = lots(&b, id).await[0];
        let fact = Settled {
            settlement: tx.id::<SettlementId>(),
            declaration: id,
            lot,
            outcome: "hold".into(),
            basis: "residue".into(),
            by_rule: false,
            complete: false,
            accepted_at: None,
            rule_version: "CN-2026/1".into(),
        };
        tx.append(id.subject(), wang.officer, None, fact);
        tx.commit().await.expect("commit");
        let no = withdraw(&b, &party(&b), id, "等不及").await.expect_err("refused");
        assert_eq!((no.code.as_str(), no.missing[0].value.as_str()), ("declaration.open_stop", "residue"));
    }
}

async fn lots(b: &Bureau, id: DeclarationId) -> Vec<LotId> {
    let mut tx = b.read().await;
    declaration::lots(&mut tx, id).await.expect("lots").iter().map(|l| l.id).collect()
}
