//! The question bank: questions by duty and topic, the blueprint that says how many of each are asked, and the items of
//! the witnessed task. It is data with a version; draws are made from a seed alone.

use super::sql;
use crate::competence::Task;
use kernel::{Bilingual, No, OfficerId, Refusal, Result, bi};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::sync::OnceLock;
use store::{Tx, vals};

const SHIPPED: &str = include_str!("../../../../../assessments/bank.toml");

/// A question with one right answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its code.
    pub code: String,
    /// Duty code.
    pub duty: String,
    /// Topic.
    pub topic: String,
    /// The question in Chinese.
    pub zh: String,
    /// The question in English.
    pub en: String,
    /// Answers in Chinese.
    pub options_zh: Vec<String>,
    /// The same in English.
    pub options_en: Vec<String>,
    /// Number of the right one, from 0.
    pub right: usize,
    /// Where it is written.
    pub source: String,
}

/// How many questions of a topic are asked for a duty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// Duty code.
    pub duty: String,
    /// Topic.
    pub topic: String,
    /// Questions.
    pub questions: usize,
}

/// An item of a witnessed task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Its code.
    pub code: String,
    /// Duty code.
    pub duty: String,
    /// What is watched, in Chinese.
    pub zh: String,
    /// What is watched, in English.
    pub en: String,
    /// Points; those of a duty make a hundred.
    pub points: i64,
    /// Whether failing it decides at once.
    #[serde(default)]
    pub critical: bool,
}

/// A version of the bank.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bank {
    /// Its version.
    pub version: i64,
    /// How many questions of which topic.
    pub blueprint: Vec<Share>,
    /// Questions.
    pub question: Vec<Question>,
    /// Items of witnessed tasks.
    pub item: Vec<Item>,
}

/// A question as it is put: its answers in the order drawn.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Asked {
    /// The question's code.
    pub code: String,
    /// The question.
    pub text: Bilingual,
    /// Answers: number in the bank and words.
    pub options: Vec<(usize, Bilingual)>,
}

