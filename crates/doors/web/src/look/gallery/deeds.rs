//! Gallery, deeds: where a consignment stands, why, what may be done, forms, refusals and proofs.
use maud::{Markup, html};

use super::super::{
    Action, Cannot, Choice, Cite, ClockChip, Event, EventKind, Field, FieldError, FieldKind, Form, Kind,
    Lang, Reason, RefusalPanel, Sign, Stage, Step, StepState, Tone, Track, Verdict, Width, badge, button,
    button_link_secondary, button_row, button_secondary, clock_chip, danger, decision, error_summary, field,
    form, may_do, reason_lines, refusal_panel, section, signature_block, split, stage_badge, stepper,
    timeline,
};

pub(super) fn status(lang: Lang) -> Markup {
    html! {
        (stage_badge(lang, Stage::PartlyReleased))
        (badge(Tone::Stop, Sign::Square, lang.pick("3 批暂扣", "3 lots held")))
        (clock_chip(&ClockChip { lang, left: 1, total: 5, due: Some("2026-11-25"), rule: Some(lang.pick("受理后五个工作日内实施检验检疫；规则包 CN-2026，第 9.2 条。", "Inspection within five working days of acceptance: rule pack CN-2026, item 9.2.")), rule_href: Some("#"), ..Default::default() }))
    }
}

pub(super) fn consignment(lang: Lang) -> Markup {
    let can = [
        Action {
            label: lang.pick("签发证书", "Sign the certificate"),
            href: Some("#"),
            ..Default::default()
        },
        Action {
            label: lang.pick("分批放行", "Release by instalment"),
            href: Some("#"),
            kind: Kind::Secondary,
            ..Default::default()
        },
        Action {
            label: lang.pick("暂扣其余批次", "Hold the remaining lots"),
            href: Some("#"),
            kind: Kind::Danger,
            confirm: Some(lang.pick(
                "暂扣 11 批，企业即时收到通知。",
                "Eleven lots will be held and the operator is told at once.",
            )),
            ..Default::default()
        },
    ];
    let cannot = [
        Cannot {
            deed: lang.pick("记录检验结果", "Record the result"),
            why: lang.pick(
                "本单由您受理，检验须由他人实施。",
                "You accepted this declaration; another officer inspects.",
            ),
            clause: Some(Cite::link(lang.pick("商检法 第30条", "Commodity Inspection Law art. 30"), "#")),
        },
        Cannot {
            deed: lang.pick("撤销报检", "Withdraw"),
            why: lang.pick("已抽样，须先了结样品。", "Samples were taken: close them first."),
            clause: None,
        },
    ];
    html! {
        (stepper(lang, lang.pick("办理进度", "Where it stands"), &track(lang)))
        (split(
            lang.pick("可以办理的事项", "What may be done"),
            html! { (reasons(lang)) (history(lang)) },
            may_do(lang, &can, &cannot),
        ))
    }
}

fn track(lang: Lang) -> Track<'static> {
    let step =
        |zh, en, state, when, more| Step { name: lang.pick(zh, en), state, when, more, href: Some("#") };
    let who = |zh, en| lang.pick(zh, en);
    Track {
        steps: vec![
            step("报检", "Declaration", StepState::Done, "11-18 09:12", who("鲁海食品", "Luhai Foods")),
            step("布控", "Targeting", StepState::Done, "11-18 09:12", who("逐批加严", "Intensified")),
            step(
                "检验检疫",
                "Inspection",
                StepState::Done,
                "11-20 15:40",
                who("陈思齐、王一诺", "Chen, Wang"),
            ),
            step("实验室", "Laboratory", StepState::Done, "11-23 17:02", who("3 份样品", "3 samples")),
        ],
        branches: vec![
            (
                who("第 1–11 批", "Lots 1–11"),
                Track {
                    steps: vec![
                        step("放行", "Release", StepState::Done, "11-24 10:30", who("陈思齐", "Chen Siqi")),
                        step(
                            "证书",
                            "Certificate",
                            StepState::Now,
                            "",
                            who("待签证官签发", "with the certifying officer"),
                        ),
                    ],
                    ..Default::default()
                },
            ),
            (
                who("第 12–14 批", "Lots 12–14"),
                Track {
                    steps: vec![
                        step(
                            "处置",
                            "Disposal",
                            StepState::Held,
                            "11-24 10:31",
                            who("硝基呋喃代谢物超标", "nitrofuran metabolites"),
                        ),
                        step("证书", "Certificate", StepState::Waiting, "", ""),
                    ],
                    ..Default::default()
                },
            ),
        ],
    }
}

