//! Every kind of problem referat knows, and all it says about each. `referat explain CODE` prints a row of it.

use super::Severity;
use Severity::{Error, Remark, Warning};

/// Declares [`Code`] and its texts in one table, so that no code can lack one.
macro_rules! catalogue {
    ($($variant:ident $name:literal $severity:ident { says $message:literal, do $hint:literal, about $about:literal, wrong $wrong:literal, right $right:literal })*) => {
        /// A kind of problem. Its name is stable: CI configurations and search engines hold on to it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $about] $variant,)*
        }

        impl Code {
            /// Every code, in the order of the catalogue.
            pub const ALL: &'static [Code] = &[$(Code::$variant),*];

            /// The name in messages and formats, in kebab case.
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => $name),* }
            }

            /// How bad it is.
            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => $severity),* }
            }

            /// What is said, with `{0}`, `{1}`, … for the words of the case at hand.
            pub fn message(self) -> &'static str {
                match self { $(Code::$variant => $message),* }
            }

            /// What to do, with the same places.
            pub fn hint(self) -> &'static str {
                match self { $(Code::$variant => $hint),* }
            }

            /// The rule at length.
            pub fn about(self) -> &'static str {
                match self { $(Code::$variant => $about),* }
            }

            /// An example that gives the problem.
            pub fn wrong(self) -> &'static str {
                match self { $(Code::$variant => $wrong),* }
            }

            /// The example put right.
            pub fn right(self) -> &'static str {
                match self { $(Code::$variant => $right),* }
            }
        }
    };
}

