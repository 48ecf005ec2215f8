//! The gallery: every component with the kind of content it will carry, to be looked at, printed and checked for access.
mod deeds;
mod lists;
mod parts;

use maud::{Markup, html};

use super::{
    CodeSeal, Crumb, Field, FieldKind, Flash, Form, Lang, NavGroup, NavItem, Shell, Sign, Signature, Tone,
    User, Verdict, Width, badge, button, button_link_secondary, button_row, code_seal, definition_list,
    field, form, public_shell, section, shell, signature_block, t,
};

/// Every component on one officer's page.
pub fn gallery(lang: Lang) -> Markup {
    let nav = rooms(lang);
    let crumbs = [
        Crumb { label: &t(lang, "declarations"), href: Some("/declarations") },
        Crumb { label: "2026-LG-0043127", href: None },
    ];
    let flashes = [
        Flash {
            tone: Tone::Go,
            text: lang.pick(
                "检验检疫结果已签收，账本第 1,204,377 条。",
                "The inspection result is signed for: ledger no. 1,204,377.",
            ),
        },
        Flash {
            tone: Tone::Wait,
            text: lang.pick(
                "您的上岗授权（水产品）将于 2026-12-20 到期。",
                "Your authorisation for aquatic products expires on 2026-12-20.",
            ),
        },
    ];
    let lede = lang.pick(
        "鲁海食品有限公司 · 冻煮小龙虾仁 · 3 项 14 批 · 24,500 千克 · 输往荷兰鹿特丹",
        "Luhai Foods Co., Ltd. · frozen cooked crayfish tails · 3 lines, 14 lots · 24,500 kg · to Rotterdam",
    );
    let title = lang.pick("报检单 2026-LG-0043127", "Declaration 2026-LG-0043127");
    let frame = Shell {
        lang,
        title,
        verdict: None,
        status: deeds::status(lang),
        lede: Some(lede),
        url: "/declarations/2026-LG-0043127?tab=lots",
        bureau: bureau(lang),
        unit: lang.pick("东港办事处 · 食品检验监管科", "East Port Branch · Food Control Section"),
        user: Some(user(lang)),
        nav: &nav,
        current: "/declarations",
        crumbs: &crumbs,
        flashes: &flashes,
        csrf: Some("gallery-token"),
        actions: html! {
            (button_link_secondary(&t(lang, "print"), "#"))
            (button_link_secondary(&t(lang, "amend"), "#"))
        },
    };
    shell(
        &frame,
        html! {
            (deeds::consignment(lang))
            (lists::work(lang))
            (lists::comparison(lang))
            (parts::parts(lang))
            (deeds::forms(lang))
            (deeds::proofs(lang))
        },
    )
}

/// The public side: a certificate check that a buyer abroad understands in five seconds.
pub fn public_gallery(lang: Lang) -> Markup {
    let frame = Shell {
        lang,
        verdict: Some(Tone::Go),
        title: lang.pick("本证书有效", "This certificate is valid"),
        lede: Some(
            lang.pick("由本局签发，未被撤销或替换。", "Issued by this bureau; not withdrawn, not replaced."),
        ),
        url: "/verify/8F3K2M9QXX71",
        bureau: bureau(lang),
        unit: lang.pick("证书核验", "Certificate check"),
        ..Default::default()
    };
    let name = lang.pick("冻煮小龙虾仁", "Frozen cooked crayfish tails");
    let facts = [
        (lang.pick("证书编号", "Certificate no."), html! { "3100 2600 0412" }),
        (
            lang.pick("种类", "Kind"),
            html! { (lang.pick("兽医（卫生）证书", "Veterinary (health) certificate")) },
        ),
        (lang.pick("货物", "Goods"), html! { (name) ", 24,500 kg" }),
        (lang.pick("出口商", "Exporter"), html! { (lang.pick("鲁海食品有限公司", "Luhai Foods Co., Ltd.")) }),
        (lang.pick("目的地", "Destination"), html! { (lang.pick("荷兰 鹿特丹", "Rotterdam, Netherlands")) }),
        (lang.pick("签发日期", "Issued"), html! { "2026-11-24" }),
    ];
    let signature = Signature { verdict: Verdict::Valid, ..signature(lang) };
    public_shell(
        &frame,
        html! {
            div class="stack" {
                (badge(Tone::Go, Sign::Check, lang.pick("签名有效 · 内容未被改动", "Signature valid · content unchanged")))
                (definition_list(&facts, false))
            }
            (section(lang.pick("签名", "Signature"), html! {}, signature_block(&signature)))
            (section(lang.pick("核验另一份证书", "Check another certificate"), html! {}, form(
                &Form { lang, id: "verify", action: "/verify", ..Default::default() },
                html! {
                    (field(&Field {
                        lang, name: "code", label: lang.pick("核验码", "Verification code"), required: true, width: Width::Twenty,
                        hint: lang.pick("印在证书右下角，十二位字母和数字", "Printed at the lower right of the certificate: twelve letters and digits"),
                        kind: FieldKind::Code, ..Default::default()
                    }))
                    (button_row(false, button(lang.pick("核验", "Check"))))
                },
            )))
        },
    )
}

