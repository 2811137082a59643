//! Points on the map, and the mistakes that lists of structures make with them.

use std::{fmt, str::FromStr};

/// A point on the map in WGS 84, degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

/// The box in which all structures of a country lie, degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// The lowest latitude.
    pub south: f64,
    /// The highest latitude.
    pub north: f64,
    /// The lowest longitude.
    pub west: f64,
    /// The highest longitude.
    pub east: f64,
}

/// The box around Senegal.
pub const SENEGAL: Bounds = Bounds { south: 12.3, north: 16.7, west: -17.6, east: -11.3 };

/// The mean radius of the Earth, km.
const EARTH_KM: f64 = 6_371.0;

/// The reason why a pair of numbers is no position of a structure.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum PositionFlaw {
    /// 0, 0 is in the Gulf of Guinea. Programs write it for "unknown".
    #[error("0, 0 is not a position; leave both fields empty if it is not known")]
    Zero,
    /// The numbers are right the other way round.
    #[error("latitude and longitude seem to be swapped: {0}, {1} is in the country the other way round")]
    Swapped(f64, f64),
    /// The longitude is right with a minus.
    #[error("the longitude {0} seems to have lost its minus sign: degrees west are negative")]
    Sign(f64),
    /// It is somewhere else, or nowhere.
    #[error("{0}, {1} is outside of the country, which lies within {2}")]
    Outside(f64, f64, Bounds),
}

impl Position {
    /// Checks a position within the box of a country.
    ///
    /// # Errors
    /// The mistake that was probably made.
    pub fn within(bounds: &Bounds, latitude: f64, longitude: f64) -> Result<Self, PositionFlaw> {
        if latitude == 0.0 && longitude == 0.0 {
            return Err(PositionFlaw::Zero);
        }
        if bounds.contains(latitude, longitude) {
            return Ok(Self { latitude, longitude });
        }
        if bounds.contains(longitude, latitude) {
            return Err(PositionFlaw::Swapped(latitude, longitude));
        }
        if bounds.contains(latitude, -longitude) {
            return Err(PositionFlaw::Sign(longitude));
        }
        Err(PositionFlaw::Outside(latitude, longitude, *bounds))
    }

    /// The distance on the surface of a sphere (haversine formula), km, to a tenth.
    pub fn distance_km(self, to: Self) -> f64 {
        let north = (to.latitude - self.latitude).to_radians();
        let east = (to.longitude - self.longitude).to_radians();
        let cosines = self.latitude.to_radians().cos() * to.latitude.to_radians().cos();
        let half_chord = (north / 2.0).sin().powi(2) + cosines * (east / 2.0).sin().powi(2);
        let km = 2.0 * EARTH_KM * half_chord.sqrt().min(1.0).asin();
        (km * 10.0).round() / 10.0
    }
}

impl Bounds {
    fn contains(&self, latitude: f64, longitude: f64) -> bool {
        (self.south..=self.north).contains(&latitude) && (self.west..=self.east).contains(&longitude)
    }
}

impl fmt::Display for Bounds {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{},{},{},{}", self.south, self.north, self.west, self.east)
    }
}

impl FromStr for Bounds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers: Vec<f64> = text.split(',').filter_map(|number| number.trim().parse().ok()).collect();
        match numbers[..] {
            [south, north, west, east]
                if -90.0 <= south
                    && south < north
                    && north <= 90.0
                    && -180.0 <= west
                    && west < east
                    && east <= 180.0 =>
            {
                Ok(Self { south, north, west, east })
            }
            _ => Err(format!("a box has the degrees south,north,west,east, as {SENEGAL}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mistakes_of_lists_are_told_apart() {
        let flaw = |latitude, longitude| Position::within(&SENEGAL, latitude, longitude).unwrap_err();
        assert!(Position::within(&SENEGAL, 15.66, -13.26).is_ok());
        assert_eq!(flaw(0.0, 0.0), PositionFlaw::Zero);
        assert_eq!(flaw(-13.26, 15.66), PositionFlaw::Swapped(-13.26, 15.66));
        assert_eq!(flaw(15.66, 13.26), PositionFlaw::Sign(13.26));
        for (latitude, longitude) in [(48.8, 2.3), (157.4, -13.26), (f64::NAN, -13.26), (15.0, f64::INFINITY)]
        {
            assert!(
                matches!(flaw(latitude, longitude), PositionFlaw::Outside(..)),
                "{latitude}, {longitude}"
            );
        }
        assert!(flaw(48.8, 2.3).to_string().contains("12.3,16.7,-17.6,-11.3"));
    }

    #[test]
    fn a_box_is_read_as_it_is_written() {
        assert_eq!(SENEGAL.to_string().parse(), Ok(SENEGAL));
        for bad in [
            "",
            "1,2,3",
            "16,12,-17,-11",
            "12,16,-11,-17",
            "12,16,-17,-11,0",
            "-91,16,-17,-11",
            "NaN,16,-17,-11",
        ] {
            assert!(bad.parse::<Bounds>().is_err(), "{bad}");
        }
    }

    #[test]
    fn distances_agree_with_another_program() {
        let [post, centre] =
            [(15.74, -13.37), (15.66, -13.26)].map(|(latitude, longitude)| Position { latitude, longitude });
        assert!((post.distance_km(centre) - 14.8).abs() < 0.2);
    }
}
