//! The configuration: strings from a file and the environment become one typed [`Config`]. Everything is checked before a port
//! opens, and every error names its key and says what to do.

mod audit;
mod cases;
mod dpp;
mod error;
mod escalation;
mod fhir;
mod outbound;
mod referrals;

use self::{
    audit::RawAudit,
    cases::RawCases,
    dpp::RawDpp,
    error::demand,
    escalation::{RawEscalation, step},
    fhir::RawFhir,
    outbound::{RawMail, RawSms},
    referrals::RawReferrals,
};
pub use self::{
    dpp::DppServer,
    error::ConfigError,
    outbound::{MailRelay, MailSecurity, SmsGateway},
};
use crate::{data_folder::default_key_file, logging::LogFormat};
use config::{Environment, File, FileFormat};
use serde::Deserialize;
use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};
use teranga_clinic::{case::CaseTimes, referral::ReferralLimits, rota::Zone};
use teranga_exchange::record::Systems;
use teranga_signaling::config::{HubConfig, StepTimes};

/// The prefix of environment variables: `TERANGA_HTTP__LISTEN` sets `http.listen`.
pub const ENVIRONMENT: &str = "TERANGA";

/// The longest wait for running consultations at a stop. systemd kills the process after 90 s.
const DRAIN_MAX: Duration = Duration::from_mins(1);

/// The time zone that pages use if no other is configured.
const DEFAULT_TIME_ZONE: &str = "Africa/Dakar";

/// The longest name of a time zone in bytes; the longest of the IANA database has 32.
const TIME_ZONE_MAX: usize = 64;

/// The most media threads, one for each core of the largest machine that we know.
const SHARDS_MAX: u16 = 64;

/// The checked configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The folder of records, keys and certificates.
    pub data: PathBuf,
    /// The file of the keys with which records are sealed, outside the data folder.
    pub record_keys: PathBuf,
    /// The format of the log.
    pub log: LogFormat,
    /// The time that running consultations may go on after a stop was requested.
    pub drain_deadline: Duration,
    /// The time after which the coordinators are told of a doctor who is on duty and not there, in milliseconds.
    pub duty_absent_ms: u64,
    /// The times for which the escalation steps ring specialists.
    pub steps: StepTimes,
    /// The deadlines of deferred cases.
    pub cases: CaseTimes,
    /// The clocks of referrals.
    pub referrals: ReferralLimits,
    /// The time after the last escalation step after which a request becomes a deferred case, in milliseconds.
    pub defer_ms: u64,
    /// The time after which a consultation whose post is out of reach becomes a deferred case, in milliseconds.
    pub link_lost_ms: u64,
    /// The time zone in which pages write dates, if it is not that of Dakar.
    pub time_zone: Option<String>,
    /// The settings of the HTTPS port.
    pub http: Http,
    /// The source of the certificate.
    pub tls: Tls,
    /// The settings of the media ports.
    pub media: Media,
    /// The file with the token of `/metrics`; none if only operators may read them.
    pub metrics_token: Option<PathBuf>,
    /// The SMS gateway; none if nobody gets an SMS.
    pub sms: Option<SmsGateway>,
    /// The mail relay; none if nobody gets an e-mail.
    pub mail: Option<MailRelay>,
    /// The e-mail address that gets the head of the audit log once a day; none if nobody gets it.
    pub audit_head_to: Option<String>,
    /// The national record; none if patients are known to their posts only.
    pub dpp: Option<DppServer>,
    /// The names of systems in records that leave as FHIR.
    pub fhir: Systems,
}

/// The settings of the HTTPS port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Http {
    /// The address to listen on. Port 0 lets the kernel choose.
    pub listen: SocketAddr,
    /// The names and addresses at which people reach it, for the certificate and the check of `Origin`.
    pub names: Vec<String>,
}

/// The source of the certificate.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case", deny_unknown_fields)]
pub enum Tls {
    /// PEM files, for instance of the ministry's own authority.
    Files {
        /// Certificate chain, leaf first.
        cert: PathBuf,
        /// Private key.
        key: PathBuf,
    },
    /// An internal authority in the data folder, which the posts' tablets must trust.
    Internal {
        /// The authority's key, outside the data folder; none if it is kept there.
        #[serde(default)]
        authority_key: Option<PathBuf>,
    },
    /// An ACME directory (RFC 8555), which must reach this machine on port 443.
    Acme {
        /// The names to certify.
        domains: Vec<String>,
        /// The e-mail address for the directory's warnings.
        contact: String,
        /// The address of the directory.
        directory: String,
        /// PEM file of the authority that certifies the directory itself; none for the authorities of this machine.
        authority: Option<PathBuf>,
    },
}

