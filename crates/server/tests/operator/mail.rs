//! Mail over a real connection, to a mail server that answers as it is told.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::{self, JoinHandle};

use sekisho_domain::time::Timestamp;
use sekisho_server::config::{Encryption, Mail};
use sekisho_server::mailer::{Envelope, MailError, Mailer, Smtp};

/// Serves one connection, answering every recipient with `verdict`; returns what it was told.
fn mail_server(verdict: &'static str) -> (u16, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    let serve = move || {
        let (stream, _) = listener.accept().expect("somebody comes");
        converse(&stream, verdict)
    };
    (port, thread::spawn(serve))
}

fn converse(stream: &TcpStream, verdict: &str) -> Vec<String> {
    let mut to = stream;
    let mut say = |line: &str| to.write_all(format!("{line}\r\n").as_bytes()).expect("they listen");
    let mut told = Vec::new();
    let mut in_body = false;
    say("220 mail.example ready");
    for line in BufReader::new(stream).lines() {
        let Ok(line) = line else { break };
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        match (in_body, verb.as_str()) {
            (true, ".") => {
                in_body = false;
                say("250 taken");
            }
            (true, _) => {}
            (false, "EHLO") => say("250-mail.example\r\n250 8BITMIME"),
            (false, "RCPT") => say(verdict),
            (false, "DATA") => {
                in_body = true;
                say("354 go on");
            }
            (false, "QUIT") => {
                say("221 bye");
                break;
            }
            (false, _) => say("250 well"),
        }
        told.push(line);
    }
    told
}

fn send(verdict: &'static str) -> (Result<(), MailError>, Vec<String>) {
    let (port, served) = mail_server(verdict);
    let host = Some("127.0.0.1".to_owned());
    let mail = Mail { host, port, encryption: Encryption::None, ..Mail::default() };
    let smtp = Smtp::new(&mail).expect("a host is named").expect("nothing is protected");
    let envelope = Envelope {
        id: "ntc_01m7vncdx3e3zbpamptxnpn4sa".into(),
        from: "ib@kaku-shinkin.example".into(),
        from_name: "架空信用金庫".into(),
        to: "hanako@mail.example".into(),
        subject: "【架空信用金庫】お取引を認証しました".into(),
        text: "カクウ ハナコ 様\n".into(),
        html: "<p>カクウ ハナコ 様</p>".into(),
        at: Timestamp::parse("2026-11-20T11:40:00+09:00").expect("an instant"),
    };
    let outcome = Mailer::new(Box::new(smtp), None).send(&envelope);
    (outcome, served.join().expect("the mail server lives"))
}

#[test]
fn a_mail_reaches_the_mail_server() {
    let (outcome, told) = send("250 well");
    assert_eq!(outcome, Ok(()));
    for line in [
        "MAIL FROM:<ib@kaku-shinkin.example>",
        "RCPT TO:<hanako@mail.example>",
        "Message-ID: <ntc_01m7vncdx3e3zbpamptxnpn4sa@kaku-shinkin.example>",
    ] {
        assert!(told.iter().any(|heard| heard.starts_with(line)), "{line} in {told:#?}");
    }
}

#[test]
fn what_the_mail_server_says_decides_whether_to_try_again() {
    let transient = MailError::Transient("it answered 451".into());
    let permanent = MailError::Permanent("it answered 550".into());
    for (verdict, outcome) in [
        ("451 hanako@mail.example: come again later", transient),
        ("550 hanako@mail.example: nobody here", permanent),
    ] {
        assert_eq!(send(verdict).0, Err(outcome));
    }
}

#[test]
fn a_mail_server_that_is_away_is_tried_again() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    drop(listener);
    for encryption in [Encryption::None, Encryption::StartTls, Encryption::Tls] {
        let host = Some("127.0.0.1".to_owned());
        let mail = Mail { host, port, encryption, timeout_s: 2, ..Mail::default() };
        let smtp = Smtp::new(&mail).expect("a host is named").expect("TLS can be set up");
        assert!(matches!(smtp.greet(), Err(MailError::Transient(_))), "{encryption:?}");
    }
}
