//! The structures near a post with their telephone numbers, which its tablet keeps for when there is no network. They are public facts and name no
//! person.

use super::{
    bodies::{NearStructure, NearStructures},
    error::ApiError,
    session::auth::SignedIn,
    state::HttpState,
};
use crate::store::{Position, Structure, StructureKind};
use axum::{Json, Router, extract::State, routing::get};
use std::cmp::Ordering;
use teranga_clinic::people::{Place, Role};

/// The structures of a higher level that a post is told, for an evacuation.
const HIGHER: usize = 3;

/// The other posts that a post is told.
const POSTS: usize = 2;

/// The mean radius of the Earth, km.
const EARTH_KM: f64 = 6_371.0;

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
    let structures = nearest(&who.place, &state.identities.structures().await?);
    Ok(Json(NearStructures { at: state.clock.timestamp(), structures }))
}

/// The nearest structures of a higher level, then the nearest other posts, each with a telephone.
fn nearest(post: &Place, all: &[Structure]) -> Vec<NearStructure> {
    let own = all.iter().find(|one| one.place.id == post.id).and_then(|one| one.position);
    let mut near: Vec<_> = all
        .iter()
        .filter(|one| one.place.id != post.id && !one.place.phone.is_empty())
        .map(|Structure { place, kind, position, .. }| NearStructure {
            place: place.clone(),
            level: *kind,
            km: own.zip(*position).map(|(from, to)| distance_km(from, to)),
        })
        .collect();
    near.sort_by(|one, other| by_nearness(post, one, other));
    let of = |is_wanted: fn(StructureKind) -> bool, most| {
        near.iter().filter(move |one| is_wanted(one.level)).take(most).cloned()
    };
    let is_higher = |level| matches!(level, StructureKind::District | StructureKind::Hospital);
    of(is_higher, HIGHER).chain(of(|level| level == StructureKind::Post, POSTS)).collect()
}

/// The order of two structures: by distance, then those without a position, the own district and region first.
fn by_nearness(post: &Place, one: &NearStructure, other: &NearStructure) -> Ordering {
    let apart = |near: &NearStructure| {
        let place = &near.place;
        (place.region != post.region, place.district != post.district, place.id.clone())
    };
    match (one.km, other.km) {
        (Some(one_km), Some(other_km)) => one_km.total_cmp(&other_km),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => apart(one).cmp(&apart(other)),
    }
}

/// The distance on the surface of a sphere (haversine formula), km, to a tenth.
fn distance_km(from: Position, to: Position) -> f64 {
    let (north, east) =
        ((to.latitude - from.latitude).to_radians(), (to.longitude - from.longitude).to_radians());
    let cosines = from.latitude.to_radians().cos() * to.latitude.to_radians().cos();
    let half_chord = (north / 2.0).sin().powi(2) + cosines * (east / 2.0).sin().powi(2);
    let km = 2.0 * EARTH_KM * half_chord.sqrt().min(1.0).asin();
    (km * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::country;

    fn near(post: &str, all: &[Structure]) -> Vec<(String, Option<f64>)> {
        let place = all.iter().find(|one| one.place.id == post).unwrap().place.clone();
        nearest(&place, all).into_iter().map(|one| (one.place.id, one.km)).collect()
    }

    #[test]
    fn a_post_is_told_three_higher_structures_and_two_posts_by_distance() {
        let all: Vec<_> = country::structures().collect();
        let near = near("poste-nabadji", &all);
        let ids: Vec<_> = near.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(
            ids,
            [
                "district-matam",
                "district-tambacounda",
                "hopital-dakar",
                "poste-ourossogui",
                "poste-bokidiawe"
            ]
        );
        // The distance of 15.74 N 13.37 W and 15.66 N 13.26 W, by another program.
        assert!((near[0].1.unwrap() - 14.8).abs() < 0.2, "{near:?}");
        assert!(near.windows(2).take(2).all(|pair| pair[0].1 <= pair[1].1));
    }

    #[test]
    fn without_a_position_the_own_district_comes_first_and_without_a_telephone_nothing_is_shown() {
        let mut all: Vec<_> = country::structures().collect();
        for structure in &mut all {
            structure.position = None;
            if structure.place.id == "poste-agnam" {
                structure.place.phone.clear();
            }
        }
        let near = near("poste-missirah", &all);
        assert_eq!(near[0], ("district-tambacounda".to_owned(), None));
        assert!(near.iter().all(|(id, km)| id != "poste-agnam" && id != "exploitation" && km.is_none()));
        assert!(near[3..].iter().all(|(id, _)| id != "poste-missirah"), "{near:?}");
    }
}
