//! Gallery, lists: my work, a comparison of units, and the small parts.
use maud::{Markup, html};

use super::super::{
    Align, Chosen, ClockChip, ClockUnit, Column, DataTable, Empty, Field, FieldKind, FigureBar, FigureValue,
    FilterBar, Lane, Lang, Narrow, Order, Pager, Progress, Row, Sign, Stage, Stat, Tab, Tone, badge,
    bilingual, button_link, clock_chip, data_table, definition_list, empty_state, field::Choice, figure_bar,
    figure_legend, filter_bar, intensity_badge, lane_badge, progress, section, stage_badge, stats, tabs,
};

/// One line of work in the sample.
struct Work(
    &'static str,
    (&'static str, &'static str),
    (&'static str, &'static str),
    &'static str,
    Lane,
    Stage,
    (i64, i64),
);

const WORK: [Work; 7] = [
    Work(
        "2026-LG-0043098",
        ("速冻菠菜", "Frozen spinach"),
        ("青禾农产有限公司", "Qinghe Agri Co., Ltd."),
        "18,000",
        Lane::Intensified,
        Stage::Held,
        (-2, 5),
    ),
    Work(
        "2026-LG-0043127",
        ("冻煮小龙虾仁", "Frozen cooked crayfish tails"),
        ("鲁海食品有限公司", "Luhai Foods Co., Ltd."),
        "24,500",
        Lane::Intensified,
        Stage::PartlyReleased,
        (1, 5),
    ),
    Work(
        "2026-LG-0043131",
        ("烤鳗", "Roasted eel"),
        (
            "潮生水产（集团）股份有限公司东港第二冷冻加工厂",
            "Chaosheng Aquatic Products (Group) Co., Ltd., East Port Second Freezing and Processing Plant",
        ),
        "9,600",
        Lane::Sampled,
        Stage::Testing,
        (2, 7),
    ),
    Work(
        "2026-LG-0043140",
        ("保鲜大蒜", "Fresh garlic"),
        ("金乡田园贸易行", "Tianyuan Trading"),
        "112,000",
        Lane::Sampled,
        Stage::Inspecting,
        (3, 5),
    ),
    Work(
        "2026-LG-0043152",
        ("浓缩苹果汁", "Apple juice concentrate"),
        ("北原果业有限公司", "Beiyuan Fruit Co., Ltd."),
        "40,250",
        Lane::Documentary,
        Stage::Accepted,
        (4, 5),
    ),
    Work(
        "2026-LG-0043155",
        ("竹木家具", "Bamboo furniture"),
        ("安林木业有限公司", "Anlin Wood Co., Ltd."),
        "7,320",
        Lane::Facilitated,
        Stage::Declared,
        (5, 5),
    ),
    Work(
        "2026-LG-0043160",
        ("蜂蜜", "Honey"),
        ("山野蜂业合作社", "Shanye Bee Cooperative"),
        "1,200",
        Lane::Documentary,
        Stage::Deficient,
        (0, 5),
    ),
];

pub(super) fn work(lang: Lang) -> Markup {
    let choices = lanes(lang);
    let bar = FilterBar {
        lang,
        action: "/declarations",
        fields: vec![
            Field {
                lang,
                name: "q",
                label: lang.pick("报检号、企业或货物", "Number, operator or goods"),
                kind: FieldKind::Search,
                grow: true,
                ..Default::default()
            },
            Field {
                lang,
                name: "lane",
                label: lang.pick("通道", "Lane"),
                kind: FieldKind::Select(&choices),
                value: "sampled",
                ..Default::default()
            },
            Field {
                lang,
                name: "from",
                label: lang.pick("报检日期起", "Lodged from"),
                kind: FieldKind::Date,
                value: "2026-11-17",
                ..Default::default()
            },
            Field {
                lang,
                name: "to",
                label: lang.pick("止", "to"),
                kind: FieldKind::Date,
                value: "2026-11-24",
                ..Default::default()
            },
        ],
        chosen: vec![
            Chosen { label: lang.pick("单位：东港办事处", "Unit: East Port Branch"), without: "#" },
            Chosen {
                label: lang.pick("报检日期：2026-11-17 至 2026-11-24", "Lodged: 2026-11-17 to 2026-11-24"),
                without: "#",
            },
        ],
        found: Some(1_284),
    };
    let table = DataTable {
        lang,
        id: "work",
        caption: lang.pick("我的工作，按期限排列", "My work, soonest deadline first"),
        columns: vec![
            Column { head: lang.pick("报检号", "Declaration"), sort: Some("#"), ..Default::default() },
            Column { head: lang.pick("货物", "Goods"), ..Default::default() },
            Column { head: lang.pick("企业", "Operator"), ..Default::default() },
            Column {
                head: lang.pick("净重", "Net weight"),
                unit: lang.pick("千克", "kg"),
                align: Align::Figure,
                sort: Some("#"),
                ..Default::default()
            },
            Column { head: lang.pick("通道", "Lane"), ..Default::default() },
            Column { head: lang.pick("状态", "Stage"), ..Default::default() },
            Column {
                head: lang.pick("期限", "Deadline"),
                sort: Some("#"),
                order: Some(Order::Ascending),
                ..Default::default()
            },
        ],
        rows: WORK.iter().enumerate().map(|(at, work)| work_row(lang, at, work)).collect(),
        pager: Some(Pager { first: None, previous: Some("#"), next: Some("#"), total: Some(1_284) }),
        ..Default::default()
    };
    section(lang.pick("我的工作", "My work"), html! {}, html! { (filter_bar(&bar)) (data_table(&table)) })
}

