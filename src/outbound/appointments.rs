//! Reminders of appointments, by SMS to the patient's or the post's telephone at nine on the day before. The text holds no name and no
//! medical word: it lies open on a locked telephone, which others may hold.

use super::text::gsm;
use crate::store::{Appointments, IndexedAppointment, Journal, NewNotice, StoreError};
use std::sync::Arc;
use teranga_clinic::{
    appointment::{Appointment, AppointmentWay, remind_at},
    consultation::appointments::appointments,
    notice::NoticeChannel,
    pii::Pii,
    rota::Zone,
    time::Timestamp,
};

/// The time before an appointment within which its reminder is due: from nine on the day before to the end of the day, with an hour
/// for a change of the clocks.
const NEAR_MS: u64 = 40 * 3_600_000;

/// Reads which appointments are near.
#[derive(Clone, Debug)]
pub struct Reminders {
    /// The index of appointments.
    pub appointments: Arc<dyn Appointments>,
    /// The journal, which has their telephones.
    pub journal: Arc<dyn Journal>,
}

/// A reminder that is to be put into the outbox.
pub(super) struct Reminder {
    pub(super) notice: NewNotice,
    /// The patient's telephone; none if the post's gets it.
    pub(super) phone: Option<Pii<String>>,
}

impl Reminders {
    /// The appointments whose reminder is due at `now`. One that was made or moved after the time of its reminder needs none, because
    /// everybody has just heard of it.
    pub(super) async fn due(
        &self,
        now: Timestamp,
        zone: &Zone,
    ) -> Result<Vec<IndexedAppointment>, StoreError> {
        let mut near = self.appointments.near(now.plus_ms(1)..now.plus_ms(NEAR_MS)).await?;
        near.retain(|indexed| {
            let at = remind_at(indexed.at, zone);
            at <= now && indexed.since <= at
        });
        Ok(near)
    }

    /// The reminder of an appointment; none if its consultation cannot be read.
    pub(super) async fn reminder(
        &self,
        indexed: &IndexedAppointment,
        zone: &Zone,
        now: Timestamp,
    ) -> Result<Option<Reminder>, StoreError> {
        let Some(Ok(history)) = self.journal.read(indexed.consultation).await? else { return Ok(None) };
        let known = appointments(history.consultation()).find(indexed.appointment);
        let Some(known) = known.filter(|known| known.stands()) else { return Ok(None) };
        let phone = known.phone().cloned();
        let notice = NewNotice {
            key: key(indexed),
            subject: "appointment",
            party: known.doctor.party.clone(),
            structure: phone.is_none().then(|| known.appointed.place.clone()),
            channel: NoticeChannel::Sms,
            text: text(known, zone).into(),
            made_at: now,
            expires_at: indexed.at,
        };
        Ok(Some(Reminder { notice, phone }))
    }
}

/// The key of a reminder. It names the appointment and its time, so that one that was moved makes another reminder.
pub(super) fn key(indexed: &IndexedAppointment) -> String {
    format!("appointment.{}.{}.sms", indexed.appointment, indexed.at.0)
}

