//! Together with tools that nobody here wrote: Debian's `oathtool` makes the codes, its `pskctool`
//! makes and reads the files.
//!
//! Where a tool is not installed, its test has nothing to say; where `./test` has installed them,
//! it says so with `SEKISHO_OATH_TOOLS`, and a missing one is a failure.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sekisho_domain::method::otp::{Reach, Secret, Seed, State, judge};
use sekisho_domain::method::{Answer, Verdict};
use sekisho_domain::moment::{Chance, Moment};
use sekisho_domain::oath::{Algorithm, Digits, begins};
use sekisho_domain::pskc::{self, Mover, Protection};
use sekisho_domain::time::Timestamp;
use sekisho_domain::token_file::{Delivered, csv};

const REACH: Reach = Reach { window: 1, drift: 2, look_ahead: 10 };
/// 2026-11-20 at noon in Japan.
const NOON: i64 = 1_795_143_600;

/// What a tool says; `None` where it is not installed and need not be.
fn run(tool: &str, arguments: &[&str]) -> Option<Output> {
    match Command::new(tool).args(arguments).env("TZ", "UTC").output() {
        Ok(output) => Some(output),
        Err(error) if env::var_os("SEKISHO_OATH_TOOLS").is_some() => {
            panic!("{tool} should be installed, and cannot be run: {error}")
        }
        Err(_) => None,
    }
}

/// What a tool says that must succeed.
fn said(tool: &str, arguments: &[&str]) -> Option<String> {
    let output = run(tool, arguments)?;
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{tool} {arguments:?}: {said} {complained}");
    Some(said)
}

/// A folder of this test's own, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("sekisho-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("room for tests");
        Self(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().expect("a plain path").to_owned()
    }

    fn write(&self, name: &str, text: &str) -> String {
        fs::write(self.path(name), text).expect("room for tests");
        self.path(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left is in the folder for temporary things.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn figure(number: u8) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/pskc");
    folder.join(format!("figure{number}.xml")).to_str().expect("a plain path").to_owned()
}

fn hex(bytes: &[u8]) -> String {
    sekisho_domain::digest::hex(bytes)
}

fn accepts(secret: &Secret, state: State, code: &str, now: Timestamp) -> bool {
    let answer = Answer::Code(code.to_owned());
    matches!(judge(secret, state, REACH, &answer, now), Verdict::Accept(_))
}

// T-01, T-13
#[test]
fn codes_of_oathtool_are_accepted_whatever_the_hash_the_digits_and_the_interval() {
    let seeds: [&[u8]; 3] = [&[0x31; 20], &[0x5a; 32], &[0xc3; 64]];
    for ((algorithm, name), seed) in
        [(Algorithm::Sha1, "SHA1"), (Algorithm::Sha256, "SHA256"), (Algorithm::Sha512, "SHA512")]
            .into_iter()
            .zip(seeds)
    {
        for (count, period_s) in [(6, 30), (6, 60), (8, 30), (8, 60), (7, 30)] {
            let secret = Secret {
                serial: "AB0001".to_owned(),
                algorithm,
                digits: Digits::new(count).expect("6 to 8"),
                period_s: Some(period_s),
                seed: Seed::new(seed.to_vec()),
            };
            let now = Timestamp::from_millis(NOON * 1000);
            let (totp, digits) = (format!("--totp={name}"), format!("--digits={count}"));
            let step = format!("--time-step-size={period_s}s");
            let at = format!("--now=@{NOON}");
            let arguments = [totp.as_str(), &digits, &step, &at, &hex(seed)];
            let Some(code) = said("oathtool", &arguments) else { return };
            assert_eq!(code.len(), usize::from(count));
            assert!(accepts(&secret, State::default(), &code, now), "{arguments:?}");
            let late = begins(sekisho_domain::oath::step(now, period_s) + 3, period_s);
            assert!(!accepts(&secret, State::default(), &code, late), "{arguments:?}");
        }
    }
    let secret = Secret {
        serial: "AB0002".to_owned(),
        algorithm: Algorithm::Sha1,
        digits: Digits::SIX,
        period_s: None,
        seed: Seed::new(seeds[0].to_vec()),
    };
    let now = Timestamp::from_millis(NOON * 1000);
    let Some(code) = said("oathtool", &["--hotp", "--counter=41", &hex(seeds[0])]) else { return };
    assert!(accepts(&secret, State::counting_from(41), &code, now));
    assert!(accepts(&secret, State::counting_from(35), &code, now), "some were skipped");
    assert!(!accepts(&secret, State::counting_from(42), &code, now), "it was used");
}

// T-11
#[test]
fn what_pskctool_writes_is_read_and_what_it_reads_off_is_the_same() {
    let folder = Folder::new("pskctool");
    let (key, certificate) = (folder.path("key.pem"), folder.path("certificate.pem"));
    let make = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=maker", "-keyout"];
    let Some(_) = said("openssl", &[&make[..], &[&key, "-out", &certificate]].concat()) else {
        return;
    };
    let by = [format!("--sign-key={key}"), format!("--sign-crt={certificate}")];
    for number in [3, 10] {
        let Some(signed) = said("pskctool", &["--sign", &by[0], &by[1], &figure(number)]) else {
            return;
        };
        assert!(signed.contains("<Signature"));
        let ours = fs::read(figure(number)).expect("it lies there");
        let ours = pskc::read(&ours, &Protection::Plain).expect("a good file");
        let theirs = pskc::read(signed.as_bytes(), &Protection::Plain).expect("a good file");
        let told = |file: &[Delivered]| -> Vec<String> {
            let one = |token: &Delivered| {
                let Delivered { serial, secret, state, expires_on, .. } = token;
                let (digits, last) = (secret.digits.count(), state.last);
                format!("{serial} {} {digits} {last:?} {expires_on:?}", hex(secret.seed.expose()))
            };
            file.iter().map(one).collect()
        };
        assert_eq!(told(&ours.tokens), told(&theirs.tokens), "figure {number}");
        assert!(!ours.tokens.is_empty());
    }
}

// §2.6
#[test]
fn pskctool_finds_our_files_valid_and_reads_the_same_off_them() {
    let folder = Folder::new("export");
    let lines = "AB0001,totp-sha256,6,60,000102030405060708090a0b0c0d0e0f10,2031-03-31\n\
                 AB0002,hotp-sha1,8,7,3132333435363738393031323334353637383930,\n";
    let stock = csv::read(format!("{}\n{lines}", csv::HEADER).as_bytes()).expect("a good file");
    let mut chance = Chance::from_seed([5; 32]);
    let mut moment = Moment::new(Timestamp::from_millis(NOON * 1000), &mut chance);
    let mover = Mover::new(vec![7; 32], "stock-2026").expect("a good key");
    let file = folder.write("stock.xml", &pskc::write(&stock.tokens, &mover, &mut moment));
    let Some(verdict) = said("pskctool", &["--validate", &file]) else { return };
    assert_eq!(verdict, "OK");
    let Some(read) = said("pskctool", &["--info", &file]) else { return };
    for line in [
        "SerialNo: AB0001",
        "Algorithm: urn:ietf:params:xml:ns:keyprov:pskc:totp",
        "Key TimeInterval: 60",
        "Response Format Length: 6",
        "SerialNo: AB0002",
        "Key Counter: 7",
        "Response Format Length: 8",
    ] {
        assert!(read.contains(line), "{line}: {read}");
    }
    assert!(!read.contains("Key Secret"), "it is encrypted: {read}");
}