/// The settings of the media ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// The local address of the UDP sockets.
    pub bind: IpAddr,
    /// The UDP port of the first shard. The others follow.
    pub first_port: u16,
    /// The number of shards, each a thread with one port.
    pub shards: u16,
    /// The addresses at which browsers reach the ports.
    pub advertised: Vec<IpAddr>,
}

impl Media {
    /// The local and the advertised addresses of each shard.
    pub fn sockets(&self) -> impl Iterator<Item = (SocketAddr, Vec<SocketAddr>)> + '_ {
        (self.first_port..self.first_port + self.shards).map(|port| {
            let advertised = self.advertised.iter().map(|ip| SocketAddr::new(*ip, port)).collect();
            (SocketAddr::new(self.bind, port), advertised)
        })
    }
}

impl Config {
    /// Reads `file`, if one is given, and the environment, which takes precedence.
    ///
    /// # Errors
    /// See [`ConfigError`].
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let mut sources = config::Config::builder();
        if let Some(file) = file {
            sources = sources.add_source(File::from(file).format(FileFormat::Toml));
        }
        let environment = Environment::with_prefix(ENVIRONMENT)
            .prefix_separator("_")
            .separator("__")
            .list_separator(",")
            .with_list_parse_key("http.names")
            .with_list_parse_key("media.advertised")
            .with_list_parse_key("tls.domains")
            .try_parsing(true);
        Self::check(sources.add_source(environment).build()?.try_deserialize()?)
    }

    /// The configuration of the demonstration: an internal authority, and the address at which it listens, or every address
    /// of this machine if that is unspecified.
    pub fn demo(data: &Path, listen: SocketAddr, first_port: u16) -> Self {
        let addresses = if listen.ip().is_unspecified() { own_addresses() } else { vec![listen.ip()] };
        let names = addresses.iter().map(ToString::to_string).chain(["localhost".to_owned()]).collect();
        Self {
            data: data.to_owned(),
            record_keys: default_key_file(data),
            log: LogFormat::Json,
            drain_deadline: Duration::from_secs(3),
            steps: StepTimes::default(),
            cases: CaseTimes::default(),
            referrals: ReferralLimits::default(),
            defer_ms: HubConfig::default().defer_ms,
            link_lost_ms: HubConfig::default().link_lost_ms,
            duty_absent_ms: HubConfig::default().duty_absent_ms,
            time_zone: None,
            http: Http { listen, names },
            tls: Tls::Internal { authority_key: None },
            media: Media { bind: listen.ip(), first_port, shards: default_shards(), advertised: addresses },
            metrics_token: None,
            sms: None,
            mail: None,
            audit_head_to: None,
            dpp: None,
            fhir: Systems::default(),
        }
    }

    fn check(raw: Raw) -> Result<Self, ConfigError> {
        let drain_deadline = Duration::from_secs(raw.drain_deadline_s);
        demand(drain_deadline <= DRAIN_MAX, "drain_deadline_s", raw.drain_deadline_s, "choose 60 or less")?;
        demand(
            !raw.http.names.is_empty(),
            "http.names",
            "[]",
            "name the host as people type it: [\"teranga.example.sn\"]",
        )?;
        let record_keys = raw.record_keys.unwrap_or_else(|| default_key_file(&raw.data));
        demand(
            !record_keys.starts_with(&raw.data),
            "record_keys",
            record_keys.display(),
            "choose a file outside the data folder, so that a copy of the folder tells nothing",
        )?;
        Ok(Self {
            record_keys,
            data: raw.data,
            log: raw.log,
            drain_deadline,
            steps: raw.escalation.check()?,
            cases: raw.cases.check()?,
            referrals: raw.referrals.check()?,
            duty_absent_ms: step("duty_absent_s", raw.duty_absent_s, HubConfig::default().duty_absent_ms)?,
            defer_ms: step("cases.defer_s", raw.cases.defer_s, HubConfig::default().defer_ms)?,
            link_lost_ms: step(
                "cases.link_lost_s",
                raw.cases.link_lost_s,
                HubConfig::default().link_lost_ms,
            )?,
            time_zone: check_time_zone(raw.time_zone)?,
            http: Http { listen: raw.http.listen, names: raw.http.names },
            tls: check_tls(raw.tls)?,
            media: raw.media.check()?,
            metrics_token: raw.metrics.token_file,
            sms: raw.sms.map(RawSms::check).transpose()?,
            audit_head_to: raw.audit.check(raw.mail.is_some())?,
            mail: raw.mail.map(RawMail::check).transpose()?,
            dpp: raw.dpp.map(RawDpp::check).transpose()?,
            fhir: raw.fhir.check()?,
        })
    }
}

