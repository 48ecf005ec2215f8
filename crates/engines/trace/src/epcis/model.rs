//! The EPCIS 2.0 event model: fields as written (verbatim text), extensions with their namespaces.

use super::problem::Problem;
use super::scope::Scope;
use super::value::Value;
use std::sync::Arc;

/// The syntax a document was read from; some vocabulary rules differ (EPCIS 2.0, 10 and 9.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// JSON or JSON-LD.
    Json,
    /// XML, of EPCIS 2.0 or 1.x.
    Xml,
}

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    /// An `EPCISDocument` for capture.
    Events,
    /// An `EPCISQueryDocument` with query results.
    QueryResults,
    /// An `EPCISQueryDocument` with a `Poll`, or a JSON query.
    Query,
    /// An `EPCISMasterDataDocument` (XML).
    MasterData,
    /// An `EPCISCaptureJob` (XML): the state of a capture, kept verbatim.
    CaptureJob,
    /// One event standing alone.
    Bare,
}

/// One parameter of a query.
#[derive(Debug, Clone, PartialEq)]
pub struct QueryParam {
    /// Name as written, `EQ_bizStep`.
    pub name: String,
    /// Its value or list of values; none when the element was left empty.
    pub value: Option<Value>,
}

/// A document with its events.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// What it is.
    pub kind: DocumentKind,
    /// The syntax it was read from.
    pub syntax: Syntax,
    /// `@context` as written, or made from the `xmlns` declarations of XML.
    pub context: Option<Value>,
    /// Prefixes in scope at document level.
    pub scope: Arc<Scope>,
    /// `schemaVersion`.
    pub schema_version: Option<String>,
    /// `creationDate`.
    pub creation_date: Option<String>,
    /// Further members of the document (`id`, `sender`, `instanceIdentifier`, extensions), in order.
    pub extra: Vec<Ext>,
    /// The header: `epcisMasterData` and others, verbatim.
    pub header: Option<Value>,
    /// Further members of the body, query results and results body: the place and the member.
    pub body_extra: Vec<(BodyPlace, Ext)>,
    /// `queryName` of query results or of a poll.
    pub query_name: Option<String>,
    /// `subscriptionID` of query results.
    pub subscription_id: Option<String>,
    /// Parameters of a query.
    pub params: Vec<QueryParam>,
    /// The events in document order.
    pub events: Vec<Event>,
    /// What was found amiss in reading, outside the events; [`super::validate`] reports it.
    pub defects: Vec<Problem>,
}

/// A place in the document's body that may hold extension members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyPlace {
    /// `epcisBody`
    Body,
    /// `queryResults`
    QueryResults,
    /// `resultsBody`
    ResultsBody,
}

/// The type of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventKind {
    /// `ObjectEvent`
    Object,
    /// `AggregationEvent`
    Aggregation,
    /// `TransactionEvent`
    Transaction,
    /// `TransformationEvent`
    Transformation,
    /// `AssociationEvent`
    Association,
    /// Another type, named as written.
    Other(String),
}

impl EventKind {
    /// The type of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        match name {
            "ObjectEvent" => EventKind::Object,
            "AggregationEvent" => EventKind::Aggregation,
            "TransactionEvent" => EventKind::Transaction,
            "TransformationEvent" => EventKind::Transformation,
            "AssociationEvent" => EventKind::Association,
            other => EventKind::Other(other.to_owned()),
        }
    }

    /// Its name as written in documents.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            EventKind::Object => "ObjectEvent",
            EventKind::Aggregation => "AggregationEvent",
            EventKind::Transaction => "TransactionEvent",
            EventKind::Transformation => "TransformationEvent",
            EventKind::Association => "AssociationEvent",
            EventKind::Other(name) => name,
        }
    }
}

/// An extension field: its name as written (`prefix:local` or a URI) and its value verbatim.
/// XML attributes of an extension element are members named `@name`, its text beside them `#text`,
/// its own namespace declarations `@context`.
#[derive(Debug, Clone, PartialEq)]
pub struct Ext {
    /// Name as written.
    pub name: String,
    /// The value.
    pub value: Value,
}

/// A quantity of a class (EPCIS 2.0, 7.3.3.3).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Quantity {
    /// Class of object.
    pub epc_class: Option<String>,
    /// The amount, in the digits written.
    pub quantity: Option<String>,
    /// Unit of measure, UN/CEFACT Recommendation 20; none counts pieces.
    pub uom: Option<String>,
}

/// A business transaction, source or destination: an identifier with its type.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Typed {
    /// The type as written.
    pub kind: Option<String>,
    /// The identifier.
    pub id: Option<String>,
}

/// A read point or business location.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Location {
    /// The identifier.
    pub id: Option<String>,
    /// Extension fields.
    pub extensions: Vec<Ext>,
}

/// `persistentDisposition`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PersistentDisposition {
    /// Dispositions that hold from now on.
    pub set: Option<Vec<String>>,
    /// Dispositions that hold no longer.
    pub unset: Option<Vec<String>>,
}