fn reasons(lang: Lang) -> Markup {
    let all = [
        Reason {
            text: lang.pick(
                "产品风险等级为高，企业为二类：抽批比例 40 %。",
                "Product risk is high and the enterprise is class 2: rate 40 %.",
            ),
            weight: None,
            cites: vec![Cite::link("CN-2026 v3 § 5.1", "#")],
        },
        Reason {
            text: lang.pick(
                "警示通报 2026-18 对该产地药物残留加严至逐批。",
                "Alert 2026-18 on residues raises this origin to every batch.",
            ),
            weight: None,
            cites: vec![Cite::link(lang.pick("通报 2026-18", "Alert 2026-18"), "#")],
        },
        Reason {
            text: lang.pick(
                "随机抽取：种子 7f3a…c2，序位 0.182，抽中。",
                "Random draw: seed 7f3a…c2, position 0.182, selected.",
            ),
            weight: None,
            cites: vec![Cite::link(lang.pick("重放", "Replay"), "#")],
        },
    ];
    reason_lines(lang.pick("为什么是逐批加严", "Why intensified"), &all)
}

fn history(lang: Lang) -> Markup {
    let events: Vec<Event<'_>> = decisions(lang).into_iter().chain(inspection(lang)).collect();
    html! { div { h2 { (lang.pick("办理记录", "Timeline")) } (timeline(lang, &events)) } }
}

fn rule() -> Option<Cite<'static>> {
    Some(Cite::link("CN-2026 v3", "#"))
}

fn chen(lang: Lang) -> Event<'static> {
    Event {
        who: lang.pick("陈思齐", "Chen Siqi"),
        post: lang.pick("检验检疫员", "Inspection officer"),
        unit: lang.pick("东港办事处", "East Port Branch"),
        ..Default::default()
    }
}

fn decisions(lang: Lang) -> [Event<'static>; 2] {
    [
        Event {
            at: "2026-11-24 10:31",
            machine_at: "2026-11-24T10:31:00+08:00",
            kind: EventKind::Stop,
            what: lang.pick("暂扣第 12–14 批", "Lots 12–14 held"),
            note: Some(
                lang.pick("呋喃唑酮代谢物 1.8 µg/kg，限量 1.0 µg/kg。", "AOZ 1.8 µg/kg, limit 1.0 µg/kg."),
            ),
            evidence: vec![Cite::link(lang.pick("检测报告 L-20261123-07", "Report L-20261123-07"), "#")],
            rule: rule(),
            seq: Some(1_204_377),
            ..chen(lang)
        },
        Event {
            at: "2026-11-24 10:30",
            machine_at: "2026-11-24T10:30:00+08:00",
            kind: EventKind::Go,
            what: lang.pick("放行第 1–11 批", "Lots 1–11 released"),
            rule: rule(),
            seq: Some(1_204_376),
            ..chen(lang)
        },
    ]
}

