//! Laying out a manuscript on pages of A4. All lengths are points (1/72 inch), from the upper left corner.

use super::{
    code::Modules,
    manuscript::{Block, Field},
    sheet::{HEIGHT, MARGIN, MM, WIDTH},
    typeface::Weight,
    wrap::lines,
};
use teranga_clinic::people::Place;

/// Something on a page.
pub(super) enum Mark {
    Words {
        x: f32,
        baseline: f32,
        style: Style,
        text: String,
    },
    /// A thin line from margin to margin.
    Rule {
        y: f32,
    },
    /// A bar at the left of something that nobody may miss.
    Bar {
        y: f32,
        height: f32,
    },
    Code {
        x: f32,
        y: f32,
        modules: Modules,
    },
}

/// How words look.
#[derive(Clone, Copy)]
pub(super) struct Style {
    pub(super) size: f32,
    pub(super) weight: Weight,
    /// True for grey words.
    pub(super) soft: bool,
}

impl Style {
    const fn new(size: f32, weight: Weight, soft: bool) -> Self {
        Self { size, weight, soft }
    }

    /// The distance between two lines.
    fn leading(self) -> f32 {
        self.size * 1.4
    }
}

/// The marks of each page.
pub(super) fn pages(blocks: &[Block]) -> Vec<Vec<Mark>> {
    let mut flow = Flow { pages: vec![Vec::new()], y: TOP };
    for block in blocks {
        flow.block(block);
    }
    flow.pages
}

/// The pages so far, and the place where the next line goes.
struct Flow {
    pages: Vec<Vec<Mark>>,
    y: f32,
}

impl Flow {
    fn block(&mut self, block: &Block) {
        match block {
            Block::Structure(place) => self.structure(place),
            Block::Title { text, below } => {
                self.words(text, TITLE, MARGIN, ROOM);
                for line in below {
                    self.words(line, SMALL, MARGIN, ROOM);
                }
                self.gap(8.0);
            }
            Block::Notice(text) => self.notice(text),
            Block::Heading(text) => {
                self.gap(8.0);
                self.keep(HEADING.leading() + 3.0 * BODY.leading());
                self.words(text, HEADING, MARGIN, ROOM);
                self.gap(2.0);
            }
            Block::Fields(fields) => {
                self.rule();
                for field in fields {
                    self.field(field, MARGIN, ROOM);
                }
                self.gap(3.0);
                self.rule();
            }
            Block::Text(text) => {
                self.words(text, BODY, MARGIN, ROOM);
                self.gap(3.0);
            }
            Block::Remark(text) => {
                self.words(text, SMALL, MARGIN, ROOM);
                self.gap(3.0);
            }
            Block::Entry { head, below } => self.entry(head, below),
            Block::Signature { code, fields } => self.signature(code.as_deref(), fields),
        }
    }

    fn structure(&mut self, place: &Place) {
        self.words(&place.name, HEADING, MARGIN, ROOM);
        let mut parts = vec![place.district.clone(), place.region.clone()];
        parts.dedup();
        parts.push(place.phone.clone());
        parts.retain(|part| !part.is_empty());
        self.words(&parts.join(" · "), SMALL, MARGIN, ROOM);
        self.gap(10.0);
    }

    fn notice(&mut self, text: &str) {
        let rows = lines(text, STRONG.weight, STRONG.size, ROOM - INDENT);
        for row in rows {
            self.keep(STRONG.leading());
            let (y, height) = (self.y, STRONG.leading());
            self.mark(Mark::Bar { y, height });
            self.line(row, STRONG, MARGIN + INDENT);
        }
        self.gap(8.0);
    }

    /// The head and at least two lines below it stay together.
    fn entry(&mut self, head: &str, below: &[String]) {
        self.gap(4.0);
        let head = lines(head, STRONG.weight, STRONG.size, ROOM);
        self.keep(STRONG.leading() * few(head.len()) + BODY.leading() * 2.0);
        for line in head {
            self.keep(STRONG.leading());
            self.line(line, STRONG, MARGIN);
        }
        for line in below {
            self.words(line, BODY, MARGIN + INDENT, ROOM - INDENT);
        }
        self.gap(3.0);
    }

    /// The fields stand beside the code, if there is one. The code and the heads of the fields are on one page.
    fn signature(&mut self, code: Option<&str>, fields: &[Field]) {
        self.gap(10.0);
        let modules = code.and_then(Modules::of);
        let side = modules.as_ref().map_or(0.0, Modules::side);
        self.keep(side.max(BODY.leading() * 4.0) + 10.0);
        self.rule();
        let (top, page) = (self.y, self.pages.len());
        let beside = if side > 0.0 { side + 12.0 } else { 0.0 };
        if let Some(modules) = modules {
            self.mark(Mark::Code { x: MARGIN, y: top, modules });
        }
        for field in fields {
            self.field(field, MARGIN + beside, ROOM - beside);
        }
        if self.pages.len() == page {
            self.y = self.y.max(top + side);
        }
        self.gap(6.0);
    }

