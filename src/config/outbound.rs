//! The ways out of this server to people: an SMS gateway and a mail relay. Both are optional, and their passwords are read from
//! files when the configuration is checked.

use super::error::{ConfigError, demand};
use serde::Deserialize;
use std::{
    fmt, fs,
    net::IpAddr,
    path::{Path, PathBuf},
};
use teranga_clinic::{contact, pii::Pii};

/// An SMS gateway: Kannel's interface `sendsms` over HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmsGateway {
    /// The host: this machine, or a private address.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The path, as `/cgi-bin/sendsms`.
    pub path: String,
    /// The user of Kannel's group `sendsms-user`.
    pub user: String,
    /// The user's password.
    pub password: Pii<String>,
    /// The sender that telephones show: a name of at most 11 letters and figures, or a number.
    pub sender: String,
}

/// A mail relay (RFC 5321, RFC 6409).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailRelay {
    /// The host by name or address.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The protection of the connection.
    pub security: MailSecurity,
    /// The sender's address.
    pub from: String,
    /// The name and password with which the server signs in; none if the relay asks for none.
    pub login: Option<(String, Pii<String>)>,
    /// PEM file of the authority that certifies the relay; none for the authorities of this machine.
    pub authority: Option<PathBuf>,
}

/// The protection of the connection to a relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailSecurity {
    /// TLS from the first byte (RFC 8314), mostly on port 465.
    Tls,
    /// TLS after the command STARTTLS (RFC 3207), which is demanded; mostly on port 587.
    Starttls,
    /// None: a relay on this machine only.
    None,
}

/// The section `sms`, before it is checked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSms {
    gateway: String,
    user: String,
    password_file: PathBuf,
    sender: String,
}

/// The section `mail`, before it is checked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMail {
    relay: String,
    security: MailSecurity,
    from: String,
    user: Option<String>,
    password_file: Option<PathBuf>,
    authority: Option<PathBuf>,
}

impl RawSms {
    pub(super) fn check(self) -> Result<SmsGateway, ConfigError> {
        let advice = "give the address of Kannel's sendsms, as http://127.0.0.1:13013/cgi-bin/sendsms";
        let parts = self.gateway.strip_prefix("http://").and_then(|rest| rest.split_once('/'));
        let parts = parts.and_then(|(host, path)| Some((host_and_port(host)?, format!("/{path}"))));
        let is_path = |path: &str| path.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#".contains(&byte));
        let Some(((host, port), path)) = parts.filter(|(_, path)| is_path(path)) else {
            return Err(ConfigError::Value { key: "sms.gateway", value: self.gateway, advice });
        };
        demand(
            is_near(&host),
            "sms.gateway",
            &host,
            "it is not encrypted: let Kannel run on this machine, or reach it by its private address",
        )?;
        demand(
            is_word(&self.user),
            "sms.user",
            &self.user,
            "give the username of Kannel's sendsms-user, without spaces",
        )?;
        demand(
            is_sender(&self.sender),
            "sms.sender",
            &self.sender,
            "choose at most 11 letters and figures, as TERANGA, or a number",
        )?;
        let password = secret("sms.password_file", &self.password_file)?;
        Ok(SmsGateway { host, port, path, user: self.user, password, sender: self.sender })
    }
}

impl RawMail {
    pub(super) fn check(self) -> Result<MailRelay, ConfigError> {
        let Some((host, port)) = host_and_port(&self.relay) else {
            let advice = "give host and port, as smtp.example.sn:587";
            return Err(ConfigError::Value { key: "mail.relay", value: self.relay, advice });
        };
        demand(
            self.security != MailSecurity::None || is_this_machine(&host),
            "mail.security",
            "none",
            "choose \"starttls\" or \"tls\"; without either, a relay must be on this machine",
        )?;
        demand(
            contact::email(&self.from).is_ok(),
            "mail.from",
            &self.from,
            "give an e-mail address, as teranga@example.sn",
        )?;
        let login = match (self.user, self.password_file) {
            (Some(user), Some(file)) => Some((user, secret("mail.password_file", &file)?)),
            (None, None) => None,
            (user, _) => {
                let given = if user.is_some() { "missing" } else { "without mail.user" };
                let advice = "give both mail.user and mail.password_file, or neither";
                return Err(ConfigError::Value { key: "mail.password_file", value: given.into(), advice });
            }
        };
        if let Some(file) = &self.authority {
            demand(
                fs::read(file).is_ok_and(|pem| pem.starts_with(b"-----BEGIN")),
                "mail.authority",
                file.display(),
                "name a PEM file that this server may read",
            )?;
        }
        let (security, from, authority) = (self.security, self.from, self.authority);
        Ok(MailRelay { host, port, security, from, login, authority })
    }
}

impl fmt::Display for SmsGateway {
    /// Writes what `--check-config` prints. The password is not among it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port, path, user, sender, .. } = self;
        write!(f, "http://{host}:{port}{path} as {user}, sender {sender}")
    }
}

