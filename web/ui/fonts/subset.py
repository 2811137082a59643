"""Makes the two font files of this folder: Noto Sans with the letters that the pages use, in weights from 400 to 700.

The letters of Pulaar, Wolof and Soninké stand in a file of their own, which a page loads when it shows one of them. Noto Sans is
chosen because it has them all, and because its I, l and 1 differ.

    npm install @fontsource-variable/noto-sans
    pip install fonttools brotli
    python subset.py node_modules/@fontsource-variable/noto-sans/files
"""

import io
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

ASCII = "".join(map(chr, range(0x20, 0x7F)))
FRENCH = "àâäçéèêëîïôöùûüÿœæÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆñÑóÓ’‘“”«»–—…·°×±€²\u00a0"
SENEGAL = "ɓɗƴŋƁƊƳŊ"
FILES = {
    "noto-sans-latin.woff2": ("noto-sans-latin-wght-normal.woff2", ASCII + FRENCH),
    "noto-sans-senegal.woff2": ("noto-sans-latin-ext-wght-normal.woff2", SENEGAL),
}


def reduce(source: Path, letters: str) -> TTFont:
    """Returns the font with only these letters, and only the weights that the pages use."""
    font = TTFont(source)
    options = subset.Options(hinting=False, layout_features=["kern", "tnum", "mark", "ccmp"], name_IDs=[0, 1, 2, 13, 14])
    options.drop_tables += ["STAT", "DSIG", "MVAR"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=letters)
    subsetter.subset(font)
    font.flavor = None
    buffer = io.BytesIO()
    font.save(buffer)
    buffer.seek(0)
    return instancer.instantiateVariableFont(TTFont(buffer), {"wght": (400, 700)})


def main() -> None:
    folder = Path(sys.argv[1])
    for name, (source, letters) in FILES.items():
        font = reduce(folder / source, letters)
        font.flavor = "woff2"
        font.save(Path(__file__).parent / name)


main()
