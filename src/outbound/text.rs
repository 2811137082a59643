//! The texts of notices, in French. They name the doctor, the duty and what to do, and never a patient or a post: an SMS lies open on
//! a locked telephone.

use teranga_clinic::{
    people::Speciality,
    request::Urgency,
    rota::{Duty, DutyLevel, Zone},
    time::Timestamp,
};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The characters of one SMS in the 7-bit alphabet of GSM 03.38. A longer text would be paid for twice.
const SMS_CHARS: usize = 160;

/// Room for the doctor's name in an SMS, however long the rest is.
const NAME_CHARS: usize = 20;

/// What a notice is about, and where the pages are.
pub(super) struct Letter<'a> {
    /// The duty.
    pub(super) duty: &'a Duty,
    /// The urgency of the request that rings; none for a doctor who is missed without one.
    pub(super) rings: Option<Urgency>,
    /// The country's time zone.
    pub(super) zone: &'a Zone,
    /// The address of the doctors' page.
    pub(super) page: &'a str,
}

impl Letter<'_> {
    /// The text as an SMS.
    pub(super) fn sms(&self) -> String {
        let (name, since) = (gsm(self.duty.doctor.name.reveal()), self.time_of(self.duty.from));
        let name = if name.is_empty() { "Docteur".to_owned() } else { name };
        let speciality = gsm(speciality(self.duty.speciality));
        let duty = format!("de garde{} en {speciality} depuis {since}", gsm(level(self.duty.level)));
        let (said, then) = match self.rings {
            None => (format!(", {duty}: vous n'etes pas en ligne."), " ou prevenez la coordination."),
            Some(Urgency::Stat) => {
                (format!(": URGENCE VITALE en attente en {speciality}, et vous n'etes pas en ligne."), ".")
            }
            Some(_) => {
                (format!(": demande urgente en attente en {speciality}, et vous n'etes pas en ligne."), ".")
            }
        };
        let fits = SMS_CHARS - NAME_CHARS - said.len() - then.len();
        let open = format!(" Ouvrez {}", self.page);
        let open = if open.len() <= fits { open } else { " Ouvrez Teranga".to_owned() };
        let rest = format!("{said}{open}{then}");
        let name: String = name.chars().take(SMS_CHARS - rest.len()).collect();
        format!("{}{rest}", name.trim_end())
    }

    /// The text as an e-mail: its subject, then the body.
    pub(super) fn mail(&self) -> String {
        let Self { duty, page, .. } = self;
        let name = duty.doctor.name.reveal();
        let (speciality, level) = (speciality(duty.speciality), level(duty.level));
        let (since, until) = (self.time_of(duty.from), self.time_of(duty.until));
        let (subject, what) = match self.rings {
            None => ("Vous êtes de garde, et vous n’êtes pas en ligne", String::new()),
            Some(Urgency::Stat) => {
                ("Une urgence vitale vous attend", "Une urgence vitale attend un médecin. ".into())
            }
            Some(_) => ("Une demande urgente vous attend", "Une demande urgente attend un médecin. ".into()),
        };
        format!(
            "{subject}\nBonjour {name},\n\n{what}Vous êtes de garde{level} en {speciality} depuis {since} et jusqu’à {until}, \
             et aucune page Teranga n’est ouverte à votre nom : un appel ne sonnerait pas chez vous.\n\n\
             Ouvrez {page}\n\nSi vous ne pouvez pas assurer cette garde, prévenez la coordination, ou déclarez-vous absent sur \
             cette page : l’appel passera tout de suite au médecin suivant.\n\nCe message est envoyé par le serveur. N’y répondez pas.\n"
        )
    }

    fn time_of(&self, at: Timestamp) -> String {
        let local = self.zone.local(at);
        format!("{:02}:{:02}", local.hour(), local.minute())
    }
}

const fn speciality(speciality: Speciality) -> &'static str {
    match speciality {
        Speciality::Obstetrics => "gynécologie",
        Speciality::Paediatrics => "pédiatrie",
        Speciality::General => "médecine",
        Speciality::Surgery => "chirurgie",
    }
}

