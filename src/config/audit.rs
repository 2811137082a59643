//! Who gets the head of the audit log.

use super::error::{ConfigError, demand};
use serde::Deserialize;
use teranga_clinic::contact;

/// The section `audit`, before it is checked.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawAudit {
    head_to: Option<String>,
}

impl RawAudit {
    /// The address, which needs a mail relay.
    pub(super) fn check(self, has_relay: bool) -> Result<Option<String>, ConfigError> {
        let Some(to) = self.head_to else { return Ok(None) };
        demand(
            contact::email(&to).is_ok(),
            "audit.head_to",
            &to,
            "give an e-mail address outside of this machine, as audit@sante.example.sn",
        )?;
        demand(has_relay, "audit.head_to", &to, "give a mail relay, too: the section [mail]")?;
        Ok(Some(to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_goes_to_an_address_and_only_by_a_relay() {
        let check = |to: Option<&str>, has_relay| {
            let checked = RawAudit { head_to: to.map(str::to_owned) }.check(has_relay);
            checked.map_err(|error| error.to_string())
        };
        let address = "audit@sante.example.sn";
        assert_eq!(check(None, false), Ok(None));
        assert_eq!(check(Some(address), true), Ok(Some(address.to_owned())));
        assert!(check(Some(address), false).unwrap_err().contains("[mail]"));
        assert!(check(Some("audit"), true).unwrap_err().contains("audit.head_to"));
    }
}
