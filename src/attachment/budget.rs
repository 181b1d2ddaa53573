//! Unpacking within limits: a few kilobytes can unpack to any number of gigabytes, so every byte that comes out is counted.

use flate2::read::{DeflateDecoder, ZlibDecoder};
use std::io::Read;

/// The most that one packed stream may give, in bytes. The largest sheet of a municipality's budget is a tenth of it.
const MAX_STREAM: usize = 50 * 1024 * 1024;

/// The most that everything packed in one attachment may give, in bytes: what fits in the memory of a small machine beside a
/// build.
const MAX_TOTAL: usize = 128 * 1024 * 1024;

/// How many times its size a stream may give, once it is longer than [`ANY_RATIO`]. Text packs to a fifth, tables of zeros to
/// a hundredth; only bombs go further.
const MAX_RATIO: usize = 200;

/// Short streams may have any ratio, in bytes.
const ANY_RATIO: usize = 1024 * 1024;

/// The most streams one attachment may hold, those of embedded files too.
const MAX_STREAMS: usize = 200_000;

/// What an attachment may still unpack to.
#[derive(Debug)]
pub(super) struct Budget {
    bytes: usize,
    streams: usize,
}

/// Why a stream can't be unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// It is damaged.
    Damaged,
    /// It gives too much.
    TooLarge,
}

impl Default for Budget {
    fn default() -> Budget {
        Budget { bytes: MAX_TOTAL, streams: MAX_STREAMS }
    }
}

impl Budget {
    /// Unpacks data in the format deflate (RFC 1951), all of it: what follows its end is read by nobody.
    pub(super) fn inflate(&mut self, packed: &[u8]) -> Result<Vec<u8>, Refused> {
        let mut from = DeflateDecoder::new(packed);
        let (out, complete) = self.unpack(&mut from, packed.len())?;
        if complete && from.total_in() == packed.len() as u64 { Ok(out) } else { Err(Refused::Damaged) }
    }

    /// Unpacks data in the format zlib (RFC 1950). Of damaged data what can be had is taken, as readers of PDF do.
    pub(super) fn inflate_zlib(&mut self, packed: &[u8]) -> Result<Vec<u8>, Refused> {
        let (out, complete) = self.unpack(ZlibDecoder::new(packed), packed.len())?;
        if complete || !out.is_empty() {
            return Ok(out);
        }
        // Some writers leave the header out.
        self.unpack(DeflateDecoder::new(packed), packed.len()).map(|(out, _)| out)
    }

    /// Counts bytes that came out of something else than deflate.
    pub(super) fn spend(&mut self, bytes: usize) -> Result<(), Refused> {
        self.bytes = self.bytes.checked_sub(bytes).ok_or(Refused::TooLarge)?;
        Ok(())
    }

    fn unpack(&mut self, mut from: impl Read, packed: usize) -> Result<(Vec<u8>, bool), Refused> {
        self.streams = self.streams.checked_sub(1).ok_or(Refused::TooLarge)?;
        let most = packed.saturating_mul(MAX_RATIO).clamp(ANY_RATIO, MAX_STREAM).min(self.bytes);
        let mut out = Vec::new();
        let mut piece = [0; 16 * 1024];
        loop {
            match from.read(&mut piece) {
                Ok(0) => break,
                Ok(length) => out.extend_from_slice(&piece[..length]),
                Err(_) => {
                    self.spend(out.len())?;
                    return Ok((out, false));
                }
            }
            if out.len() > most {
                return Err(Refused::TooLarge);
            }
        }
        self.spend(out.len())?;
        Ok((out, true))
    }
}
