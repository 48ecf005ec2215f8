//! A backup taken while acts go on is whole, restores into an empty place, and verifies.

use crate::common::{export_lines, fill};
use kernel::No;
use store::{Db, backup, ledger::verify, restore};
use testkit::{TestDb, on_both};

fn code(r: Result<(), No>) -> String {
    match r {
        Err(No::Refused(r)) => r.code,
        other => panic!("not refused: {other:?}"),
    }
}

on_both! {
    async fn a_backup_while_writing_restores_and_verifies(t: TestDb) {
        fill(&t, 20, 5).await;
        let file = t.folder().join("copy.backup");
        let (saved, ()) = tokio::join!(backup(&t, &file), fill(&t, 60, 5));
        saved.expect("the backup is written while acts go on");
        let place = t.empty_place().await;
        restore(&place, &file).await.expect("restored");
        let restored = Db::open(&place).await.expect("the restored database opens");
        let v = verify(&restored, &t.clock, |_, _| {}).await.expect("a verdict");
        assert_eq!(v.broken, None);
        assert!(v.facts >= 100 && v.facts <= 400 && v.facts % 5 == 0, "whole acts only: {}", v.facts);
        let facts = usize::try_from(v.facts).expect("a count");
        let mut copy = Vec::new();
        store::ledger::export(&restored, &t.clock, &mut copy).await.expect("an export");
        let copy = String::from_utf8(copy).expect("UTF-8");
        assert_eq!(copy.lines().collect::<Vec<_>>(), export_lines(&t).await[..facts]);
        restored.close().await;
    }

    async fn a_backup_never_overwrites_a_file(t: TestDb) {
        let file = t.folder().join("copy.backup");
        std::fs::write(&file, "precious").expect("a file");
        assert_eq!(code(backup(&t, &file).await), "backup.exists");
        assert_eq!(std::fs::read(&file).expect("the file"), b"precious");
    }

    async fn a_restore_asks_for_a_real_backup_and_an_empty_place(t: TestDb) {
        let absent = t.folder().join("absent");
        let place = t.empty_place().await;
        assert_eq!(code(restore(&place, &absent).await), "restore.absent");
        let junk = t.folder().join("junk");
        std::fs::write(&junk, "not a backup").expect("a file");
        let refused = code(restore(&place, &junk).await);
        assert!(["restore.format", "backup.failed"].contains(&refused.as_str()), "{refused}");
        let file = t.folder().join("copy.backup");
        fill(&t, 1, 2).await;
        backup(&t, &file).await.expect("a backup");
        let refused = code(restore(t.url(), &file).await);
        assert!(["restore.exists", "backup.failed"].contains(&refused.as_str()), "{refused}");
        assert_eq!(verify(&t, &t.clock, |_, _| {}).await.expect("a verdict").facts, 2);
    }
}
