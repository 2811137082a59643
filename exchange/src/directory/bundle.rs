//! A directory of a national system: a FHIR R4 bundle with the facilities of IHE mCSD 4.0. A facility is a pair of a `Location` and the `Organization` that
//! manages it; `HealthcareService` tells what it can do, in a code system of our own.

mod resources;

use super::{
    fhir::Concept,
    reading::{Reading, STRUCTURES_MAX, located, name, phone},
};
use resources::Resources;
use std::{collections::BTreeSet, fmt::Display, str::FromStr};
use teranga_clinic::{
    people::Place,
    structure::{Bounds, Capability, Hours, PositionQuality, Structure, StructureKind},
    time::Timestamp,
};

/// The beginning of the addresses of our code systems: `…/structure-kind`, `…/capability` and `…/position-quality`.
pub const DEFAULT_CODES: &str = "urn:teranga";

/// The code system in which mCSD says what an organization or a location is.
const TYPES: &str = "https://profiles.ihe.net/ITI/mCSD/CodeSystem/IHE.mCSD.Organization.Location.Types";

/// The most steps from a facility to its region by `partOf`.
const PARTS_MAX: usize = 16;

/// Reads a bundle. A structure is closed if its location is not active, and confirmed when its location was last updated. `codes` is the beginning of the
/// addresses of the code systems, as [`DEFAULT_CODES`].
pub fn read_bundle(bytes: &[u8], bounds: &Bounds, codes: &str) -> Reading {
    let (resources, mut reading) = match Resources::read(bytes) {
        Ok(read) => read,
        Err(reason) => return Reading::unreadable("the file", reason),
    };
    let facilities = resources.locations.iter().filter(|location| location.resource.is_a(TYPES, "facility"));
    let mut ids = BTreeSet::new();
    let mut is_empty = true;
    for location in facilities.take(STRUCTURES_MAX + 1) {
        is_empty = false;
        if reading.entries.len() == STRUCTURES_MAX {
            reading.refuse("the file", format!("a list has at most {STRUCTURES_MAX} structures"));
            break;
        }
        let id = &location.resource.id;
        if !ids.insert(name(id).unwrap_or_else(|_| id.clone())) {
            reading.refuse(&location.at, "this identifier stands in the bundle twice");
            continue;
        }
        match structure(&resources, location, bounds, codes) {
            Ok(structure) => reading.entries.push(structure),
            Err(reason) => reading.refuse(&location.at, reason),
        }
    }
    if is_empty {
        reading.refuse("the file", format!("it has no Location with the type {TYPES}#facility"));
    }
    reading
}

fn structure(
    resources: &Resources,
    location: &resources::Located,
    bounds: &Bounds,
    codes: &str,
) -> Result<Structure, String> {
    let manager =
        location.resource.managing_organization.as_ref().ok_or("it names no managingOrganization")?;
    let manager = resources.organization(manager).ok_or("its managingOrganization is not in the bundle")?;
    let [district, region] = jurisdictions(resources, location, manager)?;
    let number = location.resource.telephone().or_else(|| manager.resource.telephone()).unwrap_or_default();
    let place = Place {
        id: name(&location.resource.id).map_err(|reason| format!("id: {reason}"))?,
        name: name(&location.resource.name).map_err(|reason| format!("name: {reason}"))?,
        district: name(&district).map_err(|reason| format!("district: {reason}"))?,
        region: name(&region).map_err(|reason| format!("region: {reason}"))?,
        phone: phone(number).map_err(|reason| format!("telecom: {reason}"))?,
    };
    let kind: StructureKind = one_word(&location.resource.kinds, &format!("{codes}/structure-kind"))?
        .ok_or_else(|| format!("its type has no code of {codes}/structure-kind"))?;
    let degrees = location.resource.position.as_ref();
    let quality = quality(location, codes)?;
    let degrees = (degrees.map(|at| at.latitude), degrees.map(|at| at.longitude));
    Ok(Structure {
        position: located(bounds, degrees, quality)?,
        quality,
        capabilities: capabilities(resources, location, codes)?,
        hours: hours(location),
        confirmed_at: location.resource.meta.as_ref().and_then(|meta| updated_at(&meta.last_updated)),
        closed: location.resource.status != "active" || !manager.resource.active.unwrap_or(true),
        ..Structure::new(place, kind)
    })
}

