//! Setting up a token app: the vectors of the protocol, and that both ends derive the same.

use std::fmt::Write as _;

use proptest::prelude::*;
use sekisho_domain::moment::{Chance, Moment};
use sekisho_domain::oath::{self, Algorithm, Digits};
use sekisho_domain::provision::{Agreed, Derived, KeyPair, Mode, Point, Transcript};
use sekisho_domain::secret::Secret;
use sekisho_domain::serial::Serial;
use sekisho_domain::time::Timestamp;
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    suite: String,
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    mode: Mode,
    slug: String,
    registration: String,
    serial: Serial,
    service_id: String,
    user_id: String,
    start_password: String,
    period_s: u16,
    app_key: Key,
    device_key: Key,
    server_key: Key,
    app_nonce: String,
    server_nonce: String,
    z: String,
    t: String,
    th: String,
    salt: String,
    seed: String,
    confirm_app: String,
    confirm_server: String,
    app_mac: String,
    server_mac: String,
    code: Code,
}

#[derive(Deserialize)]
struct Key {
    d: Option<String>,
    q: String,
}

#[derive(Deserialize)]
struct Code {
    at: i64,
    step: u64,
    now: String,
    next: String,
}

fn bytes(hex: &str) -> Vec<u8> {
    let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex");
    (0..hex.len()).step_by(2).map(byte).collect()
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        write!(text, "{byte:02x}").expect("a text takes everything");
    }
    text
}

fn thirty_two(hex: &str) -> [u8; 32] {
    bytes(hex).try_into().expect("32 bytes")
}

fn pair(key: &Key) -> KeyPair {
    let scalar = thirty_two(key.d.as_deref().expect("a secret half"));
    KeyPair::from_scalar(&Secret::new(scalar)).expect("a scalar")
}

fn point(key: &Key) -> Point {
    let bytes = bytes(&key.q);
    Point::at(&bytes[1..33], &bytes[33..]).expect("a point")
}

// C-10, T-01, Y-10
#[test]
fn every_value_on_the_way_is_that_of_the_vectors() {
    let read: Vectors =
        serde_json::from_str(include_str!("../../../vectors/token_app.json")).expect("vectors");
    assert_eq!(read.suite, sekisho_domain::provision::SUITE);
    let modes: Vec<&str> = read.vectors.iter().map(|vector| vector.mode.word()).collect();
    assert_eq!(modes, ["self", "issued"]);
    for vector in &read.vectors {
        let (app, server) = (pair(&vector.app_key), pair(&vector.server_key));
        assert_eq!(hex(&app.point().bytes()), vector.app_key.q);
        assert_eq!(hex(&server.point().bytes()), vector.server_key.q);
        assert_eq!(hex(server.agree(&app.point()).expose()), vector.z);
        assert_eq!(hex(app.agree(&server.point()).expose()), vector.z);
        let transcript = Transcript {
            mode: vector.mode,
            slug: &vector.slug,
            registration: vector.registration.parse().expect("an id"),
            serial: &vector.serial,
            ids: (&vector.service_id, &vector.user_id),
            app_key: app.point(),
            device_key: point(&vector.device_key),
            server_key: server.point(),
            app_nonce: thirty_two(&vector.app_nonce),
            server_nonce: thirty_two(&vector.server_nonce),
            period_s: vector.period_s,
        };
        assert_eq!(hex(&transcript.bytes()), vector.t);
        assert_eq!(hex(&transcript.hash()), vector.th);
        let z = server.agree(&app.point());
        let agreed = Agreed::derive(&z, transcript.hash(), vector.start_password.as_bytes());
        assert_eq!(hex(&agreed.salt), vector.salt);
        assert_eq!(hex(&agreed.seed), vector.seed);
        assert_eq!(hex(&agreed.app_proves), vector.confirm_app);
        assert_eq!(hex(&agreed.server_proves), vector.confirm_server);
        assert_eq!(hex(&agreed.app_mac()), vector.app_mac);
        assert_eq!(hex(&agreed.server_mac()), vector.server_mac);
        let step = oath::step(Timestamp::from_millis(vector.code.at * 1000), vector.period_s);
        assert_eq!(step, vector.code.step);
        let shown = |step| oath::hotp(Algorithm::Sha256, &agreed.seed, step, Digits::SIX);
        assert_eq!(
            (shown(step), shown(step + 1)),
            (vector.code.now.clone(), vector.code.next.clone())
        );
    }
}

