//! What the demo says when it stands: where to go, and as whom.

use std::path::Path;

use crate::Ports;
use crate::cast::PASSWORD;

/// At most twenty lines about the demo in `folder`.
pub fn lines(ports: &Ports, folder: &Path) -> Vec<String> {
    let folder = folder.display();
    let url = |port: u16| format!("http://127.0.0.1:{port}/");
    let mut lines = vec![
        String::new(),
        format!("架空信用金庫 (the bank)   {}", url(ports.bank)),
        format!("sekisho                  {}i/kaku/overview", url(ports.sekisho)),
        format!("mail, letters, tokens    {}", url(ports.outside)),
        String::new(),
        format!("Sign in at the bank. Password of everybody: {PASSWORD}"),
        "  10000000001  pays with an image card (its PDF lies in the letter box)".to_owned(),
        "  10000000002  has a customer card and is offered the image card".to_owned(),
        "  10000000003  the image card has arrived: switch to it".to_owned(),
        "  10000000004  has never signed in: initial password by letter".to_owned(),
        "  10000000005  new customer, the image card is the first card".to_owned(),
        "  10000000010  the card is nearly used up".to_owned(),
        "  10000000012  the card is locked".to_owned(),
        "  10000000014  lost the card: the new one needs the activation code".to_owned(),
        "  10000000031  pays with a hardware token".to_owned(),
        "  … to 10000000034; docs/demo.md tells them all".to_owned(),
        String::new(),
        format!("The office: target/debug/sekisho --config {folder}/sekisho.toml cards orders"),
        "Ctrl-C ends the demo; started again it goes on where it was, with --fresh it starts over."
            .to_owned(),
    ];
    if ports.sandbox {
        lines.push("This is a sandbox: its clock can be turned.".to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_welcome_fits_on_a_screen() {
        let ports = Ports::from(8080, true);
        let lines = lines(&ports, Path::new("elsewhere"));
        assert!(lines.len() <= 20);
        assert!(lines.iter().any(|line| line.contains("elsewhere/sekisho.toml")));
    }
}
