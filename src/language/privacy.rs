//! The words the privacy gate listens for. All languages at once, since a Danish archive may hold English documents; all in
//! small letters.

/// Words beside a personal number that make ten digits one. They may stand inside longer words: `cpr-nr.`, `cprnummer`.
pub const PERSON_NUMBER: &[&str] = &[
    "cpr",
    "personnummer",
    "personnr",
    "pers.nr",
    "pers. nr",
    "person-id",
    "personid",
    "person id",
    "fødselsdato",
    "fødselsnummer",
    "fødselsdag",
    "personal identification number",
    "personal number",
    "civil registration",
    "date of birth",
];

/// The same, but only as words of their own: they are parts of other words too.
pub const BORN: &[&str] = &["født", "born"];

/// Words directly before a number that say it is something else. Those of more than three letters may end longer words
/// (`bankkonto`); those of one or two count only with a [word for number](NUMBER_WORDS) behind them (`P-nr.`).
pub const OTHER_NUMBER: &[&str] = &[
    "p", "pnr", "cvr", "se", "ean", "gln", "konto", "iban", "faktura", "invoice", "account", "tlf", "telefon", "phone",
    "mobil", "mob", "fax", "ordre", "order", "isbn", "issn", "bfe", "matrikel",
];

/// What may stand between such a word and the number.
pub const NUMBER_WORDS: &[&str] = &["nummer", "nr", "number", "no"];

/// What figures are counted in.
pub const UNITS: &[&str] = &[
    "kr", "kroner", "dkk", "tkr", "mio", "mia", "m", "m2", "m²", "m3", "m³", "km", "kvm", "ha", "kg", "kwh", "mwh",
    "ton", "tons", "stk", "pct", "timer", "elever", "borgere", "personer", "boliger", "hours", "persons", "people",
];

/// Phrases after which the last four digits of a personal number are told.
pub const LAST_FOUR: &[&str] = &[
    "fire sidste cifre",
    "sidste fire cifre",
    "4 sidste cifre",
    "sidste 4 cifre",
    "last four digits",
    "last 4 digits",
];

/// What nobody writes into a text for the public, where site.yaml doesn't give a list of its own.
pub const CONFIDENTIAL: &[&str] = &[
    "fortroligt",
    "fortrolig",
    "strengt fortroligt",
    "må ikke offentliggøres",
    "ikke til offentliggørelse",
    "strictly confidential",
    "not for publication",
];

/// Words before a telephone number that make it somebody's own.
pub const PRIVATE_PHONE: &[&str] = &[
    "privat",
    "privatnr",
    "privat tlf",
    "privat telefon",
    "hjemme",
    "mobil",
    "mob",
    "mobiltlf",
    "mobilnr",
    "private",
    "home",
    "mobile",
    "cell",
];

/// Hosts of mail that belongs to persons.
pub const PRIVATE_MAIL: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "hotmail.com",
    "hotmail.dk",
    "outlook.com",
    "outlook.dk",
    "live.com",
    "live.dk",
    "msn.com",
    "yahoo.com",
    "yahoo.dk",
    "icloud.com",
    "me.com",
    "mac.com",
    "mail.dk",
    "mail.com",
    "jubii.dk",
    "ofir.dk",
    "sol.dk",
    "youmail.dk",
    "stofanet.dk",
    "webspeed.dk",
    "tdcadsl.dk",
    "post.tele.dk",
    "privat.dk",
    "protonmail.com",
    "proton.me",
    "pm.me",
    "aol.com",
    "gmx.com",
    "gmx.net",
    "vip.cybercity.dk",
    "fiberpost.dk",
    "email.dk",
    "kabelmail.dk",
];
