//! Every statement of the store is understood by both engines.

use testkit::{TestDb, on_both};

on_both! {
    async fn every_statement_prepares(t: TestDb) {
        t.prepare_all(&store::statements()).await;
    }

    async fn a_wrong_statement_does_not_prepare(t: TestDb) {
        assert!(t.prepare("select nothing_like_it from ledger").await.is_err());
        assert!(t.prepare("selec 1").await.is_err());
    }
}
