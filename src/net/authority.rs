//! The internal certificate authority: a certificate that tablets trust and that can certify this server's own names only,
//! and a certificate of the server (the leaf), which renews itself while the server runs, and which a tablet accepts whose clock is wrong
//! by a year. The authority's key may stand outside the data folder, or on no server at all.

use super::certificate::{TlsError, certificates, from_files};
use crate::{clock::Clock, data_folder};
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, NameConstraints,
};
use rustls::{
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use std::{
    fs,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use teranga_clinic::time::Timestamp;
use time::OffsetDateTime;

/// File name of the authority's certificate. Tablets and desks must trust it.
pub const AUTHORITY_FILE: &str = "authority.pem";

/// File name of the authority's key, if it is kept in the same folder.
pub const AUTHORITY_KEY_FILE: &str = "authority.key";

/// The names that the authority may certify, one a line. An authority of an older version has no such file.
const AUTHORITY_NAMES_FILE: &str = "authority.names";

const LEAF_FILE: &str = "leaf.pem";
const LEAF_KEY_FILE: &str = "leaf.key";

/// The end of the leaf, milliseconds since 1970, and then its names, one a line.
const LEAF_NAMES_FILE: &str = "leaf.names";

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// The life of the authority: tablets would have to be told of another.
const AUTHORITY_DAYS: u64 = 3_650;

/// The authority begins two years early: the clock of a tablet that was switched off is often behind.
const AUTHORITY_EARLY_DAYS: u64 = 730;

/// The leaf begins a year early, with some days to spare, for a tablet whose clock is a year behind.
const LEAF_EARLY_DAYS: u64 = 370;

/// The longest life of a leaf. Apple's browsers accept 825 days for any authority, with those before the leaf was issued; Chromium and Firefox
/// bound only public authorities.
pub const LEAF_DAYS_MAX: u16 = 825 - 370;

/// The time before its end at which a leaf is renewed: a tablet whose clock is a year ahead still accepts it.
const RENEW_DAYS: u64 = 370;

/// The time before its end from which on a leaf is missed that nobody here can renew.
const WARN_DAYS: u64 = 30;

/// The interval at which the leaf's end is looked at.
const LOOK_EVERY: Duration = Duration::from_hours(1);

/// The internal authority of a server.
#[derive(Clone, Debug)]
pub struct InternalAuthority {
    folder: PathBuf,
    key: PathBuf,
    names: Vec<String>,
}

impl InternalAuthority {
    /// The authority whose certificate and leaf are in `folder`, and whose key is in `key`, or else beside them. It
    /// certifies `names`.
    pub fn new(folder: PathBuf, key: Option<&Path>, names: &[String]) -> Self {
        let key = key.map_or_else(|| folder.join(AUTHORITY_KEY_FILE), Path::to_owned);
        Self { folder, key, names: names.to_vec() }
    }

    /// The authority as the server of this data folder used it last.
    ///
    /// # Errors
    /// There is no internal authority in the folder.
    pub fn existing(data: &Path, key: &Path) -> Result<Self, TlsError> {
        let folder = data.join("tls");
        let names = read(&folder.join(LEAF_NAMES_FILE))?.lines().skip(1).map(str::to_owned).collect();
        Ok(Self { folder, key: key.to_owned(), names })
    }

    /// The leaf to serve at the time `now`. What is missing is made: the authority if there is none at all, and a leaf
    /// if there is none for these names or its end is near.
    ///
    /// # Errors
    /// A file cannot be used, or a leaf is missing and the authority's key is not here.
    fn leaf(&self, now: Timestamp) -> Result<CertifiedKey, TlsError> {
        if !self.path(AUTHORITY_FILE).exists() {
            self.make_authority(now)?;
        }
        self.demand_names()?;
        let left_ms = self.left_ms(now);
        match left_ms {
            Some(left) if left > RENEW_DAYS * DAY_MS => {}
            _ if self.key.exists() => self.renew(left_ms, now)?,
            Some(left) if left > WARN_DAYS * DAY_MS => {}
            Some(left) => tracing::warn!(
                code = "certificate_ends",
                days = left / DAY_MS,
                "the certificate ends soon, and the authority's key is not here: run `teranga ca renew`"
            ),
            None => return Err(TlsError::NoAuthorityKey { path: self.key.clone() }),
        }
        from_files(&self.path(LEAF_FILE), &self.path(LEAF_KEY_FILE))
    }

    /// Issues the next leaf. If that fails, one that still holds is served.
    fn renew(&self, left_ms: Option<u64>, now: Timestamp) -> Result<(), TlsError> {
        match (self.issue(LEAF_DAYS_MAX, now), left_ms) {
            (Err(error), Some(left)) if left > 0 => {
                let days = left / DAY_MS;
                tracing::warn!(code = "certificate_not_renewed", %error, days, "the certificate could not be renewed");
                Ok(())
            }
            (issued, _) => issued,
        }
    }

    /// Issues a leaf for so many days with the authority's key.
    ///
    /// # Errors
    /// See [`TlsError`].
    pub fn issue(&self, days: u16, now: Timestamp) -> Result<(), TlsError> {
        let authority_pem = read(&self.path(AUTHORITY_FILE))?;
        let signer = KeyPair::from_pem(&read(&self.key)?)?;
        demand_key_of(&self.path(AUTHORITY_FILE), &signer, &self.key)?;
        let issuer = Issuer::new(self.authority_params(now)?, signer);
        let days = days.min(LEAF_DAYS_MAX);
        let (leaf_pem, key_pem) = Self::make_leaf(&self.names, days, now, &issuer)?;
        // The list is written last: a leaf without it is made again.
        let _ = fs::remove_file(self.path(LEAF_NAMES_FILE));
        write_private(&self.path(LEAF_FILE), &(leaf_pem + &authority_pem))?;
        write_private(&self.path(LEAF_KEY_FILE), &key_pem)?;
        let end = now.plus_ms(u64::from(days) * DAY_MS);
        write_private(&self.path(LEAF_NAMES_FILE), &format!("{}\n{}", end.0, self.names.join("\n")))?;
        tracing::info!(code = "certificate_issued", days, "the internal authority issued a certificate");
        Ok(())
    }

    /// The names of the certificate.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Milliseconds until the leaf ends; none if there is no leaf for these names.
    fn left_ms(&self, now: Timestamp) -> Option<u64> {
        let list = fs::read_to_string(self.path(LEAF_NAMES_FILE)).ok()?;
        let (end, names) = list.split_once('\n')?;
        (names == self.names.join("\n")).then_some(())?;
        Some(end.parse::<u64>().ok()?.saturating_sub(now.0))
    }

    /// Makes the authority. The certificate is written last: a folder that holds it is complete.
    fn make_authority(&self, now: Timestamp) -> Result<(), TlsError> {
        make_folder(&self.folder)?;
        if let Some(folder) = self.key.parent() {
            make_folder(folder)?;
        }
        // A key that is there is never overwritten: it may be the only copy of what the tablets trust.
        let key =
            if self.key.exists() { KeyPair::from_pem(&read(&self.key)?)? } else { KeyPair::generate()? };
        let cert = self.authority_params(now)?.self_signed(&key)?;
        let _ = fs::remove_file(self.path(LEAF_NAMES_FILE));
        write_private(&self.key, &key.serialize_pem())?;
        write_private(&self.path(AUTHORITY_NAMES_FILE), &self.names.join("\n"))?;
        write_private(&self.path(AUTHORITY_FILE), &cert.pem())
    }

    /// Refuses names that the authority may not certify: browsers would refuse the leaf. An authority of an older version
    /// may certify every site of the world, and the operator is told.
    fn demand_names(&self) -> Result<(), TlsError> {
        let Ok(permitted) = fs::read_to_string(self.path(AUTHORITY_NAMES_FILE)) else {
            tracing::warn!(
                code = "authority_unbounded",
                folder = %self.folder.display(),
                "this authority could certify any site. Move the folder away, start again, and let the tablets trust the new authority.pem"
            );
            return Ok(());
        };
        match self.names.iter().find(|name| !permitted.lines().any(|one| covers(one, name))) {
            None => Ok(()),
            Some(name) => Err(TlsError::Name { name: name.clone(), folder: self.folder.clone() }),
        }
    }

    fn authority_params(&self, now: Timestamp) -> Result<CertificateParams, TlsError> {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "Teranga, internal authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.name_constraints = Some(constraints(&self.names));
        set_validity(&mut params, now, AUTHORITY_EARLY_DAYS, AUTHORITY_DAYS)?;
        Ok(params)
    }

    /// Makes a leaf; returns its certificate and its private key in PEM form.
    fn make_leaf(
        names: &[String],
        days: u16,
        now: Timestamp,
        issuer: &Issuer<'_, KeyPair>,
    ) -> Result<(String, String), TlsError> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(names)?;
        params.distinguished_name.push(DnType::CommonName, "Teranga");
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        set_validity(&mut params, now, LEAF_EARLY_DAYS, days.into())?;
        Ok((params.signed_by(&key, issuer)?.pem(), key.serialize_pem()))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// The constraints of RFC 5280 section 4.2.1.10: these names only. A form of name that is not among them is excluded as a
/// whole, because a form without a constraint is free.
fn constraints(names: &[String]) -> NameConstraints {
    let subtree = |name: &String| match name.parse::<IpAddr>() {
        Ok(ip) => {
            GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(ip, if ip.is_ipv4() { 32 } else { 128 }))
        }
        Err(_) => GeneralSubtree::DnsName(name.clone()),
    };
    let is_there =
        |test: fn(&IpAddr) -> bool| names.iter().filter_map(|name| name.parse().ok()).any(|ip| test(&ip));
    let mut excluded = Vec::new();
    if !is_there(IpAddr::is_ipv4) {
        excluded
            .push(GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(Ipv4Addr::UNSPECIFIED.into(), 0)));
    }
    if !is_there(IpAddr::is_ipv6) {
        excluded
            .push(GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(Ipv6Addr::UNSPECIFIED.into(), 0)));
    }
    if names.iter().all(|name| name.parse::<IpAddr>().is_ok()) {
        excluded.push(GeneralSubtree::DnsName(String::new()));
    }
    NameConstraints { permitted_subtrees: names.iter().map(subtree).collect(), excluded_subtrees: excluded }
}

