//! Which structures are near a place, and how long the way to them may be.

use super::{
    known::{Capability, PositionQuality, Structure, StructureKind},
    position::Position,
};
use crate::people::Place;
use std::cmp::Ordering;

/// The length of a road over that of the straight line. Lists of structures name no roads, and rural roads go around.
const DETOUR: f64 = 1.4;

/// The speed of a vehicle on rural roads, km/h.
const SPEED_KMH: f64 = 40.0;

/// The estimate is rounded up to this, because minutes would look measured.
const STEP_MIN: f64 = 5.0;

/// A structure seen from a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Near<'a> {
    /// The structure.
    pub structure: &'a Structure,
    /// The distance in a straight line, km to a tenth; none if not even the districts of both have a position.
    pub km: Option<f64>,
    /// What the distance is worth: the worse of the two positions that it was computed from. [`PositionQuality::DistrictSeat`] if a centre of a
    /// district stood for one of them.
    pub position: PositionQuality,
}

impl Near<'_> {
    /// The estimated time by road, minutes; see [`minutes_by_road`].
    pub fn minutes(&self) -> Option<u32> {
        self.km.map(minutes_by_road)
    }
}

/// An estimate of the time by road, minutes, from the distance in a straight line, km: a detour of 1.4, 40 km/h, rounded up to five minutes.
///
/// It is an order of magnitude for a decision by telephone and must be shown as an estimate. Models of travel time are too short on the ground: women who were
/// taken to a caesarean section in rural Rwanda travelled 1.49 times as long as the model of the WHO said (Rudolfson and others, World Journal of
/// Surgery 44:2123, 2020, doi:10.1007/s00268-020-05480-8). Hence the low speed. The rainy season and the wait for a vehicle are not in it.
pub fn minutes_by_road(km: f64) -> u32 {
    let minutes = km * DETOUR / SPEED_KMH * 60.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at most half the Earth, and never negative"
    )]
    let rounded = ((minutes / STEP_MIN).ceil().max(1.0) * STEP_MIN) as u32;
    rounded
}

/// The open structures with a telephone other than `own`, the nearest first.
///
/// Where a structure has no position, that of the health centre of its district stands for it. Structures without even that come last, those of the own
/// district and region first.
pub fn nearest<'a>(own: &Place, all: &'a [Structure]) -> Vec<Near<'a>> {
    sorted(own, all, |one| !one.closed && !one.place.phone.is_empty())
}

/// The structures other than `own` that are closed, in the order of [`nearest`].
pub fn nearest_closed<'a>(own: &Place, all: &'a [Structure]) -> Vec<Near<'a>> {
    sorted(own, all, |one| one.closed)
}

/// The structures other than `own` that are wanted, the nearest first.
fn sorted<'a>(own: &Place, all: &'a [Structure], is_wanted: impl Fn(&Structure) -> bool) -> Vec<Near<'a>> {
    let seats = seats(all);
    let from = all.iter().find(|one| one.place.id == own.id).and_then(|one| located(one, &seats));
    let wanted = all.iter().filter(|one| one.place.id != own.id && is_wanted(one));
    let mut near: Vec<_> = wanted.map(|one| seen(one, from, &seats)).collect();
    near.sort_by(|one, other| by_nearness(own, one, other));
    near
}

/// Those of [`nearest`] that can do all that is needed, and that are more than an office.
pub fn nearest_capable<'a>(own: &Place, needs: &[Capability], all: &'a [Structure]) -> Vec<Near<'a>> {
    let is_capable =
        |near: &Near<'_>| near.structure.kind != StructureKind::Office && near.structure.is_capable_of(needs);
    nearest(own, all).into_iter().filter(is_capable).collect()
}