fn inspection(lang: Lang) -> [Event<'static>; 4] {
    [
        Event {
            at: "2026-11-21 08:55",
            machine_at: "2026-11-21T08:55:00+08:00",
            kind: EventKind::Gap,
            what: lang
                .pick("样品 S-3 的移交没有记录：17 小时", "No hand-over of sample S-3 recorded: 17 hours"),
            ..Default::default()
        },
        Event {
            at: "2026-11-20 15:40",
            machine_at: "2026-11-20T15:40:00+08:00",
            what: lang.pick("记录检验结果，13 项", "Result recorded, 13 items"),
            evidence: vec![
                Cite::link(lang.pick("照片 6 张", "6 photographs"), "#"),
                Cite::link(lang.pick("抽样凭证", "Sampling voucher"), "#"),
            ],
            rule: rule(),
            seq: Some(1_198_204),
            ..chen(lang)
        },
        Event {
            at: "2026-11-18 10:05",
            machine_at: "2026-11-18T10:05:00+08:00",
            kind: EventKind::Override,
            what: lang.pick("加查集装箱 2 号", "Container no. 2 added to the check"),
            note: Some(lang.pick("铅封号与单证不符。", "The seal number differs from the papers.")),
            who: lang.pick("周明远", "Zhou Mingyuan"),
            post: lang.pick("受理岗", "Acceptance"),
            unit: lang.pick("东港办事处", "East Port Branch"),
            seq: Some(1_190_011),
            ..Default::default()
        },
        Event {
            at: "2026-11-18 09:12",
            machine_at: "2026-11-18T09:12:00+08:00",
            kind: EventKind::System,
            what: lang.pick("布控：逐批加严", "Lane set: intensified"),
            rule: rule(),
            seq: Some(1_189_940),
            ..Default::default()
        },
    ]
}

pub(super) fn forms(lang: Lang) -> Markup {
    section(
        lang.pick("码头查验", "Inspection on the quay"),
        html! {},
        html! {
            div class="halves" {
                div { (quay(lang)) }
                div class="stack wide" { (refusal(lang)) (judgement(lang)) }
            }
        },
    )
}

fn quay(lang: Lang) -> Markup {
    let verdicts = [
        Choice { value: "pass", label: lang.pick("符合", "Conforms"), ..Default::default() },
        Choice { value: "fail", label: lang.pick("不符合", "Does not"), ..Default::default() },
        Choice { value: "na", label: lang.pick("不适用", "Not applicable"), ..Default::default() },
    ];
    let codes = [Choice {
        value: "T1",
        label: lang.pick("T1 温度超限", "T1 Temperature out of limits"),
        ..Default::default()
    }];
    let temperature = lang.pick("填写摄氏度，例如 −18.5", "Enter degrees Celsius, for example −18.5");
    let errors = [FieldError { field: "temperature", message: temperature }];
    form(
        &Form {
            lang,
            id: "quay",
            action: "/inspections/0193/result",
            csrf: Some("gallery-token"),
            idempotency_key: "0193c0de",
            draft: Some("inspection/0193"),
            files: true,
            ..Default::default()
        },
        html! {
            (error_summary(lang, &errors))
            (field(&Field { lang, name: "photos", label: lang.pick("照片", "Photographs"), hint: lang.pick("箱门、铅封、货物各一张", "Door, seal and goods, one each"), kind: FieldKind::Camera, required: true, ..Default::default() }))
            (field(&Field { lang, name: "container", label: lang.pick("集装箱号", "Container no."), value: "LGHU 443127 6", kind: FieldKind::Code, readonly: true, width: Width::Twenty, ..Default::default() }))
            (field(&Field { lang, name: "temperature", label: lang.pick("箱内温度", "Temperature inside"), unit: "°C", kind: FieldKind::Number, value: "-18,5 C", error: Some(temperature), required: true, width: Width::Ten, ..Default::default() }))
            (field(&Field { lang, name: "packaging", label: lang.pick("包装与标识", "Packing and marking"), kind: FieldKind::RadioLarge(&verdicts), value: "pass", required: true, ..Default::default() }))
            (field(&Field { lang, name: "code", label: lang.pick("发现代码", "Finding code"), kind: FieldKind::Select(&codes), value: "T1", ..Default::default() }))
            (field(&Field { lang, name: "at", label: lang.pick("查验日期", "Day of inspection"), kind: FieldKind::Date, value: "2026-11-24", required: true, width: Width::Ten, ..Default::default() }))
            (field(&Field { lang, name: "note", label: lang.pick("情况说明", "Remarks"), kind: FieldKind::Lines(3), ..Default::default() }))
            (field(&Field { lang, name: "second", label: lang.pick("两名检验检疫员均在现场", "Both officers were present"), kind: FieldKind::Check, value: "true", required: true, ..Default::default() }))
            (button_row(true, html! {
                (button(lang.pick("提交结果", "Submit result")))
                (button_secondary(lang.pick("保存并继续", "Save and go on"), "then", "next"))
            }))
        },
    )
}

