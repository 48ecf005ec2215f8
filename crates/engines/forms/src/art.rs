//! Vector drawings that a template asks for by file name: the QR code and the fine-line ground.

use std::f64::consts::TAU;
use std::fmt::Write as _;

use fast_qr::{ECL, QRBuilder};

/// An SVG of the QR code (level M, quiet zone of four modules as ISO/IEC 18004 asks), or none if the text
/// does not fit. Runs of dark modules become one rectangle, so no hairlines show between them.
pub(crate) fn qr_svg(text: &str) -> Option<String> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    let side = code.size + 8;
    let mut path = String::new();
    for row in 0..code.size {
        let line = &code[row];
        let mut col = 0;
        while col < code.size {
            let start = col;
            while col < code.size && line[col].value() {
                col += 1;
            }
            if col > start {
                let _ = write!(path, "M{} {}h{}v1h-{}z", start + 4, row + 4, col - start, col - start);
            }
            col += 1;
        }
    }
    Some(format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {side} {side}'>\
         <rect width='{side}' height='{side}' fill='#fff'/><path fill='#000' d='{path}'/></svg>"
    ))
}

/// The security ground of an A4 page, millimetres: a rosette behind the text and a woven band at head and
/// foot, in lines of 0.12 mm and a tint so light that print stays readable and a photocopy loses it.
pub(crate) fn guilloche_svg() -> String {
    let mut out = String::from(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 210 297'>\
         <g fill='none' stroke='#dbe9e6' stroke-width='.12'>",
    );
    for ring in 0..14 {
        let ring = f64::from(ring);
        let (base, wave) = (24.0 + 3.2 * ring, 9.0 + 0.9 * ring);
        curve(&mut out, 300, |t| {
            let radius = base + wave * (12.0 * TAU * t + ring * 0.45).sin();
            (105.0 + radius * (TAU * t).cos(), 150.0 + radius * (TAU * t).sin())
        });
    }
    for (middle, height) in [(26.0, 11.0), (277.0, 7.0)] {
        for strand in 0..12 {
            let phase = f64::from(strand) / 12.0;
            curve(&mut out, 110, |t| {
                let swell = 0.55 + 0.45 * (TAU * 2.0 * t).cos();
                (9.0 + 192.0 * t, middle + height * swell * (TAU * (5.0 * t + phase)).sin())
            });
        }
    }
    out.push_str("</g></svg>");
    out
}

/// Appends one polyline of `steps` chords through `at(t)`, `t` from 0 to 1.
fn curve(out: &mut String, steps: u32, at: impl Fn(f64) -> (f64, f64)) {
    out.push_str("<path d='");
    for step in 0..=steps {
        let (x, y) = at(f64::from(step) / f64::from(steps));
        let _ = write!(out, "{}{x:.2} {y:.2}", if step == 0 { 'M' } else { 'L' });
    }
    out.push_str("'/>");
}
