//! Who plays in the demonstration: a made-up bureau with its branches, officers, firms, plants, farms and
//! products. All names are composed from lists; none is meant to be a real party.

use super::dice::Dice;
use kernel::{Actor, Bilingual, OfficerId, OperatorId, PostId, Result, Role, Scope, Timestamp, UnitId, bi};
use registry::{
    people::{self, Unit},
    trade,
};
use std::collections::BTreeMap;
use store::Tx;
use supervision::competence::{self, NewAuthorisation, Task};

/// Branches: code and names.
const BRANCHES: [(&str, &str, &str); 6] = [
    ("BL", "北屿办事处", "Beiyu Branch"),
    ("ZH", "镇洋办事处", "Zhenyang Branch"),
    ("XS", "象湾办事处", "Xiangwan Branch"),
    ("KG", "空港办事处", "Airport Branch"),
    ("YJ", "姚江办事处", "Yaojiang Branch"),
    ("CX", "慈岭办事处", "Ciling Branch"),
];
/// Goods: HS code, names, risk level, whether it is food, whether it is exported.
pub(super) const GOODS: [(&str, &str, &str, &str, bool, bool); 16] = [
    ("071030", "冷冻菠菜", "Frozen spinach", "high", true, true),
    ("030617", "冻虾仁", "Frozen shrimps", "high", true, true),
    ("160414", "金枪鱼罐头", "Canned tuna", "medium", true, true),
    ("200290", "番茄酱", "Tomato paste", "medium", true, true),
    ("090210", "绿茶", "Green tea", "medium", true, true),
    ("030192", "活鳗鱼", "Live eels", "high", true, true),
    ("200819", "烤花生仁", "Roasted peanuts", "high", true, true),
    ("070320", "保鲜大蒜", "Fresh garlic", "medium", true, true),
    ("950300", "玩具", "Toys", "medium", false, true),
    ("611020", "棉针织衫", "Cotton jerseys", "low", false, true),
    ("220421", "葡萄酒", "Wine", "medium", true, false),
    ("020230", "冻牛肉", "Frozen beef", "high", true, false),
    ("080510", "鲜橙", "Fresh oranges", "high", true, false),
    ("040690", "干酪", "Cheese", "medium", true, false),
    ("120190", "大豆", "Soya beans", "high", true, false),
    ("847989", "机械设备", "Machines", "low", false, false),
];
/// The posts of a branch: role, holders, duties that they are authorised for.
const TEAMS: [(Role, u32, &[Task]); 5] = [
    (Role::Clerk, 2, &[Task::Accept]),
    (Role::Inspector, 5, &[Task::Inspect, Task::Sample]),
    (Role::Releaser, 2, &[Task::Release]),
    (Role::Certifier, 2, &[Task::Certify]),
    (Role::Manager, 1, &[]),
];
/// The posts of the bureau itself.
const BUREAU: [(Role, u32, &[Task]); 5] = [
    (Role::Laboratory, 4, &[Task::Test]),
    (Role::Risk, 1, &[]),
    (Role::Registrar, 1, &[]),
    (Role::Admin, 1, &[]),
    (Role::Auditor, 1, &[]),
];
const FAMILY: [(&str, &str); 20] = [
    ("王", "Wang"),
    ("李", "Li"),
    ("张", "Zhang"),
    ("刘", "Liu"),
    ("陈", "Chen"),
    ("杨", "Yang"),
    ("赵", "Zhao"),
    ("黄", "Huang"),
    ("周", "Zhou"),
    ("吴", "Wu"),
    ("徐", "Xu"),
    ("孙", "Sun"),
    ("胡", "Hu"),
    ("朱", "Zhu"),
    ("高", "Gao"),
    ("林", "Lin"),
    ("何", "He"),
    ("郭", "Guo"),
    ("马", "Ma"),
    ("罗", "Luo"),
];
const GIVEN: [(&str, &str); 20] = [
    ("海宁", "Haining"),
    ("静", "Jing"),
    ("立军", "Lijun"),
    ("晓雯", "Xiaowen"),
    ("志远", "Zhiyuan"),
    ("敏", "Min"),
    ("建国", "Jianguo"),
    ("雨桐", "Yutong"),
    ("文博", "Wenbo"),
    ("丽华", "Lihua"),
    ("思源", "Siyuan"),
    ("强", "Qiang"),
    ("秋月", "Qiuyue"),
    ("承志", "Chengzhi"),
    ("佳怡", "Jiayi"),
    ("国栋", "Guodong"),
    ("婷", "Ting"),
    ("家豪", "Jiahao"),
    ("春梅", "Chunmei"),
    ("明哲", "Mingzhe"),
];
const FIRM: [(&str, &str); 12] = [
    ("海丰", "Haifeng"),
    ("甬源", "Yongyuan"),
    ("东澳", "Dong'ao"),
    ("绿野", "Lvye"),
    ("三江", "Sanjiang"),
    ("天禾", "Tianhe"),
    ("明港", "Minggang"),
    ("舟远", "Zhouyuan"),
    ("四明", "Siming"),
    ("越洋", "Yueyang"),
    ("恒泰", "Hengtai"),
    ("新浦", "Xinpu"),
];
const TRADE: [(&str, &str); 4] =
    [("食品", "Foods"), ("水产", "Aquatic"), ("进出口", "Trading"), ("实业", "Industries")];

