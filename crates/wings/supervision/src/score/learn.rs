//! Training on the bureau's own records, day by day, each consignment from what was known before its day.

use super::{cases, history};
use kernel::{DeclarationId, Refusal, Result, Timestamp, bi};
use risk::score::{
    Options,
    record::{self, Example, Memory, Model},
};
use std::collections::HashMap;
use store::Tx;

/// Trains a model on everything that was lodged before today. `shuffle` mixes the results, for proof that nothing
/// leaks: such a model knows nothing.
pub async fn learn(tx: &mut Tx, options: &Options, shuffle: bool) -> Result<Model> {
    let today = Timestamp::start_of(tx.now().date());
    let mut memory = Memory::new();
    let mut examples: Vec<Example> = Vec::new();
    let mut places: HashMap<DeclarationId, usize> = HashMap::new();
    let mut day = history::first(tx).await?;
    while let Some(at) = day.filter(|at| *at < today) {
        let passed = history::read(tx, at).await?;
        for (id, case) in &passed.lodged {
            places.insert(*id, examples.len());
            examples.push(Example { day: cases::day(at), features: case.features(&memory), result: None });
        }
        for (id, _, violation) in &passed.known {
            if let Some(at) = places.get(id) {
                examples[*at].result = Some(*violation);
            }
        }
        passed.add_to(&mut memory);
        day = Some(Timestamp(at.0 + Timestamp::DAY));
    }
    if shuffle {
        mix(&mut examples, options.seed);
    }
    record::train(&examples, options).map_err(|e| {
        Refusal::new("score.train", bi("无法训练评分模型", "no score can be trained"))
            .missing(
                "results",
                examples.iter().filter(|e| e.result.is_some()).count(),
                bi("至少 100 个查验结果，其中不合格至少 10 个", e),
            )
            .into()
    })
}

fn mix(examples: &mut [Example], seed: u64) {
    let known: Vec<usize> = (0..examples.len()).filter(|i| examples[*i].result.is_some()).collect();
    let names: Vec<String> = known.iter().map(usize::to_string).collect();
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_be_bytes());
    let order = risk::draw::ranking(&bytes, &names, "shuffle");
    let mixed: Vec<Option<bool>> = order.iter().map(|i| examples[known[*i]].result).collect();
    for (place, result) in known.into_iter().zip(mixed) {
        examples[place].result = result;
    }
}
