//! A test call between native participants. The post requests a specialist, the specialist claims the request and invites the
//! others, and everybody speaks for a while. Whatever happens, everything that was opened is closed again.

use super::{
    NativeError,
    participant::{Measurements, Participant},
};
use crate::clock::Clock;
use futures_util::future::{join_all, try_join_all};
use std::time::{Duration, Instant};
use teranga_clinic::{
    id::ConsultationId,
    people::{Role, Speciality},
};
use tokio::{sync::watch, time::sleep};

/// Bound of ICE and DTLS: seven round trips of the slowest link, and retransmissions (RFC 6347 section 4.2.4.1).
const TRANSPORT_TIMEOUT: Duration = Duration::from_secs(15);

/// The time from the last arrival until everybody has offered a media section for every voice.
const SETTLING: Duration = Duration::from_millis(500);

/// The time that a packet may take: longer than the worst link on which a consultation is held.
const ARRIVING: Duration = Duration::from_millis(500);

/// The participants of a test call.
pub struct TestCall {
    /// The post that requests it.
    pub post: Participant,
    /// The specialist who claims it, then those who are invited. If there is nobody, only the post's own transport is measured.
    pub others: Vec<Participant>,
}

/// The outcome of a test call.
#[derive(Debug)]
pub struct Outcome {
    /// The time at which the specialist sent `claim`; none if there is no specialist.
    pub claimed_at: Option<Instant>,
    /// The span in which everybody was in and spoke; none if it never began.
    pub talk: Option<Talk>,
    /// The number of participants that the call was planned with.
    pub planned: usize,
    /// The figures of each participant who had a transport, the post first.
    pub measurements: Vec<Measurements>,
    /// The first error, if there was one.
    pub error: Option<NativeError>,
}

/// The span of a call in which every packet that somebody sends must reach everybody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Talk {
    /// Its begin: everybody is in, and the last offer was answered.
    pub from: Instant,
    /// Its end: what was sent before has had the time to arrive.
    pub until: Instant,
}

impl Talk {
    /// The talk of a call in which everybody was in at `in_at` and that is measured at `now`; none if it was too short.
    fn of(in_at: Instant, now: Instant) -> Option<Self> {
        let (from, until) = (in_at + SETTLING, now.checked_sub(ARRIVING)?);
        (from < until).then_some(Self { from, until })
    }
}

impl TestCall {
    /// Holds the call. `span` is counted from the moment when everybody is in; `interrupted` ends the call sooner.
    pub async fn run(
        mut self,
        speciality: Speciality,
        span: Duration,
        clock: Clock,
        interrupted: impl Future<Output = ()>,
    ) -> Outcome {
        let (mut claimed_at, mut in_at) = (None, None);
        let planned = self.all().count();
        let call = self.hold(speciality, span, clock, (&mut claimed_at, &mut in_at));
        let error = tokio::select! {
            held = call => held.err(),
            () = interrupted => None,
        };
        let talk = in_at.and_then(|in_at| Talk::of(in_at, clock.now()));
        let measurements = join_all(self.all().map(Participant::measurements)).await;
        let cleaned_up = self.clean_up().await;
        Outcome {
            claimed_at,
            talk,
            planned,
            measurements: measurements.into_iter().flatten().collect(),
            error: error.or_else(|| cleaned_up.err()),
        }
    }

    async fn hold(
        &mut self,
        speciality: Speciality,
        span: Duration,
        clock: Clock,
        (claimed_at, in_at): (&mut Option<Instant>, &mut Option<Instant>),
    ) -> Result<(), NativeError> {
        let Self { post, others } = self;
        let id = post.request(speciality).await?;
        post.connected(TRANSPORT_TIMEOUT).await?;
        let (done, stop) = watch::channel(false);
        let others_in = async {
            bring_in(others, id, clock, claimed_at).await?;
            *in_at = Some(clock.now());
            let running = try_join_all(others.iter_mut().map(|other| other.run(stop.clone())));
            let ending = async {
                sleep(span).await;
                done.send_replace(true);
                Ok(())
            };
            tokio::try_join!(running, ending).map(|_| ())
        };
        tokio::try_join!(post.run(stop.clone()), others_in).map(|_| ())
    }

    fn all(&self) -> impl Iterator<Item = &Participant> {
        std::iter::once(&self.post).chain(&self.others)
    }

    /// Closes everything: guests leave, the holder closes the consultation, and the post cancels a request that nobody claimed.
    /// It returns the first error, after every step was tried.
    async fn clean_up(mut self) -> Result<(), NativeError> {
        let mut results = Vec::new();
        let mut others = self.others.iter_mut();
        let holder = others.next();
        for guest in others {
            results.push(guest.leave().await);
        }
        match holder {
            Some(holder) if holder.consultation.is_some() => {
                results.push(holder.close_consultation().await);
                results.push(self.post.wait_closed().await);
            }
            _ => results.push(self.post.cancel().await),
        }
        for participant in std::iter::once(self.post).chain(self.others) {
            results.push(participant.disconnect().await);
        }
        results.into_iter().collect()
    }
}

/// The first of `others` claims the consultation and invites the rest, one after the other.
async fn bring_in(
    others: &mut [Participant],
    id: ConsultationId,
    clock: Clock,
    claimed_at: &mut Option<Instant>,
) -> Result<(), NativeError> {
    let Some((holder, guests)) = others.split_first_mut() else { return Ok(()) };
    *claimed_at = Some(clock.now());
    holder.claim(id).await?;
    holder.connected(TRANSPORT_TIMEOUT).await?;
    for guest in guests {
        if guest.identity.role == Role::Doctor {
            guest.be_available().await?;
        }
        holder.invite(guest.identity.party.clone()).await?;
        guest.accept_invitation(id).await?;
        guest.connected(TRANSPORT_TIMEOUT).await?;
    }
    Ok(())
}
