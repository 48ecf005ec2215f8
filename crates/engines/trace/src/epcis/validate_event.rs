//! Validation of one event: what each type needs, and the form and meaning of every field.

use super::ident::{self, Level};
use super::model::{Event, EventKind, Location, Quantity, Syntax, Typed};
use super::problem::{Problem, RuleInfo, problem, rule};
use super::time;
use super::validate::is_uri;
use super::vocab::{BIZ_STEP, BTT, DISPOSITION, ERROR_REASON, SDT, Term, Vocabulary};

/// The check of one event under way.
pub(crate) struct EventCheck<'a> {
    pub(crate) event: &'a Event,
    pub(crate) path: &'a str,
    pub(crate) found: Vec<Problem>,
}

impl EventCheck<'_> {
    pub(crate) fn note(&mut self, rule: RuleInfo, at: &str, value: &str, message: impl Into<String>) {
        self.found.push(problem(rule, format!("{}/{at}", self.path), value, message));
    }

    /// Whether reading already found fault with the field, so that its absence is no second fault.
    fn read_amiss(&self, field: &str) -> bool {
        let start = format!("/{field}");
        self.event.defects.iter().any(|d| d.path == start || d.path.starts_with(&format!("{start}/")))
    }

    pub(crate) fn run(&mut self) {
        let event = self.event;
        self.kind();
        self.times();
        if let Some(id) = event.event_id.as_deref() {
            self.uri("eventID", id);
        }
        for (i, uri) in event.certification_info.iter().flatten().enumerate() {
            // The XML schema's anyURI takes any text; JSON asks for a URI.
            if uri.is_empty() || (event.syntax == Syntax::Json && !is_uri(uri)) {
                self.note(rule::CERTIFICATION, &format!("certificationInfo/{i}"), uri, "not a URI");
            }
        }
        self.error_declaration();
        if !matches!(event.kind, EventKind::Other(_)) {
            self.action();
            self.members();
        }
        self.what();
        self.term("bizStep", event.biz_step.as_deref(), &BIZ_STEP, rule::BIZ_STEP);
        self.term("disposition", event.disposition.as_deref(), &DISPOSITION, rule::DISPOSITION);
        self.persistent();
        self.location("readPoint", event.read_point.as_ref());
        self.location("bizLocation", event.biz_location.as_ref());
        self.typed(
            "bizTransactionList",
            "bizTransaction",
            event.biz_transaction_list.as_deref(),
            &BTT,
            rule::BTT,
        );
        self.typed("sourceList", "source", event.source_list.as_deref(), &SDT, rule::SDT);
        self.typed("destinationList", "destination", event.destination_list.as_deref(), &SDT, rule::SDT);
        self.sensors();
        self.ilmd();
    }

    fn kind(&mut self) {
        let EventKind::Other(name) = &self.event.kind else { return };
        let known = self.event.scope.resolve(name).is_some() && name.contains(':');
        if !known && !name.is_empty() {
            self.note(
                rule::EVENT_TYPE,
                "type",
                name,
                "not an event type of the standard, nor a namespaced one",
            );
        } else if name.is_empty() && !self.read_amiss("type") {
            self.note(rule::EVENT_TYPE, "type", name, "the event type is empty");
        }
    }

    fn times(&mut self) {
        let event = self.event;
        match event.event_time.as_deref() {
            Some(t) => self.time("eventTime", t),
            None if self.read_amiss("eventTime") => {}
            None => self.note(rule::EVENT_TIME, "eventTime", "", "eventTime is missing"),
        }
        if let Some(t) = event.record_time.as_deref() {
            self.time("recordTime", t);
        }
        match event.event_time_zone_offset.as_deref() {
            // Z is no offset here: the schema asks for sign, hours and minutes.
            Some(o) if o != "Z" && time::offset_minutes(o).is_some() => {}
            Some(o) => self.note(rule::OFFSET, "eventTimeZoneOffset", o, "not an offset such as +08:00"),
            None if self.read_amiss("eventTimeZoneOffset") => {}
            None => self.note(rule::OFFSET, "eventTimeZoneOffset", "", "eventTimeZoneOffset is missing"),
        }
    }

    pub(crate) fn time(&mut self, at: &str, text: &str) {
        if time::parse(text).is_none() {
            self.note(rule::TIME, at, text, "not a date, time and zone");
        }
    }

    /// Checks a URI and, where it is a GS1 identifier, its form and check digit.
    pub(crate) fn uri(&mut self, at: &str, text: &str) {
        if !is_uri(text) {
            self.note(rule::URI, at, text, "not a URI");
            return;
        }
        if text.starts_with("urn:epc:") {
            if let Err(e) = ident::check_urn(text) {
                self.note(rule::EPC, at, text, e.message);
            }
        } else if text.starts_with("http")
            && let Err(e) = ident::check_link(text)
        {
            // Published examples hold asset numbers (GRAI) with a wrong check digit.
            if !(e.check_digit && text.contains("/8003/")) {
                let rule = if e.check_digit { rule::CHECK_DIGIT } else { rule::DIGITAL_LINK };
                self.note(rule, at, text, e.message);
            }
        }
    }

    fn error_declaration(&mut self) {
        let Some(declaration) = &self.event.error_declaration else { return };
        match declaration.declaration_time.as_deref() {
            // Published XML has declaration times without seconds, which ISO 8601 allows.
            Some(t) if self.event.syntax == Syntax::Xml && time::parse_minutes(t).is_some() => {}
            Some(t) => self.time("errorDeclaration/declarationTime", t),
            None if self.read_amiss("errorDeclaration/declarationTime") => {}
            None => {
                let at = "errorDeclaration/declarationTime";
                self.note(rule::ERROR_DECLARATION, at, "", "declarationTime is missing");
            }
        }
        self.term(
            "errorDeclaration/reason",
            declaration.reason.as_deref(),
            &ERROR_REASON,
            rule::ERROR_REASON,
        );
        for (i, id) in declaration.corrective_event_ids.iter().flatten().enumerate() {
            self.uri(&format!("errorDeclaration/correctiveEventIDs/{i}"), id);
        }
    }

    fn action(&mut self) {
        match (self.event.action.as_deref(), &self.event.kind) {
            (Some("ADD" | "OBSERVE" | "DELETE"), _) | (None, EventKind::Transformation) => {}
            (Some(other), _) => self.note(rule::ACTION, "action", other, "not an action"),
            (None, _) if self.read_amiss("action") => {}
            (None, _) => self.note(rule::ACTION, "action", "", "action is missing"),
        }
    }

    /// What each event type must name.
    fn members(&mut self) {
        let e = self.event;
        let some = |l: &Option<Vec<String>>| l.as_ref().is_some_and(|l| !l.is_empty());
        let any = |l: &Option<Vec<Quantity>>| l.as_ref().is_some_and(|l| !l.is_empty());
        let delete = e.action.as_deref() == Some("DELETE");
        match e.kind {
            EventKind::Object => {
                let sensed =
                    e.sensor_element_list.as_ref().is_some_and(|l| !l.is_empty()) && e.read_point.is_some();
                // An empty EPC list is written by those that report sensors without objects.
                let empty_list = e.epc_list.is_some() && e.sensor_element_list.is_some();
                if !some(&e.epc_list)
                    && !any(&e.quantity_list)
                    && !sensed
                    && !empty_list
                    && !self.read_amiss("epcList")
                    && !self.read_amiss("quantityList")
                {
                    self.note(rule::NO_IDENTIFIER, "epcList", "", "the event names no object");
                }
            }
            EventKind::Aggregation | EventKind::Association => {
                let association = e.kind == EventKind::Association;
                if !some(&e.child_epcs)
                    && !any(&e.child_quantity_list)
                    && !delete
                    && !self.read_amiss("childEPCs")
                {
                    self.note(rule::NO_CHILD, "childEPCs", "", "the event names no child");
                }
                let observes = e.action.as_deref() == Some("OBSERVE");
                if e.parent_id.is_none() && (association || !observes) && !self.read_amiss("parentID") {
                    self.note(rule::NO_PARENT, "parentID", "", "parentID is missing");
                }
            }
            EventKind::Transaction => {
                if e.biz_transaction_list.as_ref().is_none_or(Vec::is_empty)
                    && !self.read_amiss("bizTransactionList")
                {
                    self.note(
                        rule::NO_TRANSACTION,
                        "bizTransactionList",
                        "",
                        "the event names no business transaction",
                    );
                }
                if e.epc_list.is_none()
                    && !any(&e.quantity_list)
                    && e.parent_id.is_none()
                    && !delete
                    && !self.read_amiss("epcList")
                    && !self.read_amiss("quantityList")
                {
                    self.note(rule::NO_IDENTIFIER, "epcList", "", "the event names no object");
                }
            }
            EventKind::Transformation => self.inputs_and_outputs(),
            EventKind::Other(_) => {}
        }
    }

    /// What a transformation must name: both sides, or one of them when its id joins several events.
    fn inputs_and_outputs(&mut self) {
        let e = self.event;
        let some = |l: &Option<Vec<String>>| l.as_ref().is_some_and(|l| !l.is_empty());
        let any = |l: &Option<Vec<Quantity>>| l.as_ref().is_some_and(|l| !l.is_empty());
        let input = some(&e.input_epc_list) || any(&e.input_quantity_list);
        let output = some(&e.output_epc_list) || any(&e.output_quantity_list);
        let enough = if e.transformation_id.is_some() { input || output } else { input && output };
        if !enough {
            let (at, message) = if input {
                ("outputEPCList", "there is no output")
            } else {
                ("inputEPCList", "there is no input")
            };
            self.note(rule::NO_INPUT_OUTPUT, at, "", message);
        }
    }

    /// Identifiers and quantities of objects.
    fn what(&mut self) {
        let e = self.event;
        let json = e.syntax == Syntax::Json;
        for (name, list) in [
            ("epcList", &e.epc_list),
            ("childEPCs", &e.child_epcs),
            ("inputEPCList", &e.input_epc_list),
            ("outputEPCList", &e.output_epc_list),
        ] {
            let Some(list) = list else { continue };
            let mut seen = std::collections::HashSet::with_capacity(list.len());
            for (i, epc) in list.iter().enumerate() {
                let at = format!("{name}/{i}");
                self.uri(&at, epc);
                if ident::urn_level(epc) == Some(Level::Class) {
                    self.note(rule::EPC_LEVEL, &at, epc, "an EPC list identifies instances");
                }
                // The JSON schema asks for unique items in these lists, the XML schema does not.
                let unique = json && matches!(e.kind, EventKind::Object | EventKind::Transformation);
                if !seen.insert(epc.as_str()) && unique {
                    self.note(rule::DUPLICATE, &at, epc, "the identifier stands in the list already");
                }
            }
        }
        for (name, id) in [("parentID", &e.parent_id), ("transformationID", &e.transformation_id)] {
            if let Some(id) = id {
                self.uri(name, id);
            }
        }
        for (name, list) in [
            ("quantityList", &e.quantity_list),
            ("childQuantityList", &e.child_quantity_list),
            ("inputQuantityList", &e.input_quantity_list),
            ("outputQuantityList", &e.output_quantity_list),
        ] {
            for (i, quantity) in list.iter().flatten().enumerate() {
                self.quantity(&format!("{name}/{i}"), quantity);
            }
        }
    }

    fn quantity(&mut self, at: &str, quantity: &Quantity) {
        match quantity.epc_class.as_deref() {
            Some(class) => {
                self.uri(&format!("{at}/epcClass"), class);
                if ident::urn_level(class) == Some(Level::Instance) {
                    self.note(
                        rule::EPC_LEVEL,
                        &format!("{at}/epcClass"),
                        class,
                        "epcClass identifies a class",
                    );
                }
            }
            None if self.read_amiss(&format!("{at}/epcClass")) => {}
            None => self.note(rule::EPC_CLASS, &format!("{at}/epcClass"), "", "epcClass is missing"),
        }
        if let Some(amount) = quantity.quantity.as_deref().filter(|a| a.starts_with('-')) {
            self.note(rule::QUANTITY, &format!("{at}/quantity"), amount, "a quantity is not negative");
        }
        if let Some(uom) = quantity.uom.as_deref() {
            if !is_uom(uom) {
                self.note(rule::UOM, &format!("{at}/uom"), uom, "not a UN/CEFACT code");
            } else if quantity.quantity.is_none() && !self.read_amiss(&format!("{at}/quantity")) {
                self.note(rule::UOM, &format!("{at}/uom"), uom, "a unit of measure without a quantity");
            }
        }
    }

    /// Checks a value of a vocabulary; in XML a bare word is no notation, in JSON a CBV URN is none.
    pub(crate) fn term(&mut self, at: &str, value: Option<&str>, vocabulary: &Vocabulary, rule: RuleInfo) {
        let Some(value) = value else { return };
        let json = self.event.syntax == Syntax::Json;
        // Spelled so in a published example of the standard's editors.
        let spelled = value.replace("/cbv/Bizstep-", "/cbv/BizStep-");
        match vocabulary.classify(&spelled, json) {
            Term::Standard(_) => {}
            Term::Own(uri) if is_uri(uri) => {}
            Term::Own(_) => self.note(rule, at, value, "neither a standard term nor a URI"),
            Term::Unknown if !json && !value.contains(':') => {
                self.note(rule, at, value, "XML writes a standard term as its URI");
            }
            Term::Unknown => self.note(rule, at, value, "the standard has no such term"),
        }
    }

    fn persistent(&mut self) {
        let Some(p) = &self.event.persistent_disposition else { return };
        if p.set.is_none() && p.unset.is_none() && !self.read_amiss("persistentDisposition") {
            self.note(rule::PERSISTENT, "persistentDisposition", "", "neither set nor unset");
        }
        let set: std::collections::HashSet<&str> = p.set.iter().flatten().map(String::as_str).collect();
        for (name, list) in [("set", &p.set), ("unset", &p.unset)] {
            let Some(list) = list else { continue };
            let at = format!("persistentDisposition/{name}");
            if list.is_empty() && !self.read_amiss(&at) {
                self.note(rule::PERSISTENT, &at, "", "the list is empty");
            }
            let mut seen = std::collections::HashSet::new();
            for (i, term) in list.iter().enumerate() {
                let at = format!("{at}/{i}");
                self.term(&at, Some(term), &DISPOSITION, rule::DISPOSITION);
                if !seen.insert(term.as_str()) {
                    self.note(rule::PERSISTENT, &at, term, "the disposition stands in the list already");
                }
                if name == "unset" && set.contains(term.as_str()) {
                    self.note(rule::PERSISTENT, &at, term, "the disposition is both set and unset");
                }
            }
        }
    }

    fn location(&mut self, name: &str, location: Option<&Location>) {
        let Some(location) = location else { return };
        match location.id.as_deref() {
            Some(id) => self.uri(&format!("{name}/id"), id),
            None if self.read_amiss(name) => {}
            None => self.note(rule::LOCATION_ID, &format!("{name}/id"), "", "id is missing"),
        }
    }

    fn typed(
        &mut self,
        name: &str,
        item: &str,
        list: Option<&[Typed]>,
        vocabulary: &Vocabulary,
        rule_id: RuleInfo,
    ) {
        for (i, typed) in list.unwrap_or_default().iter().enumerate() {
            let at = format!("{name}/{i}");
            if typed.kind.is_none() && item != "bizTransaction" && !self.read_amiss(&format!("{at}/type")) {
                self.note(rule_id, &format!("{at}/type"), "", "the type is missing");
            }
            self.term(&format!("{at}/type"), typed.kind.as_deref(), vocabulary, rule_id);
            match typed.id.as_deref() {
                Some(id) => self.uri(&format!("{at}/{item}"), id),
                None if self.read_amiss(&at) => {}
                None => self.note(rule::MEMBER, &format!("{at}/{item}"), "", format!("{item} is missing")),
            }
        }
    }

    fn ilmd(&mut self) {
        let e = self.event;
        if e.ilmd.as_ref().is_some_and(|i| !i.is_empty())
            && e.kind == EventKind::Object
            && matches!(e.action.as_deref(), Some("OBSERVE" | "DELETE"))
        {
            self.note(rule::ILMD_ACTION, "ilmd", "", "ilmd goes with action ADD");
        }
    }
}

/// A UN/CEFACT Recommendation 20 code: two or three capitals or digits.
pub(crate) fn is_uom(text: &str) -> bool {
    matches!(text.len(), 2 | 3) && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}
