"""Judges archive copies by programs that share no code with ours: qpdf, poppler, pikepdf, fontTools and zxing-cpp.

    judge.py FOLDER        judges each PDF of a folder by what its JSON says, then shows that it sees faults (fixtures.py)

No validator of PDF/A without Java is known, and Java is not asked for: veraPDF is the one to run by hand. What is looked at here is
written beside each check, with its section of ISO 19005-2, which part 3 repeats.
"""

import json
import re
import subprocess
import sys
import tempfile
import unicodedata
from pathlib import Path
from xml.etree import ElementTree

import pikepdf
import zxingcpp
from fontTools.ttLib import TTFont
from io import BytesIO
from PIL import Image

from fixtures import fixtures

A4 = (595.276, 841.89)
# The body of a page between the running head and foot, in points.
BODY_TOP, BODY_BOTTOM = 60, 785
PAGE_KB = 60
XMP = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}
FORBIDDEN = ("/JavaScript", "/JS", "/AA", "/OpenAction", "/Launch", "/SubmitForm", "/XFA", "/AcroForm", "/Annots", "/PS")


def told(*command):
    """What a program prints, and whether it was content."""
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    return ran.stdout + ran.stderr, ran.returncode == 0


def faults(file, wanted):
    """The faults of a PDF, each as a code and words."""
    checks = (by_qpdf, structure, fonts, texts, pages, code, size)
    found = []
    for check in checks:
        try:
            found += check(file, wanted)
        except Exception as error:  # A file that a check cannot read has a fault, whatever it is.
            found.append((check.__name__, repr(error)))
    return found


def by_qpdf(file, _wanted):
    words, is_content = told("qpdf", "--check", str(file))
    return [] if is_content else [("qpdf", words.strip().splitlines()[-1])]


def structure(file, wanted):
    """Header, trailer, XMP, output intent, attachments, and what PDF/A forbids."""
    found, raw = [], file.read_bytes()
    lines = raw.split(b"\n", 2)
    if not lines[0].startswith(b"%PDF-1.7") or len([byte for byte in lines[1] if byte > 127]) < 4:
        found.append(("header", "6.1.2: the header, and a comment of four bytes above 127"))
    if not raw.rstrip(b"\r\n").endswith(b"%%EOF"):
        found.append(("end", "6.1.3: bytes after the end"))
    with pikepdf.open(file) as pdf:
        if "/ID" not in pdf.trailer or "/Encrypt" in pdf.trailer:
            found.append(("trailer", "6.1.3: an identifier, and no encryption"))
        found += xmp(pdf) + intent(pdf) + attachments(pdf, wanted) + forbidden(pdf)
    return found


def xmp(pdf):
    root = ElementTree.fromstring(pdf.Root.Metadata.read_bytes())
    at = lambda path: (root.findtext(f".//{path}", namespaces=XMP) or "").strip()
    found = []
    if (at("pdfaid:part"), at("pdfaid:conformance")) != ("3", "B"):
        found.append(("xmp", "6.6.4: it does not say part 3, level B"))
    title = at("dc:title/rdf:Alt/rdf:li")
    if not title or str(pdf.docinfo.get("/Title", "")) != title:
        found.append(("xmp", "6.6.3: two titles"))
    digits = lambda text: re.sub(r"\D", "", text)[:14]
    if digits(at("xmp:CreateDate")) != digits(str(pdf.docinfo.get("/CreationDate", ""))):
        found.append(("xmp", "6.6.3: two dates"))
    if str(pdf.Root.get("/Lang", "")) != "fr":
        found.append(("language", "the language is not French"))
    return found


def intent(pdf):
    intents = [one for one in pdf.Root.get("/OutputIntents", []) if one.get("/S") == "/GTS_PDFA1"]
    if len(intents) != 1 or intents[0].DestOutputProfile.read_bytes()[36:40] != b"acsp":
        return [("intent", "6.2.3: one output intent with an ICC profile")]
    return []


def attachments(pdf, wanted):
    """Annex E of part 3: each file is named twice, has a kind, a date, a relation, and belongs to the document."""
    found, file = [], wanted.get("file")
    names = pdf.Root.get("/Names", {}).get("/EmbeddedFiles", {}).get("/Names", [])
    specs = list(names)[1::2]
    if [str(spec.get("/UF", "")) for spec in specs] != ([file["name"]] if file else []):
        return [("file", "the attached files are others")]
    for spec in specs:
        stream = spec.EF.F
        if not all(key in spec for key in ("/F", "/UF", "/AFRelationship", "/Desc")) or "/ModDate" not in stream.get("/Params", {}):
            found.append(("file", "an attached file lacks a property"))
        if str(stream.get("/Subtype", ""))[1:] != file["type"] or stream.read_bytes() != bytes(file["bytes"]):
            found.append(("file", "its kind or its bytes are others"))
        if spec.objgen not in [one.objgen for one in pdf.Root.get("/AF", [])]:
            found.append(("file", "it does not belong to the document"))
    return found


def forbidden(pdf):
    found = []
    for thing in pdf.objects:
        if not isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
            continue
        found += [("forbidden", f"6.1 to 6.6: {key}") for key in FORBIDDEN if key in thing]
        if isinstance(thing, pikepdf.Stream) and "LZW" in str(thing.get("/Filter", "")):
            found.append(("forbidden", "6.1.7.2: LZW"))
    return found


def fonts(file, _wanted):
    """6.2.11: every font is embedded, its widths are those of the file, each glyph has its Unicode, and none is the missing one."""
    found = []
    rows = [row.split() for row in told("pdffonts", str(file))[0].splitlines()[2:]]
    if not rows or any(row[-5:-2] != ["yes", "yes", "yes"] for row in rows):
        found.append(("fonts", "a font is not embedded, not a subset, or has no Unicode"))
    with pikepdf.open(file) as pdf:
        for page in pdf.pages:
            for name, used in glyphs(page).items():
                found += font(page.Resources.Font[name], used)
    return found


