//! The files of a batch: cards or letters for the printer, address letters and labels for the
//! enclosing house.
//!
//! No file holds both the face of a card and a name (api.md §5.5). Files are encrypted to those who
//! need them, or written in clear where the operator says so on the machine that prints.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use sekisho_app::batch::draw::{Face, Label, PrintLine};
use sekisho_domain::id::BatchId;
use sekisho_domain::institution::Institution;
use sekisho_domain::order::OrderKind;
use sekisho_domain::time::{Day, Timestamp};
use sekisho_print as print;
use sha2::{Digest as _, Sha256};

use super::{Job, ProductionError, records};

/// Days from the job within which a card should be switched to, as printed in the letter.
const SWITCH_WITHIN_DAYS: i32 = 90;

/// To whom the files are encrypted.
pub enum Recipients {
    /// age X25519 keys of the printer and of the enclosing house.
    Age {
        /// Who prints the cards.
        cards_to: String,
        /// Who puts them into envelopes.
        labels_to: String,
    },
    /// Nobody: for a print machine without a network.
    DangerouslyPlain,
}

/// The files made for a batch.
pub struct Files {
    /// Where they are.
    pub folder: PathBuf,
    /// SHA-256 in hex, by name.
    pub hashes: BTreeMap<String, String>,
}

impl Files {
    /// Writes the files of a batch into a folder of its own, each synced before the batch may be
    /// sealed.
    pub(super) fn write(
        job: &Job,
        batch: BatchId,
        lines: &[PrintLine],
        labels: &[Label],
    ) -> Result<Self, ProductionError> {
        let folder = job.folder.join(batch.to_string());
        fs::create_dir_all(&folder)?;
        let mut files = Self { folder, hashes: BTreeMap::new() };
        let pages = pages(job, lines, labels)?;
        let what = if job.kind.method().is_some() { "cards" } else { "letters" };
        files.put(job, &format!("{what}.pdf"), For::Printer, &pages)?;
        files.put(
            job,
            &format!("{what}.ndjson"),
            For::Printer,
            records::ndjson(lines).as_bytes(),
        )?;
        if job.kind == OrderKind::ImageCard {
            files.put(job, "pictures.json", For::Printer, records::pictures().as_bytes())?;
        }
        if job.kind.method().is_some() {
            let letters = print::letters(&brand(job.institution), carriers(job, labels), |_| ())?;
            files.put(job, "carriers.pdf", For::House, &letters)?;
        }
        files.put(job, "labels.csv", For::House, labels_csv(labels).as_bytes())?;
        Ok(files)
    }

    fn put(
        &mut self,
        job: &Job,
        name: &str,
        reader: For,
        plain: &[u8],
    ) -> Result<(), ProductionError> {
        let (name, bytes) = match &job.recipients {
            Recipients::DangerouslyPlain => (name.to_owned(), plain.to_vec()),
            Recipients::Age { cards_to, labels_to } => {
                let key = match reader {
                    For::Printer => cards_to,
                    For::House => labels_to,
                };
                (format!("{name}.age"), encrypt(key, plain)?)
            }
        };
        save(&self.folder.join(&name), &bytes)?;
        let hash = sekisho_domain::digest::hex(&Sha256::digest(&bytes));
        self.hashes.insert(name, hash);
        Ok(())
    }
}

#[derive(Clone, Copy)]
enum For {
    Printer,
    House,
}

