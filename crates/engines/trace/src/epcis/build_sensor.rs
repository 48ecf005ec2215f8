//! Builds sensor elements from their JSON shape, standard fields apart from extension fields.

use super::build::Builder;
use super::model::{Ext, SensorElement, SensorFields};
use super::value::Value;

/// Standard fields of `sensorMetadata`.
pub(crate) const METADATA_FIELDS: &[&str] = &[
    "time",
    "startTime",
    "endTime",
    "deviceID",
    "deviceMetadata",
    "rawData",
    "dataProcessingMethod",
    "bizRules",
];

/// Standard fields of `sensorReport`, in the order of the event hash; `bizRules` has no place in it.
pub(crate) const REPORT_FIELDS: &[&str] = &[
    "type",
    "exception",
    "deviceID",
    "deviceMetadata",
    "rawData",
    "dataProcessingMethod",
    "time",
    "microorganism",
    "chemicalSubstance",
    "value",
    "component",
    "stringValue",
    "booleanValue",
    "hexBinaryValue",
    "uriValue",
    "minValue",
    "maxValue",
    "meanValue",
    "sDev",
    "percRank",
    "percValue",
    "uom",
    "coordinateReferenceSystem",
    "bizRules",
];

impl Builder {
    pub(crate) fn sensors(&mut self, value: Value) -> Option<Vec<SensorElement>> {
        let items = self.items("sensorElementList", value)?;
        let mut out = Vec::with_capacity(items.len());
        for (i, item) in items.into_iter().enumerate() {
            let at = format!("sensorElementList/{i}");
            let Some(members) = self.members(&at, item) else { continue };
            let mut element = SensorElement::default();
            for (name, value) in members {
                let here = format!("{at}/{name}");
                match name.as_str() {
                    "sensorMetadata" => element.metadata = self.sensor_fields(&here, METADATA_FIELDS, value),
                    "sensorReport" => {
                        for (k, report) in
                            self.items(&here, value).unwrap_or_default().into_iter().enumerate()
                        {
                            element.reports.extend(self.sensor_fields(
                                &format!("{here}/{k}"),
                                REPORT_FIELDS,
                                report,
                            ));
                        }
                    }
                    _ => {
                        self.extension_name(&format!("{at}/"), &name);
                        element.extensions.push(Ext { name, value });
                    }
                }
            }
            out.push(element);
        }
        Some(out)
    }

    fn sensor_fields(&mut self, path: &str, known: &[&'static str], value: Value) -> Option<SensorFields> {
        let mut out = SensorFields::default();
        for (name, value) in self.members(path, value)? {
            match known.iter().find(|k| **k == name) {
                Some(field) => out.fields.push((field, value)),
                None => {
                    self.extension_name(&format!("{path}/"), &name);
                    out.extensions.push(Ext { name, value });
                }
            }
        }
        Some(out)
    }
}
