//! Gallery, small parts: tabs, facts, figures in a row, badges, progress, nothing found.
use maud::{Markup, html};

use super::super::{
    Empty, Lane, Lang, Progress, Sign, Stage, Stat, Tab, Tone, badge, bilingual, button_link,
    definition_list, empty_state, intensity_badge, lane_badge, progress, section, stage_badge, stats, tabs,
};

pub(super) fn parts(lang: Lang) -> Markup {
    let running = Progress {
        lang,
        id: "import",
        label: lang.pick("导入报检单 declarations-2026-11.csv", "Importing declarations-2026-11.csv"),
        done: 21_480,
        total: Some(37_215),
        rejected: 12,
        poll: Some("/imports/1/progress"),
    };
    let empty = Empty {
        title: lang.pick("没有符合条件的报检单", "No declaration matches these filters"),
        advice: lang.pick(
            "放宽日期，或去除通道条件；也可以新建一份报检单。",
            "Widen the dates or drop the lane; or lodge a new declaration.",
        ),
        actions: button_link(lang.pick("新建报检单", "New declaration"), "#"),
    };
    section(
        lang.pick("批次与概况", "Lots and facts"),
        html! {},
        html! {
            div class="stack" {
                (parts_of_object(lang))
                (today(lang))
                div class="cluster" {
                    @for lane in Lane::ALL { (lane_badge(lang, lane)) }
                    @for stage in Stage::ALL { (stage_badge(lang, stage)) }
                    (badge(Tone::Loud, Sign::Warn, lang.pick("已被替换", "Replaced")))
                }
                (progress(&running))
                (empty_state(&empty))
            }
        },
    )
}

fn parts_of_object(lang: Lang) -> Markup {
    let set = [
        Tab {
            label: lang.pick("货物与批次", "Goods and lots"), href: "#", count: Some(14), current: true
        },
        Tab { label: lang.pick("决定", "Decision"), href: "#", ..Default::default() },
        Tab {
            label: lang.pick("检验检疫", "Inspection"), href: "#", count: Some(2), ..Default::default()
        },
        Tab { label: lang.pick("实验室", "Laboratory"), href: "#", count: Some(3), ..Default::default() },
        Tab { label: lang.pick("证书", "Certificate"), href: "#", ..Default::default() },
        Tab { label: lang.pick("追溯", "Trace"), href: "#", ..Default::default() },
        Tab {
            label: lang.pick("办理记录", "Timeline"), href: "#", count: Some(31), ..Default::default()
        },
    ];
    let facts = [
        (lang.pick("货物", "Goods"), bilingual(lang, "冻煮小龙虾仁", "Frozen cooked crayfish tails")),
        (lang.pick("HS 编码", "HS code"), html! { "1605.40.11" }),
        (
            lang.pick("加工厂", "Plant"),
            html! { a href="#" { (lang.pick("鲁海第一加工厂", "Luhai Plant No. 1")) } " 3700/02116" },
        ),
        (lang.pick("备案养殖场", "Registered farm"), html! { a href="#" { "370883-SX-00127" } }),
        (lang.pick("产品风险", "Product risk"), intensity_badge(lang.pick("高", "High"), 4)),
        (lang.pick("企业分类", "Enterprise class"), intensity_badge(lang.pick("二类", "Class 2"), 2)),
    ];
    html! {
        (tabs(lang.pick("本单内容", "Parts of this declaration"), &set))
        (definition_list(&facts, true))
    }
}

fn today(lang: Lang) -> Markup {
    let all = [
        Stat {
            name: lang.pick("今日放行", "Released today"),
            value: Some("412"),
            unit: lang.pick("批", "lots"),
            more: lang.pick("昨日同时 398", "398 at this time yesterday"),
            href: Some("#"),
        },
        Stat {
            name: lang.pick("按时办结", "Done in time"),
            value: Some("97.8"),
            unit: "%",
            more: "n = 1,284 · 96.9–98.5",
            href: Some("#"),
        },
        Stat {
            name: lang.pick("暂扣中", "On hold"),
            value: Some("14"),
            unit: lang.pick("批", "lots"),
            more: lang.pick("最长 6 个工作日", "longest 6 working days"),
            href: Some("#"),
        },
        Stat {
            name: lang.pick("境外通报", "Foreign notifications"),
            more: lang.pick("本月", "this month"),
            ..Default::default()
        },
    ];
    stats(lang, &all)
}
