//! The internal authority as a client that trusts it sees it: what it may certify, for how long, and what happens without
//! its key. Certificates are verified by rustls, which enforces name constraints as browsers do, and at the time that a test chooses.

use super::*;
use crate::net::certificate::provider;
use rustls::{
    CertificateError, ClientConfig, ClientConnection, Error, RootCertStore, ServerConfig, ServerConnection,
    client::{WebPkiServerVerifier, danger::ServerCertVerifier},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
    time_provider::TimeProvider,
};
use std::io;

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("teranga-authority-{name}-{}", std::process::id())))
    }

    fn authority(&self, names: &[&str]) -> InternalAuthority {
        InternalAuthority::new(
            self.0.clone(),
            None,
            &names.iter().map(ToString::to_string).collect::<Vec<_>>(),
        )
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const NAMES: [&str; 3] = ["teranga.example.sn", "localhost", "192.0.2.7"];

fn now() -> Timestamp {
    Clock::start().timestamp()
}

fn days_later(days: u64) -> Timestamp {
    now().plus_ms(days * DAY_MS)
}

/// Verifies a chain as a tablet does that trusts the authority in `folder`.
fn verify(folder: &Path, chain: &[CertificateDer<'static>], name: &str, at: Timestamp) -> Result<(), Error> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(folder.join(AUTHORITY_FILE)).unwrap()).unwrap();
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).build().unwrap();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let at = UnixTime::since_unix_epoch(Duration::from_millis(at.0));
    verifier.verify_server_cert(&chain[0], &chain[1..], &name, &[], at).map(drop)
}

#[test]
fn the_leaf_is_made_once_kept_and_valid_for_its_names_only() {
    let folder = Folder::new("kept");
    let authority = folder.authority(&NAMES);
    let leaf = authority.leaf(now()).unwrap();
    for name in NAMES {
        verify(&folder.0, &leaf.cert, name, now()).unwrap();
    }
    assert!(verify(&folder.0, &leaf.cert, "example.com", now()).is_err());
    assert_eq!(authority.leaf(days_later(1)).unwrap().cert, leaf.cert, "it is kept over a restart");
    assert_ne!(
        folder.authority(&NAMES[..2]).leaf(now()).unwrap().cert,
        leaf.cert,
        "other names, another leaf"
    );
}

#[test]
fn a_stolen_authority_certifies_no_other_site() {
    let folder = Folder::new("stolen");
    let authority = folder.authority(&NAMES);
    authority.leaf(now()).unwrap();
    let signer = KeyPair::from_pem(&read(&authority.key).unwrap()).unwrap();
    let issuer = Issuer::new(authority.authority_params(now()).unwrap(), signer);
    for (name, is_permitted) in [
        ("www.example.com", false),
        ("example.sn", false),
        ("192.0.2.8", false),
        ("2001:db8::1", false),
        ("www.teranga.example.sn", true),
    ] {
        let (pem, _) = InternalAuthority::make_leaf(&[name.to_owned()], 90, now(), &issuer).unwrap();
        let chain = [CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()];
        assert_eq!(verify(&folder.0, &chain, name, now()).is_ok(), is_permitted, "{name}");
    }
}

#[test]
fn the_leaf_is_renewed_while_the_server_runs() {
    let folder = Folder::new("renewed");
    let leaf = RenewedLeaf::open(folder.authority(&NAMES), now()).unwrap();
    let served = || leaf.current.read().unwrap().cert.clone();
    let first = served();
    verify(&folder.0, &first, NAMES[0], days_later(454)).unwrap();
    for (chain, at) in [(&first, days_later(456)), (&first, Timestamp(now().0 - 371 * DAY_MS))] {
        let refused = verify(&folder.0, chain, NAMES[0], at);
        assert!(
            matches!(
                refused,
                Err(Error::InvalidCertificate(
                    CertificateError::ExpiredContext { .. } | CertificateError::NotValidYetContext { .. }
                ))
            ),
            "{refused:?}"
        );
    }
    leaf.refresh(days_later(84)).unwrap();
    assert_eq!(served(), first, "it is not due");
    leaf.refresh(days_later(86)).unwrap();
    assert_ne!(served(), first);
    verify(&folder.0, &served(), NAMES[0], days_later(500)).unwrap();
}

/// The clock of a tablet, which its TLS client asks.
#[derive(Debug)]
struct TabletClock(UnixTime);

impl TimeProvider for TabletClock {
    fn current_time(&self) -> Option<UnixTime> {
        Some(self.0)
    }
}

/// A whole handshake between the server's own settings and a tablet that trusts the authority and takes `at` for now.
fn handshake(folder: &Path, leaf: &Arc<RenewedLeaf>, at: Timestamp) -> Result<(), Error> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(folder.join(AUTHORITY_FILE)).unwrap()).unwrap();
    let clock = TabletClock(UnixTime::since_unix_epoch(Duration::from_millis(at.0)));
    let tablet = ClientConfig::builder_with_details(provider(), Arc::new(clock))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let server = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_cert_resolver(leaf.clone());
    let name = ServerName::try_from(NAMES[0]).unwrap();
    let mut tablet = ClientConnection::new(Arc::new(tablet), name)?;
    let mut server = ServerConnection::new(Arc::new(server))?;
    while tablet.is_handshaking() || server.is_handshaking() {
        pass(|wire| tablet.write_tls(wire), |wire| server.read_tls(wire));
        server.process_new_packets()?;
        pass(|wire| server.write_tls(wire), |wire| tablet.read_tls(wire));
        tablet.process_new_packets()?;
    }
    Ok(())
}