/// Those of a list in the order of nearness that are among its first `count` for some set of needs. A structure is needed for any part of what it can
/// do exactly if fewer than `count` nearer ones can do all that it can.
pub fn first_for_any_needs<'a>(near: &[Near<'a>], count: usize) -> Vec<Near<'a>> {
    let is_first = |(at, one): &(usize, &Near<'_>)| {
        let able = |nearer: &&Near<'_>| one.structure.capabilities.is_subset(&nearer.structure.capabilities);
        near[..*at].iter().filter(able).take(count).count() < count
    };
    near.iter().enumerate().filter(is_first).map(|(_, one)| *one).collect()
}

/// The health centres of districts with a position. A country has some hundred.
fn seats(all: &[Structure]) -> Vec<&Structure> {
    all.iter().filter(|one| one.kind == StructureKind::District && one.position.is_some()).collect()
}

fn seen<'a>(
    structure: &'a Structure,
    from: Option<(Position, PositionQuality)>,
    seats: &[&Structure],
) -> Near<'a> {
    match from.zip(located(structure, seats)) {
        Some(((from, own), (to, other))) => {
            Near { structure, km: Some(from.distance_km(to)), position: own.max(other) }
        }
        None => Near { structure, km: None, position: PositionQuality::Unknown },
    }
}

/// The position of a structure, or that of the health centre of its district.
fn located(structure: &Structure, seats: &[&Structure]) -> Option<(Position, PositionQuality)> {
    if let Some(position) = structure.position {
        return Some((position, structure.quality));
    }
    let is_seat = |one: &&&Structure| {
        one.place.district == structure.place.district && one.place.region == structure.place.region
    };
    let seat = seats.iter().find(is_seat)?.position?;
    Some((seat, PositionQuality::DistrictSeat))
}