/// `TERANGA: rendez-vous demain 01/12 a 10h30, par appel au poste de sante.`
fn text(known: &Appointment, zone: &Zone) -> String {
    let at = zone.local(known.appointed.at);
    let place = match known.appointed.way {
        AppointmentWay::Call => "par appel, depuis le poste de santé",
        AppointmentWay::Place(_) => "sur place. Le poste de santé connaît le lieu",
    };
    let (day, month, hour, minute) = (at.day(), at.month(), at.hour(), at.minute());
    gsm(&format!(
        "TERANGA : rendez-vous demain {day:02}/{month:02} à {hour}h{minute:02}, {place}. Un empêchement ? Prévenez le poste."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        outbound::tests::World,
        store::{
            HasAppointments as _, Places as _,
            testing::{add, consultation, identity, place, requested},
        },
    };
    use teranga_clinic::{
        appointment::NewAppointment,
        fact::{Fact, What},
        id::{AppointmentId, PartyId},
        notice::NoticeTrouble,
        people::{Place, Role},
        structure::{Structure, StructureKind},
    };
    use uuid::Uuid;

    const HOUR: u64 = 3_600_000;
    const DAY: u64 = 24 * HOUR;

    fn by_doctor(at: Timestamp, what: What) -> Fact {
        Fact { at, by: Some(PartyId("awa".into())), staff: None, what }
    }

    fn zone() -> Zone {
        Zone::named("Africa/Dakar").unwrap()
    }

    /// Nine o'clock on the day after the beginning of a world.
    fn nine(world: &World) -> Timestamp {
        remind_at(world.now.plus_ms(2 * DAY), &zone())
    }

    async fn appoint(world: &World, number: u128, at: Timestamp, phone: Option<&str>) {
        let id = consultation(number);
        add(&world.store, id, &requested(id, world.now.0)).await.unwrap();
        add(&world.store, id, &by_doctor(world.now, What::Claimed { doctor: identity("awa", Role::Doctor) }))
            .await
            .unwrap();
        let appointment = NewAppointment {
            appointment: AppointmentId(Uuid::from_u128(number)),
            at,
            way: AppointmentWay::Place("Maternité de Matam".into()),
            reason: "contrôle".into(),
            phone: phone.map(|phone| phone.to_owned().into()),
            place: "poste".into(),
        };
        let what = What::Appointed { appointment: Box::new(appointment) };
        add(&world.store, id, &by_doctor(world.now, what)).await.unwrap();
    }

    /// Looks at the outbox at this time, and at each hour before it.
    async fn until(world: &mut World, end: Timestamp) {
        while world.now < end {
            world.now = world.now.plus_ms(HOUR).min(end);
            world.pass(0, &[]).await;
        }
    }

    async fn change(world: &World, number: u128, what: What) {
        add(&world.store, consultation(number), &by_doctor(world.now, what)).await.unwrap();
    }

    #[tokio::test]
    async fn a_telephone_is_reminded_once_at_nine_on_the_day_before() {
        let mut world = World::new(&[NoticeChannel::Sms]).await;
        let nine = nine(&world);
        appoint(&world, 1, nine.plus_ms(DAY + HOUR), Some("+221770000001")).await;
        appoint(&world, 2, nine.plus_ms(2 * DAY), Some("+221770000002")).await;
        until(&mut world, Timestamp(nine.0 - 60_000)).await;
        assert_eq!(world.handed(), [""; 0]);
        until(&mut world, nine).await;
        assert_eq!(world.handed(), ["+221770000001"]);
        until(&mut world, nine.plus_ms(20 * HOUR)).await;
        assert_eq!(world.handed(), [""; 0], "once");
        until(&mut world, nine.plus_ms(DAY)).await;
        assert_eq!(world.handed(), ["+221770000002"], "the other one on its own day before");
    }

    #[tokio::test]
    async fn one_that_is_moved_is_reminded_of_anew_and_one_that_is_cancelled_is_not() {
        let mut world = World::new(&[NoticeChannel::Sms]).await;
        let nine = nine(&world);
        for number in [1, 2] {
            appoint(&world, number, nine.plus_ms(DAY), Some("+221770000001")).await;
        }
        let appointment = |number| AppointmentId(Uuid::from_u128(number));
        change(&world, 1, What::AppointmentMoved { appointment: appointment(1), at: nine.plus_ms(2 * DAY) })
            .await;
        change(&world, 2, What::AppointmentCancelled { appointment: appointment(2), why: "voyage".into() })
            .await;
        until(&mut world, nine.plus_ms(HOUR)).await;
        assert_eq!(world.handed(), [""; 0]);
        until(&mut world, nine.plus_ms(DAY)).await;
        assert_eq!(world.handed(), ["+221770000001"]);
    }

    #[tokio::test]
    async fn a_reminder_is_sent_once_whenever_the_server_is_killed_and_starts_again() {
        let mut world = World::new(&[NoticeChannel::Sms]).await;
        let nine = nine(&world);
        appoint(&world, 1, nine.plus_ms(DAY), Some("+221770000001")).await;
        world.restart().await;
        world.answer(Err(NoticeTrouble::Unreachable));
        until(&mut world, nine.plus_ms(60_000)).await;
        assert!(!world.handed().is_empty(), "the gateway does not take it");
        world.restart().await;
        world.answer(Ok(()));
        until(&mut world, nine.plus_ms(HOUR)).await;
        assert_eq!(world.handed(), ["+221770000001"], "what waited is sent");
        for hours in [2, 10, 24] {
            world.restart().await;
            until(&mut world, nine.plus_ms(hours * HOUR)).await;
            assert_eq!(world.handed(), [""; 0], "once, after {hours} h");
        }
    }

    #[tokio::test]
    async fn one_that_waits_when_its_appointment_is_moved_or_cancelled_is_dropped_also_over_a_restart() {
        let mut world = World::new(&[NoticeChannel::Sms]).await;
        let nine = nine(&world);
        for number in [1, 2] {
            appoint(&world, number, nine.plus_ms(DAY), Some("+221770000001")).await;
        }
        world.answer(Err(NoticeTrouble::Unreachable));
        until(&mut world, nine).await;
        world.handed();
        let appointment = |number| AppointmentId(Uuid::from_u128(number));
        let to = nine.plus_ms(3 * DAY);
        change(&world, 1, What::AppointmentMoved { appointment: appointment(1), at: to }).await;
        change(&world, 2, What::AppointmentCancelled { appointment: appointment(2), why: "voyage".into() })
            .await;
        world.restart().await;
        world.answer(Ok(()));
        until(&mut world, nine.plus_ms(2 * DAY - 60_000)).await;
        assert_eq!(world.handed(), [""; 0], "no old reminder");
        until(&mut world, to).await;
        assert_eq!(world.handed(), ["+221770000001"], "one of the new time");
    }

    #[tokio::test]
    async fn without_a_patients_telephone_the_posts_is_reminded() {
        let mut world = World::new(&[NoticeChannel::Sms]).await;
        let nine = nine(&world);
        appoint(&world, 1, nine.plus_ms(DAY), None).await;
        until(&mut world, nine).await;
        assert_eq!(world.handed(), [""; 0], "the post has none");
        let with_phone = Place { phone: "33 966 00 00".into(), ..place() };
        world.store.put_structure(&Structure::new(with_phone, StructureKind::Post)).await.unwrap();
        until(&mut world, nine.plus_ms(HOUR)).await;
        assert_eq!(world.handed(), ["+221339660000"], "given meanwhile");
    }

    /// Nine o'clock in Kolkata is 3:30 in universal time, in New York 13:00 or 14:00.
    #[tokio::test]
    async fn nine_oclock_is_that_of_the_countrys_clocks() {
        let world = World::new(&[NoticeChannel::Sms]).await;
        let reminders = Reminders { appointments: world.store.appointments(), journal: world.store.clone() };
        for (number, name, at, remind) in [
            (1, "Asia/Kolkata", "2027-02-28T20:00", "2027-02-28T03:30"),
            (2, "America/New_York", "2027-03-14T14:00", "2027-03-13T14:00"),
            (3, "America/New_York", "2027-03-16T02:00", "2027-03-14T13:00"),
        ] {
            let (zone, utc) =
                (Zone::named(name).unwrap(), |text: &str| zone().instant_of(text.parse().unwrap()));
            appoint(&world, number, utc(at), None).await;
            let (at, remind) = (utc(at), utc(remind));
            for (now, expected) in [(Timestamp(remind.0 - 1), false), (remind, true), (at, false)] {
                let found = reminders.due(now, &zone).await.unwrap();
                assert_eq!(found.iter().any(|one| one.at == at), expected, "{name} at {now:?}");
            }
        }
    }

    #[tokio::test]
    async fn one_that_is_made_after_nine_for_the_next_day_needs_no_reminder() {
        let mut world = World::new(&[NoticeChannel::Sms]).await;
        let nine = nine(&world);
        until(&mut world, nine.plus_ms(HOUR)).await;
        appoint(&world, 1, nine.plus_ms(DAY), Some("+221770000001")).await;
        until(&mut world, nine.plus_ms(2 * DAY)).await;
        assert_eq!(world.handed(), [""; 0]);
    }

    #[test]
    fn the_text_is_one_sms_without_a_name_a_reason_or_a_place() {
        let appointed = NewAppointment {
            appointment: AppointmentId(Uuid::nil()),
            at: Timestamp(1_800_000_000_000),
            way: AppointmentWay::Place("Maternité de Matam".into()),
            reason: "contrôle de la tension".into(),
            phone: None,
            place: "poste".into(),
        };
        let doctor = identity("awa", Role::Doctor);
        let known = Appointment { appointed, doctor, moved_from: Vec::new(), cancelled: None };
        let text = text(&known, &zone());
        assert!(text.is_ascii() && text.len() <= 160, "{} characters: {text}", text.len());
        assert!(text.contains("15/01") && text.contains("8h00"), "{text}");
        for word in ["awa", "Matern", "tension", "Matam"] {
            assert!(!text.contains(word), "{text}");
        }
    }
}
