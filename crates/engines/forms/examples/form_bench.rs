//! Prints every sample in `samples/` a number of times and says what a warm page costs; with a folder as
//! argument it also leaves the papers there to be looked at.

use std::time::Instant;
use std::{env, fs, path::Path};

use forms::{Forms, Lang, Templates, embedded_fonts};

const ROUNDS: u32 = 20;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let begun = Instant::now();
    let forms = Forms::new(&Templates::built_in(), embedded_fonts())?;
    println!("ready in {:.1} ms", begun.elapsed().as_secs_f64() * 1e3);
    let made_at: jiff::Timestamp = "2026-11-24T08:00:00Z".parse()?;
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    for name in forms.names() {
        let text = fs::read_to_string(samples.join(format!("{name}.json")))?;
        let mut data: serde_json::Value = serde_json::from_str(&text)?;
        let first = Instant::now();
        let pdf = forms.render(name, &data, Lang::Both, made_at)?;
        let first = first.elapsed().as_secs_f64() * 1e3;
        if let Some(folder) = env::args().nth(1) {
            fs::write(Path::new(&folder).join(format!("{name}.pdf")), &pdf)?;
        }
        let warm = Instant::now();
        for round in 0..ROUNDS {
            // Another number each time, so that no round is a mere look-up of the one before.
            data["number"] = format!("N-{round:06}").into();
            forms.render(name, &data, Lang::Both, made_at)?;
        }
        let each = warm.elapsed().as_secs_f64() * 1e3 / f64::from(ROUNDS);
        println!("{name:20} first {first:7.1} ms, warm {each:6.1} ms, {} KB", pdf.len() / 1024);
    }
    let mut data: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(samples.join("certificate.json"))?)?;
    data["goods"] = (0..500).map(|_| data["goods"][0].clone()).collect();
    let long = Instant::now();
    let pdf = forms.render("certificate", &data, Lang::Both, made_at)?;
    let long = long.elapsed().as_secs_f64() * 1e3;
    println!("certificate of 500 lines {long:.1} ms, {} KB", pdf.len() / 1024);
    Ok(())
}
