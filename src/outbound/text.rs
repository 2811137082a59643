//! The texts of notices, in French. They name the person, what it is about and what to do, and never a patient or a post: an SMS lies
//! open on a locked telephone.

use teranga_clinic::{
    people::Speciality,
    request::Urgency,
    rota::{Duty, DutyLevel, Zone},
    time::Timestamp,
};
use teranga_signaling::contract::{Cause, Summons, SummonsReason, Uncovered};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The characters of one SMS in the 7-bit alphabet of GSM 03.38. A longer text would be paid for twice.
pub(super) const SMS_CHARS: usize = 160;

/// Room for the person's name in an SMS, however long the rest is.
const NAME_CHARS: usize = 20;

/// What a notice is about, and where the pages are.
pub(super) struct Letter<'a> {
    /// The person and the reason.
    pub(super) summons: &'a Summons,
    /// The country's time zone.
    pub(super) zone: &'a Zone,
    /// The address of the pages, without the path.
    pub(super) site: &'a str,
    /// The time at which it is written.
    pub(super) now: Timestamp,
}

impl Letter<'_> {
    /// The text as an SMS.
    pub(super) fn sms(&self) -> String {
        let name = gsm(self.summons.to.name.reveal());
        let name = match (name.is_empty(), &self.summons.why) {
            (false, _) => name,
            (true, SummonsReason::Cause(_)) => "Coordination".to_owned(),
            (true, _) => "Docteur".to_owned(),
        };
        let (said, then) = (gsm(&self.said()), self.then());
        let fits = SMS_CHARS - NAME_CHARS - said.len() - then.len();
        let open = format!(" Ouvrez {}", self.page());
        let open = if open.len() <= fits { open } else { " Ouvrez Teranga".to_owned() };
        let rest = format!("{said}{open}{then}");
        let name: String = name.chars().take(SMS_CHARS - rest.len()).collect();
        format!("{}{rest}", name.trim_end())
    }

    /// What follows the name in an SMS.
    fn said(&self) -> String {
        match &self.summons.why {
            SummonsReason::Absent(duty) => {
                let (speciality, level) = (speciality(duty.speciality), level(duty.level));
                let since = self.time_of(duty.from);
                format!(", de garde{level} en {speciality} depuis {since}: vous n'êtes pas en ligne.")
            }
            SummonsReason::Rings { duty, urgency, .. } => {
                let what = if *urgency == Urgency::Stat { "URGENCE VITALE" } else { "demande urgente" };
                let speciality = speciality(duty.speciality);
                format!(": {what} en attente en {speciality}, et vous n'êtes pas en ligne.")
            }
            SummonsReason::Case { speciality: of, urgency, due, .. } => {
                let (case, of, due) = (case(*urgency), speciality(*of), self.moment(*due));
                format!(": {case} en {of} attend votre réponse avant {due}.")
            }
            SummonsReason::Cause(cause) => format!(": {}.", self.cause(cause)),
        }
    }

    /// What follows the address in an SMS.
    const fn then(&self) -> &'static str {
        match self.summons.why {
            SummonsReason::Absent(_) => " ou prevenez la coordination.",
            _ => ".",
        }
    }

    /// What a coordinator is told, as a clause.
    fn cause(&self, cause: &Cause) -> String {
        match cause {
            Cause::Unassigned { speciality: of, urgency, .. } => {
                format!("{} en {} n'a pas de médecin", case(*urgency), speciality(*of))
            }
            Cause::Lapsed { speciality: of, urgency, .. } => {
                format!("délai dépassé, {} en {} reste sans réponse", case(*urgency), speciality(*of))
            }
            Cause::Uncovered(Uncovered { speciality: of, level: at, from }) => {
                format!("personne de garde{} en {} {}", level(*at), speciality(*of), self.since(*from))
            }
            Cause::Absent(duty) => {
                let Duty { speciality: of, level: at, from, .. } = duty.as_ref();
                let garde = format!("garde{} en {} {}", level(*at), speciality(*of), self.since(*from));
                format!("le médecin de {garde} est absent")
            }
        }
    }

    /// The text as an e-mail: its subject, then the body.
    pub(super) fn mail(&self) -> String {
        let (subject, what, then) = match &self.summons.why {
            SummonsReason::Absent(duty) => {
                ("Vous êtes de garde, et vous n’êtes pas en ligne", self.on_duty(duty), ON_DUTY_THEN)
            }
            SummonsReason::Rings { duty, urgency: Urgency::Stat, .. } => {
                let what = format!("Une urgence vitale attend un médecin. {}", self.on_duty(duty));
                ("Une urgence vitale vous attend", what, ON_DUTY_THEN)
            }
            SummonsReason::Rings { duty, .. } => {
                let what = format!("Une demande urgente attend un médecin. {}", self.on_duty(duty));
                ("Une demande urgente vous attend", what, ON_DUTY_THEN)
            }
            SummonsReason::Case { speciality: of, urgency, due, .. } => {
                let (case, of, due) = (case(*urgency), speciality(*of), self.moment(*due));
                let what = format!("Vous suivez {case} en {of}. Votre réponse est attendue avant {due}.");
                ("Un cas attend votre réponse", what, CASE_THEN)
            }
            SummonsReason::Cause(cause) => {
                let what = format!("À signaler : {}.", self.cause(cause).replace('\'', "’"));
                (cause_subject(cause), what, CAUSE_THEN)
            }
        };
        let (name, page) = (self.summons.to.name.reveal(), self.page());
        format!(
            "{subject}\nBonjour {name},\n\n{what}\n\nOuvrez {page}\n\n{then}\n\nCe message est envoyé par le serveur. N’y répondez pas.\n"
        )
    }

    fn on_duty(&self, duty: &Duty) -> String {
        let (speciality, level) = (speciality(duty.speciality), level(duty.level));
        let (since, until) = (self.time_of(duty.from), self.time_of(duty.until));
        format!(
            "Vous êtes de garde{level} en {speciality} depuis {since} et jusqu’à {until}, et aucune page Teranga n’est ouverte à votre \
             nom : un appel ne sonnerait pas chez vous."
        )
    }

    /// The address of the page that the person should open.
    fn page(&self) -> String {
        let path =
            if matches!(self.summons.why, SummonsReason::Cause(_)) { "coordination" } else { "medecin" };
        format!("{}/{path}", self.site)
    }

    /// The beginning of a duty, as far away as it is.
    fn since(&self, from: Timestamp) -> String {
        let how = if from <= self.now { "depuis" } else { "à partir de" };
        format!("{how} {}", self.moment(from)).replace("de le ", "du ")
    }

    /// A time of today, or a day and a time.
    fn moment(&self, at: Timestamp) -> String {
        let (local, today) = (self.zone.local(at), self.zone.local(self.now));
        let time = self.time_of(at);
        if local.date() == today.date() {
            time
        } else {
            format!("le {:02}/{:02} à {time}", local.day(), local.month())
        }
    }

    fn time_of(&self, at: Timestamp) -> String {
        let local = self.zone.local(at);
        format!("{:02}:{:02}", local.hour(), local.minute())
    }
}