fn work_row(lang: Lang, at: usize, work: &Work) -> Row<'static> {
    let Work(number, goods, operator, weight, lane, stage, (left, total)) = work;
    let rule = lang.pick(
        "受理后五个工作日内实施检验检疫；规则包 CN-2026，第 9.2 条。",
        "Inspection within five working days of acceptance: rule pack CN-2026, item 9.2.",
    );
    let waits = lang.pick("等待补正：产地供货证明", "Waiting for completion: supply certificate of the farm");
    let clock = ClockChip {
        lang,
        left: *left,
        total: *total,
        unit: ClockUnit::WorkingDay,
        due: Some(if *stage == Stage::Deficient { "" } else { "11-26" }).filter(|due| !due.is_empty()),
        rule: Some(rule),
        rule_href: Some("#"),
        suspended: (*stage == Stage::Deficient).then_some(waits),
        met: false,
    };
    Row {
        href: Some(format!("#{number}")),
        cells: vec![
            html! { (number) },
            html! { (lang.pick(goods.0, goods.1)) },
            html! { (lang.pick(operator.0, operator.1)) },
            html! { (weight) },
            lane_badge(lang, *lane),
            stage_badge(lang, *stage),
            clock_chip(&clock),
        ],
        tone: if *left < 0 { Tone::Stop } else { Tone::Plain },
        group: Some(if at < 4 {
            lang.pick("待我检验检疫", "For me to inspect")
        } else {
            lang.pick("待我受理", "For me to accept")
        }),
    }
}

fn lanes(lang: Lang) -> Vec<Choice<'static>> {
    vec![
        Choice { value: "", label: lang.pick("全部", "All"), ..Default::default() },
        Choice { value: "sampled", label: lang.pick("抽批查验", "Sampled"), ..Default::default() },
        Choice {
            value: "intensified", label: lang.pick("逐批加严", "Intensified"), ..Default::default()
        },
    ]
}

pub(super) fn comparison(lang: Lang) -> Markup {
    let known = |value, shown, interval, n| FigureValue::Known { value, shown, interval: Some(interval), n };
    let bar = |label, value, baseline| FigureBar {
        lang,
        label,
        value,
        peers: &[31.0, 38.5, 40.0, 44.0, 52.0, 61.5],
        baseline,
        range: (0.0, 80.0),
        href: Some("#"),
    };
    let bars = [
        bar(
            lang.pick("东港办事处", "East Port Branch"),
            known(27.4, lang.pick("27.4 小时", "27.4 h"), (24.1, 31.0), 1_284),
            Some(41.0),
        ),
        bar(
            lang.pick("机场办事处", "Airport Branch"),
            known(46.2, lang.pick("46.2 小时", "46.2 h"), (33.0, 62.0), 58),
            Some(44.0),
        ),
        bar(
            lang.pick("内河办事处", "Inland Port Branch"),
            FigureValue::Insufficient { n: 4, need: 10 },
            None,
        ),
        bar(lang.pick("铁路办事处", "Rail Branch"), FigureValue::NoData, None),
    ];
    let column = |head, unit| Column { head, unit, align: Align::Figure, ..Default::default() };
    let row = |name: &'static str, cells: [&'static str; 6]| Row {
        cells: std::iter::once(html! { (name) }).chain(cells.iter().map(|cell| html! { (cell) })).collect(),
        ..Default::default()
    };
    let table = DataTable {
        lang,
        id: "units",
        caption: lang.pick("各单位本月", "Units this month"),
        columns: vec![
            Column { head: lang.pick("单位", "Unit"), ..Default::default() },
            column(lang.pick("报检", "Declared"), lang.pick("批", "lots")),
            column(lang.pick("查验", "Inspected"), lang.pick("批", "lots")),
            column(lang.pick("查验率", "Rate"), "%"),
            column(lang.pick("不合格", "Failed"), lang.pick("批", "lots")),
            column(lang.pick("放行时间 P50", "Release P50"), lang.pick("小时", "h")),
            column(lang.pick("放行时间 P90", "Release P90"), lang.pick("小时", "h")),
        ],
        rows: vec![
            row(
                lang.pick("东港办事处", "East Port Branch"),
                ["12,804", "1,284", "10.0", "37", "19.2", "27.4"],
            ),
            row(lang.pick("机场办事处", "Airport Branch"), ["583", "58", "9.9", "1", "22.0", "46.2"]),
            row(
                lang.pick("内河办事处", "Inland Port Branch"),
                [
                    "41",
                    "4",
                    "9.8",
                    "0",
                    lang.pick("数据不足", "Insufficient"),
                    lang.pick("数据不足", "Insufficient"),
                ],
            ),
        ],
        narrow: Narrow::Scroll,
        ..Default::default()
    };
    section(
        lang.pick("放行时间 P90，2026 年 11 月", "Release time P90, November 2026"),
        html! { a href="#" { (lang.pick("定义与口径", "Definition")) } },
        html! { div class="stack" { div { @for one in &bars { (figure_bar(one)) } (figure_legend(lang)) } (data_table(&table)) } },
    )
}

pub(super) fn small(lang: Lang) -> Markup {
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
    let running = Progress {
        lang,
        id: "import",
        label: lang.pick("导入报检单 declarations-2026-11.csv", "Importing declarations-2026-11.csv"),
        done: 21_480,
        total: Some(37_215),
        rejected: 12,
        ..Default::default()
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
                (tabs(lang.pick("本单内容", "Parts of this declaration"), &set))
                (definition_list(&facts, true))
                (stats(lang, &all))
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