/// True if a constraint to `permitted` lets `name` through: the same name or address, or a name below it.
fn covers(permitted: &str, name: &str) -> bool {
    let (permitted, name) = (permitted.to_ascii_lowercase(), name.to_ascii_lowercase());
    let is_address = permitted.parse::<IpAddr>().is_ok();
    permitted == name || !is_address && name.strip_suffix(&permitted).is_some_and(|rest| rest.ends_with('.'))
}

/// Lets a certificate begin so many days before now, and end so many days after it.
fn set_validity(
    params: &mut CertificateParams,
    now: Timestamp,
    early_days: u64,
    days: u64,
) -> Result<(), TlsError> {
    let at = |ms: u64| OffsetDateTime::from_unix_timestamp(i64::try_from(ms / 1_000).unwrap_or_default());
    let begin = at(now.0.saturating_sub(early_days * DAY_MS));
    let end = at(now.0.saturating_add(days * DAY_MS));
    let (Ok(begin), Ok(end)) = (begin, end) else { return Err(TlsError::Clock) };
    (params.not_before, params.not_after) = (begin, end);
    Ok(())
}

/// The leaf of a running server. Handshakes get the newest.
#[derive(Debug)]
pub(super) struct RenewedLeaf {
    authority: InternalAuthority,
    current: RwLock<Arc<CertifiedKey>>,
}

