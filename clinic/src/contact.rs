//! How a person is reached outside of the pages: the telephone and the e-mail address of an account. It checks what people type,
//! and sends nothing.

use crate::pii::Pii;

/// The telephone and the e-mail address of an account, as far as somebody has given them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// The telephone number in the form of ITU-T E.164, as `+221771234567`.
    pub phone: Option<Pii<String>>,
    /// The e-mail address.
    pub email: Option<Pii<String>>,
}

/// The reason why something cannot be a telephone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a telephone number has 9 figures, as 77 123 45 67, or begins with + and the number of the country, as +221 77 123 45 67"
)]
pub struct PhoneFlaw;

/// The country code of Senegal, which nine figures without one belong to.
const SENEGAL: &str = "221";

/// The figures of a number of Senegal after the country code.
const SENEGAL_FIGURES: usize = 9;

/// The figures of an international number: at most 15 by ITU-T E.164; no country has numbers of fewer than 7.
const FIGURES: std::ops::RangeInclusive<usize> = 7..=15;

/// The longest text that is read as a telephone number: 15 figures with a sign between any two of them.
const PHONE_BYTES: usize = 40;

/// Checks a telephone number, and gives it in the form of ITU-T E.164. Spaces, dots, hyphens and parentheses between the figures are
/// left out, and `00` at the beginning stands for `+`.
///
/// # Errors
/// [`PhoneFlaw`].
pub fn phone(text: &str) -> Result<String, PhoneFlaw> {
    let text = text.trim();
    if text.len() > PHONE_BYTES {
        return Err(PhoneFlaw);
    }
    let (is_international, rest) = match text.strip_prefix('+').or_else(|| text.strip_prefix("00")) {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let figures: String = rest.chars().filter(|sign| !matches!(sign, ' ' | '.' | '-' | '(' | ')')).collect();
    let is_number = figures.bytes().all(|figure| figure.is_ascii_digit());
    let figures = match (is_international, figures.len()) {
        (true, _) => figures,
        (false, SENEGAL_FIGURES) => format!("{SENEGAL}{figures}"),
        (false, _) => return Err(PhoneFlaw),
    };
    let national = figures.strip_prefix(SENEGAL).map(str::len);
    let is_whole = FIGURES.contains(&figures.len()) && national.is_none_or(|len| len == SENEGAL_FIGURES);
    if is_number && is_whole && !figures.starts_with('0') {
        Ok(format!("+{figures}"))
    } else {
        Err(PhoneFlaw)
    }
}

/// A telephone number as its owner may recognise it on a page that others see, too: its last two figures, and the country code if it is
/// the own one.
pub fn masked_phone(phone: &Pii<String>) -> String {
    let phone = phone.reveal();
    let country = if phone.starts_with("+221") { "+221 " } else { "" };
    let figures = phone.char_indices().rev().nth(1).map_or("", |(at, _)| &phone[at..]);
    format!("{country}…{figures}")
}

/// The reason why something cannot be an e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an e-mail address looks like awa.ndiaye@example.sn, without spaces and accents")]
pub struct EmailFlaw;

/// The longest e-mail address, in bytes (RFC 5321 section 4.5.3.1: a path of 256 with its angle brackets).
const EMAIL_BYTES: usize = 254;

/// The longest part before the `@`, in bytes (RFC 5321 section 4.5.3.1).
const LOCAL_BYTES: usize = 64;

/// Checks an e-mail address. It is stricter than RFC 5321, so that nothing in it can be taken for a second address or for a
/// command: letters and figures of ASCII, and the signs that providers allow.
///
/// # Errors
/// [`EmailFlaw`].
pub fn email(text: &str) -> Result<String, EmailFlaw> {
    let text = text.trim();
    let Some((local, domain)) = text.split_once('@').filter(|_| text.len() <= EMAIL_BYTES) else {
        return Err(EmailFlaw);
    };
    let is_atom = |atom: &str, signs: &str| {
        !atom.is_empty() && atom.chars().all(|sign| sign.is_ascii_alphanumeric() || signs.contains(sign))
    };
    let is_label = |label: &str| is_atom(label, "-") && !label.starts_with('-') && !label.ends_with('-');
    let is_address = local.len() <= LOCAL_BYTES
        && local.split('.').all(|atom| is_atom(atom, "+-_"))
        && domain.contains('.')
        && domain.split('.').all(is_label);
    if is_address { Ok(text.to_owned()) } else { Err(EmailFlaw) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_number_shows_two_figures_and_the_own_country_only() {
        assert_eq!(masked_phone(&"+221771234567".to_owned().into()), "+221 …67");
        assert_eq!(masked_phone(&"+33612345678".to_owned().into()), "…78");
        assert_eq!(masked_phone(&String::new().into()), "…");
    }

    #[test]
    fn a_number_is_kept_in_one_form_however_it_was_typed() {
        for typed in ["77 123 45 67", "771234567", "+221 77 123 45 67", "00221771234567", " 77-123.45.67 "] {
            assert_eq!(phone(typed).as_deref(), Ok("+221771234567"), "{typed}");
        }
        assert_eq!(phone("+33 (0)6").as_deref(), Err(&PhoneFlaw));
        assert_eq!(phone("+33 6 12 34 56 78").as_deref(), Ok("+33612345678"));
    }

    #[test]
    fn what_cannot_be_rung_is_no_number() {
        let long = "1".repeat(1_000_000);
        for bad in [
            "",
            "+",
            "00",
            "77 123 45 6",
            "77 123 45 678",
            "+221 77 123 45 6",
            "+221 77 123 45 678",
            "+0771234567",
            "+1234567890123456",
            "77 123 45 67,78",
            "٧٧١٢٣٤٥٦٧",
            "+221\n771234567",
            "sip:77",
            &long,
        ] {
            assert_eq!(phone(bad), Err(PhoneFlaw), "{bad:.20}");
        }
    }

    #[test]
    fn an_address_is_one_address_and_nothing_else() {
        for good in ["awa.ndiaye@example.sn", "a+b_c-d@h.example.sn", "x@1.sn"] {
            assert_eq!(email(good).as_deref(), Ok(good));
        }
        let long = format!("{}@example.sn", "a".repeat(65));
        for bad in [
            "",
            "awa",
            "awa@",
            "@example.sn",
            "awa@sn",
            "awa@example..sn",
            "awa@-x.sn",
            "a..b@example.sn",
            "awa@example.sn,ba@example.sn",
            "awa@example.sn\r\nRCPT TO:<x@y.z>",
            "\"a b\"@example.sn",
            "a b@example.sn",
            "a@b@example.sn",
            "aï@example.sn",
            &long,
        ] {
            assert_eq!(email(bad), Err(EmailFlaw), "{bad}");
        }
    }
}
