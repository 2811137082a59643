//! The structures near a post with their telephone numbers, which its tablet keeps for when there is no network. They are public facts and name no
//! person.

use super::{bodies::NearStructures, error::ApiError, session::auth::SignedIn, state::HttpState};
use axum::{Json, Router, extract::State, routing::get};
use std::collections::BTreeSet;
use teranga_clinic::{
    people::{Place, Role},
    structure::{Capability, Near, Structure, StructureKind, first_for_any_needs, nearest},
};

/// The structures of a higher level that a post is told whatever they can do.
const HIGHER: usize = 3;

/// The other posts that a post is told whatever they can do.
const POSTS: usize = 2;

/// The structures that a post is told for each set of capabilities that a patient may need.
const EACH: usize = 3;

/// The most structures of the list, some 40 kB. Those for each capability alone are always among them.
const MOST: usize = 100;

/// `/api/structures/nearest`.
pub(super) fn router() -> Router<HttpState> {
    Router::new().route("/api/structures/nearest", get(list))
}

async fn list(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
) -> Result<Json<NearStructures>, ApiError> {
    if who.role != Role::Kiosk {
        return Err(ApiError::WRONG_ROLE);
    }
    let all = state.identities.structures().await?;
    let structures = near(&who.place, &all).iter().map(Into::into).collect();
    Ok(Json(NearStructures { at: state.clock.timestamp(), structures }))
}

/// The nearest structures of a higher level, the nearest for whatever a patient may need at once, and the nearest other posts. Those of a higher level
/// come first.
fn near<'a>(post: &Place, all: &'a [Structure]) -> Vec<Near<'a>> {
    let near: Vec<_> =
        nearest(post, all).into_iter().filter(|near| near.structure.kind != StructureKind::Office).collect();
    let higher = near.iter().filter(|near| near.structure.kind.is_above_posts()).take(HIGHER);
    let posts = near.iter().filter(|near| near.structure.kind == StructureKind::Post).take(POSTS);
    let alone = Capability::ALL.into_iter().flat_map(|one| {
        near.iter().filter(move |near| near.structure.capabilities.contains(&one)).take(EACH)
    });
    let mut chosen: BTreeSet<_> = higher.chain(posts).chain(alone).map(id).collect();
    let mut capable = first_for_any_needs(&near, EACH);
    capable.retain(|near| !near.structure.capabilities.is_empty() && !chosen.contains(id(near)));
    chosen.extend(capable.iter().take(MOST.saturating_sub(chosen.len())).map(id));
    let (above, below): (Vec<_>, Vec<_>) = near
        .iter()
        .filter(|near| chosen.contains(id(near)))
        .partition(|near| near.structure.kind.is_above_posts());
    above.into_iter().chain(below).copied().collect()
}

fn id<'a>(near: &Near<'a>) -> &'a str {
    &near.structure.place.id
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{demo::country, http::bodies::NearStructure};
    use teranga_clinic::structure::nearest_capable;

    fn near_post(post: &str, all: &[Structure]) -> Vec<NearStructure> {
        let place = all.iter().find(|one| one.place.id == post).unwrap().place.clone();
        near(&place, all).iter().map(Into::into).collect()
    }

    #[test]
    fn a_post_is_told_the_three_nearest_for_any_two_needs_and_the_list_stays_small() {
        let all = country::structures();
        for post in all.iter().filter(|one| one.kind == StructureKind::Post) {
            let near = near_post(&post.place.id, all);
            assert!(near.len() <= MOST, "{}", near.len());
            assert!(serde_json::to_string(&near).unwrap().len() < 20_000);
            let ids: BTreeSet<_> = near.iter().map(|one| &one.place.id).collect();
            assert_eq!(ids.len(), near.len(), "each structure once");
            for needs in Capability::ALL.iter().flat_map(|one| Capability::ALL.map(|other| [*one, other])) {
                let is_able = |one: &&NearStructure| needs.iter().all(|need| one.capabilities.contains(need));
                let told: BTreeSet<_> = near.iter().filter(is_able).map(|one| &one.place.id).collect();
                let whole = nearest_capable(&post.place, &needs, all);
                let first = whole.iter().take(EACH).map(|one| &one.structure.place.id);
                assert!(first.into_iter().all(|id| told.contains(id)), "{needs:?} near {}", post.place.id);
            }
            let first_post = near.iter().position(|one| !one.level.is_above_posts()).unwrap();
            let (higher, posts) = near.split_at(first_post);
            assert!(posts.iter().all(|one| one.level == StructureKind::Post));
            for part in [higher, posts] {
                let is_sorted = part.windows(2).all(|pair| pair[0].km <= pair[1].km || pair[1].km.is_none());
                assert!(is_sorted, "{part:?}");
            }
        }
    }

    #[test]
    fn a_crowded_country_fills_the_list_and_a_rare_capability_far_away_stays_on_it() {
        let own = country::structures().iter().find(|one| one.place.id == "poste-nabadji").unwrap();
        let mut all = vec![own.clone()];
        for number in 1..=250_u32 {
            let mut one = own.clone();
            (one.place.id, one.kind) = (format!("h{number}"), StructureKind::Eps1);
            one.position = own.position.map(|mut at| (at.latitude += f64::from(number) / 100.0, at).1);
            let has = |bit: &usize| number >> bit & 1 == 1;
            one.capabilities = (0..7).filter(has).map(|bit| Capability::ALL[bit]).collect();
            all.push(one);
        }
        all[250].capabilities = [Capability::ALL[7]].into();
        let told = near(&own.place, &all);
        assert_eq!(told.len(), MOST);
        assert!(told.iter().any(|near| id(near) == "h250"), "the only one that can do it");
    }

    #[test]
    fn without_a_telephone_or_closed_nothing_is_shown() {
        let mut all = country::structures().to_vec();
        let shown = |all: &[Structure]| {
            let near = near_post("poste-nabadji", all);
            near.into_iter().map(|one| one.place.id).collect::<Vec<_>>()
        };
        let before = shown(&all);
        assert!(
            !before.contains(&"exploitation".to_owned()) && !before.contains(&"poste-nabadji".to_owned())
        );
        all.iter_mut().find(|one| one.place.id == before[0]).unwrap().closed = true;
        all.iter_mut().find(|one| one.place.id == before[1]).unwrap().place.phone.clear();
        let after = shown(&all);
        assert!(!after.contains(&before[0]) && !after.contains(&before[1]), "{after:?}");
    }
}
