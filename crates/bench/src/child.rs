//! A server as a child process: started, known by its address, killed at the latest when dropped.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::clock;
use crate::seed::{DATABASE, KEYRING};

/// How long a server may take until it answers.
const READY_WITHIN: Duration = Duration::from_secs(20);
/// How often it is tried.
const TRIED_EVERY: Duration = Duration::from_millis(2);
/// The file in the folder of a run where a server's own words go.
pub const LOG: &str = "server.log";

/// A running server.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// How long it took from its start to its first answer.
    pub ready_after: Duration,
}

impl Server {
    /// Starts the bare limit on the database file `bare`.
    pub fn bare(folder: &Path, database: &Path) -> Result<Self> {
        let address = free_address()?;
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("bare").arg("--database").arg(database).arg("--listen");
        command.arg(address.to_string());
        Self::spawn(command, folder, address)
    }

    /// Starts sekisho on the database in `folder`.
    pub fn sekisho(program: &Path, folder: &Path) -> Result<Self> {
        Self::sekisho_at(program, folder, free_address()?)
    }

    /// Starts sekisho on the database in `folder`, listening on `address`.
    pub fn sekisho_at(program: &Path, folder: &Path, address: SocketAddr) -> Result<Self> {
        let file = folder.join("sekisho.toml");
        fs::write(&file, config(address))?;
        fs::create_dir_all(folder.join("institutions"))?;
        let mut command = Command::new(program);
        command.arg("--config").arg(file).arg("serve");
        Self::spawn(command, folder, address)
    }

    fn spawn(mut command: Command, folder: &Path, address: SocketAddr) -> Result<Self> {
        let log = File::options().create(true).append(true).open(folder.join(LOG))?;
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let begun = clock::instant();
        let child = command.spawn().with_context(|| format!("starting {command:?}"))?;
        let mut server = Self { child, address, ready_after: Duration::ZERO };
        server.wait_until_ready(begun, folder)?;
        Ok(server)
    }

    fn wait_until_ready(&mut self, begun: Instant, folder: &Path) -> Result<()> {
        while begun.elapsed() < READY_WITHIN {
            if answers(self.address) {
                self.ready_after = begun.elapsed();
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                let log = fs::read_to_string(folder.join(LOG)).unwrap_or_default();
                bail!("the server ended with {status}: {log}");
            }
            clock::pause(TRIED_EVERY);
        }
        bail!("the server did not answer within {READY_WITHIN:?}")
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Kills it at once (SIGKILL), as a power cut would, and waits until it is gone.
    pub fn kill(&mut self) -> io::Result<()> {
        self.child.kill()?;
        self.child.wait().map(|_| ())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.kill();
    }
}

/// Whether the API's first door answers: a stranger is refused (401) by a server that works.
fn answers(address: SocketAddr) -> bool {
    let ask = || -> io::Result<bool> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(READY_WITHIN))?;
        write!(stream, "GET /v1/approvals HTTP/1.1\r\nHost: {address}\r\n\r\n")?;
        let mut line = [0; 12];
        stream.read_exact(&mut line)?;
        Ok(line.starts_with(b"HTTP/1.1 ") && line[9] < b'5')
    };
    ask().unwrap_or(false)
}

/// An address on this machine that was free a moment ago.
pub fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}

/// The configuration: defaults, behind a proxy on this machine that has seen the certificates.
fn config(address: SocketAddr) -> String {
    format!(
        "version = 1\n\n[server]\nlisten = \"{address}\"\npublic_url = \"http://{address}\"\n\
         trusted_proxies = [\"127.0.0.1\"]\n\n[database]\npath = \"{DATABASE}\"\n\n\
         [keyring]\nfile = \"{KEYRING}\"\n\n[institutions]\nfolder = \"institutions\"\n\n\
         [log]\nlevel = \"warn\"\n"
    )
}

/// Copies the seeds' database and keyring into `folder`, which is made anew.
pub fn fresh_copy(seeds: &Path, folder: &Path) -> Result<()> {
    empty(folder)?;
    for name in [DATABASE, KEYRING] {
        fs::copy(seeds.join(name), folder.join(name)).with_context(|| format!("copying {name}"))?;
    }
    Ok(())
}

/// Makes `folder` anew, with nothing in it.
pub fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(fs::create_dir_all(folder)?)
}

/// The server's program beside this one, unless another is named.
pub fn program(named: Option<&Path>) -> Result<PathBuf> {
    let beside = std::env::current_exe()?.with_file_name("sekisho");
    let program = named.map_or(beside, Path::to_owned);
    if !program.is_file() {
        bail!("there is no {}: build it, or name one with --server", program.display());
    }
    Ok(program)
}