/// A plant with the products that it makes, as indices of [`GOODS`].
pub(super) struct Plant {
    pub(super) filing_no: String,
    pub(super) operator: OperatorId,
    pub(super) branch: String,
    pub(super) goods: Vec<usize>,
}

/// Everybody, as the registry has them.
pub(super) struct Cast {
    pub(super) branches: Vec<Unit>,
    /// Officers with the role of their post.
    pub(super) officers: Vec<Actor>,
    /// Exporters and importers by row and code.
    pub(super) firms: BTreeMap<OperatorId, String>,
    pub(super) plants: Vec<Plant>,
    pub(super) importers: Vec<String>,
}

impl Cast {
    /// The officers of a branch with a role; those of the bureau itself when the branch is none.
    pub(super) fn holders(&self, branch: Option<UnitId>, role: Role) -> Vec<&Actor> {
        let scope = branch.map_or(Scope::Bureau, Scope::Branch);
        self.officers.iter().filter(|a| a.scope == scope && a.roles.contains(&role)).collect()
    }

    /// Reads everybody from the registry.
    pub(super) async fn load(tx: &mut Tx) -> Result<Cast> {
        let branches = people::branches(tx).await?;
        let posts = people::posts(tx).await?;
        let mut officers = Vec::new();
        for o in people::officers(tx, "", 1000).await? {
            let role = posts.iter().find(|p| p.id == o.post).and_then(|p| Role::parse(&p.code));
            let scope = o.branch.map_or(Scope::Bureau, Scope::Branch);
            let roles = role.into_iter().collect();
            officers.push(Actor { officer: Some(o.id), unit: Some(o.unit), name: o.name, roles, scope });
        }
        let operators = trade::operators(tx, "", 1000).await?;
        let importers = operators.iter().filter(|o| o.kind == "importer").map(|o| o.code.clone()).collect();
        let firms = operators.into_iter().map(|o| (o.id, o.code)).collect();
        let exported: Vec<usize> = (0..GOODS.len()).filter(|i| GOODS[*i].5).collect();
        let code = |unit: UnitId| {
            branches.iter().find(|b| b.id == unit).map_or_else(String::new, |b| b.code.clone())
        };
        let plants = trade::plants(tx, "", 1000).await?;
        let plants = plants.into_iter().enumerate().map(|(i, p)| Plant {
            filing_no: p.filing_no,
            operator: p.operator,
            branch: code(p.branch),
            goods: (0..1 + i % 3).map(|k| exported[(i * 3 + k) % exported.len()]).collect(),
        });
        Ok(Cast { plants: plants.collect(), branches, officers, firms, importers })
    }
}