def glyphs(page):
    """The glyphs that a page uses of each font, two bytes each."""
    used, current = {}, None
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            current = used.setdefault(str(operands[0]), set())
        for text in {"Tj": operands[:1], "TJ": operands[0] if operands else []}.get(str(operator), []):
            if isinstance(text, pikepdf.String):
                raw = bytes(text)
                current.update(int.from_bytes(raw[at : at + 2]) for at in range(0, len(raw), 2))
    return used


def font(of, used):
    inner, found = of.DescendantFonts[0], []
    widths = widths_of(list(inner.W))
    # The outlines of a subset may be without its cmap, which PDF does not need.
    embedded = TTFont(BytesIO(inner.FontDescriptor.FontFile2.read_bytes()))
    order, em = embedded.getGlyphOrder(), embedded["head"].unitsPerEm
    for glyph in used:
        own = embedded["hmtx"][order[glyph]][0] * 1000 / em
        if abs(widths.get(glyph, float(inner.get("/DW", 1000))) - own) > 1:
            found.append(("fonts", f"6.2.11.5: the width of glyph {glyph}"))
    return found + ([("fonts", "6.2.11.8: the missing glyph is used")] if 0 in used else [])


def widths_of(items):
    """The widths of an array W (ISO 32000-1, 9.7.4.3), which gives each glyph its own, or several the same."""
    widths = {}
    while items:
        first, next_one = int(items.pop(0)), items.pop(0)
        if isinstance(next_one, pikepdf.Array):
            widths.update({first + i: float(width) for i, width in enumerate(next_one)})
        else:
            same = float(items.pop(0))
            widths.update({glyph: same for glyph in range(first, int(next_one) + 1)})
    return widths


def texts(file, wanted):
    """Everything that must be found is found, in the body alone, and each page says what it is."""
    close = lambda text: re.sub(r"\s+", "", unicodedata.normalize("NFC", text))
    crop = ["-x", "0", "-y", str(BODY_TOP), "-W", "600", "-H", str(BODY_BOTTOM - BODY_TOP)]
    body = close(told("pdftotext", *crop, str(file), "-")[0])
    whole = told("pdftotext", str(file), "-")[0]
    found = [("text", text[:60]) for text in wanted["texts"] if close(text) not in body]
    found += [("absent", text) for text in wanted.get("absent", []) if close(text) in body]
    sheets = whole.split("\f")[:-1]
    for number, sheet in enumerate(sheets, 1):
        if "Copie d’archive" not in sheet or f"Page {number} / {len(sheets)}" not in sheet:
            found.append(("head", f"page {number} does not say what it is"))
    return found


def pages(file, _wanted):
    with pikepdf.open(file) as pdf:
        boxes = [[float(side) for side in page.MediaBox] for page in pdf.pages]
    is_a4 = lambda box: abs(box[2] - box[0] - A4[0]) < 0.5 and abs(box[3] - box[1] - A4[1]) < 0.5
    return [] if all(map(is_a4, boxes)) else [("page", "it is not A4")]


def code(file, wanted):
    """The code as zxing-cpp reads it off a scan of 150 dpi, and how wide it is on paper."""
    with tempfile.TemporaryDirectory() as folder:
        told("pdftoppm", "-r", "150", "-gray", str(file), f"{folder}/page")
        read = [one for page in sorted(Path(folder).iterdir()) for one in zxingcpp.read_barcodes(Image.open(page))]
    if not wanted.get("code"):
        return [("code", "there is one too many")] if read else []
    if [one.text for one in read] != [wanted["code"]]:
        return [("code", "it is not read, or says something else")]
    corners, level = read[0].position, read[0].ec_level
    width_mm = (corners.top_right.x - corners.top_left.x) / 150 * 25.4
    return [] if width_mm > 44 and level == "M" else [("code", f"{width_mm:.1f} mm, level {level}")]


def size(file, _wanted):
    with pikepdf.open(file) as pdf:
        a_page = file.stat().st_size / len(pdf.pages) / 1000
    return [] if a_page <= PAGE_KB else [("size", f"{a_page:.1f} kB a page")]


def main(folder):
    passed, failed, largest = 0, 0, {}
    for file in sorted(folder.glob("*.pdf")):
        found = faults(file, json.loads(file.with_suffix(".json").read_text()))
        passed, failed = (passed, failed + 1) if found else (passed + 1, failed)
        count = len(pikepdf.open(file).pages)
        print(f"{file.stem:24} {count:3} pages {file.stat().st_size / count / 1000:6.1f} kB a page  {found or 'sound'}")
        kind = file.stem.split("-")[0]
        largest[kind] = max(largest.get(kind, 0), file.stat().st_size / count / 1000)
    bad = folder / "bad"
    bad.mkdir(exist_ok=True)
    for name, expected, file, wanted in fixtures(folder / "prescription-ordinary.pdf", bad):
        codes = {code for code, _ in faults(file, wanted)}
        is_seen = expected in codes if expected else not codes
        passed, failed = (passed + 1, failed) if is_seen else (passed, failed + 1)
        print(f"bad: {name:44} {'seen' if is_seen else f'WRONG, wanted {expected}'} {sorted(codes)}")
    print("most kB a page: " + ", ".join(f"{kind} {kb:.1f}" for kind, kb in largest.items()))
    print(f"# pass {passed}\n# fail {failed}")
    return failed == 0


sys.exit(0 if main(Path(sys.argv[1])) else 1)
