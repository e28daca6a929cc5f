//! Tokens as CSV: `serial,algorithm,digits,period_or_counter,seed,expires_on`, a line for each.
//!
//! Nothing protects such a file. The algorithm is `totp-sha1`, `hotp-sha256` and so on; the fourth
//! column is seconds for TOTP and the next counter for HOTP; the seed is in hexadecimal; the last
//! day may be empty.

use super::{Counting, Delivered, FILE_MAX, Fault, TokenFile, Told, Why, from_hex, line_ends};
use crate::method::otp::Seed;
use crate::oath::Algorithm;
use crate::serial::Serial;
use crate::time::Day;

/// The header, word for word.
pub const HEADER: &str = "serial,algorithm,digits,period_or_counter,seed,expires_on";
const COLUMNS: usize = 6;

/// Reads a file.
pub fn read(bytes: &[u8]) -> Result<TokenFile, Fault> {
    if bytes.len() > FILE_MAX {
        return Err(Fault::TooLarge);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = str::from_utf8(bytes)
        .map_err(|error| Fault::Encoding { line: line_ends(&bytes[..error.valid_up_to()]) + 1 })?;
    let mut lines = (1..).zip(text.lines());
    if lines.next().map(|(_, header)| plain(header).to_ascii_lowercase()).as_deref() != Some(HEADER)
    {
        let what = "the first line must be serial,algorithm,digits,period_or_counter,seed,\
                    expires_on";
        return Err(Fault::Form { line: 1, what });
    }
    let mut file = TokenFile::empty();
    for (number, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        file.take(number, token(number, line))?;
    }
    file.whole()
}

/// A header without the blanks and quotation marks that some programs write.
fn plain(header: &str) -> String {
    header.chars().filter(|c| !c.is_whitespace() && *c != '"').collect()
}

fn token(line: u64, text: &str) -> Result<Delivered, (Option<Serial>, Why)> {
    let fields = text.split(',').map(|field| field.trim().trim_matches('"'));
    let fields: Vec<&str> = fields.collect();
    let Ok([serial, algorithm, digits, moving, seed, ends]) =
        <[&str; COLUMNS]>::try_from(fields.as_slice())
    else {
        return Err((None, Why::Fields));
    };
    let serial: Serial = serial.parse().map_err(|_| (None, Why::Serial))?;
    let told = || {
        let (counting, algorithm) = counting(algorithm, moving)?;
        let expires_on = match ends {
            "" => None,
            day => Some(Day::parse(day).ok_or(Why::Expiry)?),
        };
        let seed = from_hex(seed).map(Seed::new).ok_or(Why::Seed)?;
        let digits = digits.parse().map_err(|_| Why::Digits)?;
        let serial = serial.clone();
        Told { line, serial, algorithm, digits, counting, seed, expires_on }.delivered()
    };
    told().map_err(|why| (Some(serial.clone()), why))
}

fn counting(algorithm: &str, moving: &str) -> Result<(Counting, Algorithm), Why> {
    let algorithm = algorithm.to_ascii_lowercase();
    let (kind, hash) = algorithm.split_once('-').ok_or(Why::Algorithm)?;
    let hash = match hash {
        "sha1" => Algorithm::Sha1,
        "sha256" => Algorithm::Sha256,
        "sha512" => Algorithm::Sha512,
        _ => return Err(Why::Algorithm),
    };
    let number: Option<u64> = moving.parse().ok();
    let counting = match kind {
        "totp" => Counting::Clock { period_s: number.ok_or(Why::Period)?, drift: 0 },
        "hotp" => Counting::Presses(number.ok_or(Why::Counter)?),
        _ => return Err(Why::Algorithm),
    };
    Ok((counting, hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: &str = "3132333435363738393031323334353637383930";

    fn told(lines: &str) -> Result<Vec<(u64, &'static str)>, Fault> {
        let file = read(format!("{HEADER}\n{lines}").as_bytes())?;
        let taken = file.tokens.iter().map(|token| (token.line, "taken"));
        let refused = file.refused.iter().map(|refused| (refused.line, refused.why.word()));
        let mut all: Vec<_> = taken.chain(refused).collect();
        all.sort_unstable();
        Ok(all)
    }

    // T-11
    #[test]
    fn every_line_is_taken_or_refused_with_its_reason() {
        let lines = format!(
            "AB-0001,TOTP-SHA1,6,30,{SEED},2031-03-31\nAB0002,hotp-sha256,8,7,{SEED},\n\
             AB0003,totp-sha1,5,30,{SEED},\nAB0004,totp-sha1,9,30,{SEED},\n\
             AB0005,totp-md5,6,30,{SEED},\nAB0006,totp-sha1,6,45,{SEED},\n\
             AB0007,totp-sha1,6,30,3132,\nAB0008,totp-sha1,6,30,xyz,\n\
             AB0009,totp-sha1,6,30,{SEED},2031-02-30\nA,totp-sha1,6,30,{SEED},\n\
             AB0011,totp-sha1,6,30,{SEED}\nAB0012,totp-sha1,6,30,{SEED},\n\n\
             ＡＢ００１２,totp-sha1,6,30,{SEED},\nAB0013,hotp-sha1,6,-1,{SEED},\n"
        );
        let wanted = [
            (2, "taken"),
            (3, "taken"),
            (4, "digits"),
            (5, "digits"),
            (6, "algorithm"),
            (7, "period"),
            (8, "seed"),
            (9, "seed"),
            (10, "expires_on"),
            (11, "serial"),
            (12, "fields"),
            (13, "twice"),
            (15, "twice"),
            (16, "counter"),
        ];
        assert_eq!(told(&lines), Ok(wanted.to_vec()));
    }

    #[test]
    fn a_file_that_is_none_is_refused_as_a_whole() {
        assert_eq!(told(""), Err(Fault::Empty));
        assert!(matches!(read(b"serial;seed\n"), Err(Fault::Form { line: 1, .. })));
        let broken = [HEADER.as_bytes(), b"\nAB\xff"].concat();
        assert_eq!(read(&broken).err(), Some(Fault::Encoding { line: 2 }));
        assert_eq!(read(&vec![b' '; FILE_MAX + 1]).err(), Some(Fault::TooLarge));
    }
}
