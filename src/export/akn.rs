//! Minutes as Akoma Ntoso 3.0 (OASIS Standard of 29 August 2018, "Part 2: Specifications"), document type `debateReport`:
//! items, headings, the cases they treat, and what was decided. Closed items stand with their stub.
//!
//! Text goes along in paragraphs; tables become a paragraph a row, since the page has them as they are.

use super::xml;
use crate::model::{AgendaItem, Disclosure, Markup, Meeting, MeetingId, Place, PublicItem, Stub, escaped, slug};
use crate::render::Edition;
use crate::site::route;
use std::fmt::Write;

/// A meeting.
pub(super) fn report(edition: &Edition<'_>, id: MeetingId) -> Vec<u8> {
    let meeting = edition.archive.meeting(id);
    let mut writer = Report { edition, meeting, id, out: String::new(), count: 0 };
    writer.out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    writer.out.push_str("<akomaNtoso xmlns=\"http://docs.oasis-open.org/legaldocml/ns/akn/3.0\">\n");
    writer.out.push_str("<debateReport name=\"minutes\" contains=\"singleVersion\">\n");
    writer.meta();
    writer.preface();
    writer.body();
    writer.out.push_str("</debateReport>\n</akomaNtoso>\n");
    writer.out.into_bytes()
}

struct Report<'a> {
    edition: &'a Edition<'a>,
    meeting: &'a Meeting,
    id: MeetingId,
    out: String,
    /// How many paragraphs there are yet: each needs an id (§ 5.2, `eId`).
    count: usize,
}

impl Report<'_> {
    /// What the document is (§ 5.3): the work is the meeting's record, the expression its state of a day, the manifestation
    /// this file.
    fn meta(&mut self) {
        let words = self.edition.config.language.words();
        let group = self.edition.archive.organization(self.id);
        let organization = &group.organization;
        let (meeting, country) = (self.meeting, words.country);
        let work = format!("/akn/{country}/debateReport/{}/{}/{}", organization.slug, meeting.date, meeting.stem());
        // Languages have three letters here (ISO 639-2), as naming convention and schema want them.
        let expression = format!("{work}/{}@{}", words.language_code, meeting.changed());
        let (held, changed) = (meeting.date.to_string(), meeting.changed().to_string());
        self.out.push_str("<meta>\n<identification source=\"#publisher\">\n");
        let country = format!("<FRBRcountry value=\"{country}\"/>");
        self.level("FRBRWork", &format!("{work}/!main"), &work, (&held, "meeting"), &country);
        let language = format!("<FRBRlanguage language=\"{}\"/>", words.language_code);
        self.level("FRBRExpression", &format!("{expression}/!main"), &expression, (&changed, "changed"), &language);
        self.level(
            "FRBRManifestation",
            &format!("{expression}/!main.xml"),
            &format!("{expression}.xml"),
            (&changed, "changed"),
            "",
        );
        self.out.push_str("</identification>\n<references source=\"#publisher\">\n");
        self.reference("TLCOrganization", "publisher", "/ontology/organization/publisher", &self.edition.config.title);
        let address = format!("/ontology/organization/{}", organization.slug);
        self.reference("TLCOrganization", "organization", &address, &organization.name);
        // One address for a name in all records; who is who is not known beyond it.
        for (number, person) in (1..).zip(meeting.participants.iter().chain(&meeting.absent)) {
            let address = format!("/ontology/person/{}", slug(&person.name));
            self.reference("TLCPerson", &format!("person_{number}"), &address, &person.name);
        }
        self.out.push_str("</references>\n</meta>\n");
    }

    fn level(&mut self, name: &str, this: &str, uri: &str, (date, what): (&str, &str), rest: &str) {
        let head = format!("<{name}>\n<FRBRthis value=\"{this}\"/>\n<FRBRuri value=\"{uri}\"/>\n");
        let date = format!("<FRBRdate date=\"{date}\" name=\"{what}\"/>\n<FRBRauthor href=\"#organization\"/>\n");
        let rest = if rest.is_empty() { String::new() } else { format!("{rest}\n") };
        self.out.extend([head, date, rest, format!("</{name}>\n")]);
    }

    fn reference(&mut self, name: &str, id: &str, href: &str, shown: &str) {
        let shown = escaped(&xml::text(shown));
        self.out.push_str(&format!("<{name} eId=\"{id}\" href=\"{href}\" showAs=\"{shown}\"/>\n"));
    }

    /// What, when and where, in the words of the page.
    fn preface(&mut self) {
        let (language, meeting) = (self.edition.config.language, self.meeting);
        let name = &self.edition.archive.organization(self.id).organization.name;
        self.out.push_str("<preface>\n");
        let title = meeting.title.as_deref().unwrap_or(name).to_owned();
        self.paragraph(&title);
        self.paragraph(&language.long_date(meeting.date));
        if let Some(place) = &meeting.place {
            self.paragraph(place);
        }
        let status =
            if meeting.cancelled { language.words().cancelled_text } else { language.words().status(meeting.status) };
        self.paragraph(status);
        self.out.push_str("</preface>\n");
    }

    fn body(&mut self) {
        self.out.push_str("<mainBody>\n");
        let meeting = self.meeting;
        let before = paragraphs(&meeting.preamble);
        // A body holds at least one element (§ 5.5).
        if meeting.items.is_empty() && before.is_empty() {
            self.paragraph("");
        }
        for text in before {
            self.paragraph(&text);
        }
        for (item, entry) in (0..).zip(&meeting.items) {
            self.item(Place { meeting: self.id, item }, entry);
        }
        self.out.push_str("</mainBody>\n");
    }

    fn item(&mut self, place: Place, item: &AgendaItem) {
        let id = format!("item_{}", place.item + 1);
        let words = self.edition.config.language.words();
        let title = match &item.disclosure {
            Disclosure::Public(public) => &public.title,
            Disclosure::Closed(stub) => stub.title.as_deref().unwrap_or(words.closed_item),
        };
        let num = escaped(item.number.printed());
        let head = format!("<num>{num}</num>\n<heading>{}</heading>\n", escaped(&xml::text(title)));
        let name = if self.edition.config.language.was_closed(item) { "closedItem" } else { "item" };
        self.out.push_str(&format!("<hcontainer eId=\"{id}\" name=\"{name}\">\n{head}"));
        match &item.disclosure {
            Disclosure::Public(public) => self.public(&id, public),
            Disclosure::Closed(stub) => self.closed(&id, stub),
        }
        self.out.push_str("</hcontainer>\n");
    }

    fn public(&mut self, id: &str, public: &PublicItem) {
        if !public.references.is_empty() {
            self.out.push_str(&format!("<intro eId=\"{id}__intro\">\n"));
            self.cases(public);
            self.out.push_str("</intro>\n");
        }
        for (number, section) in (1..).zip(&public.sections) {
            let listed = public.files_of(section);
            let texts = if listed.is_empty() {
                paragraphs(&section.body)
            } else {
                listed.iter().map(|file| file.title.to_string()).collect()
            };
            self.section(&format!("{id}__{number}"), section.kind.name(), &section.heading, &texts);
        }
        let notes: Vec<String> = (1..).zip(public.notes()).flat_map(|(number, note)| numbered(number, &note)).collect();
        if !notes.is_empty() {
            self.section(&format!("{id}__notes"), "footnotes", "", &notes);
        }
    }

    /// The cases an item treats, each with the address of its page.
    fn cases(&mut self, public: &PublicItem) {
        self.count += 1;
        let _ = write!(self.out, "<p eId=\"p_{}\">", self.count);
        let base = escaped(self.edition.config.base_url.as_deref().unwrap_or_default());
        for (at, reference) in public.references.iter().enumerate() {
            let page = route::case(self.edition.config.language, reference);
            let printed = escaped(&xml::text(reference.printed()));
            let comma = if at == 0 { "" } else { ", " };
            let _ = write!(self.out, "{comma}<ref href=\"{base}{page}\">{printed}</ref>");
        }
        self.out.push_str("</p>\n");
    }

    fn closed(&mut self, id: &str, stub: &Stub) {
        let words = self.edition.config.language.words();
        let reason = stub.reason.as_ref().map(|reason| format!("{}: {reason}", words.reason));
        if self.edition.config.language.is_taken_back(stub) {
            return self.section(&format!("{id}__1"), "retracted", "", reason.as_slice());
        }
        let text = words.closed_text(self.meeting.is_held()).to_owned();
        let texts: Vec<String> = [text].into_iter().chain(reason).collect();
        self.section(&format!("{id}__1"), "closed", "", &texts);
        if let Some(decision) = &stub.decision {
            self.section(&format!("{id}__2"), "resolution", words.decision, std::slice::from_ref(decision));
        }
    }

    fn section(&mut self, id: &str, name: &str, heading: &str, texts: &[String]) {
        self.out.push_str(&format!("<hcontainer eId=\"{id}\" name=\"{name}\">\n"));
        if !heading.is_empty() {
            self.out.push_str(&format!("<heading>{}</heading>\n", escaped(&xml::text(heading))));
        }
        self.out.push_str(&format!("<content eId=\"{id}__content\">\n"));
        for text in texts {
            self.paragraph(text);
        }
        self.out.push_str("</content>\n</hcontainer>\n");
    }

    fn paragraph(&mut self, text: &str) {
        self.count += 1;
        let _ = writeln!(self.out, "<p eId=\"p_{}\">{}</p>", self.count, escaped(&xml::text(text)));
    }
}

