//! The computed duties: who is on duty when, where nobody is, and when that changes next. It reads a plan, the zone and the
//! doctors who have an account, and changes nothing.

use super::{
    duty::{Duty, DutyLevel},
    plan::{DutyPlan, Span, Stretch, Weekday},
    zone::Zone,
};
use crate::{
    id::PartyId,
    people::{Identity, Speciality},
    time::Timestamp,
};
use jiff::civil::{Date, DateTime, Time};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A plan in its country.
#[derive(Clone, Copy, Debug)]
pub struct DutyCalendar<'a> {
    /// The plan.
    pub plan: &'a DutyPlan,
    /// The country's time zone.
    pub zone: &'a Zone,
    /// The doctors whose account is not revoked. Others are on no duty, whatever the plan says.
    pub doctors: &'a [Identity],
}

/// A time in which nobody is on duty, although somebody keeps the rota.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Gap {
    /// The speciality.
    pub speciality: Speciality,
    /// The level.
    pub level: DutyLevel,
    /// The span.
    pub span: Span,
    /// The doctors who would be on duty, and are on leave.
    pub on_leave: Vec<PartyId>,
    /// The doctors who would be on duty, and have no account any more or not this speciality.
    pub without_account: Vec<PartyId>,
}

/// The specialities of which a rota can be kept.
pub const SPECIALITIES: [Speciality; 4] =
    [Speciality::Obstetrics, Speciality::Paediatrics, Speciality::General, Speciality::Surgery];

/// The longest time, in days, over which duties and gaps are computed at once.
pub const DAYS_AT_ONCE: u64 = 62;

/// A day of 24 hours in milliseconds.
pub(super) const DAY_MS: u64 = 24 * 60 * 60_000;

