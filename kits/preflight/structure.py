"""Rules about the file as a whole: version, boxes, intent, fonts, nothing that acts."""

import re
from collections.abc import Iterator

import pikepdf

from kits.faces import PdfFace
from kits.objects import elements, entry, items, name
from kits.preflight.colours import rgb_of_provider
from kits.preflight.frames import POINTS_PER_MM, Frame
from kits.preflight.report import Problem
from kits.preflight.subject import Subject
from kits.spec import OUTLINED

_HEADER = re.compile(rb"%PDF-(\d)\.(\d)")
_NEW_TABLES = re.compile(rb"/Type\s*/(?:ObjStm|XRef)\b")
_PRINT_VERSION = (1, 4)
_HOME_VERSION = (1, 7)
_SLACK_MM = 0.1
_DEEPEST = 8

_ACTING_KEYS = {
    "/JS": "JavaScript",
    "/JavaScript": "JavaScript",
    "/OpenAction": "an action on opening",
    "/AA": "an action on events",
    "/AcroForm": "a form to fill in",
    "/EmbeddedFile": "an embedded file",
    "/EmbeddedFiles": "an embedded file",
    "/EF": "an embedded file",
    "/Launch": "a program to start",
}
_HARMLESS_ACTIONS = frozenset({"/URI", "/GoTo"})
_INFO_KEYS = ("/Title", "/CreationDate", "/ModDate")
_CLAIM = "/GTS_PDFXVersion"
"""A file with a provider's picture in screen colours keeps all of the standard but that."""


def page_count(subject: Subject) -> Iterator[Problem]:
    """A file has one page per face that the catalogue says."""
    wanted, pages = subject.sheet.product.pages, len(subject.frames)
    if pages != wanted:
        yield Problem("page_count", f"The file has {pages} pages instead of {wanted}.")
    if pages != len(subject.rendering.sizes):
        yield Problem("pdf_broken", "Two readers find different numbers of pages in the file.")


def pdf_version(subject: Subject) -> Iterator[Problem]:
    """Presses take PDF 1.4, with tables that readers of that version understand."""
    header = _HEADER.search(subject.pdf[:1024])
    said = (int(header[1]), int(header[2])) if header else (0, 0)
    newer = re.fullmatch(r"/(\d)\.(\d)", name(entry(subject.document.Root, "/Version")))
    if newer:
        said = max(said, (int(newer[1]), int(newer[2])))
    highest = _HOME_VERSION if subject.is_home else _PRINT_VERSION
    if not (1, 3) <= said <= highest:
        limit = ".".join(map(str, highest))
        yield Problem("pdf_version", f"The file is PDF {said[0]}.{said[1]}, not 1.3 to {limit}.")
    elif not subject.is_home and _NEW_TABLES.search(subject.pdf):
        yield Problem("pdf_version", "The file says PDF 1.4 but packs its objects like PDF 1.5.")


def boxes_not_nested(subject: Subject) -> Iterator[Problem]:
    """The cut lies within the bleed, the bleed on the paper, and the cut has its size."""
    for page, frame in enumerate(subject.frames, 1):
        for sentence in _faults_of_boxes(frame, subject):
            yield Problem("boxes_not_nested", f"Page {page}: {sentence}", page)


def _faults_of_boxes(frame: Frame, subject: Subject) -> Iterator[str]:
    product = subject.sheet.product
    if frame.turn % 360 or frame.unit != 1:
        yield "the page is rotated or has its own unit."
    if not frame.crop.holds(frame.bleed or frame.cut, 0.01):
        yield "viewers are told to hide a part of it (CropBox)."
    width, height = (side * POINTS_PER_MM for side in product.trim_mm)
    slack = _SLACK_MM * POINTS_PER_MM
    if abs(frame.cut.width - width) > slack or abs(frame.cut.height - height) > slack:
        size = " x ".join(
            f"{side / POINTS_PER_MM:.1f}" for side in (frame.cut.width, frame.cut.height)
        )
        wanted = " x ".join(f"{side:g}" for side in product.trim_mm)
        yield f"the cut is {size} mm instead of {wanted} mm (TrimBox)."
    if subject.is_home:
        return
    if frame.trim is None or frame.bleed is None or frame.has_art:
        yield "a press needs TrimBox and BleedBox, and no ArtBox."
        return
    if not frame.media.holds(frame.bleed, 0.01) or not frame.bleed.holds(frame.trim, 0.01):
        yield "the boxes are not nested (trim in bleed in media)."
    elif not frame.bleed.holds(frame.trim.grown(product.bleed_mm * POINTS_PER_MM), slack):
        yield f"the bleed is less than {product.bleed_mm:g} mm."


