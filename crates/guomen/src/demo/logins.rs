//! One login a role, for visitors: they belong to people of the demonstration's first branch, or of the bureau.

use super::cast::Cast;
use flow::Desk;
use kernel::{Actor, No, Result, Role, UnitId};
use registry::{
    identity::{By, Hasher, NewAccount, accounts, open_account},
    trade,
};

/// The demonstration's password; it is printed, and guards nothing but made-up records.
const PASSWORD: &str = "guomen-demonstration";
/// Logins: name, role, which holder of the role, whether of the first branch.
const LOGINS: [(&str, Role, usize, bool); 12] = [
    ("clerk", Role::Clerk, 0, true),
    ("inspector", Role::Inspector, 0, true),
    ("inspector2", Role::Inspector, 1, true),
    ("laboratory", Role::Laboratory, 0, false),
    ("releaser", Role::Releaser, 0, true),
    ("certifier", Role::Certifier, 0, true),
    ("manager", Role::Manager, 0, true),
    ("leader", Role::Manager, 0, false),
    ("risk", Role::Risk, 0, false),
    ("registrar", Role::Registrar, 0, false),
    ("auditor", Role::Auditor, 0, false),
    ("admin", Role::Admin, 0, false),
];

/// Opens the logins, unless they are there; prints them.
pub(crate) async fn open(desk: &Desk, hasher: &Hasher) -> Result<()> {
    let hashed = hasher.hash(&desk.chance, PASSWORD).await?;
    let by = Actor::system();
    let mut tx = desk.begin().await?;
    let cast = Cast::load(&mut tx).await?;
    let known: Vec<String> = accounts(&mut tx, "", 200).await?.into_iter().map(|a| a.login).collect();
    let first = cast.branches.first().map(|b| b.id);
    for (login, role, nth, in_branch) in LOGINS {
        if known.iter().any(|k| k == login) {
            continue;
        }
        let branch: Option<UnitId> = first.filter(|_| in_branch);
        let holders = cast.holders(branch, role);
        let holder = holders.get(nth).ok_or_else(|| No::fault(format!("nobody is {}", role.code())))?;
        let new = NewAccount {
            login: login.into(),
            officer: holder.officer,
            operator: None,
            roles: vec![role],
            unit: holder.unit,
            branch,
            name: holder.name.clone(),
            lang: "zh-CN".into(),
        };
        open_account(&mut tx, By { actor: &by, account: None }, new, &hashed).await?;
    }
    if !known.iter().any(|k| k == "declarant") {
        let firm = trade::operators(&mut tx, "", 1).await?.into_iter().next();
        let firm = firm.ok_or_else(|| No::fault("no firm"))?;
        let new = NewAccount {
            login: "declarant".into(),
            officer: None,
            operator: Some(firm.id),
            roles: vec![Role::Declarant],
            unit: None,
            branch: None,
            name: firm.name,
            lang: "zh-CN".into(),
        };
        open_account(&mut tx, By { actor: &by, account: None }, new, &hashed).await?;
    }
    desk.finish(tx).await?;
    println!("password of all logins: {PASSWORD}");
    println!("  {:<11} {}", "declarant", Role::Declarant.name().en);
    for (login, role, ..) in LOGINS {
        println!("  {login:<11} {}", role.name().en);
    }
    Ok(())
}