impl DutyCalendar<'_> {
    /// The duties that overlap a time, each in its full length, by beginning. A time over [`DAYS_AT_ONCE`] is cut there.
    pub fn duties_between(&self, from: Timestamp, until: Timestamp) -> Vec<Duty> {
        let window = window(from, until);
        let mut duties: Vec<Duty> =
            keys().flat_map(|(speciality, level)| self.duties_of(speciality, level, window)).collect();
        duties.sort_by_key(|duty| (duty.from, duty.speciality, duty.level));
        duties
    }

    /// The duties that run at a time.
    pub fn on_duty(&self, at: Timestamp) -> Vec<Duty> {
        let mut duties = self.duties_between(at, at.plus_ms(1));
        duties.retain(|duty| duty.runs_at(at));
        duties
    }

    /// The times in which nobody is on duty although a rota is kept, by beginning. A time over [`DAYS_AT_ONCE`] is cut there. The
    /// first level must always be taken; the others only if the plan speaks of them.
    pub fn gaps(&self, from: Timestamp, until: Timestamp) -> Vec<Gap> {
        let window = window(from, until);
        let must_be_taken = |&(speciality, level): &(Speciality, DutyLevel)| {
            self.plan.has_rows(speciality, level)
                || (level == DutyLevel::First && self.plan.keeps(speciality))
        };
        let kept = keys().filter(must_be_taken);
        let mut gaps: Vec<Gap> =
            kept.flat_map(|(speciality, level)| self.gaps_of(speciality, level, window)).collect();
        gaps.sort_by_key(|gap| (gap.span, gap.speciality, gap.level));
        gaps
    }

    /// The first time after `at` at which a duty begins or ends; none within a week.
    pub fn next_boundary(&self, at: Timestamp) -> Option<Timestamp> {
        let duties = self.duties_between(at, at.plus_ms(7 * DAY_MS));
        duties.iter().flat_map(|duty| [duty.from, duty.until]).filter(|edge| *edge > at).min()
    }

    /// The duties that run at a time here, and for whose speciality and level nobody is on duty then in another calendar: what a
    /// change would leave uncovered.
    pub fn uncovered_by(&self, changed: &DutyCalendar<'_>, at: Timestamp) -> Vec<Duty> {
        let after = changed.on_duty(at);
        let is_covered = |duty: &Duty| {
            after.iter().any(|new| new.speciality == duty.speciality && new.level == duty.level)
        };
        let mut lost = self.on_duty(at);
        lost.retain(|duty| !is_covered(duty));
        lost
    }

    /// The duties that run at a time here, and whose doctor is not on duty then in another calendar for the same speciality and
    /// level: who is taken off duty by a change.
    pub fn taken_off_by(&self, changed: &DutyCalendar<'_>, at: Timestamp) -> Vec<Duty> {
        let after = changed.on_duty(at);
        let stays = |duty: &Duty| {
            after.iter().any(|new| {
                new.doctor.party == duty.doctor.party
                    && new.speciality == duty.speciality
                    && new.level == duty.level
            })
        };
        let mut taken_off = self.on_duty(at);
        taken_off.retain(|duty| !stays(duty));
        taken_off
    }

    /// The specialities for which somebody keeps a rota.
    pub fn kept(&self) -> Vec<Speciality> {
        SPECIALITIES.into_iter().filter(|speciality| self.plan.keeps(*speciality)).collect()
    }

    fn duties_of(&self, speciality: Speciality, level: DutyLevel, window: Span) -> Vec<Duty> {
        let mut duties: Vec<(Source, Duty)> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        for segment in self.segments(speciality, level, window) {
            let mut now_open = Vec::new();
            for planned in segment.planned.iter().filter(|planned| planned.state == State::There) {
                let Some(doctor) = self.doctor(&planned.doctor, speciality) else { continue };
                let continues = open.iter().copied().find(|&index| {
                    let (source, duty) = &duties[index];
                    *source == planned.source
                        && duty.doctor.party == planned.doctor
                        && duty.until == segment.span.from
                });
                let index = continues.unwrap_or_else(|| {
                    let Span { from, until } = segment.span;
                    duties.push((
                        planned.source,
                        Duty { doctor: doctor.clone(), speciality, level, from, until },
                    ));
                    duties.len() - 1
                });
                duties[index].1.until = segment.span.until;
                now_open.push(index);
            }
            open = now_open;
        }
        let duties = duties.into_iter().map(|(_, duty)| duty);
        duties.filter(|duty| Span { from: duty.from, until: duty.until }.overlaps(&window)).collect()
    }

    fn gaps_of(&self, speciality: Speciality, level: DutyLevel, window: Span) -> Vec<Gap> {
        let mut gaps: Vec<Gap> = Vec::new();
        for Segment { span, planned } in self.segments(speciality, level, window) {
            let span = Span { from: span.from.max(window.from), until: span.until.min(window.until) };
            if span.from >= span.until || planned.iter().any(|planned| planned.state == State::There) {
                continue;
            }
            if gaps.last().is_none_or(|last| last.span.until != span.from) {
                gaps.push(Gap { speciality, level, span, on_leave: Vec::new(), without_account: Vec::new() });
            }
            let Some(gap) = gaps.last_mut() else { continue };
            gap.span.until = span.until;
            for planned in planned {
                let list = if planned.state == State::OnLeave {
                    &mut gap.on_leave
                } else {
                    &mut gap.without_account
                };
                if !list.contains(&planned.doctor) {
                    list.push(planned.doctor);
                }
            }
        }
        gaps
    }

    /// The time around a window, cut wherever anything changes, with who is planned in each piece.
    fn segments(&self, speciality: Speciality, level: DutyLevel, window: Span) -> Vec<Segment> {
        let mut occurrences = self.occurrences(speciality, level, window);
        occurrences.sort_by_key(|occurrence| (occurrence.span.from, occurrence.source));
        let cuts: Vec<_> = self.cuts(&occurrences, window).into_iter().collect();
        let (mut next, mut running) = (0, Vec::new());
        let mut segments = Vec::new();
        for pair in cuts.windows(2) {
            let span = Span { from: pair[0], until: pair[1] };
            while occurrences.get(next).is_some_and(|occurrence| occurrence.span.from <= span.from) {
                running.push(&occurrences[next]);
                next += 1;
            }
            running.retain(|occurrence: &&Occurrence| occurrence.span.until > span.from);
            segments.push(Segment { span, planned: self.planned(speciality, level, &running, span.from) });
        }
        segments
    }

    /// The doctors who are planned at a time, each once.
    fn planned(
        &self,
        speciality: Speciality,
        level: DutyLevel,
        running: &[&Occurrence],
        at: Timestamp,
    ) -> Vec<Planned> {
        let excepted = running.iter().any(|occurrence| matches!(occurrence.source, Source::Exception(_)));
        let counts =
            |occurrence: &&&Occurrence| !excepted || matches!(occurrence.source, Source::Exception(_));
        let mut planned: Vec<Planned> = Vec::new();
        for occurrence in running.iter().filter(counts) {
            let Some(doctor) = &occurrence.doctor else { continue };
            let doctor = self.after_swaps(doctor.clone(), speciality, level, at);
            if planned.iter().any(|other| other.doctor == doctor) {
                continue;
            }
            let state = self.state(&doctor, speciality, at);
            planned.push(Planned { source: occurrence.source, doctor, state });
        }
        planned
    }

    /// The doctor who stands in for a planned one after the accepted swaps, in the order in which they were proposed.
    fn after_swaps(
        &self,
        mut doctor: PartyId,
        speciality: Speciality,
        level: DutyLevel,
        at: Timestamp,
    ) -> PartyId {
        let covers = |stretch: &Stretch| {
            stretch.speciality == speciality && stretch.level == level && stretch.span.contains(at)
        };
        for swap in self.plan.swaps.iter().filter(|swap| swap.accepted) {
            if doctor == swap.from && covers(&swap.gives) {
                doctor = swap.to.clone();
            } else if doctor == swap.to && swap.in_return.as_ref().is_some_and(covers) {
                doctor = swap.from.clone();
            }
        }
        doctor
    }

    fn state(&self, doctor: &PartyId, speciality: Speciality, at: Timestamp) -> State {
        let leave = self
            .plan
            .leaves
            .iter()
            .any(|leave| leave.granted && leave.doctor == *doctor && leave.span.contains(at));
        match self.doctor(doctor, speciality) {
            None => State::WithoutAccount,
            Some(_) if leave => State::OnLeave,
            Some(_) => State::There,
        }
    }

    fn doctor(&self, party: &PartyId, speciality: Speciality) -> Option<&Identity> {
        self.doctors.iter().find(|doctor| doctor.party == *party && doctor.specialities.contains(&speciality))
    }

    fn occurrences(&self, speciality: Speciality, level: DutyLevel, window: Span) -> Vec<Occurrence> {
        let exceptions = self.plan.exceptions.iter().filter(|exception| {
            exception.speciality == speciality
                && exception.level == level
                && exception.span.from < exception.span.until
        });
        let mut all: Vec<Occurrence> = exceptions
            .map(|exception| Occurrence {
                span: exception.span,
                source: Source::Exception(exception.id),
                doctor: exception.doctor.clone(),
            })
            .collect();
        let slots = self.plan.template.iter();
        let slots: Vec<_> =
            slots.filter(|slot| slot.speciality == speciality && slot.level == level).collect();
        for date in self.days_around(window) {
            let today = slots.iter().filter(|slot| weekday(date) == slot.weekday);
            all.extend(today.filter_map(|slot| {
                let next_day = slot.until_min <= slot.from_min;
                let last = if next_day { date.tomorrow().ok()? } else { date };
                let span = Span {
                    from: self.zone.instant_of(at_minute(date, slot.from_min)?),
                    until: self.zone.instant_of(at_minute(last, slot.until_min)?),
                };
                let source = Source::Slot(slot.id, date);
                let doctor = Some(slot.doctor.clone());
                (span.from < span.until).then_some(Occurrence { span, source, doctor })
            }));
        }
        all
    }

    /// The local dates of a window, with two more on each side: a slot reaches into the day after its own, and a zone may skip a day.
    fn days_around(&self, window: Span) -> impl Iterator<Item = Date> {
        let first = self.zone.local(Timestamp(window.from.0.saturating_sub(2 * DAY_MS))).date();
        let last = self.zone.local(window.until.plus_ms(2 * DAY_MS)).date();
        std::iter::successors(Some(first), |date| date.tomorrow().ok()).take_while(move |date| *date <= last)
    }

    /// Every time at which something begins or ends, and the ends of the window.
    fn cuts(&self, occurrences: &[Occurrence], window: Span) -> BTreeSet<Timestamp> {
        let spans = occurrences.iter().map(|occurrence| occurrence.span);
        let leaves = self.plan.leaves.iter().map(|leave| leave.span);
        let swaps = self.plan.swaps.iter().flat_map(|swap| {
            [Some(swap.gives.span), swap.in_return.map(|stretch| stretch.span)].into_iter().flatten()
        });
        spans.chain(leaves).chain(swaps).chain([window]).flat_map(|span| [span.from, span.until]).collect()
    }
}

