//! SMS through Kannel: its HTTP interface `sendsms`. Name, password and number travel as headers, so that they stand in no log of an
//! address. It reads the status line of the answer only; hyper parses it.

use super::way::{PATIENCE, Way};
use crate::config::SmsGateway;
use async_trait::async_trait;
use http_body_util::Full;
use hyper::{
    Request, StatusCode,
    body::Bytes,
    header::{CONTENT_TYPE, HOST, HeaderValue, InvalidHeaderValue},
};
use hyper_util::rt::TokioIo;
use std::io;
use teranga_clinic::{
    notice::{NoticeChannel, NoticeTrouble},
    pii::Pii,
};
use tokio::{net::TcpStream, time::timeout};

/// The client of a gateway.
pub(super) struct SmsClient {
    gateway: SmsGateway,
}

/// The reason why there was no answer. None of the texts holds a number.
#[derive(Debug, thiserror::Error)]
enum Silence {
    #[error("{0}")]
    Connection(#[from] io::Error),
    #[error("{0}")]
    Http(#[from] hyper::Error),
    #[error("a value that is no header")]
    Header(#[from] InvalidHeaderValue),
    #[error("an address that is none")]
    Request(#[from] hyper::http::Error),
}

impl SmsClient {
    pub(super) const fn new(gateway: SmsGateway) -> Self {
        Self { gateway }
    }

    async fn post(&self, to: &str, text: &str) -> Result<StatusCode, Silence> {
        let SmsGateway { host, port, path, user, password, sender } = &self.gateway;
        let stream = TcpStream::connect((host.as_str(), *port)).await?;
        let (mut requests, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let connection = tokio::spawn(connection);
        let secret = |value: &str| {
            let mut value = HeaderValue::from_str(value)?;
            value.set_sensitive(true);
            Ok::<_, InvalidHeaderValue>(value)
        };
        let request = Request::post(path)
            .header(HOST, format!("{host}:{port}"))
            .header(CONTENT_TYPE, "text/plain")
            .header("X-Kannel-Username", user)
            .header("X-Kannel-Password", secret(password.reveal())?)
            .header("X-Kannel-From", sender)
            .header("X-Kannel-To", secret(to)?)
            .header("X-Kannel-Coding", GSM_7_BIT)
            .body(Full::<Bytes>::from(text.to_owned()))?;
        let answer = requests.send_request(request).await?;
        connection.abort();
        Ok(answer.status())
    }
}

#[async_trait]
impl Way for SmsClient {
    fn channel(&self) -> NoticeChannel {
        NoticeChannel::Sms
    }

    async fn send(&self, to: &Pii<String>, _key: &str, text: &Pii<String>) -> Result<(), NoticeTrouble> {
        match timeout(PATIENCE, self.post(to.reveal(), text.reveal())).await {
            Ok(Ok(status)) => judge(status),
            Ok(Err(cause)) => {
                tracing::warn!(code = "sms_unreachable", %cause, "the SMS gateway does not answer");
                Err(NoticeTrouble::Unreachable)
            }
            Err(_) => {
                tracing::warn!(code = "sms_unreachable", "the SMS gateway is too slow");
                Err(NoticeTrouble::Unreachable)
            }
        }
    }
}

/// What a status of Kannel means: 202 when it has taken the message, 403 for a wrong user or password, 503 while it cannot.
fn judge(status: StatusCode) -> Result<(), NoticeTrouble> {
    let trouble = match status {
        StatusCode::ACCEPTED | StatusCode::OK => return Ok(()),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => NoticeTrouble::Denied,
        status if status.is_client_error() => NoticeTrouble::Refused,
        _ => NoticeTrouble::Unreachable,
    };
    tracing::warn!(code = "sms_not_taken", status = status.as_u16(), ?trouble, "the SMS gateway took no SMS");
    Err(trouble)
}

/// Kannel's name for the 7-bit alphabet of GSM 03.38.
const GSM_7_BIT: &str = "0";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_will_never_go_is_refused_for_good() {
        let judged = |status: u16| judge(StatusCode::from_u16(status).unwrap());
        assert_eq!(judged(202), Ok(()));
        assert_eq!(judged(403), Err(NoticeTrouble::Denied));
        assert_eq!(judged(400), Err(NoticeTrouble::Refused));
        for status in [301, 500, 503] {
            assert_eq!(judged(status), Err(NoticeTrouble::Unreachable), "{status}");
        }
    }
}