fn by_nearness(own: &Place, one: &Near<'_>, other: &Near<'_>) -> Ordering {
    let by_km = match (one.km, other.km) {
        (Some(one), Some(other)) => one.total_cmp(&other),
        (one, other) => one.is_none().cmp(&other.is_none()),
    };
    let [one, other] = [&one.structure.place, &other.structure.place];
    let apart = |place: &Place| (place.region != own.region, place.district != own.district);
    by_km.then_with(|| apart(one).cmp(&apart(other))).then_with(|| one.id.cmp(&other.id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn structure(id: &str, kind: StructureKind, district: &str, degrees: Option<(f64, f64)>) -> Structure {
        let place = Place {
            id: id.into(),
            name: id.into(),
            district: district.into(),
            region: "Matam".into(),
            phone: "33 000 00 01".into(),
        };
        let position = degrees.map(|(latitude, longitude)| Position { latitude, longitude });
        let quality = if position.is_some() { PositionQuality::Exact } else { PositionQuality::Unknown };
        Structure { position, quality, ..Structure::new(place, kind) }
    }

    fn country() -> Vec<Structure> {
        use StructureKind::{District, Eps2, Office, Post};
        let mut all = vec![
            structure("post", Post, "Matam", Some((15.74, -13.37))),
            structure("lost", Post, "Kanel", None),
            structure("nowhere", Post, "Podor", None),
            structure("matam", District, "Matam", Some((15.66, -13.26))),
            structure("kanel", District, "Kanel", Some((15.48, -13.18))),
            structure("far", Eps2, "Bakel", Some((14.90, -12.46))),
            structure("hospital", Eps2, "Matam", Some((15.60, -13.33))),
            structure("office", Office, "Matam", Some((15.74, -13.37))),
        ];
        for one in &mut all {
            if one.kind == StructureKind::Eps2 {
                one.capabilities = [Capability::Cesarean, Capability::Transfusion].into();
            }
        }
        all[4].capabilities = [Capability::Cesarean].into();
        all
    }

    /// A post and 200 hospitals in a row, each with capabilities of its own.
    fn crowded() -> Vec<Structure> {
        let mut all = vec![structure("post", StructureKind::Post, "Matam", Some((15.0, -13.0)))];
        let mut dice = 7_u32;
        for number in 1..=200_u32 {
            let north = 15.0 + f64::from(number) / 1_000.0;
            let mut one =
                structure(&format!("h{number}"), StructureKind::Eps1, "Matam", Some((north, -13.0)));
            for capability in Capability::ALL {
                dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                if dice >> 30 == 0 {
                    one.capabilities.insert(capability);
                }
            }
            all.push(one);
        }
        all
    }

    fn ids<'a>(near: &[Near<'a>]) -> Vec<&'a str> {
        near.iter().map(|near| near.structure.place.id.as_str()).collect()
    }

    #[test]
    fn the_nearest_that_can_do_all_comes_first_and_one_that_is_closed_or_mute_never() {
        let mut all = country();
        let post = all[0].place.clone();
        let needs = [Capability::Cesarean, Capability::Transfusion];
        assert_eq!(ids(&nearest_capable(&post, &needs, &all)), ["hospital", "far"]);
        assert_eq!(ids(&nearest_capable(&post, &needs[..1], &all)), ["hospital", "kanel", "far"]);
        assert!(!ids(&nearest_capable(&post, &[], &all)).contains(&"office"));
        assert!(nearest_closed(&post, &all).is_empty());
        all[6].closed = true;
        assert_eq!(ids(&nearest_capable(&post, &needs, &all)), ["far"]);
        assert_eq!(ids(&nearest_closed(&post, &all)), ["hospital"]);
        all[5].place.phone.clear();
        assert!(nearest_capable(&post, &needs, &all).is_empty());
    }

    #[test]
    fn what_is_kept_of_a_list_answers_every_set_of_needs_as_the_whole_list_does() {
        let all = crowded();
        let own = all[0].place.clone();
        let whole = nearest(&own, &all);
        let kept = first_for_any_needs(&whole, 3);
        assert!(kept.len() < whole.len() / 2, "{} of {}", kept.len(), whole.len());
        for needs in 0_u32..1 << Capability::ALL.len() {
            let needs: Vec<_> = (0..)
                .zip(Capability::ALL)
                .filter(|(bit, _)| needs >> bit & 1 == 1)
                .map(|(_, one)| one)
                .collect();
            let first = |list: &[Near<'_>]| {
                let able = list.iter().filter(|near| near.structure.is_capable_of(&needs)).take(3);
                able.map(|near| near.structure.place.id.clone()).collect::<Vec<_>>()
            };
            assert_eq!(first(&kept), first(&whole), "{needs:?}");
        }
    }

    #[test]
    fn a_structure_without_a_position_stands_at_the_seat_of_its_district() {
        let all = country();
        let near = nearest(&all[0].place, &all);
        let of = |id: &str| *near.iter().find(|near| near.structure.place.id == id).unwrap();
        assert_eq!(of("lost").km, of("kanel").km);
        assert_eq!(
            (of("lost").position, of("kanel").position),
            (PositionQuality::DistrictSeat, PositionQuality::Exact)
        );
        assert_eq!((of("nowhere").km, of("nowhere").minutes()), (None, None));
        assert_eq!(of("nowhere").position, PositionQuality::Unknown);
        assert_eq!(ids(&near).last(), Some(&"nowhere"));

        let from_lost = nearest(&all[1].place, &all);
        assert_eq!(from_lost[0].structure.place.id, "kanel");
        assert!(
            from_lost.iter().all(|near| near.km.is_none() || near.position == PositionQuality::DistrictSeat)
        );
    }

    #[test]
    fn without_any_position_the_own_district_comes_first() {
        let mut all = country();
        for one in &mut all {
            one.position = None;
        }
        let near = nearest(&all[0].place, &all);
        assert_eq!(ids(&near)[..3], ["hospital", "matam", "office"]);
        assert!(near.iter().all(|near| near.km.is_none()));
    }

    #[test]
    fn the_time_by_road_is_rounded_up() {
        for (km, minutes) in [(0.0, 5), (2.0, 5), (2.5, 10), (14.8, 35), (100.0, 210)] {
            assert_eq!(minutes_by_road(km), minutes, "{km} km");
        }
    }
}