/// Enters the whole cast in the registry, as of the day before the demonstration's year begins.
pub(super) async fn enter(tx: &mut Tx, bureau: &Unit, dice: &mut Dice) -> Result<()> {
    let by = Actor::system();
    for (hs, zh, en, risk, food, _) in GOODS {
        trade::list_product(tx, &by, hs, bi(zh, en), risk, food).await?;
    }
    let mut hall = Hall { post: Vec::new(), next: 0, dice };
    for role in Role::ALL {
        hall.post.push((role, people::define_post(tx, &by, role.code(), role.name(), &[]).await?));
    }
    let mut branches = Vec::new();
    for (code, zh, en) in BRANCHES {
        let unit = people::open_unit(tx, &by, code, "branch", bi(zh, en), Some(bureau)).await?;
        for (role, n, duties) in TEAMS {
            hall.team(tx, &unit, role, n, duties).await?;
        }
        branches.push(unit);
    }
    for (role, n, duties) in BUREAU {
        hall.team(tx, bureau, role, n, duties).await?;
    }
    plants(tx, &branches, dice).await?;
    for i in 0..24 {
        let code = format!("3302980{i:03}");
        trade::list_operator(tx, &by, &code, "importer", firm_name(dice), dice.class()).await?;
    }
    Ok(())
}

async fn plants(tx: &mut Tx, branches: &[Unit], dice: &mut Dice) -> Result<()> {
    let by = Actor::system();
    for i in 0..40_usize {
        let code = format!("3302960{i:03}");
        let name = firm_name(dice);
        let operator = trade::list_operator(tx, &by, &code, "exporter", name.clone(), dice.class()).await?;
        let branch = &branches[i % branches.len()];
        let named = bi(format!("{}一厂", name.zh), format!("{} Plant No. 1", name.en));
        let filing_no = format!("3300/{:05}", 1000 + i);
        let plant = trade::file_plant(tx, &by, &filing_no, operator.id, named, branch.id).await?;
        for f in 0..3 {
            let no = format!("NB{i:02}{f}-F");
            let name = bi(format!("{}基地{}号", name.zh, f + 1), format!("{} farm {}", name.en, f + 1));
            let (area, most) = (dice.between(20, 400), dice.between(60_000, 300_000));
            trade::file_farm(tx, &by, &no, &plant, &name, area, most).await?;
        }
    }
    Ok(())
}

fn firm_name(dice: &mut Dice) -> Bilingual {
    let (a, b, c) = (dice.pick(&FIRM), dice.pick(&FIRM), dice.pick(&TRADE));
    bi(format!("{}{}{}有限公司", a.0, b.0, c.0), format!("{} {} {} Co., Ltd", a.1, b.1, c.1))
}

/// Where officers get their names and staff numbers.
struct Hall<'a> {
    post: Vec<(Role, PostId)>,
    next: u32,
    dice: &'a mut Dice,
}

impl Hall<'_> {
    async fn team(&mut self, tx: &mut Tx, unit: &Unit, role: Role, n: u32, duties: &[Task]) -> Result<()> {
        for _ in 0..n {
            self.officer(tx, unit, role, duties).await?;
        }
        Ok(())
    }

    async fn officer(&mut self, tx: &mut Tx, unit: &Unit, role: Role, duties: &[Task]) -> Result<()> {
        let by = Actor::system();
        self.next += 1;
        let n = self.next as usize;
        // Walking both lists at different strides gives four hundred different names before any repeats.
        let (family, given) = (FAMILY[n % 20], GIVEN[(n + n / 20) % 20]);
        let name = bi(format!("{}{}", family.0, given.0), format!("{} {}", given.1, family.1));
        let staff_no = format!("{}{:03}", unit.code, self.next);
        let post = self.post.iter().find(|(r, _)| *r == role).map(|(_, p)| *p);
        let post = post.ok_or_else(|| kernel::No::fault("no post"))?;
        let officer = people::post_officer(tx, &by, &staff_no, &name, unit, post).await?;
        for duty in duties {
            self.authorise(tx, officer, *duty).await?;
        }
        Ok(())
    }

    /// Validity runs out at different times, so that the expiry forecast has something to say.
    async fn authorise(&mut self, tx: &mut Tx, officer: OfficerId, duty: Task) -> Result<()> {
        let now = tx.now();
        let new = NewAuthorisation {
            officer,
            duty,
            hs_prefix: String::new(),
            valid_from: now,
            valid_to: Timestamp(now.0 + self.dice.between(390, 1000) * Timestamp::DAY),
            reason: bi("岗位资格考核合格", "passed the post assessment").zh,
        };
        competence::authorise(tx, &Actor::system(), new).await.map(drop)
    }
}
