//! Adopting a version of a rule pack in two steps, reading it and comparing it.

use crate::house::House;
use kernel::Role;

const NOW: &str = include_str!("../../../../../rule-packs/CN-2026.toml");

fn version(n: &str, from: &str) -> String {
    NOW.replace("version = \"1\"", &format!("version = \"{n}\""))
        .replace("effective_from = \"2018-04-20\"", &format!("effective_from = \"{from}\""))
        .replace("value = 7\n", "value = 6\n")
}

fn hidden(page: &str) -> String {
    page.split_once("name=\"sha256\" value=\"").expect("the second form").1[..64].to_owned()
}

#[tokio::test]
async fn a_version_is_shown_with_its_changes_agreed_to_and_adopted_from_today_on() {
    let h = House::open().await;
    let registrar = h.enter("reg", Role::Registrar, &h.bureau).await;
    let past = h.upload("/rules/adopt", &registrar, &version("2", "2026-11-23")).await;
    assert_eq!(past.status, 422);
    past.holds(&["not before today, 2026-11-24"]);
    let same = h.upload("/rules/adopt", &registrar, &version("1", "2026-12-01")).await;
    same.holds(&["adopted already"]);
    for broken in ["", "code = ", "\u{0}"] {
        assert_eq!(h.upload("/rules/adopt", &registrar, broken).await.status, 422);
    }
    let text = version("2", "2026-12-01");
    let shown = h.upload("/rules/adopt", &registrar, &text).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    shown.holds(&[
        "release.working_days",
        ">7<",
        ">6<",
        "Changes from CN-2026/1",
        "not verified",
        "Adopt CN-2026/2 from 2026-12-01",
    ]);

    let sha256 = hidden(&shown.body);
    // Browsers post line ends as CR LF.
    let posted = text.replace('\n', "\r\n");
    let unticked = h.post("/rules/adopt/agree", &registrar, &[("text", &posted), ("sha256", &sha256)]).await;
    assert_eq!(unticked.status, 422, "{}", unticked.body);
    unticked.holds(&["agree to the numbers"]);
    let other = posted.replace("value = 6", "value = 600");
    let forged = [("text", other.as_str()), ("sha256", &sha256), ("unverified", "true")];
    h.post("/rules/adopt/agree", &registrar, &forged).await.holds(&["not the text that was shown"]);
    let agreed = [("text", posted.as_str()), ("sha256", &sha256), ("unverified", "true")];
    let place = h.post("/rules/adopt/agree", &registrar, &agreed).await.place();
    assert_eq!(h.last_fact().await.0, "registry.rule_pack_adopted");
    let page = h.get(&place, &registrar).await;
    page.holds(&[
        "CN-2026/2",
        "waiting",
        "行政许可法 (2019) 第三十二条",
        "Intensified",
        "100.0",
        "number-notice.working_days",
    ]);
    h.get("/rules", &registrar).await.holds(&["CN-2026/2", "in force", "EU/1"]);
    let compare = page.body.split("href=\"").find(|p| p.starts_with("/rules/compare")).expect("a link");
    let compare = compare.split('"').next().expect("an address").replace("&amp;", "&");
    h.get(&compare, &registrar).await.holds(&["release.working_days"]);
    let again = h.post("/rules/adopt/agree", &registrar, &agreed).await;
    assert_eq!(again.status, 422, "the same version twice");
}

#[tokio::test]
async fn the_calendar_shows_holidays_and_working_weekends_of_a_year() {
    let h = House::open().await;
    let clerk = h.enter("clerk", Role::Clerk, &h.beilun).await;
    let page = h.get("/calendar?year=2026", &clerk).await;
    page.holds(&["October", "Holiday", "Working weekend day"]);
    assert_eq!(
        page.body.matches("class=\"day off\"").count(),
        19 + 1,
        "the holidays on weekdays and the key"
    );
    h.get("/calendar?year=2031", &clerk).await.holds(&["holidays of 2031 are not here"]);
    for year in ["-5", "99999", "x"] {
        let said = h.get(&format!("/calendar?year={year}"), &clerk).await;
        assert!(said.status.is_success() || said.status.is_client_error(), "{year}");
    }
}
