//! Every key of the configuration.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use super::network::Network;
use super::setting::{SecretText, section, word};

section! {
    /// The whole configuration.
    Config {
        /// Version of this file's form; always 1.
        version: u8 = 1,
        /// Where the server listens and how it is reached.
        server: Server = Server::default(),
        /// The SQLite file with everything that is remembered.
        database: Database = Database::default(),
        /// The keys that seal secrets at rest.
        keyring: Keyring = Keyring::default(),
        /// How mail leaves.
        mail: Mail = Mail::default(),
        /// What the server tells its operator.
        log: Log = Log::default(),
        /// Password hashing (argon2id).
        hashing: Hashing = Hashing::default(),
        /// The institutions on this platform.
        institutions: Institutions = Institutions::default(),
    }
}

section! {
    /// Where the server listens and how it is reached.
    Server {
        /// Address and port for customers and for the API.
        listen: SocketAddr = SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
        /// The address customers type, without a slash at the end. Links and the OIDC issuer begin
        /// with it.
        public_url: String = "http://127.0.0.1:8080".to_owned(),
        /// Address and port of /livez, /readyz and /metrics, for the operator's network only.
        operations_listen: Option<SocketAddr> = None,
        /// Proxies whose Forwarded and X-Forwarded-For headers are believed: addresses or networks.
        /// Empty: no header is believed.
        trusted_proxies: Vec<Network> = Vec::new(),
        /// A place for trying out: the clock can be moved forward and mails can be read by the API.
        /// Never with real customers.
        sandbox: bool = false,
        /// TLS by the server itself. Leave this section out behind a proxy that does it.
        tls: Option<Tls> = None,
    }
}

section! {
    /// TLS by the server itself; both files are read again when they change.
    Tls {
        /// The certificate with its chain, in PEM.
        certificate: PathBuf = "certificate.pem".into(),
        /// Its private key, in PEM.
        key: PathBuf = "key.pem".into(),
    }
}

section! {
    /// The SQLite file with everything that is remembered.
    Database {
        /// The file; beside it lie `-wal` and `-shm` while the server runs.
        path: PathBuf = "sekisho.db".into(),
        /// How many requests may wait for the database; beyond that callers are told to come again.
        queue: u32 = 4096,
        /// Threads that read, each on a connection of its own.
        readers: u16 = 2,
    }
}

section! {
    /// The keys that seal secrets at rest.
    Keyring {
        /// The file made by `sekisho keys create`; only its owner may read it (mode 0600).
        file: PathBuf = "keyring.toml".into(),
    }
}

section! {
    /// How mail leaves: by submission to a mail server (RFC 6409).
    Mail {
        /// The mail server. Unset: nothing is sent, notices are only in the inbox.
        host: Option<String> = None,
        /// Its port.
        port: u16 = 587,
        /// How the connection is protected.
        encryption: Encryption = Encryption::StartTls,
        /// The name to log in with, if the mail server wants one.
        login: Option<String> = None,
        /// The password for it.
        password: Option<SecretText> = None,
        /// Address that gets mails which cannot be delivered. Unset: the institution's own sender.
        return_path: Option<String> = None,
        /// Seconds after which a silent mail server is given up.
        timeout_s: u16 = 30,
    }
}

word! {
    /// How the connection to the mail server is protected.
    Encryption {
        /// Plain at first, then TLS or nothing (port 587).
        StartTls = "starttls",
        /// TLS from the first byte (port 465).
        Tls = "tls",
        /// Not at all; only for a mail server on the same machine.
        None = "none",
    }
}

section! {
    /// What the server tells its operator, on standard error.
    Log {
        /// error, warn, info, debug or trace, also by module: `info,sekisho_store=debug`.
        level: String = "info".to_owned(),
        /// For people or for programs.
        format: Format = Format::Text,
    }
}

word! {
    /// The form of log lines.
    Format {
        /// One line of text each.
        Text = "text",
        /// One JSON object each.
        Json = "json",
    }
}

section! {
    /// Password hashing (argon2id, two passes). `sekisho check --tune` measures what the machine
    /// can do.
    Hashing {
        /// Threads that hash. Each takes `memory_kib` while it works, and most of a core.
        threads: u16 = 2,
        /// Memory of one hash, in KiB; at least 19456.
        memory_kib: u32 = 19_456,
        /// How many passwords may wait; beyond that sign-ins are told to come again.
        queue: u16 = 64,
    }
}

section! {
    /// The institutions on this platform.
    Institutions {
        /// Folder of `<slug>.toml` files, taken over by `sekisho institution apply`.
        folder: PathBuf = "institutions".into(),
    }
}
