//! The configuration: what it complains about, what overrides what, and that its documents agree
//! with it.

use std::fs;
use std::path::Path;

use sekisho_server::config::{Config, Environment, SecretText, example, schema};

use crate::scratch::Scratch;

fn load(folder: &Scratch, text: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
    let file = folder.write("sekisho.toml", text);
    let variables = variables.iter().map(|&(name, value)| (name.to_owned(), value.to_owned()));
    let loaded = Config::load(Some(&file), &Environment::of(variables));
    loaded.map_err(|error| error.to_string().replace(&folder.path("").display().to_string(), ""))
}

#[test]
fn a_wrong_word_is_answered_with_line_and_nearest_word() {
    let folder = Scratch::new();
    for (text, complaint) in [
        ("[sever]", "sekisho.toml, line 1: there is no `sever` here; did you mean `server`?"),
        (
            "version = 1\n\n[server]\nlisten = \"127.0.0.1:1\"\nlisten_to = 2",
            "sekisho.toml, line 5: there is no `listen_to` in [server]; did you mean `listen`?",
        ),
        (
            "[mail]\npasword = \"x\"",
            "sekisho.toml, line 2: there is no `pasword` in [mail]; did you mean `password`?",
        ),
        (
            "[database]\nqueu = 3",
            "sekisho.toml, line 2: there is no `queu` in [database]; did you mean `queue`?",
        ),
        (
            "[server.tls]\ncert = \"a\"",
            "sekisho.toml, line 2: there is no `cert` in [server.tls]; did you mean `certificate`?",
        ),
        (
            "[keyring]\nzzz = 1",
            "sekisho.toml, line 2: there is no `zzz` in [keyring]; known are file",
        ),
        (
            "[log]\nformat = \"jsn\"",
            "sekisho.toml, line 2: log.format: `jsn` is not known; did you mean `json`?",
        ),
        (
            "[server]\nlisten = \"here\"",
            "sekisho.toml, line 2: server.listen: invalid socket address syntax",
        ),
        (
            "[server]\ntrusted_proxies = [\"10.0.0.0/8\", \"proxy\"]",
            "sekisho.toml, line 2: server.trusted_proxies.2: expected an address such as 10.0.0.7 \
             or a network such as 10.0.0.0/8",
        ),
        ("version = 2", "sekisho.toml: this program reads `version = 1`"),
        (
            "[server]\npublic_url = \"http://bank.example\"",
            "sekisho.toml: server.public_url must begin with https:// (http:// only for 127.0.0.1 \
             and localhost)",
        ),
        (
            "[mail]\nhost = \"mail.example\"\nencryption = \"none\"\nlogin = \"x\"",
            "sekisho.toml: mail.encryption = \"none\" is only for this machine itself; mail.login \
             and mail.password belong together",
        ),
        (
            "[hashing]\nmemory_kib = 1024\nthreads = 0",
            "sekisho.toml: hashing.threads must be at least 1; hashing.memory_kib must be at \
             least 19456 (OWASP)",
        ),
    ] {
        assert_eq!(load(&folder, text, &[]).expect_err(text), complaint);
    }
}

#[test]
fn the_environment_overrides_the_file() {
    let folder = Scratch::new();
    let text = "[server]\nlisten = \"127.0.0.1:1\"\n[mail]\nhost = \"mail.example\"";
    let config = load(
        &folder,
        text,
        &[
            ("SEKISHO_SERVER__LISTEN", "[::1]:2"),
            ("SEKISHO_SERVER__SANDBOX", "true"),
            ("SEKISHO_SERVER__TRUSTED_PROXIES", "10.0.0.0/8, ::1"),
            ("SEKISHO_SERVER__TLS__KEY", "private.pem"),
            ("SEKISHO_DATABASE__QUEUE", "7"),
            ("SEKISHO_CONFIG", "names no key"),
            ("OTHER__THING", "is not ours"),
        ],
    )
    .expect("right");
    assert_eq!(config.server.listen.to_string(), "[::1]:2");
    assert!(config.server.sandbox);
    assert_eq!(config.server.trusted_proxies.len(), 2);
    assert_eq!(config.server.tls.expect("set").key, folder.path("private.pem"));
    assert_eq!(config.database.queue, 7);
    assert_eq!(config.mail.host.as_deref(), Some("mail.example"));
}

