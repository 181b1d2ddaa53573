//! The archive as a dataset for data portals: DCAT 3 (W3C Recommendation of 22 August 2024) in JSON-LD 1.1.

use crate::render::Edition;
use crate::site::{DataFile, Object, OparlFile, Page, Route, Scope, Table, route};
use serde_json::{Value, json};

/// The catalogue: one dataset and the forms it can be had in.
pub(super) fn catalog(edition: &Edition<'_>) -> Vec<u8> {
    let (config, tag) = (edition.config, edition.config.language.tag());
    let base = config.base_url.as_deref().unwrap_or_default();
    let here = format!("{base}{}", route::data(DataFile::Catalog));
    let title = json!({ "@value": config.title, "@language": tag });
    let mut dataset = json!({
        "@id": format!("{here}#archive"),
        "@type": "dcat:Dataset",
        "dct:title": title,
        "dct:description": { "@value": crate::render::about(edition), "@language": tag },
        // As DCAT 3 § 6.4.6 has it: a language by its address at the Library of Congress.
        "dct:language": { "@id": format!("http://id.loc.gov/vocabulary/iso639-1/{tag}") },
        "dct:publisher": publisher(edition),
        "dcat:landingPage": { "@id": format!("{base}{}", route::home()) },
        "dcat:distribution": distributions(edition, base),
    });
    if let (Some(first), Some(last)) = (edition.archive.meetings.first(), edition.archive.meetings.last()) {
        dataset["dct:temporal"] = json!({
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": day(&first.date.to_string()),
            "dcat:endDate": day(&last.date.to_string()),
        });
    }
    if let Some(updated) = edition.archive.updated() {
        dataset["dct:modified"] = day(&updated.to_string());
    }
    if let Some(email) = &config.contact.email {
        dataset["dcat:contactPoint"] = json!({ "@type": "vcard:Kind", "vcard:fn": config.title, "vcard:hasEmail": { "@id": format!("mailto:{email}") } });
    }
    if let Some(license) = &config.license {
        dataset["dct:license"] = terms(license);
    }
    super::json(&json!({
        // The words are spelt out, so that nobody needs the network to read them.
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
            "vcard": "http://www.w3.org/2006/vcard/ns#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": here,
        "@type": "dcat:Catalog",
        "dct:title": title,
        "dct:publisher": publisher(edition),
        "dcat:dataset": dataset,
    }))
}

fn publisher(edition: &Edition<'_>) -> Value {
    json!({ "@type": "foaf:Agent", "foaf:name": edition.config.title })
}

/// A licence with an address is named by it (DCAT 3 § 9.1).
fn terms(license: &str) -> Value {
    if license.starts_with("https://") || license.starts_with("http://") {
        json!({ "@id": license, "@type": "dct:LicenseDocument" })
    } else {
        json!({ "@type": "dct:LicenseDocument", "rdfs:label": license })
    }
}

fn day(date: &str) -> Value {
    json!({ "@value": date, "@type": "xsd:date" })
}

/// Every form that the plan has, with its media type in IANA's register.
fn distributions(edition: &Edition<'_>, base: &str) -> Vec<Value> {
    let pages = &edition.site.pages;
    let home = (route::home(), "HTML", "text/html");
    let tables = Table::ALL.map(|table| (route::data(DataFile::Table(table)), "CSV", "text/csv"));
    let whole = pages.iter().filter_map(|(route, page)| {
        let (name, kind) = match page {
            Page::Feed(Scope::Archive, 0) => ("Atom", "application/atom+xml"),
            Page::Calendar(Scope::Archive) => ("iCalendar", "text/calendar"),
            Page::Oparl(OparlFile::Object(Object::System)) => ("OParl 1.1", "application/json"),
            _ => return None,
        };
        Some((route.clone(), name, kind))
    });
    let forms = std::iter::once(home).chain(tables).chain(whole);
    forms.map(|(route, name, kind)| distribution(base, &route, name, kind)).collect()
}

fn distribution(base: &str, route: &Route, name: &str, kind: &str) -> Value {
    let address = format!("{base}{route}");
    json!({
        "@id": format!("{base}{}#{}", route::data(DataFile::Catalog), route.path().replace('/', "-")),
        "@type": "dcat:Distribution",
        "dct:title": format!("{route} ({name})"),
        "dcat:accessURL": { "@id": address },
        "dcat:downloadURL": { "@id": address },
        "dcat:mediaType": { "@id": format!("https://www.iana.org/assignments/media-types/{kind}") },
    })
}