/// The names of the district and the region: the two nearest jurisdictions above the location, or above its organization.
fn jurisdictions(
    resources: &Resources,
    location: &resources::Located,
    manager: &resources::Managed,
) -> Result<[String; 2], String> {
    let by_location = walk(location.resource.part_of.as_ref(), |from| {
        let next = resources.location(from)?;
        Some((
            next.resource.is_a(TYPES, "jurisdiction").then(|| next.resource.name.clone()),
            next.resource.part_of.as_ref(),
        ))
    })?;
    let found = if by_location.len() >= 2 {
        by_location
    } else {
        walk(manager.resource.part_of.as_ref(), |from| {
            let next = resources.organization(from)?;
            Some((
                next.resource.is_a(TYPES, "jurisdiction").then(|| next.resource.name.clone()),
                next.resource.part_of.as_ref(),
            ))
        })?
    };
    let mut found = found.into_iter();
    match (found.next(), found.next()) {
        (Some(district), Some(region)) => Ok([district, region]),
        _ => Err("it is partOf no district and region: two jurisdictions are expected above it".into()),
    }
}

/// The names of the jurisdictions on the way up. `step` gives what stands at a reference, and the reference above it.
fn walk<'a, R: 'a>(
    from: Option<&'a R>,
    step: impl Fn(&'a R) -> Option<(Option<String>, Option<&'a R>)>,
) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    let mut next = from;
    for _ in 0..PARTS_MAX {
        let Some((name, above)) = next.and_then(&step) else { return Ok(names) };
        names.extend(name);
        next = above;
    }
    Err("its partOf references lead in a circle".into())
}

fn capabilities(
    resources: &Resources,
    location: &resources::Located,
    codes: &str,
) -> Result<BTreeSet<Capability>, String> {
    let system = format!("{codes}/capability");
    let mut found = BTreeSet::new();
    for service in resources.services_at(location) {
        found.extend(words::<Capability>(&service.kinds, &system)?);
    }
    Ok(found)
}

/// What the position is worth. A directory that does not say so has approximate ones.
fn quality(location: &resources::Located, codes: &str) -> Result<PositionQuality, String> {
    let url = format!("{codes}/position-quality");
    let told = location.resource.extensions.iter().find(|extension| extension.url == url);
    match told.and_then(|extension| extension.code.as_deref()) {
        Some(code) => word(code),
        None if location.resource.position.is_none() => Ok(PositionQuality::Unknown),
        None => Ok(PositionQuality::Approximate),
    }
}

/// Day and night if some hours last all day on every day of the week.
fn hours(location: &resources::Located) -> Hours {
    let is_always = |days: usize| matches!(days, 0 | 7);
    let always = location.resource.hours.iter().any(|one| one.all_day && is_always(one.days.len()));
    if always { Hours::DayAndNight } else { Hours::Day }
}

fn updated_at(text: &str) -> Option<Timestamp> {
    let at: jiff::Timestamp = text.parse().ok()?;
    u64::try_from(at.as_millisecond()).ok().map(Timestamp)
}

fn one_word<T: FromStr<Err: Display>>(concepts: &[Concept], system: &str) -> Result<Option<T>, String> {
    Ok(words(concepts, system)?.into_iter().next())
}

fn words<T: FromStr<Err: Display>>(concepts: &[Concept], system: &str) -> Result<Vec<T>, String> {
    let codings = concepts.iter().flat_map(|concept| &concept.codings);
    codings.filter(|coding| coding.system == system).map(|coding| word(&coding.code)).collect()
}

fn word<T: FromStr<Err: Display>>(code: &str) -> Result<T, String> {
    code.parse().map_err(|error: T::Err| error.to_string())
}

#[cfg(test)]
mod tests;
