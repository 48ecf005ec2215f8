//! Opening the login of an officer: the officer, the post and the login are one act, so that no login
//! stands for nobody and no officer is entered twice.

use kernel::{AccountId, Bilingual, OfficerId, Refusal, Result, Role, bi};
use registry::{
    identity::{By, Hashed, NewAccount, open_account},
    people::{self, Unit},
    trade,
};
use store::Tx;

/// An officer's login.
#[derive(Clone, Debug)]
pub struct OfficerLogin<'a> {
    /// The name typed at log-in.
    pub login: &'a str,
    /// Staff number: of an officer that is there, or of one to be posted.
    pub staff_no: &'a str,
    /// Name of an officer to be posted.
    pub name: Bilingual,
    /// Unit of an officer to be posted.
    pub unit: &'a Unit,
    /// Code of the post of an officer to be posted; a code that is new defines the post.
    pub post: &'a str,
    /// Name of a post to be defined.
    pub post_name: Bilingual,
    /// Doors that the login opens.
    pub roles: Vec<Role>,
    /// Language tag.
    pub lang: &'a str,
}

/// The login of an operator's person.
#[derive(Clone, Debug)]
pub struct PersonLogin<'a> {
    /// The name typed at log-in.
    pub login: &'a str,
    /// Code of the operator.
    pub operator: &'a str,
    /// The person's name.
    pub name: Bilingual,
    /// Language tag.
    pub lang: &'a str,
}

/// Opens an officer's login; the officer is posted first when the staff number is new. The login reaches the
/// branch that the officer belongs to, or the whole bureau for officers of the bureau itself.
pub async fn open_officer_login(
    tx: &mut Tx,
    by: By<'_>,
    new: OfficerLogin<'_>,
    password: &Hashed,
) -> Result<(AccountId, OfficerId)> {
    let officer = match people::officer_by_no(tx, new.staff_no).await? {
        Some(officer) => officer,
        None => posted(tx, by, &new).await?,
    };
    let account = NewAccount {
        login: new.login.to_owned(),
        officer: Some(officer.id),
        operator: None,
        roles: new.roles,
        unit: Some(officer.unit),
        branch: officer.branch,
        name: officer.name,
        lang: new.lang.to_owned(),
    };
    Ok((open_account(tx, by, account, password).await?, officer.id))
}

async fn posted(tx: &mut Tx, by: By<'_>, new: &OfficerLogin<'_>) -> Result<people::Officer> {
    let post = match people::posts(tx).await?.into_iter().find(|p| p.code == new.post) {
        Some(post) => post.id,
        None => people::define_post(tx, by.actor, new.post, new.post_name.clone(), &[]).await?,
    };
    let id = people::post_officer(tx, by.actor, new.staff_no, &new.name, new.unit, post).await?;
    Ok(people::Officer {
        id,
        staff_no: new.staff_no.to_owned(),
        name: new.name.clone(),
        unit: new.unit.id,
        branch: new.unit.branch,
        post,
        on_duty: true,
    })
}

/// Opens the login of an operator's person, who lodges for that operator and reaches nothing else.
pub async fn open_person_login(
    tx: &mut Tx,
    by: By<'_>,
    new: PersonLogin<'_>,
    password: &Hashed,
) -> Result<AccountId> {
    let Some(operator) = trade::operator_by_code(tx, new.operator).await? else {
        return Err(Refusal::new("registry.not_found", bi("没有该企业", "there is no such operator"))
            .missing("operator", new.operator, bi("先登记企业，再开设账户", "list the operator first"))
            .into());
    };
    let account = NewAccount {
        login: new.login.to_owned(),
        officer: None,
        operator: Some(operator.id),
        roles: vec![Role::Declarant],
        unit: None,
        branch: None,
        name: new.name,
        lang: new.lang.to_owned(),
    };
    open_account(tx, by, account, password).await
}
