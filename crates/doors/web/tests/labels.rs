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
    // Every word of the house that speaks of brands or of the leading group has its neutral one.
    let locales = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("locales");
    for (lang, folder, words) in
        [(Lang::En, "en", &["brand", "leading group"][..]), (Lang::ZhCn, "zh-CN", &["品牌", "领导小组"][..])]
    {
        let files =
            std::fs::read_dir(locales.join(folder)).expect("a folder").map(|f| f.expect("a file").path());
        for file in files.filter(|f| !f.ends_with("neutral.ftl")) {
            let text = std::fs::read_to_string(&file).expect("a text");
            for (key, value) in text.lines().filter_map(|l| l.split_once(" = ")) {
                let has = |t: &str| words.iter().any(|w| t.to_lowercase().contains(w));
                assert!(!has(value) || !has(&t(lang, key)), "{key} has no neutral word in {folder}: {value}");
            }
        }
    }
    assert_eq!(t(Lang::En, "brands"), "Excellence initiatives");
    assert_eq!(t(Lang::ZhCn, "brands"), "创优项目");
    assert_eq!(t(Lang::En, "declarations"), "Declarations", "what has no neutral word keeps its own");
}
