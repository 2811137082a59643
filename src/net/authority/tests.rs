//! The internal authority as a client that trusts it sees it: what it may certify, for how long, and what happens without
//! its key. Certificates are verified by rustls, which enforces name constraints as browsers do.

use super::*;
use crate::net::certificate::provider;
use rustls::{
    CertificateError, Error, RootCertStore,
    client::{WebPkiServerVerifier, danger::ServerCertVerifier},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
};

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
fn the_leaf_is_short_and_renewed_while_the_server_runs() {
    let folder = Folder::new("renewed");
    let leaf = RenewedLeaf::open(folder.authority(&NAMES), now()).unwrap();
    let served = || leaf.current.read().unwrap().cert.clone();
    let first = served();
    verify(&folder.0, &first, NAMES[0], days_later(89)).unwrap();
    for (chain, at) in [(&first, days_later(91)), (&first, Timestamp(now().0 - 2 * DAY_MS))] {
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
    leaf.refresh(days_later(50)).unwrap();
    assert_eq!(served(), first, "it is not due");
    leaf.refresh(days_later(61)).unwrap();
    assert_ne!(served(), first);
    verify(&folder.0, &served(), NAMES[0], days_later(150)).unwrap();
}

#[test]
fn an_authority_whose_key_is_elsewhere_serves_until_the_key_is_brought() {
    let folder = Folder::new("offline");
    let authority = folder.authority(&NAMES);
    let leaf = RenewedLeaf::open(authority.clone(), now()).unwrap();
    let elsewhere = folder.0.with_extension("brought");
    fs::rename(&authority.key, &elsewhere).unwrap();
    leaf.refresh(days_later(70)).unwrap();
    verify(&folder.0, &leaf.current.read().unwrap().cert.clone(), NAMES[0], days_later(70)).unwrap();
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
    brought.issue(LEAF_DAYS_MAX + 1, days_later(70)).unwrap();
    leaf.refresh(days_later(71)).unwrap();
    let served = leaf.current.read().unwrap().cert.clone();
    verify(&folder.0, &served, NAMES[0], days_later(70 + 396)).unwrap();
    assert!(
        verify(&folder.0, &served, NAMES[0], days_later(70 + 398)).is_err(),
        "browsers accept 398 days at most"
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
