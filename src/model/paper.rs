//! Cases and their course.

use super::Reference;

/// A meeting, by its place in the archive's list of meetings.
pub type MeetingId = u32;

/// An item of a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The meeting.
    pub meeting: MeetingId,
    /// The item, by its place in the meeting.
    pub item: u32,
}

/// A case on the agenda of a meeting (OParl: `Consultation`). It was treated there if the meeting was held.
pub type Consultation = Place;

/// A case: everything that went under one case number (OParl: `Paper`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// Its number.
    pub reference: Reference,
    /// Every item it came up in, oldest first, those of planned meetings and of meetings that were called off too. Never
    /// empty, and public items all.
    pub consultations: Vec<Consultation>,
    /// Public items that mention it and don't treat it, oldest first.
    pub mentions: Vec<Place>,
    /// Whether the number stands for several matters, so that the title of none says what the case is.
    pub is_container: bool,
}
