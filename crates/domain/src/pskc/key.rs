//! One `KeyPackage`: a token.

use super::protection::{Open, Opener};
use super::xml::Element;
use crate::method::otp::Seed;
use crate::oath::Algorithm;
use crate::serial::Serial;
use crate::time::{Day, Timestamp};
use crate::token_file::{Counting, Delivered, Fault, Told, Why};

const HOTP: &str = "urn:ietf:params:xml:ns:keyprov:pskc:hotp";
const TOTP: &str = "urn:ietf:params:xml:ns:keyprov:pskc:totp";

/// A token, or why it is refused; the outer failure is that of the whole file.
pub(super) fn read(
    package: &Element,
    opener: &Opener,
) -> Result<Result<Delivered, (Option<Serial>, Why)>, Fault> {
    let serial = package.at(&["DeviceInfo", "SerialNo"]);
    let serial = serial.and_then(|serial| serial.text().parse::<Serial>().ok());
    Ok(match (token(package, serial.clone(), opener), serial) {
        (Ok(token), _) => Ok(token),
        (Err(Open::Fault(fault)), _) => return Err(fault),
        (Err(Open::Refused(why)), serial) => Err((serial, why)),
    })
}

impl From<Why> for Open {
    fn from(why: Why) -> Self {
        Self::Refused(why)
    }
}

fn token(package: &Element, serial: Option<Serial>, opener: &Opener) -> Result<Delivered, Open> {
    let key = package.child("Key").ok_or(Why::Algorithm)?;
    // First of all: who tells a wrong key by its MACs must see those of tokens refused otherwise.
    let secret = key.at(&["Data", "Secret"]).ok_or(Why::Seed)?;
    let mut bytes = opener.open(secret)?;
    let seed = Seed::new(std::mem::take(&mut *bytes));
    let serial = serial.ok_or(Why::Serial)?;
    let counting = counting(key)?;
    let told = Told {
        line: package.line,
        serial,
        algorithm: algorithm(key)?,
        digits: digits(key)?,
        counting,
        seed,
        expires_on: expires_on(package, key)?,
    };
    allowed(key)?;
    Ok(told.delivered()?)
}

fn counting(key: &Element) -> Result<Counting, Why> {
    match key.attribute("Algorithm") {
        Some(HOTP) => {
            let counter = number(key, "Counter", Why::Counter)?.unwrap_or(0);
            Ok(Counting::Presses(u64::try_from(counter).map_err(|_| Why::Counter)?))
        }
        Some(TOTP) => {
            // The time a token counts from; every one that is made counts from 1970.
            if number(key, "Time", Why::Period)?.unwrap_or(0) != 0 {
                return Err(Why::Period);
            }
            let period = number(key, "TimeInterval", Why::Period)?.ok_or(Why::Period)?;
            let period_s = u64::try_from(period).map_err(|_| Why::Period)?;
            let drift = number(key, "TimeDrift", Why::Counter)?.unwrap_or(0);
            Ok(Counting::Clock { period_s, drift })
        }
        _ => Err(Why::Algorithm),
    }
}

/// A number below `Data`. It must stand there in clear: what moves is no secret.
fn number(key: &Element, name: &str, why: Why) -> Result<Option<i64>, Why> {
    let Some(element) = key.at(&["Data", name]) else { return Ok(None) };
    let plain = element.child("PlainValue").ok_or(why)?;
    plain.text().parse().map(Some).map_err(|_| why)
}

/// The hash as makers write it: `HMAC-SHA256`, `SHA-256`, `http://…#sha256`; none is SHA-1.
fn algorithm(key: &Element) -> Result<Algorithm, Why> {
    let Some(suite) = key.at(&["AlgorithmParameters", "Suite"]) else { return Ok(Algorithm::Sha1) };
    let name = suite.text().rsplit('#').next().unwrap_or_default();
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let name = name.to_ascii_uppercase();
    match name.strip_prefix("HMAC").unwrap_or(&name) {
        "" | "SHA1" => Ok(Algorithm::Sha1),
        "SHA256" => Ok(Algorithm::Sha256),
        "SHA512" => Ok(Algorithm::Sha512),
        _ => Err(Why::Algorithm),
    }
}

fn digits(key: &Element) -> Result<u64, Why> {
    let format = key.at(&["AlgorithmParameters", "ResponseFormat"]).ok_or(Why::Digits)?;
    let decimal = format.attribute("Encoding").is_none_or(|form| form == "DECIMAL");
    let checked = matches!(format.attribute("CheckDigits"), Some("true" | "1"));
    let length = format.attribute("Length").and_then(|length| length.parse().ok());
    length.filter(|_| decimal && !checked).ok_or(Why::Digits)
}

/// The earlier of the days on which the device and its key end.
fn expires_on(package: &Element, key: &Element) -> Result<Option<Day>, Why> {
    let places = [package.at(&["DeviceInfo", "ExpiryDate"]), key.at(&["Policy", "ExpiryDate"])];
    let days: Result<Vec<Day>, Why> =
        places.into_iter().flatten().map(|place| day(place.text()).ok_or(Why::Expiry)).collect();
    Ok(days?.into_iter().min())
}

/// A day, or an instant of XML Schema, which may leave out where it is.
fn day(text: &str) -> Option<Day> {
    let day = || text.get(..10).filter(|_| text.len() == 10 || text.as_bytes()[10] == b'T');
    Timestamp::parse(text).map(Timestamp::day).or_else(|| day().and_then(Day::parse))
}

/// A policy that is not known forbids the use of a key (RFC 6030 §5).
fn allowed(key: &Element) -> Result<(), Why> {
    let Some(policy) = key.child("Policy") else { return Ok(()) };
    let mut usages = policy.children().filter(|rule| rule.name == "KeyUsage").peekable();
    if usages.peek().is_some() && !usages.any(|usage| usage.text() == "OTP") {
        return Err(Why::Policy);
    }
    let known = policy.children().all(|rule| match rule.name.as_str() {
        "StartDate" | "ExpiryDate" | "KeyUsage" => true,
        // A PIN that the device itself asks for changes nothing in its codes.
        "PINPolicy" => rule.attribute("PINUsageMode").is_none_or(|mode| mode == "Local"),
        _ => false,
    });
    if known { Ok(()) } else { Err(Why::Policy) }
}