def output_intent(subject: Subject) -> Iterator[Problem]:
    """The file says for which printing condition it was made: once, and completely."""
    if subject.is_home:
        return
    intents = elements(entry(subject.document.Root, "/OutputIntents"))
    ours = [one for one in intents if name(entry(one, "/S")) == "/GTS_PDFX"]
    if len(ours) != 1:
        yield Problem("output_intent", f"The file has {len(ours)} PDF/X output intents, not one.")
        return
    has_source = entry(ours[0], "/RegistryName") or entry(ours[0], "/DestOutputProfile")
    if not (
        entry(ours[0], "/OutputConditionIdentifier") and entry(ours[0], "/Info") and has_source
    ):
        yield Problem(
            "output_intent", "The output intent names no printing condition and registry."
        )
    info = entry(subject.document.trailer, "/Info")
    is_pure = not any(rgb_of_provider(subject))
    keys = (*_INFO_KEYS, _CLAIM) if is_pure else _INFO_KEYS
    missing = [key[1:] for key in keys if not entry(info, key)]
    if name(entry(info, "/Trapped")) not in {"/True", "/False"}:
        missing.append("Trapped")
    if not elements(entry(subject.document.trailer, "/ID")):
        missing.append("ID")
    if not is_pure and entry(info, _CLAIM):
        yield Problem("output_intent", "The file claims PDF/X-1a in spite of screen colours.")
    if missing:
        yield Problem("output_intent", f"The PDF/X label lacks {', '.join(missing)}.")


def font_not_embedded(subject: Subject) -> Iterator[Problem]:
    """Every font is in the file; a press has its own idea of missing ones."""
    # A font may also be written into the resources of a page, where no object is found.
    shown = [face for page in subject.pages for face in page.faces.values()]
    for face in [*map(PdfFace, _fonts(subject)), *shown]:
        if face.program is None:
            label = face.label or "without a name"
            yield Problem("font_not_embedded", f"The font {label} is not embedded.")


def font_left(subject: Subject) -> Iterator[Problem]:
    """An outlined file has no fonts at all."""
    if subject.sheet.variant != OUTLINED:
        return
    count = sum(1 for _ in _fonts(subject))
    shown = any(page.faces for page in subject.pages)
    if count or shown:
        yield Problem("font_left", "The outlined file still has fonts.")


def _fonts(subject: Subject) -> Iterator[object]:
    for thing in subject.document.objects:
        if name(entry(thing, "/Type")) == "/Font":
            yield thing


def encrypted_or_active(subject: Subject) -> Iterator[Problem]:
    """A print file lies still: no password, programs, files within, old packing."""
    if subject.document.is_encrypted:
        yield Problem("encrypted_or_active", "The file is encrypted.")
    found = {what for thing in subject.document.objects for what in _acts(thing, 0)}
    found |= set(_acts(subject.document.Root, 0))
    for what in sorted(found):
        yield Problem("encrypted_or_active", f"The file contains {what}.")
    for number, page in enumerate(subject.document.pages, 1):
        if not subject.is_home and elements(entry(page.obj, "/Annots")):
            yield Problem("encrypted_or_active", f"Page {number} has annotations.", number)


def _acts(thing: object, depth: int) -> Iterator[str]:
    """Yield what in an object, or directly inside it, would act or is packed with LZW."""
    for element in elements(thing):
        if depth < _DEEPEST and _is_direct(element):
            yield from _acts(element, depth + 1)
    for key, value in items(thing):
        if key in _ACTING_KEYS:
            yield _ACTING_KEYS[key]
        elif key == "/Filter" and "/LZWDecode" in {name(value), *map(name, elements(value))}:
            yield "data packed with LZW"
        elif key == "/A" and name(entry(value, "/S")) not in {*_HARMLESS_ACTIONS, ""}:
            yield f"an action ({name(entry(value, '/S'))[1:]})"
        if depth < _DEEPEST and _is_direct(value):
            yield from _acts(value, depth + 1)


def _is_direct(value: object) -> bool:
    is_holder = isinstance(value, pikepdf.Dictionary | pikepdf.Array)
    return is_holder and isinstance(value, pikepdf.Object) and not value.is_indirect


def not_tagged(subject: Subject) -> Iterator[Problem]:
    """The file for home can be read aloud."""
    if not subject.is_home:
        return
    root = subject.document.Root
    if entry(entry(root, "/MarkInfo"), "/Marked") is not True or not entry(root, "/StructTreeRoot"):
        yield Problem("not_tagged", "The file is not tagged, so it cannot be read aloud.")
    elif not entry(root, "/Lang"):
        yield Problem("not_tagged", "The file does not say its language.")


def no_alt_text(subject: Subject) -> Iterator[Problem]:
    """Every picture in the file for home has words, and every code is such a picture."""
    if not subject.is_home:
        return
    figures = [one for one in subject.document.objects if name(entry(one, "/S")) == "/Figure"]
    spoken = sum(1 for one in figures if str(entry(one, "/Alt") or "").strip())
    if spoken < len(figures):
        yield Problem("no_alt_text", f"{len(figures) - spoken} pictures have no alternative text.")
    elif spoken < len(subject.sheet.codes):
        lacking = len(subject.sheet.codes) - spoken
        yield Problem("no_alt_text", f"{lacking} codes have no alternative text.")