const ON_DUTY_THEN: &str = "Si vous ne pouvez pas assurer cette garde, prévenez la coordination, ou déclarez-vous absent sur cette page : \
                            l’appel passera tout de suite au médecin suivant.";

const CASE_THEN: &str = "Si vous ne pouvez pas répondre à temps, confiez le cas à un confrère sur cette page. Sans réponse, il passera à un \
                         autre médecin, et la coordination sera prévenue.";

const CAUSE_THEN: &str = "Sur cette page, vous pouvez confier un cas à un médecin, compléter le tableau de garde et trouver les numéros de \
                          téléphone.";

const fn cause_subject(cause: &Cause) -> &'static str {
    match cause {
        Cause::Unassigned { .. } => "Un cas n’a pas de médecin",
        Cause::Lapsed { .. } => "Un cas reste sans réponse",
        Cause::Uncovered(_) => "Une garde n’est pas pourvue",
        Cause::Absent(_) => "Un médecin de garde est absent",
    }
}

const fn case(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Stat => "un cas VITAL",
        Urgency::Urgent => "un cas urgent",
        Urgency::Routine => "un cas",
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
pub(super) fn gsm(text: &str) -> String {
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
    use crate::store::testing::{consultation, identity};
    use teranga_clinic::people::Role;

    const SITE: &str = "https://teranga.example.sn";

    /// 20:00 in Dakar.
    const FROM: Timestamp = Timestamp(1_796_155_200_000);

    fn summons(name: &str, level: DutyLevel, why: fn(Box<Duty>) -> SummonsReason) -> Summons {
        let mut doctor = identity("awa", Role::Doctor);
        doctor.name = name.into();
        let until = FROM.plus_ms(36_000_000);
        let duty =
            Duty { doctor: doctor.clone(), speciality: Speciality::Obstetrics, level, from: FROM, until };
        Summons { to: doctor, why: why(Box::new(duty)) }
    }

    fn rings(duty: Box<Duty>) -> SummonsReason {
        SummonsReason::Rings { duty, consultation: consultation(1), urgency: Urgency::Stat }
    }

    fn rings_urgent(duty: Box<Duty>) -> SummonsReason {
        SummonsReason::Rings { duty, consultation: consultation(1), urgency: Urgency::Urgent }
    }

    fn case_due(urgency: Urgency, in_ms: u64) -> SummonsReason {
        let (speciality, due) = (Speciality::Paediatrics, FROM.plus_ms(in_ms));
        SummonsReason::Case { consultation: consultation(1), speciality, urgency, since: FROM, due }
    }

    fn stat_case(_: Box<Duty>) -> SummonsReason {
        case_due(Urgency::Stat, 900_000)
    }

    fn routine_case(_: Box<Duty>) -> SummonsReason {
        case_due(Urgency::Routine, 12 * 3_600_000)
    }

    fn unassigned(_: Box<Duty>) -> SummonsReason {
        let (consultation, speciality, urgency) = (consultation(1), Speciality::Obstetrics, Urgency::Stat);
        SummonsReason::Cause(Cause::Unassigned { consultation, speciality, urgency, owners: 0 })
    }

    fn lapsed(_: Box<Duty>) -> SummonsReason {
        let (consultation, speciality, urgency) = (consultation(1), Speciality::Obstetrics, Urgency::Urgent);
        SummonsReason::Cause(Cause::Lapsed { consultation, speciality, urgency, lapses: 1 })
    }

    fn uncovered(_: Box<Duty>) -> SummonsReason {
        let (speciality, level, from) = (Speciality::Obstetrics, DutyLevel::Second, FROM.plus_ms(36_000_000));
        SummonsReason::Cause(Cause::Uncovered(Uncovered { speciality, level, from }))
    }

    fn missed(duty: Box<Duty>) -> SummonsReason {
        SummonsReason::Cause(Cause::Absent(duty))
    }

    const REASONS: [fn(Box<Duty>) -> SummonsReason; 9] = [
        SummonsReason::Absent,
        rings,
        rings_urgent,
        stat_case,
        routine_case,
        unassigned,
        lapsed,
        uncovered,
        missed,
    ];

    fn sms(summons: &Summons, site: &str) -> String {
        Letter { summons, zone: &Zone::named("Africa/Dakar").unwrap(), site, now: FROM }.sms()
    }

    #[test]
    fn an_sms_says_who_what_since_when_and_what_to_do() {
        let said = |why| sms(&summons("Dr Aïssatou Ɓâ", DutyLevel::First, why), SITE);
        assert_eq!(
            said(SummonsReason::Absent),
            "Dr Aissatou Ba, de garde en gynecologie depuis 20:00: vous n'etes pas en ligne. Ouvrez \
             https://teranga.example.sn/medecin ou prevenez la coordination."
        );
        assert_eq!(
            said(rings),
            "Dr Aissatou Ba: URGENCE VITALE en attente en gynecologie, et vous n'etes pas en ligne. Ouvrez \
             https://teranga.example.sn/medecin."
        );
        assert_eq!(
            said(stat_case),
            "Dr Aissatou Ba: un cas VITAL en pediatrie attend votre reponse avant 20:15. Ouvrez \
             https://teranga.example.sn/medecin."
        );
        assert_eq!(
            said(routine_case),
            "Dr Aissatou Ba: un cas en pediatrie attend votre reponse avant le 02/12 a 08:00. Ouvrez \
             https://teranga.example.sn/medecin."
        );
    }

    #[test]
    fn an_sms_tells_a_coordinator_what_lacks_somebody() {
        let said = |why| sms(&summons("Mina Diop", DutyLevel::Second, why), SITE);
        let opens = "Ouvrez https://teranga.example.sn/coordination.";
        for (why, clause) in [
            (unassigned as fn(Box<Duty>) -> SummonsReason, "un cas VITAL en gynecologie n'a pas de medecin"),
            (lapsed, "delai depasse, un cas urgent en gynecologie reste sans reponse"),
            (uncovered, "personne de garde (2e ligne) en gynecologie a partir du 02/12 a 06:00"),
            (missed, "le medecin de garde (2e ligne) en gynecologie depuis 20:00 est absent"),
        ] {
            assert_eq!(said(why), format!("Mina Diop: {clause}. {opens}"));
        }
    }

    #[test]
    fn an_sms_is_one_sms_whatever_the_name_the_reason_and_the_address() {
        let sites = ["https://t.sn".to_owned(), format!("https://{}.sn:8443", "t".repeat(200))];
        for name in ["Dr Awa Ndiaye", "عائشة", &"É".repeat(80), "👩🏾‍⚕️", "{[~]}\\^|€"] {
            for (level, why) in DutyLevel::ALL.into_iter().flat_map(|level| REASONS.map(|why| (level, why))) {
                for site in &sites {
                    let text = sms(&summons(name, level, why), site);
                    assert!(
                        text.chars().all(|char| char.is_ascii() && !"{}[]~\\^|`".contains(char)),
                        "{text}"
                    );
                    assert!((50..=SMS_CHARS).contains(&text.len()), "{}: {text}", text.len());
                    assert!(text.contains("Ouvrez") && !text.starts_with([',', ':']), "{text}");
                }
            }
        }
    }

    #[test]
    fn the_first_line_of_an_e_mail_is_its_subject() {
        let zone = Zone::named("Africa/Dakar").unwrap();
        let mail = |why| {
            let summons = summons("Dr Awa Ndiaye", DutyLevel::Second, why);
            Letter { summons: &summons, zone: &zone, site: "https://t.sn", now: FROM }.mail()
        };
        for (why, subject, says) in [
            (
                SummonsReason::Absent as fn(Box<Duty>) -> SummonsReason,
                "Vous êtes de garde, et vous n’êtes pas en ligne",
                "de garde (2e ligne) en gynécologie depuis 20:00 et jusqu’à 06:00",
            ),
            (
                stat_case,
                "Un cas attend votre réponse",
                "Vous suivez un cas VITAL en pédiatrie. Votre réponse est attendue avant 20:15.",
            ),
            (
                unassigned,
                "Un cas n’a pas de médecin",
                "À signaler : un cas VITAL en gynécologie n’a pas de médecin.",
            ),
        ] {
            let mail = mail(why);
            let (first, body) = mail.split_once('\n').unwrap();
            assert_eq!(first, subject);
            assert!(body.contains(says), "{body}");
        }
    }
}
