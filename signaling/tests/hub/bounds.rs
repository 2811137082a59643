//! The bounds of the queue, by region and for the country, and what a full queue costs.

use crate::world::{Page, World, kiosk};
use teranga_clinic::{people::Speciality, request::Urgency};
use teranga_signaling::{
    limits::{QUEUE, REGION_QUEUE},
    message::session::ErrorCode,
};

/// A post of a region that asks for a specialist; every post has a number of its own.
fn post_asks(world: &mut World, region: &str, number: usize) -> Page {
    let mut who = kiosk(&format!("post-{number}"));
    region.clone_into(&mut who.place.region);
    let page = world.enter(&who).0;
    world.request(&page, number as u128, Urgency::Urgent);
    page
}

fn fill(world: &mut World, region: &str, numbers: std::ops::Range<usize>) {
    for number in numbers {
        let page = post_asks(world, region, number);
        world.requested(&page);
    }
}

#[test]
fn one_region_cannot_fill_the_queue_of_the_country() {
    let mut world = World::new();
    fill(&mut world, "Matam", 0..REGION_QUEUE);
    let refused = post_asks(&mut world, "Matam", 1_000);
    assert_eq!(world.refusal(&refused), (ErrorCode::QueueFull, "request".to_owned()));
    let elsewhere = post_asks(&mut world, "Tambacounda", 1_001);
    world.requested(&elsewhere);
}

#[test]
fn a_region_is_open_again_when_a_request_was_taken() {
    let mut world = World::new();
    fill(&mut world, "Matam", 0..REGION_QUEUE);
    let doctor = world.doctor("awa", Speciality::Obstetrics);
    world.claim(&doctor, crate::world::consultation(0));
    let page = post_asks(&mut world, "Matam", 1_000);
    world.requested(&page);
}

#[test]
fn uncommitted_requests_count_as_well() {
    let mut world = World::new();
    world.disk_works_at_once = false;
    for number in 0..REGION_QUEUE {
        post_asks(&mut world, "Matam", number);
    }
    let refused = post_asks(&mut world, "Matam", 1_000);
    assert_eq!(world.refusal(&refused).0, ErrorCode::QueueFull);
}

#[test]
fn the_whole_country_has_a_bound_of_its_own() {
    let mut world = World::new();
    for (region, first) in ["Matam", "Tambacounda", "Kolda", "Kédougou"].iter().zip((0..).step_by(QUEUE / 4))
    {
        fill(&mut world, region, first..first + QUEUE / 4);
    }
    let refused = post_asks(&mut world, "Dakar", 1_000);
    assert_eq!(world.refusal(&refused).0, ErrorCode::QueueFull);
}

#[test]
fn every_position_in_a_full_queue_is_computed_in_one_pass() {
    let mut world = World::new();
    fill(&mut world, "Matam", 0..REGION_QUEUE);
    let before = world.hub.counters().queue_passes;
    let doctor = world.doctor("awa", Speciality::Obstetrics);
    let after = world.hub.counters().queue_passes;
    assert!(after - before <= 3, "{} passes for a socket, a hello and an availability", after - before);
    world.claim(&doctor, crate::world::consultation(7));
    assert!(world.hub.counters().queue_passes - after <= 2, "a claim under way, and durable");
}
