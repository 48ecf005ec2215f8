//! scratch
use trace::epcis::*;
fn main() {
    let text = "{\"@context\":[\"https://ref.gs1.org/standards/epcis/epcis-context.jsonld\",{\"ex\":\"https://ns.example.com/x/\",\"ey\":\"urn:example:y\"}],\"type\":\"EPCISDocument\",\"schemaVersion\":\"2.0\",\"creationDate\":\"2026-01-31T08:00:00Z\",\"epcisBody\":{\"eventList\":[]}}";
    for i in 0..text.len() {
        let mut b = text.as_bytes().to_vec(); b.remove(i);
        if let Ok(d) = parse(&b, &Limits::default()) { let x = to_xml(&d); if let Err(e) = parse(x.as_bytes(), &Limits::default()) { println!("{}\n{x}\n{e:?}", String::from_utf8_lossy(&b)); } }
    }
    let p = std::env::args().nth(1).unwrap();
    let d = parse(&std::fs::read(p).unwrap(), &Limits::default()).unwrap();
    println!("{}", pre_hash(&d.events[0]));
    let x = to_xml(&d); println!("{x}");
    let d = parse(x.as_bytes(), &Limits::default()).unwrap();
    println!("{}", pre_hash(&d.events[0]));
}