impl RenewedLeaf {
    /// Makes what is missing, and reads the leaf.
    pub(super) fn open(authority: InternalAuthority, now: Timestamp) -> Result<Self, TlsError> {
        let current = RwLock::new(Arc::new(authority.leaf(now)?));
        Ok(Self { authority, current })
    }

    /// Looks at the leaf's end again and again, and takes over a leaf that was put into the folder meanwhile.
    pub(super) async fn keep_fresh(self: Arc<Self>, clock: Clock) {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            if let Err(error) = self.refresh(clock.timestamp()) {
                tracing::error!(code = "certificate_not_renewed", %error, "the certificate stays as it is");
            }
        }
    }

    fn refresh(&self, now: Timestamp) -> Result<(), TlsError> {
        let fresh = Arc::new(self.authority.leaf(now)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }
}

impl ResolvesServerCert for RenewedLeaf {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.read().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

/// Refuses a key that is not the authority's: the certificates that it signs would be refused by every tablet.
fn demand_key_of(cert: &Path, key: &KeyPair, path: &Path) -> Result<(), TlsError> {
    let cert = certificates(cert)?;
    let public_key = key.public_key_raw();
    let is_in = |der: &[u8]| der.windows(public_key.len()).any(|part| part == public_key);
    if cert.iter().any(|cert| is_in(cert)) {
        return Ok(());
    }
    Err(TlsError::Pem { path: path.into(), what: "private key of this authority" })
}

fn make_folder(folder: &Path) -> Result<(), TlsError> {
    fs::create_dir_all(folder).map_err(|source| TlsError::File { path: folder.into(), source })
}

fn read(path: &Path) -> Result<String, TlsError> {
    fs::read_to_string(path).map_err(|source| TlsError::File { path: path.into(), source })
}

/// Writes a file that only its owner can read from its first byte on, and that is never half written under its name.
fn write_private(path: &Path, text: &str) -> Result<(), TlsError> {
    data_folder::write_private(path, text.as_bytes())
        .map_err(|source| TlsError::File { path: path.into(), source })
}

#[cfg(test)]
mod tests;