fn bureau(lang: Lang) -> &'static str {
    lang.pick("澜港出入境检验检疫局", "Langang Entry-Exit Inspection and Quarantine Bureau")
}

fn user(lang: Lang) -> User<'static> {
    User {
        id: "zhou.my",
        name: lang.pick("周明远", "Zhou Mingyuan"),
        role: lang.pick("检验检疫员", "Inspection officer"),
        href: "/account",
        sign_out: "/session/end",
    }
}

fn signature(lang: Lang) -> Signature<'static> {
    Signature {
        lang,
        deed: lang.pick("签证官", "Certifying officer"),
        name: lang.pick("林若兰", "Lin Ruolan"),
        authorisation: lang
            .pick("QZ-2024-0117 · 水产品 · 至 2027-03-31", "QZ-2024-0117 · aquatic products · to 2027-03-31"),
        at: "2026-11-24 14:05:09",
        key: "ed25519 · 9c41 77e0 b2d5 06fa",
        ..Default::default()
    }
}

fn seal(lang: Lang) -> Markup {
    // A drawing in place of a code: the real one is made where certificates are.
    let qr = html! {
        svg viewBox="0 0 21 21" aria-hidden="true" focusable="false" {
            path fill="#000" d="M0 0h7v7H0zM1 1v5h5V1zM2 2h3v3H2zM14 0h7v7h-7zM15 1v5h5V1zM16 2h3v3h-3zM0 14h7v7H0zM1 15v5h5v-5zM2 16h3v3H2zM9 1h1v2H9zM11 0h2v1h-2zM9 5h3v1H9zM8 8h2v1H8zM12 8h1v3h-1zM15 9h3v1h-3zM19 8h2v2h-2zM1 9h4v1H1zM3 11h2v1H3zM9 11h2v2H9zM14 12h2v2h-2zM18 12h1v4h-1zM9 15h1v4H9zM12 14h1v2h-1zM15 16h2v1h-2zM12 18h3v1h-3zM17 18h3v2h-3zM11 20h4v1h-4z" {}
        }
    };
    code_seal(&CodeSeal { lang, qr, code: "8F3K2M9QXX71", address: "verify.langang.example" })
}

fn rooms(lang: Lang) -> Vec<NavGroup<'static>> {
    let item = |zh, en, href, count| NavItem { label: lang.pick(zh, en), href, count };
    vec![
        NavGroup {
            title: lang.pick("业务", "Control"),
            items: vec![
                item("我的工作", "My work", "/my-work", Some(38)),
                item("报检单", "Declarations", "/declarations", None),
                item("检验检疫", "Inspections", "/inspections", Some(12)),
                item("实验室", "Laboratory", "/laboratory", Some(4)),
                item("放行", "Release", "/release", None),
                item("证书", "Certificates", "/certificates", Some(3)),
            ],
        },
        NavGroup {
            title: lang.pick("登记", "Registry"),
            items: vec![
                item("机构", "Units", "/units", None),
                item("人员与授权", "Officers and authorisations", "/officers", None),
                item("企业", "Operators", "/operators", None),
                item("产品", "Products", "/products", None),
                item("规则包", "Rule packs", "/rule-packs", None),
            ],
        },
        NavGroup {
            title: lang.pick("证明", "Proof"),
            items: vec![item("账本", "Ledger", "/ledger", None), item("作业", "Jobs", "/jobs", Some(1))],
        },
    ]
}
