//! The objects of PDF (ISO 32000-2, section 7.3), read leniently: what a viewer shows of a damaged file has to be seen here too.

/// A value. Operators of page contents are values too.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Number(f64),
    Name(Box<str>),
    Text(Box<[u8]>),
    List(Vec<Value>),
    Dict(Dict),
    /// The number of an object.
    Reference(u32),
    /// `true`, `null`, `obj`, `Tj` …
    Word(Box<str>),
}

/// Keys and values, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Dict(pub Vec<(Box<str>, Value)>);

impl Dict {
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(name, _)| **name == *key).map(|(_, value)| value)
    }

    /// How many values it holds.
    pub(super) fn weight(&self) -> usize {
        self.0.iter().map(|(_, value)| value.weight()).sum()
    }

    pub(super) fn name(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Value::name)
    }
}

impl Value {
    pub(super) fn name(&self) -> Option<&str> {
        if let Value::Name(name) = self { Some(name) } else { None }
    }

    pub(super) fn number(&self) -> Option<f64> {
        if let Value::Number(number) = self { Some(*number) } else { None }
    }

    /// A count or an offset.
    pub(super) fn size(&self) -> Option<usize> {
        let number = self.number().filter(|number| (0.0..4e9).contains(number))?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it was just measured")]
        Some(number as usize)
    }

    /// How many values it is, counting those inside.
    pub(super) fn weight(&self) -> usize {
        match self {
            Value::List(list) => 1 + list.iter().map(Value::weight).sum::<usize>(),
            Value::Dict(dict) => 1 + dict.weight(),
            _ => 1,
        }
    }

    pub(super) fn dict(&self) -> Option<&Dict> {
        if let Value::Dict(dict) = self { Some(dict) } else { None }
    }
}

/// How deep lists and dictionaries may lie in each other. Real files stay below ten.
const MAX_NESTING: usize = 50;

/// A place in bytes from which values are read.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'a> {
    pub bytes: &'a [u8],
    pub at: usize,
    /// How many values may still be read: each takes more memory than its bytes do.
    pub left: usize,
}

fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize, left: usize) -> Cursor<'a> {
        Cursor { bytes, at, left }
    }

    /// The next value; `None` at the end.
    pub(super) fn value(&mut self) -> Option<Value> {
        self.nested(0)
    }

    fn nested(&mut self, depth: usize) -> Option<Value> {
        loop {
            self.skip_space();
            self.left = self.left.checked_sub(1)?;
            let byte = *self.bytes.get(self.at)?;
            let start = self.at;
            let value = match byte {
                b'/' => Value::Name(self.name()),
                b'(' => Value::Text(self.literal()),
                b'<' if self.bytes.get(self.at + 1) == Some(&b'<') => {
                    self.at += 2;
                    let list = self.until(b'>', depth);
                    Value::Dict(pairs(list))
                }
                b'<' => Value::Text(self.hexadecimal()),
                b'[' => {
                    self.at += 1;
                    Value::List(self.until(b']', depth))
                }
                b'+' | b'-' | b'.' | b'0'..=b'9' => self.figure(),
                byte if is_delimiter(byte) => {
                    // A bracket that closes nothing.
                    self.at += 1;
                    continue;
                }
                _ => Value::Word(self.word()),
            };
            if matches!(value, Value::Text(_) | Value::Name(_)) {
                self.left = self.left.saturating_sub((self.at - start) / 16);
            }
            return Some(value);
        }
    }

    fn skip_space(&mut self) {
        while let Some(byte) = self.bytes.get(self.at) {
            if *byte == b'%' {
                let rest = &self.bytes[self.at..];
                self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
            } else if is_space(*byte) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    fn until(&mut self, close: u8, depth: usize) -> Vec<Value> {
        let mut out = Vec::new();
        loop {
            self.skip_space();
            match self.bytes.get(self.at) {
                None => return out,
                Some(byte) if *byte == close => {
                    self.at += 1;
                    if close == b'>' && self.bytes.get(self.at) == Some(&b'>') {
                        self.at += 1;
                    }
                    return out;
                }
                // A dictionary that wasn't closed must not swallow the stream behind it.
                Some(b'e' | b's')
                    if self.bytes[self.at..].starts_with(b"endobj") || self.bytes[self.at..].starts_with(b"stream") =>
                {
                    return out;
                }
                Some(_) if depth >= MAX_NESTING => {
                    self.at += 1;
                }
                Some(_) => {
                    let Some(value) = self.nested(depth + 1) else { return out };
                    // `12 0 R`
                    if matches!(&value, Value::Word(word) if **word == *"R")
                        && let [.., Value::Number(number), Value::Number(_)] = out[..]
                    {
                        out.truncate(out.len() - 2);
                        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "casts saturate")]
                        out.push(Value::Reference(number as u32));
                    } else {
                        out.push(value);
                    }
                }
            }
        }
    }

    fn name(&mut self) -> Box<str> {
        self.at += 1;
        let raw = self.plain();
        let mut out = Vec::with_capacity(raw.len());
        let mut at = 0;
        while at < raw.len() {
            let code = raw.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
            match code.filter(|_| raw[at] == b'#').and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
                Some(byte) => {
                    out.push(byte);
                    at += 3;
                }
                None => {
                    out.push(raw[at]);
                    at += 1;
                }
            }
        }
        String::from_utf8_lossy(&out).into()
    }

    fn plain(&mut self) -> &'a [u8] {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|byte| is_space(*byte) || is_delimiter(*byte)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn word(&mut self) -> Box<str> {
        let start = self.at;
        let plain = self.plain();
        if plain.is_empty() {
            self.at = start + 1;
        }
        // Longer words are garbage; the operators of PDF have three letters.
        String::from_utf8_lossy(&plain[..plain.len().min(32)]).into()
    }

    fn figure(&mut self) -> Value {
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(|byte| matches!(byte, b'+' | b'-' | b'.' | b'0'..=b'9')) {
            self.at += 1;
        }
        let text = std::str::from_utf8(&self.bytes[start..self.at]).unwrap_or_default();
        Value::Number(text.parse().unwrap_or_default())
    }

    /// A text in brackets (section 7.3.4.2).
    fn literal(&mut self) -> Box<[u8]> {
        self.at += 1;
        let mut out = Vec::new();
        let mut open = 1;
        while let Some(byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'(' => open += 1,
                b')' => {
                    open -= 1;
                    if open == 0 {
                        break;
                    }
                }
                b'\\' => {
                    self.escape(&mut out);
                    continue;
                }
                _ => {}
            }
            out.push(*byte);
        }
        out.into()
    }

    fn escape(&mut self, out: &mut Vec<u8>) {
        let Some(byte) = self.bytes.get(self.at) else { return };
        self.at += 1;
        match byte {
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'b' | b'f' => {}
            b'\r' => {
                if self.bytes.get(self.at) == Some(&b'\n') {
                    self.at += 1;
                }
            }
            b'\n' => {}
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit) = self.bytes.get(self.at).filter(|byte| matches!(byte, b'0'..=b'7')) else { break };
                    code = code * 8 + u32::from(digit - b'0');
                    self.at += 1;
                }
                out.push(u8::try_from(code & 0xff).unwrap_or_default());
            }
            other => out.push(*other),
        }
    }

    /// A text in hexadecimal digits (section 7.3.4.3).
    fn hexadecimal(&mut self) -> Box<[u8]> {
        self.at += 1;
        let rest = &self.bytes[self.at..];
        let length = memchr::memchr(b'>', rest).unwrap_or(rest.len());
        self.at += (length + 1).min(rest.len());
        hex(&rest[..length]).into()
    }
}

/// Bytes written as hexadecimal digits; a last odd one counts as if a 0 followed.
pub(super) fn hex(text: &[u8]) -> Vec<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let digits: Vec<u8> = text.iter().filter_map(digit).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or_default()).collect()
}

fn pairs(list: Vec<Value>) -> Dict {
    let mut out = Vec::with_capacity(list.len() / 2);
    let mut key = None;
    for value in list {
        match (key.take(), value) {
            (None, Value::Name(name)) => key = Some(name),
            (None, _) => {}
            (Some(name), value) => out.push((name, value)),
        }
    }
    Dict(out)
}