/// The text of a footnote, its number before it: that is what stands where it is referred to.
fn numbered(number: usize, note: &Markup) -> Vec<String> {
    let mut texts = paragraphs(note);
    match texts.first_mut() {
        Some(first) => first.insert_str(0, &format!("{number}. ")),
        None => texts.push(format!("{number}.")),
    }
    texts
}

/// The text of markup, block by block. Its HTML is our own, so blocks end where their tags say.
fn paragraphs(markup: &Markup) -> Vec<String> {
    const ENDS: &[&str] = &["</p>", "</li>", "</tr>", "</h4>", "</h5>", "</h6>", "</pre>", "</caption>"];
    let html = &*markup.html;
    let mut out = Vec::new();
    let mut from = 0;
    let ends = html
        .match_indices("</")
        .filter_map(|(at, _)| ENDS.iter().find(|end| html[at..].starts_with(**end)).map(|end| at + end.len()));
    for end in ends.chain([html.len()]) {
        let text = Markup { html: html[from..end].into(), holes: Box::default() }.text();
        out.extend(Some(text).filter(|text| !text.is_empty()));
        from = end;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_become_paragraphs() {
        let markup = |html: &str| paragraphs(&Markup { html: html.into(), holes: Box::default() });
        let html = "<p>A &amp; <em>b</em></p>\n<ul>\n<li>c</li>\n<li><p>d</p></li>\n</ul><table><tr><th>e</th><td>f</td></tr></table>";
        assert_eq!(markup(html), ["A & b", "c", "d", "e | f"]);
        assert_eq!(markup("bare"), ["bare"]);
        assert!(markup("").is_empty());
    }
}
