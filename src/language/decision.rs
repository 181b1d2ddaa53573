//! What a decision decided, by its words.

use super::fold::simple;
use super::{Grammar, Language, da, en};
use crate::model::Outcome;
use aho_corasick::AhoCorasick;
use std::ops::Range;
use std::sync::LazyLock;

impl Language {
    /// What a decision decided: the one outcome its words name. A negation beside such a word, or words of two outcomes,
    /// give none: a tag that is missing can be looked up, a wrong one misleads.
    ///
    /// Each line is a block, whose end ends a sentence. A line that begins with a tab goes on with what the line before leads
    /// to, as the entries of a list do.
    pub fn outcome(self, decision: &str) -> Option<Outcome> {
        let mut found = None;
        // What a negation leads to is turned around to its end, and what a recommendation leads to is nobody's decision.
        let (mut leads, mut recommends) = (false, false);
        for line in decision.split('\n') {
            let text = simple(line);
            leads &= line.starts_with('\t');
            let mut last = Sentence::default();
            for sentence in sentences(&text, self.grammar().abbreviations) {
                last = self.says(sentence);
                match last.said {
                    Said::Nothing => {}
                    Said::One(outcome) if !leads && !recommends && found.is_none_or(|earlier| earlier == outcome) => {
                        found = Some(outcome);
                    }
                    Said::One(_) | Said::Unclear => return None,
                }
            }
            let is_open = !text.ends_with(['.', '!', '?', ';']);
            leads |= is_open && last.is_negated;
            recommends |= is_open && last.recommends;
        }
        found
    }

    /// What one sentence says.
    fn says(self, sentence: &str) -> Sentence {
        let grammar = self.grammar();
        let mut says = Sentence::default();
        let of_recommendations = grammar.outcomes.len() + grammar.negations.len();
        for found in self.decisions().find_overlapping_iter(sentence).filter(|found| is_whole(sentence, found.range()))
        {
            let Some((_, outcome)) = grammar.outcomes.get(found.pattern().as_usize()) else {
                let recommends = found.pattern().as_usize() >= of_recommendations;
                let until = &sentence[..found.end()];
                if !(recommends && grammar.as_recommended.iter().any(|phrase| until.ends_with(phrase))) {
                    says.is_negated = true;
                    says.recommends |= recommends;
                }
                continue;
            };
            says.said = match says.said {
                Said::Nothing => Said::One(*outcome),
                Said::One(earlier) if earlier == *outcome => says.said,
                Said::One(_) | Said::Unclear => Said::Unclear,
            };
        }
        if says.is_negated && says.said != Said::Nothing {
            says.said = Said::Unclear;
        }
        says
    }

    /// Finds all words of decisions in one pass: the outcomes, the negations, the recommendations, in the order of the grammar.
    fn decisions(self) -> &'static AhoCorasick {
        static DA: LazyLock<AhoCorasick> = LazyLock::new(|| automaton(&da::GRAMMAR));
        static EN: LazyLock<AhoCorasick> = LazyLock::new(|| automaton(&en::GRAMMAR));
        match self {
            Language::Da => &DA,
            Language::En => &EN,
        }
    }
}

/// The sentences of a text. A full stop after a number, a single letter or a known short form ends none.
fn sentences<'a>(text: &'a str, abbreviations: &'a [&'a str]) -> Vec<&'a str> {
    let mut out = Vec::new();
    let mut start = 0;
    let is_mark = |byte: &u8| matches!(byte, b'.' | b'!' | b'?' | b';');
    for (at, mark) in text.bytes().enumerate().filter(|(_, byte)| is_mark(byte)) {
        let end = at + 1;
        if mark == b'.' {
            if text[end..].chars().next().is_some_and(|next| !next.is_whitespace()) {
                continue;
            }
            let before = text.as_bytes()[start..at].iter().rposition(|byte| matches!(byte, b' ' | b'('));
            let word = &text[before.map_or(start, |before| start + before + 1)..at];
            if word.chars().count() < 2
                || word.bytes().all(|byte| byte.is_ascii_digit())
                || abbreviations.contains(&word)
            {
                continue;
            }
        }
        out.push(&text[start..end]);
        start = end;
    }
    out.push(&text[start..]);
    out
}

