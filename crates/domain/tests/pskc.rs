//! PSKC: the figures of RFC 6030 (`vectors/pskc`), and what must not be taken.

use std::fs;
use std::path::PathBuf;

use sekisho_domain::moment::{Chance, Moment};
use sekisho_domain::oath::{Algorithm, hotp};
use sekisho_domain::pskc::{self, Mover, Protection};
use sekisho_domain::time::{Day, Timestamp};
use sekisho_domain::token_file::{FILE_MAX, Fault, TokenFile, from_hex};
use zeroize::Zeroizing;

const RFC_SEED: &[u8] = b"12345678901234567890";

fn figure(number: u8) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../vectors/pskc");
    fs::read_to_string(folder.join(format!("figure{number}.xml"))).expect("it lies there")
}

fn rfc_key() -> Protection {
    Protection::key(from_hex("12345678901234567890123456789012").expect("hex")).expect("16 bytes")
}

fn passphrase(text: &str) -> Protection {
    Protection::Passphrase(Zeroizing::new(text.to_owned()))
}

fn read(text: &str, with: &Protection) -> Result<TokenFile, Fault> {
    pskc::read(text.as_bytes(), with)
}

/// Serials taken, and lines refused with their reasons.
type Told = (Vec<String>, Vec<(u64, &'static str)>);

fn told(text: &str, with: &Protection) -> Result<Told, Fault> {
    let file = read(text, with)?;
    let taken = file.tokens.iter().map(|token| token.serial.to_string()).collect();
    Ok((taken, file.refused.iter().map(|refused| (refused.line, refused.why.word())).collect()))
}

fn taken(serials: &[&str]) -> Vec<String> {
    serials.iter().map(|serial| (*serial).to_owned()).collect()
}

// T-11, §2.6
#[test]
fn the_figures_of_rfc_6030_are_read() {
    let plain = [
        // No serial, and a key of four bytes.
        (2, taken(&[]), vec![(3, "serial")]),
        (3, taken(&["987654321"]), vec![]),
        // The key lies elsewhere.
        (4, taken(&[]), vec![(3, "seed")]),
        // The second is the PIN of the first.
        (5, taken(&["987654321"]), vec![(30, "algorithm")]),
        (10, taken(&["654321", "123456"]), vec![(55, "twice"), (81, "twice")]),
    ];
    for (number, serials, refused) in plain {
        let found = told(&figure(number), &Protection::Plain);
        assert_eq!(found, Ok((serials, refused)), "figure {number}");
    }
    for (number, with) in [(6, rfc_key()), (7, passphrase("qwerty"))] {
        let file = read(&figure(number), &with).expect("it is good");
        let [token] = &file.tokens[..] else { panic!("figure {number} has one token") };
        assert_eq!(token.secret.seed.expose(), RFC_SEED, "figure {number}");
        assert_eq!((token.secret.algorithm, token.secret.period_s), (Algorithm::Sha1, None));
        let code = hotp(Algorithm::Sha1, RFC_SEED, 0, token.secret.digits);
        assert_eq!((code.as_str(), token.state.last), ("84755224", None));
    }
    let certificate = read(&figure(8), &rfc_key()).err();
    assert!(matches!(certificate, Some(Fault::Protection { line: 3, .. })), "{certificate:?}");
}

#[test]
fn the_earlier_of_two_last_days_counts_and_is_a_day_in_japan() {
    let file = read(&figure(10), &Protection::Plain).expect("it is good");
    assert_eq!(file.tokens[0].expires_on, Day::new(2006, 5, 31));
    let device = "<SerialNo>654321</SerialNo><ExpiryDate>2006-05-29T16:00:00Z</ExpiryDate>";
    let both = figure(10).replace("<SerialNo>654321</SerialNo>", device);
    let file = read(&both, &Protection::Plain).expect("it is good");
    assert_eq!(file.tokens[0].expires_on, Day::new(2006, 5, 30));
}

// E-13
#[test]
fn a_clock_token_is_read_with_hash_interval_and_drift() {
    let clock = |interval: &str, drift: &str, suite: &str| {
        let text = figure(3).replace(":hotp", ":totp");
        let moving = format!(
            "<Time><PlainValue>0</PlainValue></Time><TimeInterval><PlainValue>{interval}\
             </PlainValue></TimeInterval><TimeDrift><PlainValue>{drift}</PlainValue></TimeDrift>"
        );
        let counter = "<Counter>\n          <PlainValue>0</PlainValue>\n        </Counter>";
        let text = text.replace(counter, &moving);
        text.replace("<ResponseFormat", &format!("<Suite>{suite}</Suite><ResponseFormat"))
    };
    for (suite, algorithm) in
        [("HMAC-SHA256", Algorithm::Sha256), ("SHA-512", Algorithm::Sha512), ("", Algorithm::Sha1)]
    {
        let file = read(&clock("60", "-3", suite), &Protection::Plain).expect("it is good");
        let token = &file.tokens[0];
        assert_eq!((token.secret.algorithm, token.secret.period_s), (algorithm, Some(60)));
        assert_eq!(token.state.drift, -3);
    }
    let wrong = [
        (clock("45", "0", ""), "period"),
        (clock("", "0", ""), "period"),
        (clock("30", "5000", ""), "counter"),
        (clock("30", "0", "MD5"), "algorithm"),
        (clock("30", "0", "").replace("<Time><PlainValue>0", "<Time><PlainValue>7"), "period"),
    ];
    for (text, why) in wrong {
        assert_eq!(told(&text, &Protection::Plain), Ok((vec![], vec![(3, why)])));
    }
}

// T-11
#[test]
fn a_key_that_cannot_be_used_is_refused_by_its_line_alone() {
    let second = figure(3).replace("987654321", "111111111");
    let package = second.find("  <KeyPackage>").expect("one")..second.find("</KeyC").expect("one");
    let package = &second[package];
    let changed = [
        (r#"Length="8""#, r#"Length="5""#, "digits"),
        (r#"Length="8""#, r#"Length="9""#, "digits"),
        (r#"Encoding="DECIMAL""#, r#"Encoding="HEXADECIMAL""#, "digits"),
        (r#"Encoding="DECIMAL""#, r#"Encoding="DECIMAL" CheckDigits="true""#, "digits"),
        ("111111111", "１", "serial"),
        ("MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=", "MTIzNA==", "seed"),
        ("MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=", "?", "seed"),
        ("<PlainValue>0<", "<PlainValue>-1<", "counter"),
        ("<PlainValue>0<", "<PlainValue>99999999999999999<", "counter"),
        ("</Data>", "</Data><Policy><KeyUsage>Encrypt</KeyUsage></Policy>", "policy"),
        ("</Data>", "</Data><Policy><Unheard>1</Unheard></Policy>", "policy"),
        ("</Data>", r#"</Data><Policy><PINPolicy PINUsageMode="Append"/></Policy>"#, "policy"),
        ("</Data>", "</Data><Policy><ExpiryDate>soon</ExpiryDate></Policy>", "expires_on"),
    ];
    for (from, to, why) in changed {
        let bad = package.replacen(from, to, 1);
        assert_ne!(bad, package, "{from}");
        let text = figure(3).replace("</KeyContainer>", &format!("{bad}</KeyContainer>"));
        let wanted = Ok((taken(&["987654321"]), vec![(28, why)]));
        assert_eq!(told(&text, &Protection::Plain), wanted, "{to}");
    }
}

#[test]
fn another_key_opens_nothing_and_a_broken_mac_only_its_own_token() {
    let other = Protection::key(vec![9; 16]).expect("16 bytes");
    assert_eq!(read(&figure(6), &other).err(), Some(Fault::Key));
    assert_eq!(read(&figure(7), &passphrase("qwertz")).err(), Some(Fault::Key));
    let long = Protection::key(vec![9; 32]).expect("32 bytes");
    assert_eq!(read(&figure(6), &long).err(), Some(Fault::Key));
    assert_eq!(read(&figure(6), &passphrase("qwerty")).err(), Some(Fault::WantsKey));
    assert_eq!(read(&figure(7), &rfc_key()).err(), Some(Fault::WantsPassphrase));
    assert_eq!(read(&figure(6), &Protection::Plain).err(), Some(Fault::WantsKey));
    assert_eq!(read(&figure(3), &rfc_key()).err(), Some(Fault::Plain));
    let broken = figure(6).replace("AAECAwQF", "AAECAwQG");
    assert_eq!(read(&broken, &rfc_key()).err(), Some(Fault::Key), "nothing in it fits");

    let package = figure(6);
    let package = &package[package.find("  <KeyPackage>").expect("one")..];
    let second = package.replace("987654321", "111111111").replace("Su+N", "Su+M");
    let two = figure(6).replace("</KeyContainer>", &second);
    assert_eq!(told(&two, &rfc_key()), Ok((taken(&["987654321"]), vec![(48, "mac")])));
    let unmarked = package.replace("987654321", "111111111");
    let from = unmarked.find("<ValueMAC>").expect("one");
    let to = unmarked.find("</ValueMAC>").expect("one") + "</ValueMAC>".len();
    let unmarked = format!("{}{}", &unmarked[..from], &unmarked[to..]);
    let two = figure(6).replace("</KeyContainer>", &unmarked);
    assert_eq!(told(&two, &rfc_key()), Ok((taken(&["987654321"]), vec![(48, "mac")])));
    let plain = figure(3).replace("987654321", "111111111");
    let plain = &plain[plain.find("  <KeyPackage>").expect("one")..];
    let two = figure(6).replace("</KeyContainer>", plain);
    assert_eq!(told(&two, &rfc_key()), Ok((taken(&["987654321"]), vec![(48, "unprotected")])));
}

// RFC 3394 §4.1
#[test]
fn a_wrapped_key_needs_no_mac_for_it_has_a_check_of_its_own() {
    let text = figure(6).replace("aes128-cbc", "kw-aes128");
    let cut = text.find("  <MACMethod").expect("one")..text.find("  <KeyPackage").expect("one");
    let text = text.replacen(&text[cut], "", 1);
    let cut = text.find("<ValueMAC>").expect("one")..text.find("</Secret>").expect("one");
    let text = text.replacen(&text[cut], "", 1);
    let cipher = "AAECAwQFBgcICQoLDA0OD+cIHItlB3Wra1DUpxVvOx2lef1VmNPCMl8jwZqIUqGv";
    let wrapped = "H6aLCoEStEeu80vY+1p7gp0+hiNx0s/l";
    let key = |hex: &str| Protection::key(from_hex(hex).expect("hex")).expect("16 bytes");
    let right = key("000102030405060708090A0B0C0D0E0F");
    let file = read(&text.replace(cipher, wrapped), &right).expect("it is good");
    let seed = from_hex("00112233445566778899AABBCCDDEEFF").expect("hex");
    assert_eq!(file.tokens[0].secret.seed.expose(), seed);
    let wrong = key("000102030405060708090A0B0C0D0E0E");
    assert_eq!(read(&text.replace(cipher, wrapped), &wrong).err(), Some(Fault::Key));
    let changed = text.replace(cipher, &wrapped.replace("H6a", "H6b"));
    assert_eq!(read(&changed, &right).err(), Some(Fault::Key));
    assert_eq!(read(&text, &right).err(), Some(Fault::Key));
}

#[test]
fn a_file_that_is_dangerous_or_broken_is_refused_as_a_whole() {
    let doctype = r#"<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><KeyContainer"#;
    let refused = |text: &str| read(text, &Protection::Plain).err().expect("it is refused");
    let dtd = figure(3).replace("<KeyContainer", doctype);
    assert_eq!(refused(&dtd), Fault::Dtd { line: 2 });
    let late = figure(3).replace("</KeyContainer>", "<!DOCTYPE x></KeyContainer>");
    assert!(matches!(refused(&late), Fault::Dtd { .. } | Fault::Form { .. }));
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    let wide = "<UserId/>".repeat(100_000);
    let forms = [
        figure(3).replace("<DeviceInfo>", &format!("<DeviceInfo>{deep}")),
        figure(3).replace("<DeviceInfo>", &format!("<DeviceInfo>{wide}")),
        figure(3).replace("Manufacturer</M", "&lol;</M"),
        figure(3).replace("</KeyPackage>", ""),
        figure(3)[..600].to_owned(),
        figure(3).replace("\"1.0\" Id", "\"2.0\" Id"),
        "serial,algorithm".to_owned(),
        "<html/>".to_owned(),
        String::new(),
        figure(3).replace("Version=", &format!("{} Version=", "x".repeat(9_000))),
    ];
    for text in forms {
        let fault = refused(&text);
        assert!(matches!(fault, Fault::Form { .. }), "{fault:?}: {}", &text[..text.len().min(900)]);
    }
    assert_eq!(pskc::read(&vec![b' '; FILE_MAX + 1], &rfc_key()).err(), Some(Fault::TooLarge));
    let latin = [figure(3).as_bytes(), b"\xff"].concat();
    let fault = pskc::read(&latin, &Protection::Plain).err();
    assert!(matches!(fault, Some(Fault::Encoding { .. })), "{fault:?}");
    let empty = r#"<KeyContainer Version="1.0" xmlns="urn:ietf:params:xml:ns:keyprov:pskc"/>"#;
    assert_eq!(refused(empty), Fault::Empty);
    let hours = figure(7).replace("<IterationCount>1000<", "<IterationCount>4000000000<");
    let fault = read(&hours, &passphrase("qwerty")).err();
    assert!(matches!(fault, Some(Fault::Protection { .. })), "{fault:?}");
    let no_mac = figure(6);
    let cut = no_mac.find("  <MACMethod").expect("one")..no_mac.find("  <KeyPackage").expect("one");
    let fault = read(&no_mac.replacen(&no_mac[cut], "", 1), &rfc_key()).err();
    assert!(matches!(fault, Some(Fault::Protection { .. })), "{fault:?}");
}

// §2.6
#[test]
fn what_is_written_is_read_again_and_only_with_its_key() {
    let mut chance = Chance::from_seed([7; 32]);
    let mut moment = Moment::new(Timestamp::from_millis(1_795_151_000_000), &mut chance);
    let csv = "serial,algorithm,digits,period_or_counter,seed,expires_on\n\
               AB0001,totp-sha256,6,30,000102030405060708090a0b0c0d0e0f10,2031-03-31\n\
               AB0002,hotp-sha1,8,7,3132333435363738393031323334353637383930,\n";
    let tokens = sekisho_domain::token_file::csv::read(csv.as_bytes()).expect("good").tokens;
    for length in [16, 24, 32] {
        let key = vec![u8::try_from(length).expect("small"); length];
        let mover = Mover::new(key.clone(), "stock-2026").expect("a good key");
        let text = pskc::write(&tokens, &mover, &mut moment);
        let again = read(&text, &Protection::key(key).expect("good")).expect("its own key");
        assert!(again.refused.is_empty());
        for (before, after) in tokens.iter().zip(&again.tokens) {
            assert_eq!(before.serial, after.serial);
            assert!(before.secret.seed == after.secret.seed);
            assert_eq!(before.secret.algorithm, after.secret.algorithm);
            assert_eq!((before.state, before.expires_on), (after.state, after.expires_on));
        }
        let other = Protection::key(vec![0; length]).expect("good");
        assert_eq!(read(&text, &other).err(), Some(Fault::Key));
    }
    assert!(Mover::new(vec![0; 20], "x").is_none() && Mover::new(vec![0; 16], "<a>").is_none());
}
