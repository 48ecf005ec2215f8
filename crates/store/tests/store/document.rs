//! Attachments: size and type are judged by content, and one content is kept once.

use kernel::{Chance, Clock, No};
use sha2::{Digest, Sha256};
use store::document::{MAX_SIZE, attach, content, list};
use store::vals;
use testkit::{TestDb, on_both};

fn pdf(size: usize) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    bytes.resize(size, b' ');
    bytes
}

async fn refusal(t: &TestDb, bytes: Vec<u8>) -> String {
    let mut tx = t.tx().await;
    match attach(&mut tx, "lot/1", "paper.pdf", "", bytes, None).await {
        Err(No::Refused(r)) => r.code,
        other => panic!("not refused: {other:?}"),
    }
}

on_both! {
    async fn a_document_is_kept_once_and_read_back_whole(t: TestDb) {
        let bytes = pdf(2_000);
        let mut tx = t.tx().await;
        let first = attach(&mut tx, "lot/1", "合格证\u{7}.pdf", "original", bytes.clone(), None).await.expect("kept");
        attach(&mut tx, "lot/2", "copy.pdf", "", bytes.clone(), None).await.expect("kept");
        tx.commit().await.expect("committed");
        let mut tx = t.reading().await;
        let found = content(&mut tx, first).await.expect("read").expect("there");
        assert_eq!(found, ("lot/1".into(), "合格证.pdf".into(), "application/pdf".into(), bytes.clone()));
        let of_lot = list(&mut tx, "lot/1").await.expect("a list");
        assert_eq!((of_lot.len(), of_lot[0].size), (1, 2_000));
        assert_eq!(of_lot[0].sha256, Sha256::digest(&bytes).to_vec());
        let kept: i64 = tx.one("select count(*) from document", vals![]).await.expect("a row").get(0).expect("n");
        assert_eq!(kept, 1);
        let unknown = Chance::seeded(9).uuid(Clock::now(&t.clock)).into();
        assert_eq!(content(&mut tx, unknown).await.expect("read"), None);
    }

    async fn size_is_bounded_at_ten_mebibytes(t: TestDb) {
        assert_eq!(refusal(&t, Vec::new()).await, "document.size");
        assert_eq!(refusal(&t, pdf(MAX_SIZE + 1)).await, "document.size");
        let mut tx = t.tx().await;
        attach(&mut tx, "lot/1", "largest.pdf", "", pdf(MAX_SIZE), None).await.expect("the largest is kept");
        tx.commit().await.expect("committed");
    }

    async fn a_type_is_proven_by_content_not_by_name(t: TestDb) {
        assert_eq!(refusal(&t, b"MZ\x90 a program called paper.pdf".to_vec()).await, "document.type");
        assert_eq!(refusal(&t, b"<html>".to_vec()).await, "document.type");
        assert_eq!(refusal(&t, b"RIFF....WAVEfmt a sound, not a picture".to_vec()).await, "document.type");
        assert_eq!(refusal(&t, b"RIFF".to_vec()).await, "document.type");
        for (bytes, media_type) in [
            (&b"\x89PNG\r\n\x1a\n...."[..], "image/png"),
            (&b"\xff\xd8\xff\xe0...."[..], "image/jpeg"),
            (&b"RIFF\x10\0\0\0WEBPVP8 "[..], "image/webp"),
        ] {
            let mut tx = t.tx().await;
            attach(&mut tx, media_type, "photo", "", bytes.to_vec(), None).await.expect("a picture");
            assert_eq!(list(&mut tx, media_type).await.expect("a list")[0].media_type, media_type);
        }
    }
}