    fn field(&mut self, field: &Field, x: f32, room: f32) {
        let label = LABEL.min(room / 3.0);
        let names = lines(field.label, SMALL.weight, SMALL.size, label - 6.0);
        let values = lines(&field.value, BODY.weight, BODY.size, room - label);
        for row in 0..names.len().max(values.len()) {
            self.keep(BODY.leading());
            let baseline = self.y + BODY.size;
            if let Some(name) = names.get(row) {
                self.mark(Mark::Words { x, baseline, style: SMALL, text: name.clone() });
            }
            if let Some(value) = values.get(row) {
                self.mark(Mark::Words { x: x + label, baseline, style: BODY, text: value.clone() });
            }
            self.y += BODY.leading();
        }
    }

    /// Words in lines of this width, over as many pages as they need.
    fn words(&mut self, text: &str, style: Style, x: f32, room: f32) {
        for line in lines(text, style.weight, style.size, room) {
            self.keep(style.leading());
            self.line(line, style, x);
        }
    }

    fn line(&mut self, text: String, style: Style, x: f32) {
        self.mark(Mark::Words { x, baseline: self.y + style.size, style, text });
        self.y += style.leading();
    }

    fn rule(&mut self) {
        self.keep(6.0);
        self.mark(Mark::Rule { y: self.y });
        self.gap(4.0);
    }

    fn gap(&mut self, height: f32) {
        self.y += height;
    }

    /// Begins a new page if less than this is left of the current one. What needs more than a page begins at the top of one.
    fn keep(&mut self, height: f32) {
        if self.y + height > BOTTOM && self.y > TOP {
            self.pages.push(Vec::new());
            self.y = TOP;
        }
    }

    fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }
}

/// A number of lines, of which a page has fewer than a hundred.
fn few(count: usize) -> f32 {
    u8::try_from(count.min(100)).map_or(100.0, f32::from)
}

/// The room between the running head and the running foot.
const TOP: f32 = 28.0 * MM;
const BOTTOM: f32 = HEIGHT - 24.0 * MM;
/// The width between the margins.
const ROOM: f32 = WIDTH - 2.0 * MARGIN;
const INDENT: f32 = 12.0;
/// The width of the labels of fields.
const LABEL: f32 = 110.0;
const TITLE: Style = Style::new(20.0, Weight::Bold, false);
const HEADING: Style = Style::new(12.5, Weight::Bold, false);
const BODY: Style = Style::new(10.5, Weight::Regular, false);
/// Words that nobody may miss.
pub(super) const STRONG: Style = Style::new(10.5, Weight::Bold, false);
/// Small grey words, also those of the running head and foot.
pub(super) const SMALL: Style = Style::new(8.5, Weight::Regular, true);

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(blocks: &[Block]) -> (usize, f32) {
        let pages = pages(blocks);
        let lowest = |mark: &Mark| match mark {
            Mark::Words { baseline, .. } => *baseline,
            Mark::Rule { y } => *y,
            Mark::Bar { y, height } => y + height,
            Mark::Code { y, modules, .. } => y + modules.side(),
        };
        (pages.len(), pages.iter().flatten().map(lowest).fold(0.0, f32::max))
    }

    #[test]
    fn long_texts_flow_over_pages_and_nothing_is_below_the_last_line() {
        let long = "Prendre un comprimé. ".repeat(2_000);
        let fields = || vec![Field::new("Motif", long.clone())];
        let blocks = [
            Block::Title { text: long.clone(), below: vec![long.clone()] },
            Block::Notice(long.clone()),
            Block::Heading(long.clone()),
            Block::Fields(fields()),
            Block::Entry { head: long.clone(), below: vec![long.clone()] },
            Block::Signature { code: Some("HC1:ABC".into()), fields: fields() },
            Block::Remark(long.clone()),
        ];
        for block in blocks {
            let (count, lowest) = ends(&[block]);
            assert!(count > 1 && lowest <= BOTTOM, "{count} pages, down to {lowest}");
        }
    }

    #[test]
    fn a_heading_is_never_the_last_line_of_a_page() {
        for lines in 1..80 {
            let filler = Block::Text("a\n".repeat(lines));
            let pages = pages(&[filler, Block::Heading("Suite".into()), Block::Text("b\nb\nb".into())]);
            let is_head = |mark: &Mark| matches!(mark, Mark::Words { text, .. } if text == "Suite");
            let page = pages.iter().find(|page| page.iter().any(is_head)).expect("the heading is there");
            assert!(!page.last().is_some_and(is_head), "after {lines} lines");
        }
    }
}
