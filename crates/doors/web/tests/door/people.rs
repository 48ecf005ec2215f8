//! Officers, what they may do, and their interests.

use crate::house::House;
use kernel::Role;

#[tokio::test]
async fn m1_7_authorising_delegating_and_ending_on_the_page() {
    let h = House::open().await;
    let registrar = h.enter("reg", Role::Registrar, &h.bureau).await;
    let li = h.enter("lim", Role::Inspector, &h.beilun).await.officer;
    let own = format!("/officers/{li}");
    let grant = [
        ("duty", "inspect"),
        ("hs_prefix", "0710"),
        ("valid_from", "2026-11-24"),
        ("valid_to", "2027-01-31"),
        ("reason", "考核 3/2026"),
    ];
    assert_eq!(h.post(&format!("{own}/authorise"), &registrar, &grant).await.place(), own);
    let page = h.get(&own, &registrar).await;
    page.holds(&[
        "HS 0710",
        "Record of an earlier authorisation: 考核 3/2026",
        "Run out within 180 days",
        "/end",
        "/renew",
    ]);
    assert_eq!(h.last_fact().await.0, "competence.authorised");

    let back = [
        ("duty", "inspect"),
        ("hs_prefix", "07x"),
        ("valid_from", "2026-11-24"),
        ("valid_to", "2026-11-01"),
        ("reason", ""),
    ];
    let said = h.post(&format!("{own}/authorise"), &registrar, &back).await;
    assert_eq!(said.status, 403);
    said.holds(&["later than the start", "leading digits", "name the assessment", "value=\"07x\""]);

    let long = [("duty", "inspect"), ("valid_to", "73"), ("reason", "台风")];
    let said = h.post(&format!("{own}/delegate"), &registrar, &long).await;
    said.holds(&["at most 72 hours", "本局授权管理规定"]);
    let certify = [("duty", "certify"), ("valid_to", "1"), ("reason", "台风")];
    assert_eq!(h.post(&format!("{own}/delegate"), &registrar, &certify).await.status, 403);
    let fits = [("duty", "test"), ("valid_to", "72"), ("reason", "台风，仅一人在岗")];
    assert_eq!(h.post(&format!("{own}/delegate"), &registrar, &fits).await.status, 303);
    h.get("/authorisations/overrides", &registrar).await.holds(&["台风，仅一人在岗", "reg Officer reg"]);
    h.get("/authorisations/overrides?month=2026-10", &registrar).await.lacks(&["台风"]);
    h.get("/authorisations", &registrar).await.holds(&["Officer li", "HS 0710"]);
    h.get("/authorisations/single", &registrar).await.holds(&["lim Officer lim", "Beilun Branch"]);

    let renew = page.body.split("href=\"").find(|part| part.contains("/renew\"")).expect("a link");
    let renew = renew.split('"').next().expect("an address");
    h.get(renew, &registrar).await.holds(&["witnessed and passed within the last twelve months"]);
    let said = h.post(renew, &registrar, &[]).await;
    assert_eq!(said.status, 403);
    said.holds(&["within twelve months", "Open a new assessment"]);

    let end = page
        .body
        .split("href=\"")
        .find(|part| part.starts_with("/authorisations/") && part.contains("/end\""))
        .expect("a link");
    let end = end.split('"').next().expect("an address");
    assert_eq!(h.post(end, &registrar, &[("how", "suspended"), ("reason", "")]).await.status, 403);
    assert_eq!(
        h.post(end, &registrar, &[("how", "suspended"), ("reason", "关键项不合格")]).await.place(),
        own
    );
    h.get(&own, &registrar).await.holds(&["suspended"]);
}

#[tokio::test]
async fn a_branch_head_authorises_own_officers_and_nobody_authorises_himself() {
    let h = House::open().await;
    let head = h.enter("head", Role::Manager, &h.beilun).await;
    let own = h.enter("lim", Role::Inspector, &h.beilun).await.officer;
    let other = h.enter("wuh", Role::Inspector, &h.zhenhai).await.officer;
    let grant =
        [("duty", "inspect"), ("valid_from", "2026-11-24"), ("valid_to", "2027-11-23"), ("reason", "考核")];
    for (officer, word) in [
        (own, "has passed no assessment"),
        (other, "outside your reach"),
        (head.officer, "nobody authorises himself"),
    ] {
        let said = h.post(&format!("/officers/{officer}/authorise"), &head, &grant).await;
        assert_eq!(said.status, 403, "{}", said.body);
        said.holds(&[word]);
    }
    let hours = [("duty", "inspect"), ("valid_to", "2"), ("reason", "台风")];
    assert_eq!(
        h.post(&format!("/officers/{own}/delegate"), &head, &hours).await.status,
        303,
        "an emergency may"
    );
    assert_eq!(h.post(&format!("/officers/{other}/delegate"), &head, &hours).await.status, 403);
    h.get(&format!("/officers/{other}"), &head).await.lacks(&["/authorise\""]);
    h.get(&format!("/officers/{own}"), &head).await.holds(&["/authorise\""]);
    h.get("/authorisations/single", &head).await.holds(&["Officer li"]).lacks(&["Officer wu"]);
}

#[tokio::test]
async fn m1_5_the_reason_of_an_interest_is_for_the_officer_alone() {
    let h = House::open().await;
    let li = h.enter("lim", Role::Inspector, &h.beilun).await;
    let own = format!("/officers/{}", li.officer);
    let missing = h.post("/interests/new", &li, &[("operator", "nobody"), ("reason", "配偶")]).await;
    assert_eq!(missing.status, 422);
    missing.holds(&["no such operator"]);
    let declared =
        h.post("/interests/new", &li, &[("operator", "3302960001"), ("reason", "配偶在该厂任职")]).await;
    assert_eq!(declared.place(), own);
    h.get(&own, &li).await.holds(&["配偶在该厂任职", "Yongjiang Foods"]);
    assert!(!h.last_fact().await.1.contains("配偶"));
    let head = h.enter("head", Role::Manager, &h.beilun).await;
    h.get(&own, &head).await.holds(&["Yongjiang Foods", "reason withheld"]).lacks(&["配偶"]);
    let colleague = h.enter("wuh", Role::Inspector, &h.beilun).await;
    h.get(&own, &colleague).await.lacks(&["配偶", "Yongjiang Foods"]);
}