impl fmt::Display for Config {
    /// Writes the effective values, key by key. There is no secret among them: secrets are in files that it names.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "data = {}", self.data.display())?;
        writeln!(f, "record_keys = {}", self.record_keys.display())?;
        writeln!(f, "log = {:?}", self.log)?;
        writeln!(f, "drain_deadline_s = {}", self.drain_deadline.as_secs())?;
        writeln!(f, "escalation = {:?}", self.steps)?;
        writeln!(f, "cases = {:?}, after {} ms", self.cases, self.defer_ms)?;
        writeln!(f, "referrals = {:?}", self.referrals)?;
        writeln!(f, "cases.link_lost_ms = {}", self.link_lost_ms)?;
        writeln!(f, "duty_absent_ms = {}", self.duty_absent_ms)?;
        writeln!(f, "time_zone = {}", self.time_zone.as_deref().unwrap_or(DEFAULT_TIME_ZONE))?;
        writeln!(f, "http.listen = {}", self.http.listen)?;
        writeln!(f, "http.names = {:?}", self.http.names)?;
        writeln!(f, "tls = {:?}", self.tls)?;
        if let Some(file) = &self.metrics_token {
            writeln!(f, "metrics.token_file = {}", file.display())?;
        }
        if let Some(gateway) = &self.sms {
            writeln!(f, "sms: {gateway}")?;
        }
        if let Some(relay) = &self.mail {
            writeln!(f, "mail: {relay}")?;
        }
        if let Some(to) = &self.audit_head_to {
            writeln!(f, "audit.head_to = {to}")?;
        }
        if let Some(server) = &self.dpp {
            writeln!(f, "dpp: {server}")?;
        }
        writeln!(f, "fhir = {:?}", self.fhir)?;
        for (listen, advertised) in self.media.sockets() {
            writeln!(f, "media: UDP {listen}, told to browsers as {advertised:?}")?;
        }
        Ok(())
    }
}