/// `errorDeclaration` (EPCIS 2.0, 7.4.1.3).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ErrorDeclaration {
    /// When the error was declared.
    pub declaration_time: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The events that correct it.
    pub corrective_event_ids: Option<Vec<String>>,
    /// Extension fields.
    pub extensions: Vec<Ext>,
}

/// Fields of `sensorMetadata` or of one `sensorReport`: standard fields by name in the order
/// written, and extension fields.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SensorFields {
    /// Standard fields: the name and the value.
    pub fields: Vec<(&'static str, Value)>,
    /// Extension fields.
    pub extensions: Vec<Ext>,
}

impl SensorFields {
    /// The standard field of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.fields.iter().find(|(n, _)| *n == name).map(|(_, v)| v)
    }
}

/// A sensor element (EPCIS 2.0, 7.3.7).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SensorElement {
    /// `sensorMetadata`.
    pub metadata: Option<SensorFields>,
    /// `sensorReport`s.
    pub reports: Vec<SensorFields>,
    /// Extension fields.
    pub extensions: Vec<Ext>,
}

/// An event. Lists are `None` when absent and empty when written empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its type.
    pub kind: EventKind,
    /// Prefixes in scope, and the fields its document tells the hash to ignore.
    pub scope: Arc<Scope>,
    /// The event's own `@context`, or made from its own `xmlns` declarations.
    pub context: Option<Value>,
    /// The syntax it was read from.
    pub syntax: Syntax,
    /// `eventTime`.
    pub event_time: Option<String>,
    /// `recordTime`.
    pub record_time: Option<String>,
    /// `eventTimeZoneOffset`.
    pub event_time_zone_offset: Option<String>,
    /// `eventID`.
    pub event_id: Option<String>,
    /// `errorDeclaration`.
    pub error_declaration: Option<ErrorDeclaration>,
    /// `certificationInfo`: the URIs.
    pub certification_info: Option<Vec<String>>,
    /// `parentID`.
    pub parent_id: Option<String>,
    /// `epcList`.
    pub epc_list: Option<Vec<String>>,
    /// `childEPCs`.
    pub child_epcs: Option<Vec<String>>,
    /// `inputEPCList`.
    pub input_epc_list: Option<Vec<String>>,
    /// `outputEPCList`.
    pub output_epc_list: Option<Vec<String>>,
    /// `quantityList`.
    pub quantity_list: Option<Vec<Quantity>>,
    /// `childQuantityList`.
    pub child_quantity_list: Option<Vec<Quantity>>,
    /// `inputQuantityList`.
    pub input_quantity_list: Option<Vec<Quantity>>,
    /// `outputQuantityList`.
    pub output_quantity_list: Option<Vec<Quantity>>,
    /// `transformationID`.
    pub transformation_id: Option<String>,
    /// `action`.
    pub action: Option<String>,
    /// `bizStep`, as written.
    pub biz_step: Option<String>,
    /// `disposition`, as written.
    pub disposition: Option<String>,
    /// `persistentDisposition`.
    pub persistent_disposition: Option<PersistentDisposition>,
    /// `readPoint`.
    pub read_point: Option<Location>,
    /// `bizLocation`.
    pub biz_location: Option<Location>,
    /// `bizTransactionList`.
    pub biz_transaction_list: Option<Vec<Typed>>,
    /// `sourceList`.
    pub source_list: Option<Vec<Typed>>,
    /// `destinationList`.
    pub destination_list: Option<Vec<Typed>>,
    /// `sensorElementList`.
    pub sensor_element_list: Option<Vec<SensorElement>>,
    /// `ilmd`: instance or lot master data.
    pub ilmd: Option<Vec<Ext>>,
    /// Extension fields at event level.
    pub extensions: Vec<Ext>,
    /// What was found amiss in reading; paths are relative to the event.
    pub defects: Vec<Problem>,
}

impl Event {
    /// An event of a type with nothing in it.
    #[must_use]
    pub fn new(kind: EventKind, scope: Arc<Scope>, syntax: Syntax) -> Self {
        Event {
            kind,
            scope,
            syntax,
            context: None,
            event_time: None,
            record_time: None,
            event_time_zone_offset: None,
            event_id: None,
            error_declaration: None,
            certification_info: None,
            parent_id: None,
            epc_list: None,
            child_epcs: None,
            input_epc_list: None,
            output_epc_list: None,
            quantity_list: None,
            child_quantity_list: None,
            input_quantity_list: None,
            output_quantity_list: None,
            transformation_id: None,
            action: None,
            biz_step: None,
            disposition: None,
            persistent_disposition: None,
            read_point: None,
            biz_location: None,
            biz_transaction_list: None,
            source_list: None,
            destination_list: None,
            sensor_element_list: None,
            ilmd: None,
            extensions: Vec::new(),
            defects: Vec::new(),
        }
    }
}
