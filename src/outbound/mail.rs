//! E-mail through a relay (RFC 5321) by the library `lettre`. The reasons that a relay gives for a refusal may repeat an address, so
//! the log gets their code only.

use super::way::{PATIENCE, Way};
use crate::config::{MailRelay, MailSecurity};
use async_trait::async_trait;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
    transport::smtp::{
        Error,
        authentication::Credentials,
        client::{Certificate, CertificateStore, Tls, TlsParameters},
        extension::ClientId,
    },
};
use std::fs;
use teranga_clinic::{
    notice::{NoticeChannel, NoticeTrouble},
    pii::Pii,
};
use tokio::time::timeout;

/// The client of a relay.
pub(super) struct MailClient {
    relay: MailRelay,
    /// The name of this server, for the greeting and for message identifiers.
    own_name: String,
}

impl MailClient {
    pub(super) const fn new(relay: MailRelay, own_name: String) -> Self {
        Self { relay, own_name }
    }

    /// A connection for one message. The certificate of the authority is read each time, so that a renewed one counts at once.
    fn transport(&self) -> Result<AsyncSmtpTransport<Tokio1Executor>, Error> {
        let MailRelay { host, port, security, login, .. } = &self.relay;
        let tls = match security {
            MailSecurity::None => Tls::None,
            MailSecurity::Tls => Tls::Wrapper(self.tls()?),
            MailSecurity::Starttls => Tls::Required(self.tls()?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(*port)
            .tls(tls)
            .timeout(Some(PATIENCE))
            .hello_name(ClientId::Domain(self.own_name.clone()));
        if let Some((user, password)) = login {
            builder = builder.credentials(Credentials::new(user.clone(), password.reveal().clone()));
        }
        Ok(builder.build())
    }

    fn tls(&self) -> Result<TlsParameters, Error> {
        let mut builder = TlsParameters::builder(self.relay.host.clone());
        if let Some(file) = &self.relay.authority {
            let pem = fs::read(file).unwrap_or_default();
            builder = builder
                .certificate_store(CertificateStore::None)
                .add_root_certificate(Certificate::from_pem(&pem)?);
        }
        builder.build_rustls()
    }

    /// The message; none if an address cannot be one.
    fn message(&self, to: &str, key: &str, text: &str) -> Option<Message> {
        let (subject, body) = text.split_once('\n')?;
        let mailbox = |name: Option<&str>, address: &str| {
            Some(Mailbox::new(name.map(str::to_owned), address.parse::<Address>().ok()?))
        };
        let message = Message::builder()
            .message_id(Some(format!("<{key}@{}>", self.own_name)))
            .from(mailbox(Some("Teranga"), &self.relay.from)?)
            .to(mailbox(None, to)?)
            .subject(subject)
            .header(ContentType::TEXT_PLAIN);
        message.body(body.to_owned()).ok()
    }
}

#[async_trait]
impl Way for MailClient {
    fn channel(&self) -> NoticeChannel {
        NoticeChannel::Mail
    }

    async fn send(&self, to: &Pii<String>, key: &str, text: &Pii<String>) -> Result<(), NoticeTrouble> {
        let message = self.message(to.reveal(), key, text.reveal()).ok_or(NoticeTrouble::Refused)?;
        let transport = self.transport().map_err(|error| trouble(&error))?;
        match timeout(PATIENCE, transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(trouble(&error)),
            Err(_) => {
                tracing::warn!(code = "mail_unreachable", "the mail relay is too slow");
                Err(NoticeTrouble::Unreachable)
            }
        }
    }
}

/// What an error of a relay means for a notice. The reply codes of a failed sign-in are those of RFC 4954.
fn trouble(error: &Error) -> NoticeTrouble {
    let status = error.status().map(u16::from);
    let trouble = match status {
        Some(530 | 534 | 535 | 538) => NoticeTrouble::Denied,
        _ if error.is_tls() => NoticeTrouble::Denied,
        _ if error.is_permanent() => NoticeTrouble::Refused,
        _ => NoticeTrouble::Unreachable,
    };
    let code = if trouble == NoticeTrouble::Unreachable { "mail_unreachable" } else { "mail_not_taken" };
    tracing::warn!(code, status, ?trouble, is_timeout = error.is_timeout(), "the mail relay took no e-mail");
    trouble
}