#[test]
fn a_wrong_variable_is_named() {
    let folder = Scratch::new();
    for (name, value, complaint) in [
        (
            "SEKISHO_SERVER__LISTN",
            "127.0.0.1:1",
            "environment variable SEKISHO_SERVER__LISTN: there is no `listn` in [server]; did you \
             mean `listen`?",
        ),
        (
            "SEKISHO_DATABASE__QUEUE",
            "many",
            "environment variable SEKISHO_DATABASE__QUEUE: database.queue: this is not a number",
        ),
        (
            "SEKISHO_SERVER__SANDBOX",
            "yes",
            "environment variable SEKISHO_SERVER__SANDBOX: server.sandbox: write true or false",
        ),
    ] {
        assert_eq!(load(&folder, "", &[(name, value)]).expect_err(name), complaint);
    }
}

#[test]
fn a_secret_can_lie_in_a_file_of_its_own() {
    let folder = Scratch::new();
    folder.write("password", "kumo no ue\n");
    let text = "[mail]\nlogin = \"sekisho\"\npassword_file = \"password\"";
    let config = load(&folder, text, &[]).expect("right");
    assert_eq!(config.mail.password.as_ref().map(SecretText::expose), Some("kumo no ue"));
    assert!(!format!("{config:?}").contains("kumo"), "a configuration can be printed");

    let both = format!("{text}\npassword = \"hunter2\"");
    let complaint = "sekisho.toml, line 3: write `password` or `password_file`, not both";
    assert_eq!(load(&folder, &both, &[]).expect_err("both"), complaint);

    let absent = [("SEKISHO_MAIL__PASSWORD_FILE", "absent")];
    let told = load(&folder, "", &absent).expect_err("absent");
    assert!(
        told.starts_with("environment variable SEKISHO_MAIL__PASSWORD_FILE: absent cannot"),
        "{told}"
    );
}

#[test]
fn no_complaint_repeats_a_secret() {
    let folder = Scratch::new();
    for text in [
        "[mail]\npassword = [\"hunter2\"]",
        "[mail]\npassword = { hunter2 = 1 }",
        "[mail]\npassword = hunter2",
        "[mail]\npassword = \"hunter2",
        "[mail]\npassword = \"hunter2\"",
    ] {
        let complaint = load(&folder, text, &[]).expect_err(text);
        let known = text.contains("{ hunter2");
        assert!(known || !complaint.contains("hunter2"), "{complaint}");
    }
}

#[test]
fn the_example_says_exactly_the_defaults() {
    let folder = Scratch::new();
    let mut defaults = load(&folder, "", &[]).expect("the defaults are right");
    let example = load(&folder, &example::text(), &[]).expect("the example is right");
    assert_eq!(format!("{example:?}"), format!("{defaults:?}"));
    defaults.version = 0;
    assert_ne!(format!("{example:?}"), format!("{defaults:?}"), "the comparison looks at values");
}

#[test]
fn the_example_is_right_with_every_comment_taken_away() {
    let folder = Scratch::new();
    for file in ["…", "login"] {
        folder.write(file, "");
    }
    let text = example::text();
    let bare = |line: &str| match line.strip_prefix("# ") {
        Some(rest) if rest.starts_with('[') || rest.contains(" = ") => rest.to_owned(),
        _ => line.to_owned(),
    };
    let text = text.lines().map(bare).collect::<Vec<_>>().join("\n");
    let text = text.replace("operations_listen = \"…\"", "operations_listen = \"127.0.0.1:9090\"");
    let config = load(&folder, &text, &[]).expect("every key in a comment is a key");
    assert!(config.server.tls.is_some() && config.mail.host.is_some());
}

#[test]
fn the_schema_in_the_repository_is_the_programs() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/config.schema.json");
    let committed = fs::read_to_string(path).expect("docs/config.schema.json is in the repository");
    let refresh = "sekisho config schema > docs/config.schema.json";
    assert!(committed == schema::text(), "run `{refresh}`");
}
