//! Numbers as text: six bits a character, the first bit the highest.
//!
//! Characters are those from `#` on without the backslash, so that the text can stand between double quotes in a script and
//! be parted by spaces. Gaps are in Rice's code (R. F. Rice, "Some practical universal noiseless coding techniques", 1979),
//! whose parameter follows from what both sides know; with the parameter 0 it is a bitmap.

/// A text being written.
#[derive(Debug, Default)]
pub(super) struct Bits {
    out: Vec<u8>,
    bits: u32,
    held: u32,
}

impl Bits {
    /// The lowest `count` bits of a number, at most 24.
    fn push(&mut self, value: u32, count: u32) {
        self.bits = (self.bits << count) | value;
        self.held += count;
        while self.held >= 6 {
            self.held -= 6;
            self.out.push(character(self.bits >> self.held));
            self.bits &= (1 << self.held) - 1;
        }
    }

    /// A number of any size, in groups of four bits, each with a bit that says whether another follows.
    pub(super) fn number(&mut self, value: u32) {
        let mut groups = 1;
        while groups < 8 && value >> (4 * groups) > 0 {
            groups += 1;
        }
        for group in (0..groups).rev() {
            let more = u32::from(group > 0);
            self.push((more << 4) | (value >> (4 * group)) & 15, 5);
        }
    }

    /// A number in Rice's code: its upper part as so many ones and a zero, then its lowest `parameter` bits.
    pub(super) fn rice(&mut self, value: u32, parameter: u32) {
        let mut upper = value >> parameter;
        while upper >= 16 {
            self.push(0xffff, 16);
            upper -= 16;
        }
        self.push(((1 << upper) - 1) << 1, upper + 1);
        if parameter > 12 {
            self.push((value >> 12) & ((1 << (parameter - 12)) - 1), parameter - 12);
        }
        let low = parameter.min(12);
        self.push(value & ((1 << low) - 1), low);
    }

    /// Rising numbers below `limit`: how many, then their gaps.
    pub(super) fn list(&mut self, numbers: &[u32], limit: u32) {
        let count = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        self.number(count);
        let parameter = parameter(count, limit);
        let mut next = 0;
        for number in numbers {
            self.rice(number - next, parameter);
            next = number + 1;
        }
    }

    /// Ends the text: what stands in it, filled up with zeros.
    pub(super) fn end(&mut self) {
        if self.held > 0 {
            self.push(0, 6 - self.held);
        }
    }

    /// What was written, in ASCII; [`Bits::end`] comes first.
    pub(super) fn text(&self) -> &[u8] {
        &self.out
    }
}

/// The character of six bits.
pub(super) fn character(bits: u32) -> u8 {
    let place = b'#' + (bits & 63) as u8;
    if place >= b'\\' { place + 1 } else { place }
}

/// The parameter for so many numbers below a limit: about the logarithm of 0.7 times the mean gap, which is best for gaps
/// that happen by chance.
pub(super) fn parameter(count: u32, limit: u32) -> u32 {
    let (count, limit) = (u64::from(count.max(1)), u64::from(limit));
    let mut parameter = 0;
    while parameter < 24 && 10 * (count << (parameter + 1)) <= 7 * limit {
        parameter += 1;
    }
    parameter
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_as_characters() {
        let mut bits = Bits::default();
        bits.number(5);
        bits.number(300);
        bits.rice(70_000, 3);
        bits.list(&[0, 2, 3], 8);
        bits.end();
        assert!(bits.text().iter().all(|byte| (35..=99).contains(byte) && *byte != b'\\'));
        assert_eq!((parameter(1, 8), parameter(8, 8), parameter(1, 1 << 20)), (2, 0, 19));
    }
}
