"""Makes the two font files of this folder: Noto Sans, regular and bold, with the letters that archive copies use.

The source is the Debian package fonts-noto-core; its licence, the SIL Open Font License 1.1, stands in OFL.txt. The square that is
drawn for a letter that the font lacks is the font's own sign for a missing glyph, under the name U+25A1, because PDF/A forbids the
sign itself (ISO 19005-2, section 6.2.11.8).

    apt-get install fonts-noto-core
    pip install fonttools
    python subset.py /usr/share/fonts/truetype/noto
"""

import copy
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

RANGES = [
    (0x20, 0x7E),
    (0xA0, 0x17F),  # Latin-1 and Latin Extended-A: French, Wolof (ë, ñ, ŋ), Portuguese, names from elsewhere
    (0x391, 0x3C9),  # Greek, of which medicine uses single letters
    (0x1EBC, 0x1EBD),
    (0x2010, 0x2015),
    (0x2018, 0x201E),
    (0x2020, 0x2022),
]
SINGLE = "ƁɓƊɗƳƴƑƒƝɲƐɛƆɔŊŋǸǹ\u202f…‰′″‹›⁄€™⁰⁴₀₂"
# Noto Sans has no signs of mathematics and no arrows; they come from the same family's Noto Sans Math, in both weights.
OF_MATHEMATICS = "−±×÷≈≠≤≥←↑→↓"
SQUARE = 0x25A1
FILES = {"noto-sans-regular.ttf": "NotoSans-Regular.ttf", "noto-sans-bold.ttf": "NotoSans-Bold.ttf"}


def add(font: TTFont, code: int, source: TTFont, glyph: str) -> None:
    """Adds a glyph of a font of the same size of em under a code point."""
    name = f"uni{code:04X}"
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    font["glyf"].glyphs[name] = copy.deepcopy(source["glyf"][glyph])
    font["glyf"].glyphOrder = font.getGlyphOrder()
    font["hmtx"].metrics[name] = source["hmtx"].metrics[glyph]
    font["maxp"].numGlyphs += 1
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[code] = name


def complete(font: TTFont, math: TTFont) -> TTFont:
    """Returns the font with the signs that it lacks, and with its sign for a missing glyph under U+25A1, too."""
    assert font["head"].unitsPerEm == math["head"].unitsPerEm
    add(font, SQUARE, font, ".notdef")
    known, of_math = font.getBestCmap(), math.getBestCmap()
    for code in map(ord, OF_MATHEMATICS):
        if code not in known:
            add(font, code, math, of_math[code])
    return font


def main() -> None:
    letters = {code for first, last in RANGES for code in range(first, last + 1)} | set(map(ord, SINGLE + OF_MATHEMATICS)) | {SQUARE}
    math = TTFont(Path(sys.argv[1]) / "NotoSansMath-Regular.ttf")
    for name, source in FILES.items():
        font = complete(TTFont(Path(sys.argv[1]) / source), math)
        options = subset.Options(hinting=False, layout_features=[], name_IDs=[0, 1, 2, 4, 5, 6, 13, 14], notdef_outline=True)
        options.drop_tables += ["STAT", "DSIG", "GDEF", "GPOS", "GSUB", "MVAR"]
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=letters)
        subsetter.subset(font)
        font.save(Path(__file__).parent / name)


main()