/// The contents of the file, before they are checked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    data: PathBuf,
    record_keys: Option<PathBuf>,
    #[serde(default)]
    log: LogFormat,
    #[serde(default = "default_drain_s")]
    drain_deadline_s: u64,
    #[serde(default)]
    escalation: RawEscalation,
    #[serde(default)]
    cases: RawCases,
    #[serde(default)]
    referrals: RawReferrals,
    duty_absent_s: Option<u64>,
    time_zone: Option<String>,
    http: RawHttp,
    tls: Tls,
    media: RawMedia,
    #[serde(default)]
    metrics: RawMetrics,
    sms: Option<RawSms>,
    mail: Option<RawMail>,
    #[serde(default)]
    audit: RawAudit,
    dpp: Option<RawDpp>,
    #[serde(default)]
    fhir: RawFhir,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawMetrics {
    token_file: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHttp {
    listen: SocketAddr,
    names: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMedia {
    #[serde(default = "unspecified")]
    bind: IpAddr,
    first_port: u16,
    #[serde(default = "default_shards")]
    shards: u16,
    advertised: Vec<IpAddr>,
}

/// Checks the name of a time zone, in which duties are computed. Pages that do not know the zone keep to the default.
fn check_time_zone(zone: Option<String>) -> Result<Option<String>, ConfigError> {
    let named = zone.filter(|zone| zone != DEFAULT_TIME_ZONE);
    if let Some(zone) = &named {
        let is_name = zone.len() <= TIME_ZONE_MAX
            && zone.starts_with(|first: char| first.is_ascii_alphabetic())
            && zone.chars().all(|letter| letter.is_ascii_alphanumeric() || "/_+-".contains(letter))
            && Zone::named(zone).is_some();
        demand(is_name, "time_zone", zone, "give a name of the IANA database, such as Africa/Dakar")?;
    }
    Ok(named)
}

impl RawMedia {
    fn check(self) -> Result<Media, ConfigError> {
        let Self { bind, first_port, shards, advertised } = self;
        demand((1..=SHARDS_MAX).contains(&shards), "media.shards", shards, "choose 1 to 64, one a core")?;
        let room = first_port != 0 && first_port.checked_add(shards).is_some();
        demand(room, "media.first_port", first_port, "choose a port with room for all shards below 65536")?;
        let reachable = !advertised.is_empty() && advertised.iter().all(|ip| !ip.is_unspecified());
        demand(
            reachable,
            "media.advertised",
            format!("{advertised:?}"),
            "list the addresses that browsers can reach",
        )?;
        Ok(Media { bind, first_port, shards, advertised })
    }
}

fn check_tls(tls: Tls) -> Result<Tls, ConfigError> {
    if let Tls::Acme { domains, directory, .. } = &tls {
        demand(!domains.is_empty(), "tls.domains", "[]", "name what is to be certified")?;
        demand(
            directory.starts_with("https://"),
            "tls.directory",
            directory,
            "give its address, which begins with https://",
        )?;
    }
    Ok(tls)
}

const fn default_drain_s() -> u64 {
    60
}

const fn unspecified() -> IpAddr {
    IpAddr::V4(Ipv4Addr::UNSPECIFIED)
}

/// One shard for each core.
fn default_shards() -> u16 {
    thread::available_parallelism()
        .map_or(1, |cores| u16::try_from(cores.get()).unwrap_or(SHARDS_MAX))
        .min(SHARDS_MAX)
}

/// The IPv4 addresses of this machine. Loopback comes first, because the demonstration is mostly opened on it.
fn own_addresses() -> Vec<IpAddr> {
    let mut addresses: Vec<IpAddr> = if_addrs::get_if_addrs()
        .unwrap_or_default()
        .into_iter()
        .map(|interface| interface.ip())
        .filter(|ip| ip.is_ipv4() && !ip.is_loopback())
        .collect();
    addresses.insert(0, Ipv4Addr::LOCALHOST.into());
    addresses
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        data = "/var/lib/teranga"
        [http]
        listen = "0.0.0.0:443"
        names = ["teranga.example.sn"]
        [tls]
        mode = "internal"
        [media]
        first_port = 40000
        shards = 2
        advertised = ["192.0.2.7"]
    "#;

    const ACME: &str = r#"mode = "acme"
        domains = ["teranga.example.sn"]
        contact = "informatique@example.sn"
        directory = "https://acme.example.sn/directory""#;

    fn load(text: &str) -> Result<Config, ConfigError> {
        let source = File::from_str(text, FileFormat::Toml);
        Config::check(config::Config::builder().add_source(source).build()?.try_deserialize()?)
    }

    fn address(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_minimal_file_is_enough() {
        let config = load(GOOD).unwrap();
        assert_eq!(config.drain_deadline, Duration::from_mins(1));
        let sockets: Vec<_> = config.media.sockets().collect();
        assert_eq!(sockets[1], (address("0.0.0.0:40001"), vec![address("192.0.2.7:40001")]));
    }

    #[test]
    fn a_time_zone_is_told_only_if_it_is_not_the_default() {
        let zone = |name: &str| {
            load(&GOOD.replace("data =", &format!("time_zone = \"{name}\"\ndata ="))).unwrap().time_zone
        };
        assert_eq!(zone("Africa/Dakar"), None);
        assert_eq!(zone("Africa/Nairobi").as_deref(), Some("Africa/Nairobi"));
        assert_eq!(load(GOOD).unwrap().time_zone, None);
    }

    #[test]
    fn an_acme_directory_needs_no_authority_of_its_own() {
        let config = load(&GOOD.replace(r#"mode = "internal""#, ACME)).unwrap();
        assert!(matches!(config.tls, Tls::Acme { authority: None, .. }));
    }

    #[test]
    fn the_demonstration_opens_nothing_beyond_the_address_at_which_it_listens() {
        let media = |listen: &str| Config::demo(Path::new("data"), address(listen), 9).media;
        let own = media("127.0.0.1:8443");
        assert_eq!((own.bind, own.advertised), ([127, 0, 0, 1].into(), vec![[127, 0, 0, 1].into()]));
        assert!(media("0.0.0.0:8443").bind.is_unspecified(), "who says so is heard");
    }

    #[test]
    fn every_error_names_its_key() {
        for (from, to, key) in [
            ("shards = 2", "shards = 0", "media.shards"),
            ("40000", "65535", "media.first_port"),
            ("\"192.0.2.7\"", "\"0.0.0.0\"", "media.advertised"),
            ("\"teranga.example.sn\"", "", "http.names"),
            ("data =", "drain_deadline_s = 61\ndata =", "drain_deadline_s"),
            ("data =", "time_zone = \"Dakar; DROP\"\ndata =", "time_zone"),
            ("data =", "record_keys = \"/var/lib/teranga/records.key\"\ndata =", "record_keys"),
            ("[http]", "[escalation]\nstat_s = 0\n[http]", "escalation.stat_s"),
            ("listen =", "lisen =", "lisen"),
            ("internal", "eternal", "eternal"),
            (r#"mode = "internal""#, &ACME.replace("https", "http"), "tls.directory"),
            ("[media]", "[media", "expected"),
        ] {
            let error = load(&GOOD.replace(from, to)).unwrap_err().to_string();
            assert!(error.contains(key), "{to}: {error}");
        }
    }
}