/// Carries what one side has written to the other side.
fn pass(
    mut write: impl FnMut(&mut Vec<u8>) -> io::Result<usize>,
    mut read: impl FnMut(&mut &[u8]) -> io::Result<usize>,
) {
    let mut wire = Vec::new();
    while write(&mut wire).unwrap() > 0 {}
    let mut rest = wire.as_slice();
    while !rest.is_empty() {
        read(&mut rest).unwrap();
    }
}

#[test]
fn a_tablet_whose_clock_is_wrong_by_a_year_gets_in_on_every_day_of_the_leaf() {
    let folder = Folder::new("year");
    let leaf = Arc::new(RenewedLeaf::open(folder.authority(&NAMES), now()).unwrap());
    for day in [0, 1, 84, 85, 86, 170, 300] {
        leaf.refresh(days_later(day)).unwrap();
        for at in [days_later(day), days_later(day + 366), Timestamp(days_later(day).0 - 366 * DAY_MS)] {
            handshake(&folder.0, &leaf, at).unwrap_or_else(|error| panic!("day {day}, {at:?}: {error}"));
        }
        for at in [days_later(day + 500), Timestamp(days_later(day).0 - 500 * DAY_MS)] {
            assert!(handshake(&folder.0, &leaf, at).is_err(), "the tablet's clock counts");
        }
    }
    let authority = folder.authority(&NAMES).authority_params(now()).unwrap();
    let begin_ms = now().0 - 729 * DAY_MS;
    assert!(u64::try_from(authority.not_before.unix_timestamp()).unwrap() * 1_000 < begin_ms);
}

#[test]
fn an_authority_whose_key_is_elsewhere_serves_until_the_key_is_brought() {
    let folder = Folder::new("offline");
    let authority = folder.authority(&NAMES);
    let leaf = RenewedLeaf::open(authority.clone(), now()).unwrap();
    let elsewhere = folder.0.with_extension("brought");
    fs::rename(&authority.key, &elsewhere).unwrap();
    leaf.refresh(days_later(440)).unwrap();
    verify(&folder.0, &leaf.current.read().unwrap().cert.clone(), NAMES[0], days_later(440)).unwrap();
    assert!(matches!(folder.authority(&NAMES[..1]).leaf(now()), Err(TlsError::NoAuthorityKey { .. })));
    let data = folder.0.with_extension("data");
    fs::create_dir_all(&data).unwrap();
    std::os::unix::fs::symlink(&folder.0, data.join("tls")).unwrap();
    let brought = InternalAuthority::existing(&data, &elsewhere).unwrap();
    assert_eq!(brought.names(), NAMES);
    let foreign = data.join("foreign.key");
    write_private(&foreign, &KeyPair::generate().unwrap().serialize_pem()).unwrap();
    assert!(
        InternalAuthority::existing(&data, &foreign).unwrap().issue(90, now()).is_err(),
        "a key of another authority"
    );
    brought.issue(LEAF_DAYS_MAX + 1, days_later(440)).unwrap();
    leaf.refresh(days_later(441)).unwrap();
    let served = leaf.current.read().unwrap().cert.clone();
    verify(&folder.0, &served, NAMES[0], days_later(440 + 454)).unwrap();
    assert!(
        verify(&folder.0, &served, NAMES[0], days_later(440 + 456)).is_err(),
        "browsers accept 825 days at most"
    );
    fs::remove_file(elsewhere).unwrap();
    fs::remove_dir_all(data).unwrap();
}

#[test]
fn names_that_the_authority_may_not_certify_are_refused_with_the_way_out() {
    let folder = Folder::new("names");
    folder.authority(&NAMES).leaf(now()).unwrap();
    let error = folder.authority(&["other.example.sn"]).leaf(now()).unwrap_err().to_string();
    assert!(error.contains("other.example.sn") && error.contains(&folder.0.display().to_string()), "{error}");
    folder.authority(&["poste.teranga.example.sn"]).leaf(now()).unwrap();
}

#[test]
fn an_authority_of_an_older_version_goes_on() {
    let folder = Folder::new("older");
    let authority = folder.authority(&NAMES);
    authority.leaf(now()).unwrap();
    fs::remove_file(folder.0.join(AUTHORITY_NAMES_FILE)).unwrap();
    fs::write(folder.0.join(LEAF_NAMES_FILE), NAMES.join("\n")).unwrap();
    let leaf = authority.leaf(now()).unwrap();
    verify(&folder.0, &leaf.cert, NAMES[0], now()).unwrap();
}