/// A slot or an exception at its place in time.
struct Occurrence {
    span: Span,
    source: Source,
    doctor: Option<PartyId>,
}

/// The row of the plan that a duty comes from. Duties of one row that touch are one duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    Slot(u32, Date),
    Exception(u32),
}

/// A piece of time in which nothing changes.
struct Segment {
    span: Span,
    planned: Vec<Planned>,
}

/// A doctor who is planned for a piece of time.
struct Planned {
    source: Source,
    doctor: PartyId,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    There,
    OnLeave,
    WithoutAccount,
}

fn keys() -> impl Iterator<Item = (Speciality, DutyLevel)> {
    SPECIALITIES.into_iter().flat_map(|speciality| DutyLevel::ALL.map(|level| (speciality, level)))
}

fn window(from: Timestamp, until: Timestamp) -> Span {
    Span { from, until: until.min(from.plus_ms(DAYS_AT_ONCE * DAY_MS)) }
}

fn weekday(date: Date) -> Weekday {
    Weekday::ALL[usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or_default() % 7]
}

/// The local time of a minute of a day; minute 1,440 is the midnight that begins the next one.
fn at_minute(date: Date, minute: u16) -> Option<DateTime> {
    if minute >= 1_440 {
        return date.tomorrow().ok().map(|next| next.to_datetime(Time::midnight()));
    }
    let (hour, minute) = (i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?);
    Some(date.at(hour, minute, 0, 0))
}
