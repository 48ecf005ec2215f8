//! The neutral label set: the same pages in words that other countries use.

use web::look::{Lang, speak_neutrally, t};

#[test]
fn an_installation_may_speak_in_neutral_words_and_every_one_replaces_a_word_that_exists() {
    assert_eq!((t(Lang::En, "brands"), t(Lang::ZhCn, "brands")), ("Brands".into(), "品牌".into()));
    for (lang, text) in [
        (Lang::En, include_str!("../locales/en/neutral.ftl")),
        (Lang::ZhCn, include_str!("../locales/zh-CN/neutral.ftl")),
    ] {
        for key in text.lines().filter_map(|l| l.strip_prefix("neutral-")?.split(" = ").next()) {
            assert_ne!(t(lang, key), key, "{key} names no word");
        }
    }
    speak_neutrally(true);
    assert_eq!(t(Lang::En, "brands"), "Excellence initiatives");
    assert_eq!(t(Lang::ZhCn, "brands"), "创优项目");
    assert_eq!(t(Lang::En, "declarations"), "Declarations", "what has no neutral word keeps its own");
}