catalogue! {
    // Files
    FileEmpty "file-empty" Error {
        says "the file is empty",
        do "write the meeting into it, or delete it",
        about "A meeting file holds at least a head with the date of the meeting. An empty file is often one that was not saved, or a copy that broke off.",
        wrong "(nothing)", right "---\ndate: 2018-05-22\n---\n"
    }
    FileEncoding "file-encoding" Error {
        says "this is not UTF-8 ({0})",
        do "save the file with the encoding UTF-8",
        about "Meeting files and site.yaml are text in UTF-8. Older editors on Windows save æ, ø and å in another encoding (Windows-1252 or UTF-16); the file then looks right on that machine and wrong on every other.",
        wrong "place: R\\xe5dhuset", right "place: Rådhuset"
    }
    FileControl "file-control" Error {
        says "this is a control character ({0})",
        do "delete the character; it is invisible in most editors",
        about "Control characters other than tab and line break are not allowed: they can't be shown, and text that holds them was usually damaged when it was copied from another program.",
        wrong "Godkendt.\\x0c", right "Godkendt."
    }
    FileTooLarge "file-too-large" Error {
        says "the file is too large: {0}",
        do "check that this is the right file; put large documents beside the meeting file as attachments",
        about "A meeting file is text. One with more than ten megabytes that are public is something else under a wrong name. Closed items are not counted, since nothing about them may decide what is built, as long as the whole file is below forty megabytes. Of site.yaml, the ledger and the files of a theme no more than ten megabytes are read.",
        wrong "2018-05-22.md (a film)", right "2018-05-22.md (minutes), 2018-05-22/kort.pdf (an attachment)"
    }
    FileMisplaced "file-misplaced" Warning {
        says "this file belongs to no organization and is not published",
        do "move it into the folder of its organization, such as content/direktionen/2018/",
        about "Every meeting belongs to the organization whose folder it lies in, so a meeting file directly under content/ has none.",
        wrong "content/2018-05-22.md", right "content/direktionen/2018/2018-05-22.md"
    }
    FileMisnamed "file-misnamed" Warning {
        says "this file begins as a meeting file does and is not published",
        do "end its name in .md, in small letters",
        about "Only files whose names end in .md are read as meetings. One that begins with a head and is called .MD or .markdown was probably meant to be one.",
        wrong "content/direktionen/2018/2018-05-22.MD", right "content/direktionen/2018/2018-05-22.md"
    }
    // YAML
    HeadMissing "head-missing" Error {
        says "the file does not begin with a head",
        do "begin the file with a line `---`, then `date: YYYY-MM-DD`, then a line `---`",
        about "A meeting file begins with a head in YAML between two lines of three hyphens. It holds what is known of the meeting as a whole; only the date is required.",
        wrong "# Møde den 22. maj", right "---\ndate: 2018-05-22\n---\n"
    }
    HeadOpen "head-open" Error {
        says "the head is not closed",
        do "put a line `---` after the last key of the head",
        about "The head ends at the second line that is exactly three hyphens. Without it the whole file would be head.",
        wrong "---\ndate: 2018-05-22\n\n## Punkt 1: Budget", right "---\ndate: 2018-05-22\n---\n\n## Punkt 1: Budget"
    }
    YamlSyntax "yaml-syntax" Error {
        says "this is not valid YAML: {0}",
        do "check indentation and quotes here; put text that holds `: ` or begins with a sign in quotes",
        about "The head of a meeting file and site.yaml are YAML. The most common slips are a tab used as indentation, a colon followed by a space inside an unquoted text, and a quote that is not closed.",
        wrong "place: Rådhuset: lokale 12", right "place: \"Rådhuset: lokale 12\""
    }
    YamlType "yaml-type" Error {
        says "`{0}` should be {1}, but this is {2}",
        do "write it as {1}",
        about "Each key takes one shape of value: a text, a number, yes or no, a list, or keys of its own.",
        wrong "cancelled: ja", right "cancelled: true"
    }
    KeyUnknown "key-unknown" Error {
        says "`{0}` is not a key that can stand here",
        do "{1}",
        about "Unknown keys are errors, since a misspelt key would be ignored in silence: a `closed_item` would leave an item open that should be closed.",
        wrong "particpants: [Anna Holm]", right "participants: [Anna Holm]"
    }
    KeyRepeated "key-repeated" Error {
        says "the key `{0}` stands twice",
        do "keep one of the two",
        about "A key may stand once in its place. YAML readers differ on which of two they believe, so neither is believed here.",
        wrong "date: 2018-05-22\ndate: 2018-05-23", right "date: 2018-05-22"
    }
    ValueUnknown "value-unknown" Error {
        says "`{0}` is not a value of `{1}`",
        do "{2}",
        about "Some keys take one of a few words.",
        wrong "status: endelig", right "status: approved"
    }
    ValueInvalid "value-invalid" Error {
        says "`{0}` can't be used as {1}",
        do "{2}",
        about "Some keys take text of a certain form, such as a web address, a colour or a short name for an address.",
        wrong "base_url: referater.example", right "base_url: https://referater.example/"
    }
    TextMissing "text-missing" Error {
        says "`{0}` is missing",
        do "add `{0}: {1}`",
        about "The key is required.",
        wrong "language: da", right "title: Referater fra Vestby Kommune\nlanguage: da"
    }
    TextEmpty "text-empty" Error {
        says "`{0}` has a text in which nothing stands",
        do "write what belongs there; where there is nothing to write, remove it",
        about "An empty text under a key that decides something is a value that was forgotten. Read as if the key were not there, a meeting without a date would vanish, and a `status` of nothing would publish as approved.",
        wrong "date: \"\"", right "date: 2018-05-22"
    }
    // Head
    DateMissing "date-missing" Error {
        says "the head has no date",
        do "add `date: YYYY-MM-DD`, the day of the meeting",
        about "The date of the meeting decides its year, its address and its order among the meetings, so it is required. The name of the file is never taken for it.",
        wrong "---\nplace: Mødelokale B105\n---", right "---\ndate: 2018-05-22\nplace: Mødelokale B105\n---"
    }
    DateInvalid "date-invalid" Error {
        says "`{0}` is not a date",
        do "write year, month and day as YYYY-MM-DD, such as 2018-05-22",
        about "Dates are written as in ISO 8601: four digits for the year, two for the month, two for the day, and the day must exist.",
        wrong "date: 22-05-2018", right "date: 2018-05-22"
    }
    TimeInvalid "time-invalid" Error {
        says "`{0}` is not a time of day",
        do "write hours and minutes in quotes, such as \"11:30\"",
        about "Times are hours and minutes with a colon, from 00:00 to 23:59, in quotes since some YAML readers take 11:30 for a number.",
        wrong "start: kl. 11.30", right "start: \"11:30\""
    }
    TimeOrder "time-order" Warning {
        says "the meeting ends ({0}) before it begins ({1})",
        do "check `start` and `end`",
        about "The end of a meeting on one day can't be earlier than its start.",
        wrong "start: \"14:00\"\nend: \"13:00\"", right "start: \"13:00\"\nend: \"14:00\""
    }
    AliasInvalid "alias-invalid" Error {
        says "`{0}` is not an address inside the archive",
        do "write it without the site's address, in small letters, such as `gamle/referat-17.html`",
        about "`aliases` are old addresses of a meeting. Each gets a page that leads on, so it must be a path of an HTML file below the archive's own folder.",
        wrong "aliases: [https://referater.example/17]", right "aliases: [gamle/referat-17.html]"
    }
    // Items
    ItemNumberRepeated "item-number-repeated" Error {
        says "the number {0} stands on two items",
        do "give one of the two another number",
        about "The number of an item is its name in the meeting and its anchor on the page, so it can't be used twice.",
        wrong "## Punkt 3: Budget\n## Punkt 3: Regnskab", right "## Punkt 3: Budget\n## Punkt 4: Regnskab"
    }
    ItemNumberOrder "item-number-order" Warning {
        says "item {0} comes after item {1}",
        do "check the numbers; nothing needs to be done when the meeting took them in this order",
        about "Items are shown in the order of the file. Numbers that go down are usually a slip of the pen, and sometimes the order in which the meeting took them.",
        wrong "## Punkt 4: Budget\n## Punkt 3: Regnskab", right "## Punkt 3: Regnskab\n## Punkt 4: Budget"
    }
    ItemForm "item-form" Warning {
        says "this heading has no number, unlike the first item; it is counted as item {0}",
        do "write it in the form of the first item: `## {1}`",
        about "The first item of a meeting sets the form of all its headings: `Punkt N: title`, `N. title`, or a bare title. A heading without its number among numbered ones is numbered by its place.",
        wrong "## Punkt 1: Budget\n## Regnskab", right "## Punkt 1: Budget\n## Punkt 2: Regnskab"
    }
    ItemFormUnknown "item-form-unknown" Error {
        says "this heading begins with a number, but not in a form that headings have, so it would be counted as item {0}",
        do "write it as `## {1}`, and all headings of the file in that form",
        about "A heading is `Punkt N: title`, `Item N: title`, `N. title`, or a bare title that is numbered by its place. `Punkt 2. title` and `Punkt nr. 2: title` are none of these. If they were taken for bare titles, their items would get other numbers than those printed, and the head could close the wrong one.",
        wrong "## Punkt 2. Budget", right "## Punkt 2: Budget"
    }
    ItemNumberUnclear "item-number-unclear" Error {
        says "this heading begins with the number {0}, but it is counted as item {1}, and the head says of one of them whether it is closed",
        do "write every heading of the file with its number, as `## {2}`; or let this title begin with another word",
        about "In a file of bare titles, items are numbered by their place. Where a title begins with another number, `closed_items` and `items` may mean either, and the wrong item could be published. referat does not guess: until the numbers agree, nothing is published.",
        wrong "closed_items: { 2: { title: \"Personalesag\" } }\n---\n## Punkt 2 Ansættelse\n## Budget", right "closed_items: { 2: { title: \"Personalesag\" } }\n---\n## Punkt 2: Ansættelse\n## Punkt 3: Budget"
    }
    ItemNumberForm "item-number-form" Warning {
        says "the number this title begins with is not that of the item; it is counted as item {0}",
        do "write the headings of the file as `## {1}`, if the number is meant as that of the item",
        about "A heading is `Punkt N: title`, `Item N: title`, `N. title`, or a bare title that is numbered by its place. `2) title` is a bare title, so the number is shown as a part of it.",
        wrong "## 2) Budget", right "## 2. Budget"
    }
    ItemTitleMissing "item-title-missing" Error {
        says "item {0} has no title",
        do "write the title after the number",
        about "The title is what people see in lists, on the case page and in search.",
        wrong "## Punkt 3:", right "## Punkt 3: Budget"
    }
    ItemUnknown "item-unknown" Error {
        says "`items` names number {0}, which the meeting doesn't have",
        do "correct the number, or remove the entry",
        about "An entry under `items` or `closed_items` that fits no item is a slip, and a dangerous one: the item that was meant to be closed would stay open.",
        wrong "items: { 13: { outcome: approved } }", right "items: { 3: { outcome: approved } }"
    }
    // Closed items
    ClosedUnknown "closed-unknown" Error {
        says "`closed_items` names number {0}, which the meeting doesn't have",
        do "correct the number: the item that was meant may still be open",
        about "A number under `closed_items` closes that item. If the meeting has no such item, another one that was meant to be closed would be published, so this is an error.",
        wrong "closed_items: { 14: { reason: \"Forvaltningsloven § 27\" } }", right "closed_items: { 4: { reason: \"Forvaltningsloven § 27\" } }"
    }
    ClosedTitle "closed-title" Error {
        says "the title of item {0} has a word for closed items, but is not one of their forms",
        do "say under `items: {0}:` in the head whether it is `closed: true` or `closed: false`",
        about "A title such as \"Lukket\" or \"Lukket: …\" closes an item. One that has the same word at its beginning or behind a sign in another way (\"Lukkede institutioner i sommerferien\", \"Hallen (lukket) i juli\") may be an ordinary public item or a closed one that was written differently. referat does not guess: until you decide, nothing is published.",
        wrong "## Punkt 3: Lukkede veje i 2019", right "items: { 3: { closed: false } }"
    }
    ClosedPossible "closed-possible" Warning {
        says "the title of item {0} ends in a word for closed items, and the item is public",
        do "say under `items: {0}:` in the head whether it is `closed: true` or `closed: false`",
        about "A title that ends in \"lukket\" behind a colon or a comma may say that its item is closed, or that something else is. It is none of the forms that close an item, so the item is published.",
        wrong "## Punkt 3: Hallen i juli: lukket", right "items: { 3: { closed: false } }"
    }
    ClosedContradiction "closed-contradiction" Error {
        says "item {0} is said not to be closed, but it is closed by {1}",
        do "remove one of the two",
        about "`items: N: closed: false` settles titles that only begin like those of closed items. It can't open an item whose title or entry under `closed_items` closes it.",
        wrong "items: { 1: { closed: false } }\nclosed_items: { 1: { reason: \"…\" } }", right "closed_items: { 1: { reason: \"…\" } }"
    }
    ClosedHeading "closed-heading" Error {
        says "this reads like the heading of a closed item, but it begins none, so the text below it would be public",
        do "write it as `## Punkt N: Lukket` at the very start of the line; or give the section another name",
        about "Items begin at lines that begin with `## `. A heading that is indented, underlined, bold, of another level, or without the space belongs to the item above it. When it reads like the heading of a closed item, what follows would be published against somebody's intention, so nothing is. Where the head says of the item that it is open (`items: N: closed: false`), a bold line without a number is taken for emphasis. Until it is changed, nothing of it is quoted or checked.",
        wrong " ## Punkt 2: Lukket", right "## Punkt 2: Lukket"
    }
    // Cases
    ClosedBare "closed-bare" Remark {
        says "the public learns nothing of closed item {0}{1}",
        do "give it a `title`, a `reason` and, where it can be told, a `decision` under `closed_items`",
        about "A closed item that stands there as \"Lukket punkt\" alone says less than the law lets the public expect: the supervisor (Ankestyrelsen) holds that the agenda should name what kind of matter it is, and the minutes what was decided, as far as secrecy allows. Told once for each organization, at its newest meeting.",
        wrong "## Punkt 1: Lukket punkt", right "closed_items:\n  1: { title: \"Personalesag\", reason: \"Forvaltningsloven § 27\", decision: \"Godkendt.\" }"
    }
    CaseInvalid "case-invalid" Error {
        says "`{0}` is not a case number of this archive",
        do "write it as in the minutes, such as {1}",
        about "The case numbers of an archive have one form, set by `cases.pattern` in site.yaml.",
        wrong "items: { 3: { cases: [\"2018-17\"] } }", right "items: { 3: { cases: [\"17/16244\"] } }"
    }
    CaseUnknown "case-unknown" Warning {
        says "the archive has no case {0}, but it has {1}",
        do "check the number: the two differ by one digit or a swap, and the same organization treated {1} within a year",
        about "A case number in running text becomes a link when the archive has the case. One that it doesn't have is often a case from elsewhere, and stays text. When it is one digit or one swap away from a single case of the same organization within a year, it is probably a slip.",
        wrong "jf. sag 17/22630", right "jf. sag 17/22360"
    }
    // Links
    LinkForm "link-form" Error {
        says "a link can't lead to `{0}`",
        do "link to a file beside the meeting, or to an address that begins with https:, http:, mailto: or tel:",
        about "Links lead to files beside the meeting file and to web, mail and telephone addresses. Anything else stays text: links of other kinds can run programs or break when the archive moves.",
        wrong "[notat](file:///P:/notat.pdf)", right "[notat](2018-05-22/notat.pdf)"
    }
    LinkFileMissing "link-file-missing" Error {
        says "there is no file {0}",
        do "{1}",
        about "A link to a file that isn't there would be a dead link on the site. Put the file at the place the link names, or correct the link.",
        wrong "[notat](2018-05-22/notat.pdf), and no such file", right "[notat](2018-05-22/notat.pdf), and content/direktionen/2018/2018-05-22/notat.pdf"
    }
    LinkFileType "link-file-type" Error {
        says "files of this type are not published: {0}",
        do "use one of {1}",
        about "Attachments are documents, tables, pictures and plain text. Pages and scripts (HTML, SVG) would run on the archive's own address, and others can't be opened everywhere.",
        wrong "[kort](2018-05-22/kort.svg)", right "[kort](2018-05-22/kort.png)"
    }
    LinkOutside "link-outside" Error {
        says "{0} leads out of the archive's content",
        do "copy the file into the folder beside the meeting and link to it there",
        about "Only files below content/ can be published.",
        wrong "[notat](../../../../notat.pdf)", right "[notat](2018-05-22/notat.pdf)"
    }
    LinkAnchor "link-anchor" Error {
        says "there is nothing called `#{0}` {1}",
        do "link to an item as `#{2}`, or remove the link",
        about "A link with `#` leads to a place on a page. The places are the items, each by its number.",
        wrong "[se punkt 9](#punkt-9), in a meeting of five items", right "[se punkt 5](#punkt-5)"
    }
    ImageRemote "image-remote" Error {
        says "a picture can't be loaded from another site: {0}",
        do "put the picture beside the meeting and link to it there",
        about "Pages of the archive load nothing from elsewhere: a picture on another site can change or vanish, and its owner could see who reads the minutes.",
        wrong "![kort](https://kort.example/kort.png)", right "![kort](2018-05-22/kort.png)"
    }
    ImageType "image-type" Error {
        says "this is no picture that can be shown: {0}",
        do "link to it without the exclamation mark, as `[{1}]({0})`",
        about "Pictures are files of the types png and jpg. Whatever else stands in their place shows as nothing, or as a broken picture.",
        wrong "![budget](2018-05-22/budget.csv)", right "[budget](2018-05-22/budget.csv)"
    }
    LinkLost "link-lost" Warning {
        says "this looks like a link to a file, but it is none: {0}",
        do "where the name has a space in it, write `<` and `>` around it, as `[…](<{0}>)`",
        about "In Markdown an address ends at a space, so a link to a file with a space in its name stays text, and the file is not published.",
        wrong "[Budget](2018-05-22/Budget 2019.pdf)", right "[Budget](<2018-05-22/Budget 2019.pdf>)"
    }
    // The archive
    NameTwice "name-twice" Error {
        says "two files are called {0}: {1} and {2}",
        do "delete one of them, or give it another name",
        about "Some systems store a letter such as å as one character, others as an a with a ring behind it. The two look the same and mean the same, so two files whose names differ in nothing else can't be told apart. The message shows each letter that is not plain by its number.",
        wrong "notat på dansk.pdf, once as a Mac stores it and once as Windows does", right "one of the two"
    }
    AddressTaken "address-taken" Error {
        says "two things have the address {0}: {1}, and {2}",
        do "{3}",
        about "Every page and file has one address, made from what it is: organization, year and date for a meeting, the number for a case. Two meetings of one organization on one day need a `slug` in the head of one of them. A file and a folder of one name are two things with one address too, and so are two addresses that differ in capitals alone: Windows, most Macs and memory sticks can hold one of the two.",
        wrong "two files with date: 2018-05-22 in content/direktionen/", right "one of them with slug: ekstraordinaert"
    }
    AddressLong "address-long" Error {
        says "the address {0} is {1} characters long; at most {2} are allowed",
        do "shorten the name of the file or folder",
        about "Longer addresses can't be stored or copied on every system.",
        wrong "notat-om-…-og-mere.pdf", right "notat.pdf"
    }
    AddressReserved "address-reserved" Error {
        says "Windows can't keep the address {0}: no file or folder can be called `{1}` there",
        do "{2}",
        about "Windows keeps the names of devices, such as `con`, `aux` and `nul`, whatever stands behind a dot, and drops a dot at the end of a name. An archive with such an address can't be unpacked or copied there. Only old addresses under `aliases` and files of a theme can have one: all other addresses are made so that they never do.",
        wrong "aliases: [con.html]", right "aliases: [moeder/con-2018.html]"
    }
    NameEmpty "name-empty" Error {
        says "{0} gives no address: it holds no letter or digit",
        do "rename it",
        about "Addresses are made of the letters a to z, digits and hyphens. A name without any of them can't have one.",
        wrong "content/!!!/2018/2018-05-22.md", right "content/direktionen/2018/2018-05-22.md"
    }
    FileUnlinked "file-unlinked" Remark {
        says "no public section links to this file, so it is not published",
        do "link to it from a section, or leave it",
        about "An attachment is published only if a public section links to it. Shown by `referat check --unlinked` alone.",
        wrong "content/direktionen/2018/2018-05-22/notat.pdf, and no link", right "[notat](2018-05-22/notat.pdf)"
    }
    // Privacy
    Cpr "cpr" Error {
        says "this looks like a personal number (CPR){0}",
        do "remove the number; where it is none, add an exception under `privacy:` in content/site.yaml",
        about "A personal number may not be published (CPR-loven § 54). The gate looks for six digits that are a date with four more behind them, in the minutes, in their attachments and on every page that is built. The number itself is never shown: the stars stand where it stands in the file.",
        wrong "ansøgeren, cpr-nr. 000000-0000 (a real number there)", right "ansøgeren"
    }
    CprPossible "cpr-possible" Warning {
        says "this may be a personal number (CPR), or a part of one{0}",
        do "look at it; remove it, or add an exception under `privacy:` in content/site.yaml",
        about "Ten digits that begin with a date but fail the check by modulus 11, a number inside a longer one, a number of which some digits are hidden, the last four digits on their own: often harmless, sometimes not.",
        wrong "010190-xxxx", right "(nothing)"
    }
    ContactPrivate "contact-private" Warning {
        says "this looks like the mail address or telephone number of a person{0}",
        do "remove it, or write the address of the municipality; add an exception under `privacy:` in content/site.yaml if it may stand",
        about "Addresses at hosts where persons have their mail, and telephone numbers that are called private or mobile. What stands under `contact` in site.yaml may stand anywhere.",
        wrong "Skriv til formanden, navn@gmail.example", right "Skriv til formanden, raadhus@vestby.example"
    }
    Confidential "confidential" Warning {
        says "this says that the text is not for the public{0}",
        do "make sure that it may be published; close the item if it may not",
        about "Words such as *fortroligt* stand in texts that were written for the council alone. `privacy: words:` in site.yaml takes a list of your own in their place.",
        wrong "Bilaget er fortroligt.", right "closed_items: { 4: { reason: \"Styrelseslovens § 10\" } }"
    }
    ImageLocation "image-location" Warning {
        says "this picture tells where it was taken ({0})",
        do "save it without metadata",
        about "Telephones write the place into every picture. Of a picture taken at somebody's home that is their address.",
        wrong "a picture as the telephone saved it", right "the same picture, saved without metadata"
    }
    Unscannable "unscannable" Error {
        says "this file can't be looked into: {0}",
        do "publish a version that can be read; or look through it yourself and add an exception with `rule: unscannable` under `privacy:` in content/site.yaml",
        about "The gate reads attachments inside. What it can't read (encrypted files, scanned pages without text, unknown kinds, damaged files) it can't vouch for, so a person has to: the exception holds their name and a date until which it counts. With a slash at the end of `file` it is for a whole folder.",
        wrong "a scanned letter without text", right "privacy:\n  - { rule: unscannable, file: content/byraadet/2018/2018-05-22/brev.pdf, reason: \"Gennemset\", name: Anna Holm, expires: 2027-01-01 }"
    }
    ExceptionExpired "exception-expired" Warning {
        says "this exception ended on {0}",
        do "look at the finding again; then remove the exception or set a new date",
        about "An exception of the privacy gate counts up to and including the day in `expires`. After it the finding is reported again.",
        wrong "expires: 2020-01-01", right "expires: 2027-01-01"
    }
    ExceptionUnused "exception-unused" Warning {
        says "this exception allows nothing that was found",
        do "remove it, or correct its `rule`, `file` or `item`",
        about "An exception that fits no finding is a slip, or what it was for is gone. It would allow the next finding there without anybody looking.",
        wrong "file: content/byraadet/2018/2018-05-23.md (there is no such file)", right "file: content/byraadet/2018/2018-05-22.md"
    }
    // Settings and theme
    SettingsMissing "settings-missing" Error {
        says "this file is missing; it holds the settings of the archive",
        do "create it with a line such as `title: Referater fra Vestby Kommune`, or run `referat init`",
        about "site.yaml names the archive. Every key in it is optional but the title.",
        wrong "(no file)", right "title: Referater fra Vestby Kommune"
    }
    PatternInvalid "pattern-invalid" Error {
        says "this is not a usable pattern: {0}",
        do "write a regular expression that matches one case number, such as `(?<year>[0-9]{2})/(?<serial>[0-9]{1,6})`",
        about "`cases.pattern` is a regular expression of the Rust crate regex. It must not match the empty text. The groups `year` and `serial` are optional; they sort the cases.",
        wrong "pattern: \"[0-9\"", right "pattern: \"#(?<serial>[0-9]+)\""
    }
    AccentContrast "accent-contrast" Error {
        says "{0} can't be read well on the light pages of the archive",
        do "use \"{1}\", the nearest colour that can",
        about "The colour you set is used for headings and lines on white and light grey. Text needs a contrast of at least 4.5 to 1 (WCAG 2.2, success criterion 1.4.3); Danish law asks for it. The variant for dark mode is made from your colour.",
        wrong "accent: \"#ffcc00\"", right "accent: \"#7a6200\""
    }
    LedgerLine "ledger-line" Error {
        says "this line of the ledger can't be understood",
        do "take the file from the last version that was published, or delete it and run `referat record`",
        about "content/oparl.ledger says when each object of the OParl interface was made and last changed. `referat record` writes it; nobody else has to. Without it every object is as old as the head of its meeting says, and what was removed leaves no sign.",
        wrong "meeting/3f0c 2024-05-22", right "meeting/3f0c7d1a52b4e896 2024-05-22T10:00:00Z 2024-05-22T10:00:00Z 9a1b2c3d4e5f6071"
    }
    OutputsNeedBaseUrl "outputs-need-base-url" Remark {
        says "without `base_url` these are left out: {0}",
        do "add `base_url:` with the address where the archive will stand",
        about "Sitemaps, feeds and open data name pages by their full address, which only you know.",
        wrong "title: Referater", right "title: Referater\nbase_url: https://referater.example/"
    }
    ThemeMissing "theme-missing" Error {
        says "there is no theme `{0}`",
        do "put it in themes/{0}/, or remove `theme:` from site.yaml to use the built-in one",
        about "`theme` names a folder below themes/. Its files replace those of the built-in theme one by one.",
        wrong "theme: vestbi", right "theme: vestby"
    }
    ThemeTemplate "theme-template" Error {
        says "the template can't be used: {0}",
        do "compare it with the built-in template of the same name",
        about "A template of your theme has a mistake, or asks for a field that its page doesn't have.",
        wrong "{{ meeting.titel }}", right "{{ meeting.title }}"
    }
    // Import
    NotMinutes "not-minutes" Error {
        says "this is not minutes: {0}",
        do "leave it out, or write the meeting file by hand with `referat new`",
        about "Minutes have a date and numbered items. A slide deck, a letter or an agenda without items is reported and skipped; the other files are imported.",
        wrong "referat import slides.txt", right "referat import referat.txt"
    }
    ImportExists "import-exists" Error {
        says "the meeting file {0} is there already",
        do "use --force to replace it",
        about "Import never overwrites a meeting file on its own: it may have been corrected by hand since.",
        wrong "referat import referat.txt (a second time)", right "referat import --force referat.txt"
    }
    ImportConflict "import-conflict" Error {
        says "this document gives the same meeting file as {0}",
        do "import one of the two, or write the second meeting of the day with `slug:` by hand",
        about "Two documents in one import are of the same organization and date. The first is written, the other is not.",
        wrong "referat import udkast.txt endelig.txt", right "referat import endelig.txt"
    }
    ImportOrganization "import-organization" Error {
        says "the document does not say who met",
        do "name the organization with --organization",
        about "Every meeting belongs to an organization, whose folder its file lies in. This document names none, so its meeting file has no place.",
        wrong "referat import referat.txt", right "referat import --organization Byrådet referat.txt"
    }
    ImportUnsure "import-unsure" Warning {
        says "{0}",
        do "read this place in the meeting file and correct it where needed",
        about "Something in the document could not be understood for certain. Its text is in the meeting file all the same.",
        wrong "a table whose columns ran together", right "a Markdown table"
    }
    ImportTable "import-table" Warning {
        says "the shape of this table is not clear: {0}",
        do "the lines stand as text in the meeting file; make a table of them there if they are one",
        about "A table that was flattened to tabs becomes a Markdown table when its rows have the same number of cells. Where they don't, its lines are kept as text.",
        wrong "A<tab>B<tab>C / 1<tab>2", right "A<tab>B<tab>C / 1<tab>2<tab>3"
    }
    ImportClosed "import-closed" Warning {
        says "the title of item {0} begins with a word for closed items; the item is imported as closed",
        do "if it is public, write `items: {0}: closed: false` in the head",
        about "Import does not guess in the dangerous direction: a title that may be that of a closed item closes it until you say otherwise.",
        wrong "Punkt 3: Lukkede veje i 2019", right "items: { 3: { closed: false } }"
    }
    ImportClosedText "import-closed-text" Warning {
        says "this reads like the mark or the heading of a closed item; item {0} is imported as closed",
        do "if it is public, write `items: {0}: closed: false` in the head; if another item begins here, give it its heading",
        about "Minutes say that an item is closed in its title, in a line of its own below it, or in a line above several of them. Where a line could be any of these, the item it stands in, or those that follow, are closed until you say otherwise.",
        wrong "Punkt 2: Personalesag / Lukket", right "items: { 2: { closed: true } }"
    }
    ImportLink "import-link" Warning {
        says "the link to {0} is kept as text",
        do "put the file beside the meeting file and link to it there",
        about "A link that the archive can't publish would stop the build, so its text is kept and the link is not.",
        wrong "[notat](P:/sager/notat.pdf)", right "[notat](2018-05-22/notat.pdf)"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_in_kebab_case() {
        let mut names: Vec<_> = Code::ALL.iter().map(|code| code.name()).collect();
        assert!(names.iter().all(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Code::ALL.len());
    }

    #[test]
    fn every_code_can_be_explained() {
        for code in Code::ALL {
            for text in [code.message(), code.hint(), code.about(), code.wrong(), code.right()] {
                assert!(!text.is_empty(), "{} lacks a text", code.name());
            }
        }
    }
}
