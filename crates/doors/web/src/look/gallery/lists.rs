//! Gallery, lists: my work and a comparison of units.
use maud::{Markup, html};

use super::super::{
    Chosen, ClockChip, ClockUnit, Column, DataTable, Field, FieldKind, FigureBar, FigureValue, FilterBar,
    Lane, Lang, Narrow, Order, Pager, Row, Stage, Tone, clock_chip, data_table, field::Choice, figure_bar,
    figure_legend, filter_bar, lane_badge, section, stage_badge,
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
    let table = DataTable {
        lang,
        id: "work",
        caption: lang.pick("我的工作，按期限排列", "My work, soonest deadline first"),
        columns: vec![
            Column::text(lang.pick("报检号", "Declaration")).sorted("#", None),
            Column::text(lang.pick("货物", "Goods")),
            Column::text(lang.pick("企业", "Operator")),
            Column::figure(lang.pick("净重", "Net weight"), lang.pick("千克", "kg")).sorted("#", None),
            Column::text(lang.pick("通道", "Lane")),
            Column::text(lang.pick("状态", "Stage")),
            Column::text(lang.pick("期限", "Deadline")).sorted("#", Some(Order::Ascending)),
        ],
        rows: WORK.iter().enumerate().map(|(at, work)| work_row(lang, at, work)).collect(),
        pager: Some(Pager { first: None, previous: Some("#"), next: Some("#"), total: Some(1_284) }),
        ..Default::default()
    };
    section(lang.pick("我的工作", "My work"), html! {}, html! { (filters(lang)) (data_table(&table)) })
}

fn filters(lang: Lang) -> Markup {
    let choices = lanes(lang);
    let day =
        |name, label, value| Field { lang, name, label, kind: FieldKind::Date, value, ..Default::default() };
    let words = Field {
        lang,
        name: "q",
        label: lang.pick("报检号、企业或货物", "Number, operator or goods"),
        kind: FieldKind::Search,
        grow: true,
        ..Default::default()
    };
    let lane = Field {
        lang,
        name: "lane",
        label: lang.pick("通道", "Lane"),
        kind: FieldKind::Select(&choices),
        value: "sampled",
        ..Default::default()
    };
    filter_bar(&FilterBar {
        lang,
        action: "/declarations",
        fields: vec![
            words,
            lane,
            day("from", lang.pick("报检日期起", "Lodged from"), "2026-11-17"),
            day("to", lang.pick("止", "to"), "2026-11-24"),
        ],
        chosen: vec![
            Chosen { label: lang.pick("单位：东港办事处", "Unit: East Port Branch"), without: "#" },
            Chosen {
                label: lang.pick("报检日期：2026-11-17 至 2026-11-24", "Lodged: 2026-11-17 to 2026-11-24"),
                without: "#",
            },
        ],
        found: Some(1_284),
    })
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
            html! { span class="nowrap" { (number) } },
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
    section(
        lang.pick("放行时间 P90，2026 年 11 月", "Release time P90, November 2026"),
        html! { a href="#" { (lang.pick("定义与口径", "Definition")) } },
        html! { div class="stack" { div { @for one in &bars { (figure_bar(one)) } (figure_legend(lang)) } (units(lang)) } },
    )
}

fn units(lang: Lang) -> Markup {
    let (batches, hours) = (lang.pick("批", "lots"), lang.pick("小时", "h"));
    let short = lang.pick("数据不足", "Insufficient");
    let row = |name: &'static str, cells: [&'static str; 6]| Row {
        cells: std::iter::once(html! { (name) }).chain(cells.iter().map(|cell| html! { (cell) })).collect(),
        ..Default::default()
    };
    data_table(&DataTable {
        lang,
        id: "units",
        caption: lang.pick("各单位本月", "Units this month"),
        columns: vec![
            Column::text(lang.pick("单位", "Unit")),
            Column::figure(lang.pick("报检", "Declared"), batches),
            Column::figure(lang.pick("查验", "Inspected"), batches),
            Column::figure(lang.pick("查验率", "Rate"), "%"),
            Column::figure(lang.pick("不合格", "Failed"), batches),
            Column::figure(lang.pick("放行时间 P50", "Release P50"), hours),
            Column::figure(lang.pick("放行时间 P90", "Release P90"), hours),
        ],
        rows: vec![
            row(
                lang.pick("东港办事处", "East Port Branch"),
                ["12,804", "1,284", "10.0", "37", "19.2", "27.4"],
            ),
            row(lang.pick("机场办事处", "Airport Branch"), ["583", "58", "9.9", "1", "22.0", "46.2"]),
            row(lang.pick("内河办事处", "Inland Port Branch"), ["41", "4", "9.8", "0", short, short]),
        ],
        narrow: Narrow::Scroll,
        ..Default::default()
    })
}