const fn level(level: DutyLevel) -> &'static str {
    match level {
        DutyLevel::First => "",
        DutyLevel::Second => " (2e ligne)",
        DutyLevel::Regional => " (région)",
    }
}

/// A text in letters that the basic alphabet of GSM 03.38 has and every telephone shows: without accents, each letter of a
/// national language as its nearest one. Other characters are left out.
fn gsm(text: &str) -> String {
    let plain = text.nfd().filter(|char| !is_combining_mark(*char)).map(|char| match char {
        'ɓ' => 'b',
        'Ɓ' => 'B',
        'ɗ' => 'd',
        'Ɗ' => 'D',
        'ƴ' => 'y',
        'Ƴ' => 'Y',
        'ŋ' => 'n',
        'Ŋ' => 'N',
        '’' | '‘' => '\'',
        '–' | '—' => '-',
        '\u{a0}' | '\u{202f}' => ' ',
        other => other,
    });
    let is_basic = |char: &char| char.is_ascii_alphanumeric() || " .,:;!?'\"()+-/@&=%*#_".contains(*char);
    plain.filter(is_basic).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::identity;
    use teranga_clinic::people::Role;

    fn duty(name: &str, level: DutyLevel) -> Duty {
        let mut doctor = identity("awa", Role::Doctor);
        doctor.name = name.into();
        let from = Timestamp(1_796_155_200_000);
        Duty { doctor, speciality: Speciality::Obstetrics, level, from, until: from.plus_ms(36_000_000) }
    }

    fn letter<'a>(duty: &'a Duty, rings: Option<Urgency>, zone: &'a Zone, page: &'a str) -> Letter<'a> {
        Letter { duty, rings, zone, page }
    }

    #[test]
    fn an_sms_says_who_what_since_when_and_what_to_do() {
        let zone = Zone::named("Africa/Dakar").unwrap();
        let duty = duty("Dr Aïssatou Ɓâ", DutyLevel::First);
        let page = "https://teranga.example.sn/medecin";
        assert_eq!(
            letter(&duty, None, &zone, page).sms(),
            "Dr Aissatou Ba, de garde en gynecologie depuis 20:00: vous n'etes pas en ligne. Ouvrez \
             https://teranga.example.sn/medecin ou prevenez la coordination."
        );
        assert_eq!(
            letter(&duty, Some(Urgency::Stat), &zone, page).sms(),
            "Dr Aissatou Ba: URGENCE VITALE en attente en gynecologie, et vous n'etes pas en ligne. Ouvrez \
             https://teranga.example.sn/medecin."
        );
    }

    #[test]
    fn an_sms_is_one_sms_whatever_the_name_the_duty_and_the_address() {
        let zone = Zone::named("Africa/Dakar").unwrap();
        let pages =
            ["https://t.sn/medecin".to_owned(), format!("https://{}.sn:8443/medecin", "t".repeat(200))];
        for name in ["Dr Awa Ndiaye", "عائشة", &"É".repeat(80), "👩🏾‍⚕️", "{[~]}\\^|€"] {
            for level in DutyLevel::ALL {
                for page in &pages {
                    for rings in [None, Some(Urgency::Stat), Some(Urgency::Urgent)] {
                        let duty = duty(name, level);
                        let text = letter(&duty, rings, &zone, page).sms();
                        assert!(
                            text.chars().all(|char| char.is_ascii() && !"{}[]~\\^|`".contains(char)),
                            "{text}"
                        );
                        assert!((60..=SMS_CHARS).contains(&text.len()), "{}: {text}", text.len());
                        assert!(text.contains("Ouvrez") && !text.starts_with(','), "{text}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_first_line_of_an_e_mail_is_its_subject() {
        let zone = Zone::named("Africa/Dakar").unwrap();
        let duty = duty("Dr Awa Ndiaye", DutyLevel::Second);
        let mail = letter(&duty, None, &zone, "https://t.sn/medecin").mail();
        let (subject, body) = mail.split_once('\n').unwrap();
        assert_eq!(subject, "Vous êtes de garde, et vous n’êtes pas en ligne");
        assert!(body.contains("de garde (2e ligne) en gynécologie depuis 20:00 et jusqu’à 06:00"), "{body}");
    }
}