impl fmt::Display for MailRelay {
    /// Writes what `--check-config` prints. The password is not among it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port, security, from, login, .. } = self;
        let user = login.as_ref().map_or("nobody", |(user, _)| user);
        write!(f, "{host}:{port} ({security:?}) as {user}, from {from}")
    }
}

/// The first line of a secret's file.
pub(super) fn secret(key: &'static str, file: &Path) -> Result<Pii<String>, ConfigError> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let secret = text.lines().next().unwrap_or_default().trim();
    let is_plain = !secret.is_empty() && secret.chars().all(|sign| !sign.is_control());
    demand(
        is_plain,
        key,
        file.display(),
        "put the password into the first line of this file, readable by the server",
    )?;
    Ok(Pii::new(secret.to_owned()))
}

/// Splits a host from its port; the address of an IPv6 host stands in brackets.
fn host_and_port(text: &str) -> Option<(String, u16)> {
    let (host, port) = text.rsplit_once(':')?;
    let port = port.parse().ok().filter(|port| *port != 0)?;
    let host = host.strip_prefix('[').map_or(Some(host), |rest| rest.strip_suffix(']'))?;
    let is_address = host.parse::<IpAddr>().is_ok();
    let is_name =
        !host.is_empty() && host.chars().all(|sign| sign.is_ascii_alphanumeric() || "-._".contains(sign));
    (is_address || is_name).then(|| (host.to_owned(), port))
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// True for this machine and for a private address (RFC 1918, RFC 4193), which a local network or a VPN has.
pub(super) fn is_near(host: &str) -> bool {
    let is_private = host.parse().is_ok_and(|ip| match ip {
        IpAddr::V4(ip) => ip.is_private(),
        IpAddr::V6(ip) => ip.is_unique_local(),
    });
    is_private || is_this_machine(host)
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// True for a sender that GSM 03.38 and 03.40 allow: 11 characters of a name, or a number.
fn is_sender(text: &str) -> bool {
    let is_name = (1..=11).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_name || contact::phone(text).is_ok_and(|number| number == text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{env, process};

    fn sms(gateway: &str, sender: &str, password_file: &Path) -> Result<SmsGateway, ConfigError> {
        let (gateway, sender) = (gateway.to_owned(), sender.to_owned());
        RawSms { gateway, user: "teranga".into(), password_file: password_file.to_owned(), sender }.check()
    }

    #[test]
    fn a_gateway_is_near_and_its_password_is_in_a_file() {
        let file = env::temp_dir().join(format!("teranga-sms-{}", process::id()));
        fs::write(&file, "s3cr3t\n").unwrap();
        let good = sms("http://127.0.0.1:13013/cgi-bin/sendsms", "TERANGA", &file).unwrap();
        assert_eq!(
            (good.port, good.path.as_str(), good.password.reveal().as_str()),
            (13013, "/cgi-bin/sendsms", "s3cr3t")
        );
        assert!(!format!("{good} {good:?}").contains("s3cr3t"));
        assert!(sms("http://10.1.2.3:13013/cgi-bin/sendsms", "+221338000000", &file).is_ok());
        for (gateway, sender, key) in [
            ("https://127.0.0.1:1/x", "T", "sms.gateway"),
            ("http://192.0.2.1:1/x", "T", "private address"),
            ("http://sms.example.sn:1/x", "T", "private address"),
            ("http://127.0.0.1/x", "T", "sms.gateway"),
            ("http://127.0.0.1:1/x?password=y", "T", "sms.gateway"),
            ("http://127.0.0.1:1/x", "TERANGA SANTE", "sms.sender"),
            ("http://127.0.0.1:1/x", "", "sms.sender"),
        ] {
            let error = sms(gateway, sender, &file).unwrap_err().to_string();
            assert!(error.contains(key), "{gateway} {sender}: {error}");
        }
        fs::remove_file(&file).unwrap();
        let error = sms("http://127.0.0.1:1/x", "T", &file).unwrap_err().to_string();
        assert!(error.contains("sms.password_file") && error.contains("first line"), "{error}");
    }

    #[test]
    fn a_relay_elsewhere_is_spoken_to_with_tls_only() {
        let mail = |relay: &str, security, user: Option<&str>| {
            let (relay, from) = (relay.to_owned(), "teranga@example.sn".to_owned());
            let user = user.map(str::to_owned);
            RawMail { relay, security, from, user, password_file: None, authority: None }.check()
        };
        assert!(mail("localhost:25", MailSecurity::None, None).is_ok());
        assert!(mail("[::1]:25", MailSecurity::None, None).is_ok());
        assert!(mail("smtp.example.sn:587", MailSecurity::Starttls, None).is_ok());
        for (relay, security, user, key) in [
            ("smtp.example.sn:25", MailSecurity::None, None, "mail.security"),
            ("smtp.example.sn", MailSecurity::Tls, None, "mail.relay"),
            ("smtp.example.sn:587", MailSecurity::Tls, Some("teranga"), "mail.password_file"),
        ] {
            let error = mail(relay, security, user).unwrap_err().to_string();
            assert!(error.contains(key), "{relay}: {error}");
        }
    }
}