/// A sentence of a decision.
#[derive(Clone, Copy, Debug, Default)]
struct Sentence {
    said: Said,
    is_negated: bool,
    recommends: bool,
}

/// What a sentence of a decision says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Said {
    #[default]
    Nothing,
    One(Outcome),
    Unclear,
}

#[expect(clippy::expect_used, reason = "the words are constants, and tests build the automaton of each language")]
fn automaton(grammar: &Grammar) -> AhoCorasick {
    let outcomes = grammar.outcomes.iter().map(|(phrase, _)| phrase);
    let words = outcomes.chain(grammar.negations).chain(grammar.recommendations);
    AhoCorasick::new(words).expect("a few hundred words make an automaton")
}

/// Whether a place in a text is whole words.
fn is_whole(text: &str, range: Range<usize>) -> bool {
    let before = text[..range.start].chars().next_back();
    let after = text[range.end..].chars().next();
    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes() {
        for (decision, outcome) in [
            ("Godkendt.", Some(Outcome::Approved)),
            (
                "Programmet for den 12. juni blev godkendt. Derudover bad udvalget om forslag, før der tages stilling.",
                Some(Outcome::Approved),
            ),
            ("Udvalget tog sagen til efterretning.", Some(Outcome::Noted)),
            ("Udvalget tog status til efterretning og godkendte måltallet.", None),
            ("Udskudt.", Some(Outcome::Postponed)),
            ("Indstillingen blev ikke godkendt.", None),
            ("Økonomiudvalget anbefaler, at sagen godkendes.", None),
            ("Drøftet.", Some(Outcome::Discussed)),
            ("Oversendes til Økonomiudvalget.", Some(Outcome::Referred)),
            ("Forslaget blev forkastet.", Some(Outcome::Rejected)),
            ("Formanden orienterede.", None),
            ("Godkendt, jf. bl.a. notatet. Der blev ikke stemt.", Some(Outcome::Approved)),
        ] {
            assert_eq!(Language::Da.outcome(decision), outcome, "{decision}");
        }
        for decision in
            ["Godkendt", "Godkendt.", "Godkendt som indstillet", "Tiltrådt som indstillet af økonomiudvalget."]
        {
            for beside in ["Ikke til stede: Bo", "Fravær: Ingen", "Fraværende:\n\tIngen", "Der var ingen bemærkninger"]
            {
                for text in [format!("{decision}\n{beside}"), format!("{beside}\n{decision}")] {
                    assert_eq!(Language::Da.outcome(&text), Some(Outcome::Approved), "{text}");
                }
            }
        }
        for decision in [
            "Økonomiudvalget indstiller, at det godkendes",
            "Økonomiudvalget indstiller\nAt det drøftes.\nAt det godkendes.",
            "Udvalget kunne ikke tiltræde:\n\tat det drøftes.\n\tat det godkendes.",
            "Anbefales godkendt som indstillet.",
            "Nej, forslaget vedtages.",
            "Godkendt, som ikke indstillet.",
        ] {
            assert_eq!(Language::Da.outcome(decision), None, "{decision}");
        }
        for decision in
            ["The motion was carried.", "Approved as recommended.", "The minutes were approved as proposed."]
        {
            assert_eq!(Language::En.outcome(decision), Some(Outcome::Approved), "{decision}");
        }
        for decision in [
            "Not approved.",
            "Nothing approved.",
            "None of the motions were approved.",
            "Nobody approved it.",
            "No one approved it.",
            "Failed to be approved.",
            "Unable to be approved",
            "The committee hardly approved",
            "It couldn’t be approved.",
            "Agreed to reject the bid.",
            "Agreed to postpone.",
            "Approval is recommended.",
        ] {
            assert_eq!(Language::En.outcome(decision), None, "{decision}");
        }
    }
}
