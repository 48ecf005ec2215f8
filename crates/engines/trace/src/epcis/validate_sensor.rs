//! Validation of sensor elements (EPCIS 2.0, 7.3.7): metadata, reports, and their values.

use super::build::is_decimal;
use super::model::SensorFields;
use super::problem::{problem, rule};
use super::time;
use super::validate::is_uri;
use super::validate_event::{EventCheck, is_uom};
use super::value::Value;
use super::vocab::{ALERT, COMPONENT, MEASUREMENT, Term};
use super::write_json::NUMBERS;

/// Fields that hold URIs.
const URIS: &[&str] = &[
    "deviceID",
    "deviceMetadata",
    "rawData",
    "dataProcessingMethod",
    "bizRules",
    "microorganism",
    "chemicalSubstance",
    "coordinateReferenceSystem",
    "uriValue",
];

impl EventCheck<'_> {
    pub(crate) fn sensors(&mut self) {
        let elements = self.event.sensor_element_list.iter().flatten();
        for (i, element) in elements.enumerate() {
            let at = format!("sensorElementList/{i}");
            if let Some(metadata) = &element.metadata {
                let here = format!("{at}/sensorMetadata");
                self.sensor_fields(&here, metadata);
                let moment = |name: &str| metadata.get(name).and_then(Value::as_str).and_then(time::parse);
                if let (Some(start), Some(end)) = (moment("startTime"), moment("endTime"))
                    && start > end
                {
                    self.note(
                        rule::SENSOR_PERIOD,
                        &format!("{here}/startTime"),
                        "",
                        "startTime lies after endTime",
                    );
                }
            }
            if element.reports.is_empty() && !self.amiss(&format!("{at}/sensorReport")) {
                self.note(rule::SENSOR_REPORT, &format!("{at}/sensorReport"), "", "there is no report");
            }
            for (k, report) in element.reports.iter().enumerate() {
                let here = format!("{at}/sensorReport/{k}");
                if report.get("type").is_none() && report.get("exception").is_none() {
                    self.note(rule::SENSOR_VALUE, &format!("{here}/type"), "", "neither type nor exception");
                }
                self.sensor_fields(&here, report);
            }
        }
    }

    fn amiss(&self, at: &str) -> bool {
        self.event.defects.iter().any(|d| d.path.get(1..).is_some_and(|p| p.starts_with(at)))
    }

    fn sensor_fields(&mut self, at: &str, fields: &SensorFields) {
        for (name, value) in &fields.fields {
            self.sensor_field(&format!("{at}/{name}"), name, value);
        }
    }

    fn sensor_field(&mut self, at: &str, name: &str, value: &Value) {
        let shown = value.shown();
        let text = value.as_str();
        match name {
            "time" | "startTime" | "endTime" => {
                if text.and_then(time::parse).is_none() {
                    self.note(rule::TIME, at, &shown, "not a date, time and zone");
                }
            }
            n if NUMBERS.contains(&n) => {
                let number = match value {
                    Value::Number(_) => true,
                    Value::Raw(s) => is_decimal(s) || matches!(s.as_str(), "INF" | "-INF" | "NaN"),
                    _ => false,
                };
                if !number {
                    self.note(rule::SENSOR_NUMBER, at, &shown, "not a number");
                }
            }
            "booleanValue" => {
                let boolean = match value {
                    Value::Bool(_) => true,
                    Value::Raw(s) => matches!(s.as_str(), "true" | "false" | "1" | "0"),
                    _ => false,
                };
                if !boolean {
                    self.note(rule::SENSOR_BOOLEAN, at, &shown, "not true or false");
                }
            }
            _ => match text {
                None => self.found.push(problem(
                    rule::TYPE,
                    format!("{}/{at}", self.path),
                    &shown,
                    "a text is asked for",
                )),
                Some(text) => self.sensor_text(at, name, text),
            },
        }
    }

    fn sensor_text(&mut self, at: &str, name: &str, text: &str) {
        match name {
            "type" => match MEASUREMENT.classify(text, true) {
                // The older notation of the Web Vocabulary names the measurement after MT-.
                Term::Own(uri) if !is_uri(uri) => {
                    self.note(rule::MEASUREMENT, at, text, "neither a standard term nor a URI");
                }
                Term::Unknown if !is_older(text) => {
                    self.note(
                        rule::MEASUREMENT,
                        at,
                        text,
                        "the GS1 Web Vocabulary has no such measurement type",
                    );
                }
                _ => {}
            },
            "exception" => self.term(at, Some(text), &ALERT, rule::ALERT),
            "component" => self.term(at, Some(text), &COMPONENT, rule::COMPONENT),
            "hexBinaryValue" if text.is_empty() || !text.bytes().all(|b| b.is_ascii_hexdigit()) => {
                self.note(rule::SENSOR_HEX, at, text, "not hexadecimal digits");
            }
            "uom" if !is_uom(text) => self.note(rule::SENSOR_UOM, at, text, "not a UN/CEFACT code"),
            n if URIS.contains(&n) => self.uri(at, text),
            _ => {}
        }
    }
}

/// Measurement types of drafts of EPCIS 2.0 that published examples still use.
const DRAFT_TYPES: &[&str] = &["Humidity", "Molar_concentration", "EffectiveDoseRate"];

/// Whether a type is written in the notation used before the ratified Web Vocabulary.
fn is_older(text: &str) -> bool {
    let older = |t: &str| t.starts_with("MT-") || t.starts_with("AT-") || DRAFT_TYPES.contains(&t);
    text.strip_prefix("gs1:").map_or_else(|| DRAFT_TYPES.contains(&text), older)
}
