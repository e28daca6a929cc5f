//! Serving: the public listener, in the clear or by TLS, the operations listener, and the workers
//! beside them.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt as _;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use sekisho_domain::event::Actor;
use sekisho_domain::time::Timestamp;
use sekisho_web::limits::Limits;
use sekisho_web::{SandboxClock, Web, Wiring};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::clock::{self, Clock};
use crate::config::Tls;
use crate::installation::Installation;
use crate::mailer::{Mailer, Smtp};
use crate::operations::{self, Operations};
use crate::work::Workers;
use crate::work::sealing::Sealing;

/// How long what is in flight may take after the end was asked for.
const GRACE: Duration = Duration::from_secs(30);

/// Serves until `shutdown` completes; what is in flight is finished.
pub async fn serve(
    installation: &Installation,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let office = installation.office(Actor::System).map_err(io::Error::other)?;
    let sealing = Sealing {
        hashing: Arc::clone(&installation.hashing),
        clock: Arc::clone(&installation.clock),
    };
    let workers = Workers::start(office, mailer(installation)?, sealing)?;
    let watched = watch_over(installation).await?;
    let web = web(installation);
    let pages = sekisho_web::pages::router(&web).merge(sekisho_web::oidc::router(&web));
    let router = sekisho_web::router(web, pages);
    tracing::info!(address = %listener.local_addr()?, "serving");
    let served = if let Some(tls) = &installation.config.server.tls {
        by_tls(tls, listener, router, shutdown).await
    } else {
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        // A reply is written whole: waiting for more to send only delays it.
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        axum::serve(listener, service).with_graceful_shutdown(shutdown).await
    };
    watched.abort();
    drop(workers);
    served
}

/// Serves by TLS 1.2 and 1.3 with the certificate of the configuration.
async fn by_tls(
    tls: &Tls,
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    // A second call finds the provider set already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let keys = RustlsConfig::from_pem_file(&tls.certificate, &tls.key).await?;
    let handle = Handle::new();
    let asked = handle.clone();
    tokio::spawn(async move {
        shutdown.await;
        asked.graceful_shutdown(Some(GRACE));
    });
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum_server::from_tcp_rustls(listener.into_std()?, keys)?;
    server.handle(handle).serve(service).await
}

/// Starts the operations listener, where one is configured.
async fn watch_over(installation: &Installation) -> io::Result<JoinHandle<()>> {
    let Some(address) = installation.config.server.operations_listen else {
        return Ok(tokio::spawn(async {}));
    };
    let office = installation.office(Actor::System).map_err(io::Error::other)?;
    let clock = Arc::clone(&installation.clock);
    let router = operations::router(Operations { office, clock });
    let listener = TcpListener::bind(address).await?;
    Ok(tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "the operations listener ended");
        }
    }))
}

fn web(installation: &Installation) -> Web {
    let config = &installation.config;
    let clock = Arc::clone(&installation.clock);
    let proxies = config.server.trusted_proxies.clone();
    let sandbox = config.server.sandbox.then(|| {
        let turned: Arc<dyn SandboxClock> = Arc::new(Turned(Arc::clone(&installation.clock)));
        turned
    });
    Web::new(Wiring {
        platform: Arc::clone(&installation.platform),
        store: Arc::clone(&installation.store),
        clock: Arc::new(move || clock.now()),
        seed: clock::entropy(),
        public_url: config.server.public_url.trim_end_matches('/').to_owned(),
        passwords: Arc::clone(&installation.hashing) as Arc<_>,
        sandbox,
        trusts: Arc::new(move |peer| proxies.iter().any(|network| network.contains(peer))),
        limits: Limits::default(),
    })
}

/// The sandbox's hand on the clock.
struct Turned(Arc<Clock>);

impl SandboxClock for Turned {
    fn advance(&self, seconds: u32) -> Timestamp {
        self.0.advance(seconds);
        self.0.now()
    }
}

/// The way mails go out, if one is configured; without it notices wait in the inbox alone.
fn mailer(installation: &Installation) -> io::Result<Option<Mailer>> {
    let mail = &installation.config.mail;
    let Some(smtp) = Smtp::new(mail) else {
        tracing::warn!("no mail server is configured: notices stay in the inbox");
        return Ok(None);
    };
    let smtp = smtp.map_err(io::Error::other)?;
    Ok(Some(Mailer::new(Box::new(smtp), mail.return_path.clone())))
}
