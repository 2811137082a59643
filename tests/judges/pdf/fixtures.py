"""Copies with one fault each, made from a sound one, so that the judge is seen to find it."""

import json

import pikepdf


def fixtures(sound, folder):
    """Yields the name of each fault, the code under which the judge must see it (none for no fault), the file, and what is wanted of it."""
    wanted = json.loads(sound.with_suffix(".json").read_text())
    for name, expected, spoil in OF_OBJECTS:
        file = folder / f"{name.replace(' ', '-')}.pdf"
        with pikepdf.open(sound) as pdf:
            spoil(pdf)
            pdf.save(file, static_id=True, fix_metadata_version=False)
        yield name, expected, file, wanted
    for name, expected, spoil in OF_BYTES:
        file = folder / f"{name.replace(' ', '-')}.pdf"
        file.write_bytes(spoil(sound.read_bytes()))
        yield name, expected, file, wanted
    for name, expected, change in OF_WISHES:
        yield name, expected, sound, {**wanted, **change(wanted)}


def in_xmp(old, new):
    def spoil(pdf):
        pdf.Root.Metadata.write(pdf.Root.Metadata.read_bytes().replace(old, new))

    return spoil


def in_unicode(old, new):
    """Gives a letter the Unicode of another one, in every font."""
    code = lambda letter: letter.encode("utf-16-be").hex().upper().encode()

    def spoil(pdf):
        for font in pdf.pages[0].Resources.Font.values():
            font.ToUnicode.write(font.ToUnicode.read_bytes().replace(b"<" + code(old) + b">", b"<" + code(new) + b">"))

    return spoil


def without_file(pdf):
    for font in pdf.pages[0].Resources.Font.values():
        del font.DescendantFonts[0].FontDescriptor.FontFile2


def other_widths(pdf):
    for font in pdf.pages[0].Resources.Font.values():
        font.DescendantFonts[0].W = pikepdf.Array([0, pikepdf.Array([333] * 300)])


def content(old, new):
    def spoil(pdf):
        page = pdf.pages[0]
        page.Contents = pdf.make_stream(page.Contents.read_bytes().replace(old, new))

    return spoil


def covered(pdf):
    page = pdf.pages[0]
    page.Contents = pdf.make_stream(page.Contents.read_bytes() + b"\nq 1 1 1 rg 0 300 200 30 re f Q\n q 1 g 60 200 150 250 re f Q")


def other_bytes(pdf):
    pdf.Root.AF[0].EF.F.write(b"not what was signed")


def no_relation(pdf):
    del pdf.Root.AF[0].AFRelationship


def not_of_the_document(pdf):
    del pdf.Root.AF


def with_script(pdf):
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def letter_paper(pdf):
    pdf.pages[0].MediaBox = [0, 0, 612, 792]


def no_intent(pdf):
    del pdf.Root.OutputIntents


def no_unicode(pdf):
    for font in pdf.pages[0].Resources.Font.values():
        del font.ToUnicode


def heavy(pdf):
    import random

    noise = random.Random(1).randbytes(80_000)
    pdf.Root.Heavy = pdf.make_indirect(pdf.make_stream(noise))


def no_title(pdf):
    pdf.docinfo["/Title"] = "Autre"


OF_OBJECTS = [
    # The writer of pikepdf makes no fault of its own.
    ("nothing", None, lambda pdf: None),
    ("says part 2", "xmp", in_xmp(b"<pdfaid:part>3<", b"<pdfaid:part>2<")),
    ("says nothing of PDF A", "xmp", in_xmp(b"pdfaid:conformance", b"pdfaid:other")),
    ("two titles", "xmp", no_title),
    ("no output intent", "intent", no_intent),
    ("a font is not embedded", "fonts", without_file),
    ("widths of another font", "fonts", other_widths),
    ("no Unicode", "fonts", no_unicode),
    ("a letter of Pulaar is a b", "text", in_unicode("ɓ", "b")),
    ("a letter of Wolof is an n", "text", in_unicode("ñ", "n")),
    ("a text is cut", "text", content(b"TJ", b"pop")),
    ("the code is covered", "code", covered),
    ("the attached bytes are others", "file", other_bytes),
    ("the attached file has no relation", "file", no_relation),
    ("the attached file is not of the document", "file", not_of_the_document),
    ("a script", "forbidden", with_script),
    ("paper of America", "page", letter_paper),
    ("80 kB too many", "size", heavy),
]
OF_BYTES = [
    ("cut short", "qpdf", lambda raw: raw[: len(raw) * 2 // 3]),
    ("a header of PDF 1.4", "header", lambda raw: raw.replace(b"%PDF-1.7", b"%PDF-1.4", 1)),
    ("bytes after the end", "end", lambda raw: raw + b"more"),
]
OF_WISHES = [
    ("a text that is not there", "text", lambda wanted: {"texts": [*wanted["texts"], "warfarine 5 mg"]}),
    ("a text that must not be there", "absent", lambda _: {"absent": ["Dr Awa Ndiaye"]}),
    ("another code", "code", lambda wanted: {"code": wanted["code"][:-1]}),
    ("a code where none is wanted", "code", lambda _: {"code": None}),
]
