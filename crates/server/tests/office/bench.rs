//! An office of a test's own: an installation with one institution, and the program.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::scratch::Scratch;

/// The two people of every decision.
pub(crate) const TWO: [&str; 4] = ["--maker", "aoki", "--checker", "baba"];

/// Three customers as their bank writes them.
pub(crate) const THREE: &str = "\
login_id,external_id,branch,name,name_kana,postcode,address,mail,phone
20000000001,C-1,001,関所 花子,セキショ ハナコ,100-0001,東京都千代田区千代田1-1,hanako@example.jp,03-0000-0001
２０００００００００２,C-2,００２,関所 太郎,ｾｷｼﾖ ﾀﾛｳ,１００－０００１,東京都千代田区千代田1-1,,
200-0000-0003,C-3,001,架空 次郎,かくう じろう,〒1000001,\"東京都千代田区千代田1-1
架空ビル 3階\",,０３（００００）０００３
";

/// How a command ended.
pub(crate) struct Ended {
    pub(crate) code: i32,
    /// What it answered, or on failure what it complained of.
    pub(crate) told: Value,
}

/// A folder with an installation.
pub(crate) struct Office {
    pub(crate) folder: Scratch,
}

impl Office {
    /// Keys, an empty database, and no institution.
    pub(crate) fn bare() -> Self {
        let office = Self { folder: Scratch::new() };
        office.done(&["keys", "create"]);
        office.done(&["migrate"]);
        office
    }

    /// With one institution.
    pub(crate) fn open() -> Self {
        let office = Self::bare();
        office.folder.write("kaku.toml", include_str!("../kaku.toml"));
        office.done(&["institution", "apply", "kaku.toml"]);
        office
    }

    /// With three contracts, and for each a card and a password letter ordered.
    pub(crate) fn of_three() -> Self {
        let office = Self::open();
        office.folder.write("three.csv", THREE);
        office.done(&["contract", "import", "three.csv"]);
        office
    }

    pub(crate) fn program(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sekisho"));
        command.current_dir(self.folder.path("")).env_clear().env("LOGNAME", "operator-01");
        command
    }

    /// Runs a command to its end, with `--json`.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        let done = self.program().arg("--json").args(arguments).output();
        let done = done.expect("the program can be run");
        let out = if done.stdout.is_empty() { &done.stderr } else { &done.stdout };
        let text = String::from_utf8_lossy(out);
        let told = serde_json::from_str(&text);
        let told = told.unwrap_or_else(|_| Value::String(text.into_owned()));
        Ended { code: done.status.code().expect("nobody killed it"), told }
    }

    /// The answer of a command that must succeed.
    pub(crate) fn done(&self, arguments: &[&str]) -> Value {
        let ended = self.run(arguments);
        assert_eq!(ended.code, 0, "{arguments:?}: {}", ended.told);
        ended.told
    }

    /// The same, decided by two people.
    pub(crate) fn decided(&self, arguments: &[&str]) -> Value {
        self.done(&[arguments, &TWO].concat())
    }

    /// The complaint of a command that must fail with this exit code.
    pub(crate) fn refused(&self, code: i32, arguments: &[&str]) -> String {
        let ended = self.run(arguments);
        assert_eq!(ended.code, code, "{arguments:?}: {}", ended.told);
        ended.told["error"].as_str().map_or_else(|| ended.told.to_string(), str::to_owned)
    }

    /// Brings a contract to life as its customer would by signing in.
    pub(crate) fn activate(&self, login_id: &str) {
        let suspend = ["contract", "suspend", login_id, "--reason", "customer_request"];
        self.done(&suspend);
        assert_eq!(self.decided(&["contract", "resume", login_id])["state"], "active");
    }

    /// What a command says to people.
    pub(crate) fn said(&self, arguments: &[&str]) -> String {
        let done = self.program().args(arguments).output().expect("the program can be run");
        String::from_utf8(done.stdout).expect("UTF-8")
    }

    /// Makes the cards that are approved. The answer is the manifest.
    pub(crate) fn cards(&self) -> Value {
        let kind = ["cards", "produce", "--kind", "image_card", "--to", "out"];
        self.decided(&[&kind[..], &["--dangerously-plain"]].concat())
    }

    /// Makes the cards of all three, counted and enclosed: the batch and their numbers.
    pub(crate) fn enclosed(&self) -> (String, Vec<String>) {
        let manifest = self.cards();
        let (batch, numbers) = (text(&manifest["batch"]), numbers(&manifest));
        let counts = ["--printed", "3", "--enclosed", "3"];
        self.decided(&[&["cards", "reconcile", &batch], &counts[..]].concat());
        (batch, numbers)
    }

    pub(crate) fn file(&self, batch: &str, name: &str) -> PathBuf {
        self.folder.path("out").join(batch).join(name)
    }

    /// The kinds of the events in the log, oldest first.
    pub(crate) fn events(&self) -> Vec<Value> {
        self.done(&["audit", "export", "events.ndjson"]);
        let lines = std::fs::read_to_string(self.folder.path("events.ndjson")).expect("written");
        lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

pub(crate) fn numbers(manifest: &Value) -> Vec<String> {
    manifest["card_numbers"].as_object().expect("a manifest").keys().cloned().collect()
}