/// A place in a draw: everything that varies goes through one hash, so that the same seed gives the same order on
/// every machine.
fn lot(seed: i64, parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(seed.to_be_bytes());
    for part in parts {
        hash.update(u64::try_from(part.len()).unwrap_or(0).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// The officer drawn from a list, by seed.
pub(super) fn draw_officer(seed: i64, able: &[OfficerId]) -> Option<OfficerId> {
    able.iter().copied().min_by_key(|o| lot(seed, &[b"assessor", o.0.as_bytes()]))
}

impl Bank {
    /// The bank that ships with the product.
    pub fn shipped() -> Result<&'static Bank> {
        static KEPT: OnceLock<Bank> = OnceLock::new();
        if let Some(kept) = KEPT.get() {
            return Ok(kept);
        }
        let read = Bank::parse(SHIPPED)?;
        Ok(KEPT.get_or_init(|| read))
    }

    /// Keeps a version of the bank, so that papers drawn from it are marked by it whatever comes later. A version that
    /// is kept never changes: other questions are another version.
    pub async fn keep(&self, tx: &mut Tx) -> Result<()> {
        let (body, now) = (serde_json::to_string(self)?, tx.now());
        if tx.exec(sql::BANK_KEEP, vals![self.version, &body, now]).await? == 1 {
            return Ok(());
        }
        let kept: String = tx.one(sql::BANK, vals![self.version]).await?.get(0)?;
        if kept == body {
            return Ok(());
        }
        let what = bi("题库内容已变而版本未变", "the question bank changed, and its version did not");
        let needed = bi("改动后使用新的版本号", "what is changed is a new version");
        Err(Refusal::new("assessment.bank", what).missing("version", self.version, needed).into())
    }

    /// The bank that new papers are drawn from: the newest that is kept or shipped.
    pub async fn newest(tx: &mut Tx) -> Result<Bank> {
        let shipped = Bank::shipped()?;
        let kept = tx.opt(sql::BANK_NEWEST, vals![]).await?;
        let Some(r) = kept.filter(|r| r.get::<i64>(0).is_ok_and(|v| v > shipped.version)) else {
            return Ok(shipped.clone());
        };
        Ok(serde_json::from_str(r.text(1)?)?)
    }

    /// The bank of a version, which a paper names.
    pub async fn of_version(tx: &mut Tx, version: i64) -> Result<Bank> {
        if let Some(r) = tx.opt(sql::BANK, vals![version]).await? {
            return Ok(serde_json::from_str(r.text(0)?)?);
        }
        let shipped = Bank::shipped()?;
        if shipped.version == version {
            return Ok(shipped.clone());
        }
        Err(No::fault(format!("version {version} of the question bank was not kept")))
    }

    /// Reads a bank; what is wrong is named.
    pub fn parse(text: &str) -> Result<Bank> {
        let bank: Bank = toml::from_str(text).map_err(No::fault)?;
        for q in &bank.question {
            if q.options_zh.len() != q.options_en.len() || q.right >= q.options_en.len() {
                return Err(No::fault(format!(
                    "question {}: answers in both languages, one of them right",
                    q.code
                )));
            }
        }
        for s in &bank.blueprint {
            if bank.of(&s.duty, &s.topic).count() < s.questions {
                return Err(No::fault(format!("too few questions on {}/{}", s.duty, s.topic)));
            }
        }
        for task in Task::ALL {
            let points: i64 = bank.items(task).map(|i| i.points).sum();
            if points != 100 {
                return Err(No::fault(format!("the items of {} make {points} points, not 100", task.code())));
            }
        }
        Ok(bank)
    }

    fn of<'b>(&'b self, duty: &'b str, topic: &'b str) -> impl Iterator<Item = &'b Question> {
        self.question.iter().filter(move |q| q.duty == duty && q.topic == topic)
    }

    /// The items of a duty's witnessed task.
    pub fn items(&self, duty: Task) -> impl Iterator<Item = &Item> {
        self.item.iter().filter(move |i| i.duty == duty.code())
    }

    /// Whether a duty has such a topic.
    pub fn has_topic(&self, duty: &str, topic: &str) -> bool {
        self.blueprint.iter().any(|s| s.duty == duty && s.topic == topic)
    }

    /// The paper of a duty by blueprint and seed; a topic with a lesson is asked one question more, if there is one.
    pub fn draw(&self, duty: Task, seed: i64, lessons: &[String]) -> Vec<Asked> {
        let mut paper = Vec::new();
        for share in self.blueprint.iter().filter(|s| s.duty == duty.code()) {
            let mut of: Vec<&Question> = self.of(duty.code(), &share.topic).collect();
            of.sort_by_key(|q| lot(seed, &[b"question", q.code.as_bytes()]));
            let more = usize::from(lessons.contains(&share.topic));
            paper.extend(of.into_iter().take(share.questions + more).map(|q| asked(seed, q)));
        }
        paper
    }

    /// How many of the answers are right; an answer is the number of an option in the bank.
    pub fn right(&self, paper: &[Asked], answers: &[(String, usize)]) -> usize {
        let right = |a: &Asked| {
            let q = self.question.iter().find(|q| q.code == a.code);
            let given = answers.iter().find(|(code, _)| *code == a.code).map(|(_, n)| *n);
            q.is_some_and(|q| given == Some(q.right))
        };
        paper.iter().filter(|a| right(a)).count()
    }
}

fn asked(seed: i64, q: &Question) -> Asked {
    let mut options: Vec<(usize, Bilingual)> =
        q.options_zh.iter().zip(&q.options_en).map(|(zh, en)| bi(zh, en)).enumerate().collect();
    options.sort_by_key(|(n, _)| lot(seed, &[b"option", q.code.as_bytes(), &n.to_be_bytes()]));
    Asked { code: q.code.clone(), text: bi(&q.zh, &q.en), options }
}
