//! The QR code of a signed text (ISO/IEC 18004), level M, as it is printed.

use super::sheet::MM;
use qrcode::{Color, EcLevel, QrCode};

/// The modules of a code.
pub(super) struct Modules {
    dark: Vec<bool>,
    /// Modules in a row.
    count: u16,
}

impl Modules {
    /// The code of a text; none if no code holds it.
    pub(super) fn of(text: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let count = u16::try_from(code.width()).ok()?;
        let dark = code.to_colors().into_iter().map(|color| color == Color::Dark).collect();
        Some(Self { dark, count })
    }

    /// The width of a module, in points: the code is 45 mm wide, and wider if a module would have less than 0.62 mm.
    pub(super) fn module(&self) -> f32 {
        (CODE_MM / f32::from(self.count)).max(MODULE_MM) * MM
    }

    /// The width of the code with its quiet zone, in points.
    pub(super) fn side(&self) -> f32 {
        self.module() * f32::from(self.count + 2 * QUIET)
    }

    /// The runs of dark modules, as column, row and length, with the quiet zone counted. One piece a run leaves no seam between
    /// neighbours.
    pub(super) fn runs(&self) -> Vec<(u16, u16, u16)> {
        let mut runs: Vec<(u16, u16, u16)> = Vec::new();
        for (row, modules) in (QUIET..).zip(self.dark.chunks(usize::from(self.count))) {
            for (column, _) in (QUIET..).zip(modules).filter(|(_, dark)| **dark) {
                match runs.last_mut() {
                    Some((from, at, length)) if *at == row && *from + *length == column => *length += 1,
                    _ => runs.push((column, row, 1)),
                }
            }
        }
        runs
    }
}

/// The least width of a code, and of a module (`docs/adr/0047-signed-prescriptions.md`).
const CODE_MM: f32 = 45.0;
const MODULE_MM: f32 = 0.62;
/// The white border that readers want, in modules (ISO/IEC 18004 section 6.3.8).
const QUIET: u16 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_45_mm_wide_and_its_runs_are_its_dark_modules() {
        let code = Modules::of("HC1:6BF").expect("it fits");
        assert_eq!(code.count, 21);
        assert!((code.module() * 21.0 - 45.0 * MM).abs() < 0.01);
        let dark = code.dark.iter().filter(|dark| **dark).count();
        let told: usize = code.runs().iter().map(|(_, _, length)| usize::from(*length)).sum();
        assert_eq!(told, dark);
        assert_eq!(code.runs()[0], (4, 4, 7), "the upper left finder pattern");
    }

    #[test]
    fn the_longest_signed_text_has_modules_that_a_scan_shows() {
        let code = Modules::of(&"A".repeat(crate::prescription::QR_CHARS)).expect("it fits");
        assert!((code.module() / MM - MODULE_MM).abs() < 0.001 && code.side() < 80.0 * MM);
        assert!(Modules::of(&"A".repeat(10_000)).is_none());
    }
}