/// Only the operator may read it: in clear it holds what nobody else may see.
fn save(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn encrypt(key: &str, plain: &[u8]) -> Result<Vec<u8>, ProductionError> {
    let wrong =
        |why: &dyn std::fmt::Display| ProductionError::Encryption("an age key", why.to_string());
    let recipient: age::x25519::Recipient = key.parse().map_err(|why| wrong(&why))?;
    age::encrypt(&recipient, plain).map_err(|why| wrong(&why))
}

fn pages(job: &Job, lines: &[PrintLine], labels: &[Label]) -> Result<Vec<u8>, ProductionError> {
    let brand = brand(job.institution);
    Ok(match job.kind {
        OrderKind::ImageCard => {
            print::image_cards(&brand, image_cards(lines).iter().map(Numbered::face), |_| ())?
        }
        OrderKind::CustomerCard => print::customer_cards(&brand, customer_cards(lines), |_| ())?,
        OrderKind::PasswordLetter | OrderKind::ActivationLetter => {
            print::letters(&brand, secret_letters(job, lines, labels), |_| ())?
        }
    })
}

/// An image card with its number written out, for as long as its page is drawn.
struct Numbered {
    number: String,
    generation: u16,
    cells: [&'static sekisho_pictures::Picture; 50],
}

impl Numbered {
    fn face(&self) -> print::ImageCardFace<'_> {
        print::ImageCardFace {
            number: &self.number,
            generation: self.generation,
            cells: self.cells,
        }
    }
}

fn image_cards(lines: &[PrintLine]) -> Vec<Numbered> {
    let picture =
        |index: u16| sekisho_pictures::by_index(index).expect("a pool is part of the set");
    let card = |line: &PrintLine| match &line.face {
        Face::ImageCard(card) => Some(Numbered {
            number: line.card_number.to_string(),
            generation: line.generation,
            cells: card.cells.map(picture),
        }),
        _ => None,
    };
    lines.iter().filter_map(card).collect()
}

fn customer_cards(lines: &[PrintLine]) -> Vec<print::CustomerCardFace> {
    let card = |line: &PrintLine| match &line.face {
        Face::CustomerCard(login_id, card) => Some(print::CustomerCardFace {
            number: line.card_number.to_string(),
            login_id: login_id.to_string(),
            positions: card.positions.clone(),
        }),
        _ => None,
    };
    lines.iter().filter_map(card).collect()
}

fn carriers<'a>(job: &Job, labels: &'a [Label]) -> impl Iterator<Item = print::Letter> + 'a {
    let issued_on = japanese(job.now.day());
    let switch_by = japanese(job.now.day().plus(SWITCH_WITHIN_DAYS));
    labels.iter().map(move |label| print::Letter {
        to: address(label),
        issued_on: issued_on.clone(),
        content: print::LetterContent::ImageCard {
            card_number: label.card_number.to_string(),
            switch_by: switch_by.clone(),
        },
    })
}

fn secret_letters(job: &Job, lines: &[PrintLine], labels: &[Label]) -> Vec<print::Letter> {
    let policy = job.institution.policy(job.now);
    let until = |days: i64| japanese(Timestamp::plus_days(job.now, days).day());
    let initial_until = until(i64::from(policy.password.initial_days));
    let code_until = until(sekisho_domain::contract::ACTIVATION_DAYS);
    let label = |line: &PrintLine| labels.iter().find(|label| label.order == line.order);
    let letter = |line: &PrintLine| {
        let content = match &line.face {
            Face::PasswordLetter(login_id, password) => print::LetterContent::InitialPassword {
                login_id: login_id.to_string(),
                password: password.expose().clone(),
                valid_until: initial_until.clone(),
            },
            Face::ActivationLetter(code) => print::LetterContent::ActivationCode {
                login_id: String::new(),
                code: code.expose().clone(),
                valid_until: code_until.clone(),
            },
            Face::ImageCard(_) | Face::CustomerCard(..) => return None,
        };
        Some(print::Letter {
            to: address(label(line)?),
            issued_on: japanese(job.now.day()),
            content,
        })
    };
    lines.iter().filter_map(letter).collect()
}

fn address(label: &Label) -> print::Address {
    print::Address {
        postcode: label.to.postcode.to_string(),
        lines: label.to.address.clone(),
        name: label.to.name.clone(),
    }
}

fn labels_csv(labels: &[Label]) -> String {
    let mut csv = csv::Writer::from_writer(Vec::new());
    let head = ["card_number", "order", "postcode", "address", "name"].map(str::to_owned);
    let row = |label: &Label| {
        let Label { card_number, order, to } = label;
        [
            card_number.to_string(),
            order.to_string(),
            to.postcode.to_string(),
            to.address.join(" "),
            to.name.clone(),
        ]
    };
    for record in std::iter::once(head).chain(labels.iter().map(row)) {
        csv.write_record(&record).expect("memory takes every row");
    }
    String::from_utf8(csv.into_inner().expect("memory takes every row")).expect("rows are UTF-8")
}

fn brand(institution: &Institution) -> print::Brand {
    let contact = &institution.contact;
    print::Brand {
        name: institution.name.ja.clone(),
        name_en: institution.name.en.clone(),
        accent: colour(&institution.brand.accent),
        on_accent: colour(&institution.brand.on_accent),
        loss_phone: contact.loss_phone.clone(),
        loss_hours: "24時間".to_owned(),
        contact: vec![contact.desk.ja.clone(), contact.phone.clone(), contact.hours.ja.clone()],
    }
}

/// `#rrggbb`, as checked when the institution was registered.
fn colour(text: &str) -> print::Rgb {
    let part = |at: usize| text.get(at..at + 2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
    let parts = (part(1), part(3), part(5));
    let (Some(r), Some(g), Some(b)) = parts else {
        panic!("a registered colour is #rrggbb");
    };
    print::Rgb(r, g, b)
}

fn japanese(day: Day) -> String {
    let (year, month, day) = day.parts();
    format!("{year}年{month}月{day}日")
}
