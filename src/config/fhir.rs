//! The configured names of the systems that records in FHIR speak of.

use super::error::{ConfigError, demand};
use serde::Deserialize;
use teranga_exchange::record::Systems;

/// The names of systems, each a URI.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawFhir {
    dpp: Option<String>,
    order_number: Option<String>,
    structure: Option<String>,
    codes: Option<String>,
    extensions: Option<String>,
    consent_policy: Option<String>,
}

impl RawFhir {
    pub(super) fn check(self) -> Result<Systems, ConfigError> {
        let default = Systems::default();
        Ok(Systems {
            dpp: system("fhir.dpp", self.dpp, default.dpp)?,
            order_number: system("fhir.order_number", self.order_number, default.order_number)?,
            structure: system("fhir.structure", self.structure, default.structure)?,
            codes: prefix("fhir.codes", self.codes, default.codes)?,
            extensions: prefix("fhir.extensions", self.extensions, default.extensions)?,
            consent_policy: system("fhir.consent_policy", self.consent_policy, default.consent_policy)?,
        })
    }
}

/// The name of a system.
fn system(key: &'static str, name: Option<String>, default: String) -> Result<String, ConfigError> {
    let Some(name) = name else { return Ok(default) };
    let begins_well = ["urn:", "http://", "https://"].iter().any(|begin| name.starts_with(begin));
    let is_uri = begins_well && name.len() <= URI_MAX && name.chars().all(|char| char.is_ascii_graphic());
    demand(is_uri, key, &name, "give a URI of at most 200 characters, which begins with urn: or https://")?;
    Ok(name)
}

/// The beginning of the names of several systems.
fn prefix(key: &'static str, name: Option<String>, default: String) -> Result<String, ConfigError> {
    let name = system(key, name, default)?;
    demand(name.ends_with(['/', ':']), key, &name, "let it end with / or :, because a word follows")?;
    Ok(name)
}

/// The longest name of a system, bytes.
const URI_MAX: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_uri_and_a_beginning_ends_so_that_a_word_may_follow() {
        assert_eq!(RawFhir::default().check().unwrap(), Systems::default());
        let dpp = |name: &str| RawFhir { dpp: Some(name.into()), ..RawFhir::default() }.check();
        assert_eq!(dpp("urn:oid:2.999.1").unwrap().dpp, "urn:oid:2.999.1");
        let long = format!("https://{}", "a".repeat(200));
        for bad in ["", "dpp", "https://sante.example.sn/le dpp", "urn:é", &long] {
            assert!(dpp(bad).unwrap_err().to_string().contains("fhir.dpp"), "{bad}");
        }
        let codes = |name: &str| RawFhir { codes: Some(name.into()), ..RawFhir::default() }.check();
        assert!(codes("https://sante.example.sn/codes").is_err());
        assert!(codes("https://sante.example.sn/codes/").is_ok());
    }
}
