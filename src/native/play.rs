//! A consultation played by native participants: the post asks, the specialist takes it, others are brought
//! in, everybody speaks for a while, and everything that was opened is closed again, whatever happened.

use super::{
    Trouble,
    participant::{Account, Participant},
};
use crate::clock::Clock;
use futures_util::future::{join_all, try_join_all};
use std::time::{Duration, Instant};
use teranga_clinic::{
    id::ConsultationId,
    people::{Role, Speciality},
};
use tokio::{sync::watch, time::sleep};

/// ICE and DTLS: seven round trips of the slowest link, and retransmissions (RFC 6347 section 4.2.4.1).
const TRANSPORT: Duration = Duration::from_secs(15);

/// Who takes part.
pub struct Cast {
    /// The post that asks.
    pub post: Participant,
    /// The specialist who takes it, then those who are brought in. Without any, only the post's own
    /// transport is measured.
    pub others: Vec<Participant>,
}

/// What came of it.
#[derive(Debug)]
pub struct Played {
    /// When the specialist said `claim`; none without one.
    pub taken: Option<Instant>,
    /// What each participant tells, the post first; those without a transport have nothing to tell.
    pub accounts: Vec<Account>,
    /// What went wrong, if anything.
    pub trouble: Option<Trouble>,
}

impl Cast {
    /// Plays a consultation. `span` is counted from the moment everybody is in; `enough` ends it sooner.
    pub async fn play(
        mut self,
        speciality: Speciality,
        span: Duration,
        clock: Clock,
        enough: impl Future<Output = ()>,
    ) -> Played {
        let mut taken = None;
        let played = self.perform(speciality, span, clock, &mut taken);
        let trouble = tokio::select! {
            played = played => played.err(),
            () = enough => None,
        };
        let accounts = join_all(self.all().map(Participant::account)).await;
        let cleared = self.clear_away().await;
        Played {
            taken,
            accounts: accounts.into_iter().flatten().collect(),
            trouble: trouble.or_else(|| cleared.err()),
        }
    }

    async fn perform(
        &mut self,
        speciality: Speciality,
        span: Duration,
        clock: Clock,
        taken: &mut Option<Instant>,
    ) -> Result<(), Trouble> {
        let Self { post, others } = self;
        let id = post.request(speciality).await?;
        post.connected(TRANSPORT).await?;
        let (done, stop) = watch::channel(false);
        let company = async {
            bring_in(others, id, clock, taken).await?;
            let attending = try_join_all(others.iter_mut().map(|other| other.attend(stop.clone())));
            let ending = async {
                sleep(span).await;
                done.send_replace(true);
                Ok(())
            };
            tokio::try_join!(attending, ending).map(|_| ())
        };
        tokio::try_join!(post.attend(stop.clone()), company).map(|_| ())
    }

    fn all(&self) -> impl Iterator<Item = &Participant> {
        std::iter::once(&self.post).chain(&self.others)
    }

    /// Guests leave, the holder concludes, the post withdraws what nobody took. The first thing that goes
    /// wrong is told, the rest is done all the same.
    async fn clear_away(mut self) -> Result<(), Trouble> {
        let mut results = Vec::new();
        let mut others = self.others.iter_mut();
        let holder = others.next();
        for guest in others {
            results.push(guest.leave().await);
        }
        match holder {
            Some(holder) if holder.consultation.is_some() => {
                results.push(holder.conclude().await);
                results.push(self.post.dismissed().await);
            }
            _ => results.push(self.post.withdraw().await),
        }
        for participant in std::iter::once(self.post).chain(self.others) {
            results.push(participant.go().await);
        }
        results.into_iter().collect()
    }
}

/// The first of `others` takes the consultation and brings the rest in, one after the other.
async fn bring_in(
    others: &mut [Participant],
    id: ConsultationId,
    clock: Clock,
    taken: &mut Option<Instant>,
) -> Result<(), Trouble> {
    let Some((holder, guests)) = others.split_first_mut() else { return Ok(()) };
    *taken = Some(clock.now());
    holder.claim(id).await?;
    holder.connected(TRANSPORT).await?;
    for guest in guests {
        if guest.me.role == Role::Doctor {
            guest.be_available().await?;
        }
        holder.invite(guest.me.party.clone()).await?;
        guest.follow_invitation(id).await?;
        guest.connected(TRANSPORT).await?;
    }
    Ok(())
}
