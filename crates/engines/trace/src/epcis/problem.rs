//! Refusals with a stable rule id: what is wrong, where, and how to put it right.

use std::fmt;

/// One refusal. `rule` is one of [`rules`], `path` a JSON-pointer-like path in the document
/// (`/epcisBody/eventList/0/action`), `value` the offending value as found (may be empty).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Stable rule id, `EPCIS-…`.
    pub rule: &'static str,
    /// Where in the document.
    pub path: String,
    /// The value found there, shortened to 120 characters.
    pub value: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub remedy: &'static str,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.rule, self.path, self.message)?;
        if !self.value.is_empty() {
            write!(f, " (found: {})", self.value)?;
        }
        write!(f, "; {}", self.remedy)
    }
}

/// A rule of validation: its id, what it asks, and the remedy given with each refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleInfo {
    /// Stable id, `EPCIS-…`.
    pub id: &'static str,
    /// What the rule asks, with the clause or schema it comes from.
    pub asks: &'static str,
    /// How to satisfy it.
    pub remedy: &'static str,
}

macro_rules! rule_table {
    ($($name:ident = $id:literal, $asks:literal, $remedy:literal;)*) => {
        /// The rules, one constant each; the constant's documentation is what the rule asks.
        pub(crate) mod rule {
            use super::RuleInfo;
            $(#[doc = $asks] pub(crate) const $name: RuleInfo = RuleInfo { id: $id, asks: $asks, remedy: $remedy };)*
        }
        const RULES: &[RuleInfo] = &[$(rule::$name),*];
    };
}

rule_table! {
    SYNTAX = "EPCIS-SYNTAX", "The bytes are well-formed JSON (RFC 8259) or XML 1.0 in UTF-8.", "correct the syntax at the place named";
    DTD = "EPCIS-XML-DTD", "XML carries no document type declaration but a bare name, and no entities but the five predefined.", "remove the DOCTYPE and write the entity's text itself";
    LIMIT_SIZE = "EPCIS-LIMIT-SIZE", "The document is no larger than the limit in bytes.", "split the document";
    LIMIT_DEPTH = "EPCIS-LIMIT-DEPTH", "Elements nest no deeper than the limit.", "flatten the nested extension elements";
    LIMIT_COUNT = "EPCIS-LIMIT-EVENTS", "The document holds no more events than the limit.", "split the document";
    DOC_TYPE = "EPCIS-DOC-TYPE", "The root is an EPCISDocument, EPCISQueryDocument, EPCISMasterDataDocument, a query, or one event (EPCIS 2.0, 9.2 and 12).", "send one of these document types";
    CONTEXT = "EPCIS-DOC-CONTEXT", "JSON-LD carries an @context naming the EPCIS context (EPCIS 2.0, 10.2).", "add \"@context\": [\"https://ref.gs1.org/standards/epcis/epcis-context.jsonld\"]";
    SCHEMA_VERSION = "EPCIS-DOC-SCHEMA-VERSION", "schemaVersion is present and a version such as 2.0.", "give schemaVersion as digits parted by points";
    CREATION_DATE = "EPCIS-DOC-CREATION-DATE", "creationDate is present and a date and time with zone.", "give creationDate as 2026-01-31T08:00:00Z";
    BODY = "EPCIS-DOC-BODY", "The document has a body with an event list, query results, vocabulary or query.", "add epcisBody with eventList";
    QUERY_RESULTS = "EPCIS-DOC-QUERY-RESULTS", "Query results name the query and hold a resultsBody with an event list (EPCIS 2.0, 8.2.5).", "add queryName and resultsBody";
    HEADER = "EPCIS-DOC-HEADER", "The header holds master data in the form of the standard.", "correct the header element named";
    MASTER_DATA = "EPCIS-MASTER-DATA", "Each vocabulary has a type URI and its elements and attributes have an id URI (EPCIS 2.0, 9.4).", "give the type and id as URIs";
    TYPE = "EPCIS-TYPE", "Each field has the JSON type or XML content the schema asks.", "use the type asked for";
    FIELD_UNKNOWN = "EPCIS-FIELD-UNKNOWN", "A field without namespace is one the standard defines for this place.", "correct the name, or give the extension field a namespace prefix";
    FIELD_MISPLACED = "EPCIS-FIELD-MISPLACED", "A field of the standard appears only in event types that have it.", "remove the field or choose the event type that has it";
    PREFIX = "EPCIS-PREFIX-UNDECLARED", "Every prefix of an extension field is declared in @context or by xmlns.", "declare the prefix";
    EVENT_TYPE = "EPCIS-EVENT-TYPE", "The event type is one of the five of the standard, or a namespaced extension type.", "use ObjectEvent, AggregationEvent, TransactionEvent, TransformationEvent or AssociationEvent";
    EVENT_TIME = "EPCIS-EVENT-TIME", "eventTime is present.", "add eventTime";
    TIME = "EPCIS-TIME-FORMAT", "A time is xsd:dateTimeStamp: date, time and zone, and exists in the calendar.", "write 2026-01-31T08:00:00.000+08:00";
    OFFSET = "EPCIS-EVENT-TIMEZONE", "eventTimeZoneOffset is present and lies between -14:00 and +14:00.", "write the offset as +08:00";
    ACTION = "EPCIS-ACTION", "action is ADD, OBSERVE or DELETE, present in every event but TransformationEvent.", "give action ADD, OBSERVE or DELETE";
    BIZ_STEP = "EPCIS-CBV-BIZSTEP", "bizStep is a business step of the CBV or a URI of one's own (CBV 2.0, 7.1).", "use a CBV term or a full URI";
    DISPOSITION = "EPCIS-CBV-DISPOSITION", "A disposition is one of the CBV or a URI of one's own (CBV 2.0, 7.2).", "use a CBV term or a full URI";
    PERSISTENT = "EPCIS-PERSISTENT-DISPOSITION", "persistentDisposition has set or unset, each not empty, without repeats or overlap.", "give set or unset with at least one disposition";
    BTT = "EPCIS-CBV-BIZTRANSACTION-TYPE", "A business transaction type is one of the CBV or a URI of one's own (CBV 2.0, 7.3).", "use a CBV term or a full URI";
    SDT = "EPCIS-CBV-SOURCE-DEST-TYPE", "A source or destination has a type of the CBV or a URI of one's own (CBV 2.0, 7.4).", "use owning_party, possessing_party, location or a full URI";
    ERROR_REASON = "EPCIS-CBV-ERROR-REASON", "An error reason is one of the CBV or a URI of one's own (CBV 2.0, 7.5).", "use did_not_occur, incorrect_data or a full URI";
    ERROR_DECLARATION = "EPCIS-ERROR-DECLARATION", "An error declaration has its declarationTime.", "add declarationTime";
    MEASUREMENT = "EPCIS-CBV-MEASUREMENT-TYPE", "A sensor report's type is a GS1 measurement type or a URI of one's own.", "use a term of the GS1 Web Vocabulary or a full URI";
    ALERT = "EPCIS-CBV-SENSOR-ALERT-TYPE", "A sensor report's exception is ALARM_CONDITION, ERROR_CONDITION or a URI of one's own.", "use one of the two terms or a full URI";
    COMPONENT = "EPCIS-CBV-COMPONENT", "A sensor report's component is one of the CBV or a URI of one's own.", "use a CBV term or a full URI";
    URI = "EPCIS-URI", "An identifier is an absolute URI.", "write the identifier as a URI";
    EPC = "EPCIS-EPC-FORM", "An EPC URN has the form its scheme asks: digits, lengths, encoding (EPC Tag Data Standard).", "correct the EPC URN";
    CHECK_DIGIT = "EPCIS-CHECK-DIGIT", "The GS1 key in a GS1 Digital Link has the right check digit (GS1 General Specifications, 7.9).", "correct the key or its last digit";
    DIGITAL_LINK = "EPCIS-DIGITAL-LINK", "A GS1 Digital Link at id.gs1.org has a key of the right form.", "correct the GS1 Digital Link";
    EPC_LEVEL = "EPCIS-EPC-LEVEL", "epcClass identifies a class and an EPC list identifies instances.", "put classes into quantityList and instances into epcList";
    DUPLICATE = "EPCIS-LIST-DUPLICATE", "An identifier stands once in a list.", "remove the repeat";
    NO_IDENTIFIER = "EPCIS-IDENTIFIER-MISSING", "The event names objects: an EPC list, a quantity list, or sensor data with a read point.", "add epcList or quantityList";
    NO_CHILD = "EPCIS-CHILDREN-MISSING", "ADD and OBSERVE of an aggregation or association name children.", "add childEPCs or childQuantityList";
    NO_PARENT = "EPCIS-PARENT-MISSING", "An association, and an aggregation with ADD or DELETE, names its parent.", "add parentID";
    NO_TRANSACTION = "EPCIS-TRANSACTION-MISSING", "A transaction event has at least one business transaction.", "add bizTransactionList";
    NO_INPUT_OUTPUT = "EPCIS-TRANSFORMATION-SIDES", "A transformation has inputs and outputs, or one of them and a transformationID.", "add the missing side or a transformationID";
    ILMD_ACTION = "EPCIS-ILMD-ACTION", "ilmd goes with action ADD, or with a transformation.", "remove ilmd or use ADD";
    LOCATION_ID = "EPCIS-LOCATION-ID", "readPoint and bizLocation have an id.", "add the id";
    QUANTITY = "EPCIS-QUANTITY", "A quantity is a positive or zero number.", "give the quantity as a number";
    EPC_CLASS = "EPCIS-EPC-CLASS", "A quantity element has an epcClass.", "add epcClass";
    UOM = "EPCIS-UOM", "A unit of measure is a UN/CEFACT Recommendation 20 code of two or three characters, given with a quantity.", "use a code such as KGM";
    MEMBER = "EPCIS-MEMBER-MISSING", "A transaction, source or destination has its identifier.", "add the identifier";
    SENSOR_REPORT = "EPCIS-SENSOR-REPORT", "A sensor element has at least one report.", "add a sensorReport";
    SENSOR_VALUE = "EPCIS-SENSOR-REPORT-TYPE", "A sensor report has a type or an exception.", "add the type";
    SENSOR_NUMBER = "EPCIS-SENSOR-NUMBER", "A measured value is a number.", "give the value as a number";
    SENSOR_UOM = "EPCIS-SENSOR-UOM", "A unit of measure of a sensor report is a UN/CEFACT code.", "use a code such as CEL";
    SENSOR_BOOLEAN = "EPCIS-SENSOR-BOOLEAN", "booleanValue is true or false.", "give true or false";
    SENSOR_HEX = "EPCIS-SENSOR-HEX", "hexBinaryValue is hexadecimal digits.", "give hexadecimal digits";
    SENSOR_PERIOD = "EPCIS-SENSOR-PERIOD", "startTime lies not after endTime.", "exchange the times";
    CERTIFICATION = "EPCIS-CERTIFICATION-INFO", "certificationInfo is a URI or a list of URIs.", "give the certificate's URI";
    QUERY_NAME = "EPCIS-QUERY-NAME", "A poll names its query.", "add queryName";
    QUERY_PARAM = "EPCIS-QUERY-PARAMETER", "A query parameter is one of the standard's or of an extension (EPCIS 2.0, 8.2.7.1).", "correct the parameter's name";
    QUERY_VALUE = "EPCIS-QUERY-VALUE", "A query parameter has a value of its type.", "correct the parameter's value";
}

/// All rules of validation, in stable order.
#[must_use]
pub fn rules() -> &'static [RuleInfo] {
    RULES
}

/// Makes a refusal, shortening the value to 120 characters.
pub(crate) fn problem(
    rule: RuleInfo,
    path: impl Into<String>,
    value: &str,
    message: impl Into<String>,
) -> Problem {
    let value = if value.chars().count() > 120 {
        value.chars().take(117).chain("...".chars()).collect()
    } else {
        value.to_owned()
    };
    Problem { rule: rule.id, path: path.into(), value, message: message.into(), remedy: rule.remedy }
}
