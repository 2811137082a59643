//! In which mode a consultation was, from when to when, and who took part. Both are read off the replay of its facts.

use teranga_clinic::{
    consultation::{Consultation, Phase},
    fact::Fact,
    people::Identity,
    time::Timestamp,
};

/// The way in which post and specialist are in touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// The request waits for a specialist.
    Waiting,
    /// A specialist and the post are in a call.
    Call,
    /// The call was interrupted, and rings again.
    Interrupted,
    /// The call was put off.
    PutOff,
    /// It is a deferred case, in writing.
    Case,
}

/// A time in one mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) mode: Mode,
    pub(super) from: Timestamp,
    /// None while it goes on.
    pub(super) to: Option<Timestamp>,
}

/// A time in which somebody took part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stay {
    pub(super) who: Identity,
    /// True if they answered for the consultation.
    pub(super) holds: bool,
    pub(super) from: Timestamp,
    /// None while it goes on.
    pub(super) to: Option<Timestamp>,
}

/// The modes and the people of a consultation, each in the order of time.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    pub(super) modes: Vec<Span>,
    pub(super) stays: Vec<Stay>,
}

impl Timeline {
    /// The timeline of these facts.
    pub(super) fn of(facts: &[Fact]) -> Self {
        let mut timeline = Self::default();
        let Some((first, later)) = facts.split_first() else { return timeline };
        let Ok(mut consultation) = Consultation::open(first) else { return timeline };
        timeline.note(&consultation, first.at);
        for fact in later {
            if consultation.apply(fact).is_ok() {
                timeline.note(&consultation, fact.at);
            }
        }
        timeline
    }

    /// The time at which it ended; none while it goes on.
    pub(super) fn ended_at(&self) -> Option<Timestamp> {
        self.modes.last().and_then(|span| span.to)
    }

    /// Notes the state that holds from this time on.
    fn note(&mut self, consultation: &Consultation, at: Timestamp) {
        let mode = Mode::of(consultation);
        let open = self.modes.last_mut().filter(|span| span.to.is_none());
        if open.as_ref().map(|span| span.mode) != mode {
            if let Some(span) = open {
                span.to = Some(at);
            }
            self.modes.extend(mode.map(|mode| Span { mode, from: at, to: None }));
        }
        let there = if mode.is_some() { consultation.entered() } else { &[] };
        let holds = |who: &Identity| consultation.is_held_by(&who.party);
        for stay in self.stays.iter_mut().filter(|stay| stay.to.is_none()) {
            if !there.iter().any(|who| stay.who.party == who.party && stay.holds == holds(who)) {
                stay.to = Some(at);
            }
        }
        for who in there {
            let is_known = |stay: &Stay| stay.to.is_none() && stay.who.party == who.party;
            if !self.stays.iter().any(is_known) {
                self.stays.push(Stay { who: who.clone(), holds: holds(who), from: at, to: None });
            }
        }
    }
}

impl Mode {
    /// The mode now; none after the end.
    fn of(consultation: &Consultation) -> Option<Self> {
        Some(match consultation.phase() {
            Phase::Waiting | Phase::Running if consultation.detours().0.is_some() => Self::PutOff,
            Phase::Waiting => Self::Waiting,
            Phase::Running if consultation.rings_again().is_some() => Self::Interrupted,
            Phase::Running => Self::Call,
            Phase::Deferred => Self::Case,
            Phase::FollowUp | Phase::Closed => return None,
        })
    }

    /// Its code, and its French words.
    pub(super) const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Waiting => ("waiting", "Attente d’un spécialiste"),
            Self::Call => ("call", "Appel"),
            Self::Interrupted => ("interrupted", "Appel interrompu"),
            Self::PutOff => ("put-off", "Appel remis à plus tard"),
            Self::Case => ("case", "Cas différé, par écrit"),
        }
    }

    /// The status of an encounter in this mode (FHIR R4, encounter-status).
    pub(super) const fn status(self) -> &'static str {
        match self {
            Self::Waiting => "planned",
            Self::Call | Self::Case => "in-progress",
            Self::Interrupted | Self::PutOff => "onleave",
        }
    }
}