#[test]
fn what_is_no_point_of_the_curve_is_refused() {
    let point = KeyPair::from_scalar(&Secret::new([7; 32])).expect("a scalar").point().bytes();
    let (x, y) = (&point[1..33], &point[33..]);
    assert!(Point::at(x, y).is_some());
    let mut beside = y.to_vec();
    beside[31] ^= 1;
    let field = bytes("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    for (x, y, what) in [
        (x, &beside[..], "off the curve"),
        (&[0; 32][..], &[0; 32][..], "infinity, as some write it"),
        (&[], &[], "infinity"),
        (x, &[], "compressed"),
        (&point[..33], &[], "compressed, with its mark"),
        (&x[1..], y, "too short"),
        (&point[..33], y, "too long"),
        (&field, y, "beyond the field"),
    ] {
        assert!(Point::at(x, y).is_none(), "{what}");
    }
    let order = bytes("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    for scalar in [[0; 32], order.try_into().expect("32 bytes"), [255; 32]] {
        assert!(KeyPair::from_scalar(&Secret::new(scalar)).is_none());
    }
}

/// Both ends of one registration: what the app sends, and what the server keeps.
fn both(chance: &mut Chance, passwords: (&str, &str)) -> (Agreed, Derived) {
    let mut moment = Moment::new(Timestamp::from_millis(1_795_136_400_000), chance);
    let (app, device) = (KeyPair::draw(&mut moment), KeyPair::draw(&mut moment));
    let server = KeyPair::draw(&mut moment);
    let serial = Serial::draw("SKTS", &mut moment);
    let transcript = Transcript {
        mode: Mode::Issued,
        slug: "kaku",
        registration: sekisho_domain::id::RegistrationId::make(&mut moment),
        serial: &serial,
        ids: ("10020030", "4821907365"),
        app_key: app.point(),
        device_key: device.point(),
        server_key: server.point(),
        app_nonce: moment.bytes(),
        server_nonce: moment.bytes(),
        period_s: 30,
    };
    let th = transcript.hash();
    let at_the_app = Agreed::derive(&app.agree(&server.point()), th, passwords.0.as_bytes());
    let here = Agreed::derive(&server.agree(&app.point()), th, passwords.1.as_bytes());
    (at_the_app, Derived::of(&here))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn both_ends_derive_the_same_from_any_keys(seed: [u8; 32], digits in "[0-9]{4,8}") {
        let (app, server) = both(&mut Chance::from_seed(seed), (&digits, &digits));
        prop_assert!(server.proven_by(&app.app_mac()));
        prop_assert_eq!(server.server_mac(), app.server_mac());
        prop_assert_eq!(*server.seed(), app.seed);
        let sealed = server.to_bytes();
        let again = Derived::from_bytes(&sealed).expect("what was kept");
        prop_assert!(again.proven_by(&app.app_mac()));
        prop_assert!(Derived::from_bytes(&sealed[1..]).is_none());
    }

    // Y-09: the start password decides.
    #[test]
    fn another_start_password_proves_nothing(
        seed: [u8; 32],
        typed in "[0-9]{4,8}",
        right in "[0-9]{4,8}",
    ) {
        prop_assume!(typed != right);
        let (app, server) = both(&mut Chance::from_seed(seed), (&typed, &right));
        prop_assert!(!server.proven_by(&app.app_mac()));
        prop_assert_ne!(server.server_mac(), app.server_mac());
        prop_assert_ne!(*server.seed(), app.seed);
    }
}