fn refusal(lang: Lang) -> Markup {
    refusal_panel(&RefusalPanel {
        lang,
        what: lang.pick("不能签发证书 3100 2600 0412", "Certificate 3100 2600 0412 cannot be signed"),
        clauses: vec![Cite::link(
            lang.pick(
                "进出口商品检验法 第30条：岗位相互分离",
                "Import and Export Commodity Inspection Law art. 30: posts kept apart",
            ),
            "#",
        )],
        missing: vec![
            lang.pick(
                "您是本批货物的检验检疫员，签证须由他人签发",
                "You inspected these goods; another officer must sign",
            ),
            lang.pick("第 12–14 批尚无处置决定", "Lots 12–14 have no disposal yet"),
        ],
        who: vec![
            Cite::link(
                lang.pick(
                    "林若兰，签证官（水产品），今日在岗",
                    "Lin Ruolan, certifying officer (aquatic products), on duty today",
                ),
                "#",
            ),
            Cite::link(
                lang.pick(
                    "赵启明，签证官（动物源性食品）",
                    "Zhao Qiming, certifying officer (food of animal origin)",
                ),
                "#",
            ),
        ],
        now: lang.pick(
            "先处置第 12–14 批，再把证书转交林若兰。",
            "Decide on lots 12–14, then pass the certificate to Lin Ruolan.",
        ),
        actions: html! {
            (button_link_secondary(lang.pick("处置第 12–14 批", "Decide on lots 12–14"), "#"))
            (button_link_secondary(lang.pick("转交", "Pass on"), "#"))
        },
    })
}

fn judgement(lang: Lang) -> Markup {
    decision(
        lang.pick("第 1–11 批是否放行？", "Release lots 1–11?"),
        html! {
            p { (lang.pick("13 项检验全部符合；3 份样品中 2 份合格，另 1 份属于第 12–14 批。", "All 13 items conform; two of three samples pass, the third belongs to lots 12–14.")) }
        },
        html! {
            (button(lang.pick("放行 11 批", "Release 11 lots")))
            (danger(lang.pick("全部暂扣", "Hold all"), lang.pick("暂扣 14 批，企业即时收到通知。", "All 14 lots will be held and the operator is told at once.")))
        },
    )
}

pub(super) fn proofs(lang: Lang) -> Markup {
    let broken = lang.pick(
        "账本第 1,198,204 条与其后一条的哈希不符：自此处起的记录不能作为证据。",
        "Ledger no. 1,198,204 does not match the next one: records from here on are no evidence.",
    );
    section(
        lang.pick("签名与核验", "Signatures and seal"),
        html! {},
        html! {
            div class="halves" {
                div class="stack" {
                    (signature_block(&super::signature(lang)))
                    (signature_block(&super::super::Signature { verdict: Verdict::Valid, ..super::signature(lang) }))
                }
                div class="stack" {
                    (signature_block(&super::super::Signature { verdict: Verdict::Broken, alarm: Some(broken), ..super::signature(lang) }))
                    (super::seal(lang))
                }
            }
        },
    )
}
