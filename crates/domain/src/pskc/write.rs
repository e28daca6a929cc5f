//! Writing PSKC: tokens that move to another installation, encrypted with a pre-shared key.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::protection::{BLOCK, HMAC_SHA256, XMLENC, encrypt};
use super::xml::PSKC;
use crate::moment::Moment;
use crate::oath::Algorithm;
use crate::token_file::Delivered;

/// What a file is encrypted with.
pub struct Mover {
    key: Zeroizing<Vec<u8>>,
    /// What both sides call it.
    name: String,
}

impl Mover {
    /// An AES key of 16, 24 or 32 bytes, under the name that both sides know it by: letters,
    /// digits, `.`, `-` and `_`.
    pub fn new(key: Vec<u8>, name: &str) -> Option<Self> {
        let key = Zeroizing::new(key);
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let fits = matches!(key.len(), 16 | 24 | 32) && name.chars().all(plain);
        (fits && !name.is_empty()).then(|| Self { key, name: name.to_owned() })
    }

    fn method(&self) -> String {
        format!("{XMLENC}aes{}-cbc", self.key.len() * 8)
    }
}

/// A file with these tokens, as they stand now.
pub fn write(tokens: &[Delivered], with: &Mover, moment: &mut Moment) -> String {
    let mac_key = Zeroizing::new(moment.bytes::<32>());
    let method = with.method();
    let mut file = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<KeyContainer Version="1.0" xmlns="{PSKC}"
    xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:xenc="{XMLENC}">
  <EncryptionKey>
    <ds:KeyName>{}</ds:KeyName>
  </EncryptionKey>
  <MACMethod Algorithm="{HMAC_SHA256}">
    <MACKey>
      <xenc:EncryptionMethod Algorithm="{method}"/>
      <xenc:CipherData>
        <xenc:CipherValue>{}</xenc:CipherValue>
      </xenc:CipherData>
    </MACKey>
  </MACMethod>
"#,
        with.name,
        STANDARD.encode(encrypt(&with.key, moment.bytes::<BLOCK>(), &*mac_key)),
    );
    for token in tokens {
        let sealed = encrypt(&with.key, moment.bytes::<BLOCK>(), token.secret.seed.expose());
        package(&mut file, token, &method, &sealed, &*mac_key);
    }
    file.push_str("</KeyContainer>\n");
    file
}

fn package(file: &mut String, token: &Delivered, method: &str, sealed: &[u8], mac_key: &[u8]) {
    let mac = Hmac::<Sha256>::new_from_slice(mac_key).expect("HMAC takes any key");
    let mac = STANDARD.encode(mac.chain_update(sealed).finalize().into_bytes());
    let sealed = STANDARD.encode(sealed);
    let Delivered { serial, secret, state, expires_on, .. } = token;
    let kind = if secret.period_s.is_some() { "totp" } else { "hotp" };
    let suite = match secret.algorithm {
        Algorithm::Sha1 => "HMAC-SHA1",
        Algorithm::Sha256 => "HMAC-SHA256",
        Algorithm::Sha512 => "HMAC-SHA512",
    };
    let moving = match secret.period_s {
        Some(period_s) => format!(
            "<Time>\n          <PlainValue>0</PlainValue>\n        </Time>\n        \
             <TimeInterval>\n          <PlainValue>{period_s}</PlainValue>\n        \
             </TimeInterval>\n        <TimeDrift>\n          <PlainValue>{}</PlainValue>\n        \
             </TimeDrift>",
            state.drift
        ),
        None => format!(
            "<Counter>\n          <PlainValue>{}</PlainValue>\n        </Counter>",
            state.last.map_or(0, |last| last + 1)
        ),
    };
    let policy = match expires_on {
        None => String::new(),
        Some(day) => format!(
            "\n      <Policy>\n        <ExpiryDate>{day}T00:00:00+09:00</ExpiryDate>\n      \
             </Policy>"
        ),
    };
    let digits = secret.digits.count();
    write!(
        file,
        r#"  <KeyPackage>
    <DeviceInfo>
      <Manufacturer>sekisho</Manufacturer>
      <SerialNo>{serial}</SerialNo>
    </DeviceInfo>
    <Key Id="{serial}" Algorithm="{PSKC}:{kind}">
      <AlgorithmParameters>
        <Suite>{suite}</Suite>
        <ResponseFormat Encoding="DECIMAL" Length="{digits}"/>
      </AlgorithmParameters>
      <Data>
        <Secret>
          <EncryptedValue>
            <xenc:EncryptionMethod Algorithm="{method}"/>
            <xenc:CipherData>
              <xenc:CipherValue>{sealed}</xenc:CipherValue>
            </xenc:CipherData>
          </EncryptedValue>
          <ValueMAC>{mac}</ValueMAC>
        </Secret>
        {moving}
      </Data>{policy}
    </Key>
  </KeyPackage>
"#
    )
    .expect("a text takes every line");
}
