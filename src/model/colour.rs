//! The one colour a municipality sets, and whether it can be read.

/// A colour of the sRGB space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour([u8; 3]);

/// The lighter grounds of the built-in theme, page and surface.
const LIGHT: [Colour; 2] = [Colour([0xff, 0xff, 0xff]), Colour([0xf4, 0xf6, 0xf8])];

/// The same in dark mode.
const DARK: [Colour; 2] = [Colour([0x15, 0x18, 0x1c]), Colour([0x1f, 0x24, 0x2a])];

/// What text needs at least (WCAG 2.2, success criterion 1.4.3).
const ENOUGH: f64 = 4.5;

impl Colour {
    /// A colour from `#rrggbb`.
    pub fn parse(text: &str) -> Option<Colour> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
        let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
        Some(Colour([part(0)?, part(2)?, part(4)?]))
    }

    /// Whether it can be read on the light grounds.
    pub fn is_readable(self) -> bool {
        LIGHT.iter().all(|ground| self.contrast(*ground) >= ENOUGH)
    }

    /// The nearest darker colour of the same hue that can be read on the light grounds; itself when it can.
    #[must_use]
    pub fn readable(self) -> Colour {
        self.towards(0, LIGHT)
    }

    /// The same hue for dark mode: as much lighter as it takes to be read on the dark grounds.
    #[must_use]
    pub fn for_dark(self) -> Colour {
        self.towards(255, DARK)
    }

    /// Mixes with black or white, a hundredth at a time, until it can be read on both grounds.
    fn towards(self, end: u8, grounds: [Colour; 2]) -> Colour {
        let mixed = |share: u32| {
            let part = |value: u8| ((u32::from(value) * (100 - share) + u32::from(end) * share) / 100).min(255);
            Colour(self.0.map(|value| u8::try_from(part(value)).unwrap_or(end)))
        };
        (0..=100)
            .map(mixed)
            .find(|colour| grounds.iter().all(|ground| colour.contrast(*ground) >= ENOUGH))
            .unwrap_or(Colour([end; 3]))
    }

    /// The contrast of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio").
    fn contrast(self, other: Colour) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// WCAG 2.2, "relative luminance".
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|value| {
            let share = f64::from(value) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

impl std::fmt::Display for Colour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Colour([red, green, blue]) = self;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_as_the_standard_has_it() {
        let colour = |text| Colour::parse(text).unwrap();
        assert!((colour("#000000").contrast(colour("#ffffff")) - 21.0).abs() < 1e-9);
        assert!((colour("#1d4f7c").contrast(colour("#ffffff")) - 8.5).abs() < 0.1);
        assert!(colour("#1d4f7c").is_readable() && !colour("#ffcc00").is_readable());
    }

    #[test]
    fn what_is_proposed_passes() {
        for text in ["#ffcc00", "#ff0000", "#ffffff", "#00ff00", "#1d4f7c", "#000000"] {
            let colour = Colour::parse(text).unwrap();
            assert!(colour.readable().is_readable(), "{text}");
            assert!(DARK.iter().all(|ground| colour.for_dark().contrast(*ground) >= ENOUGH), "{text}");
        }
        assert_eq!(Colour::parse("#1d4f7c").map(|colour| colour.readable().to_string()).as_deref(), Some("#1d4f7c"));
        assert!(
            Colour::parse("#12345").is_none() && Colour::parse("blue").is_none() && Colour::parse("#ååå").is_none()
        );
    }
}
