"""Makes a print shop's file of Typst's PDF: nested boxes, output intent, labels.

Typst writes the media and the trim box and keeps CMYK and fonts as we need them. What
PDF/X-1a:2003 asks beyond that is added here, without touching the drawing. The condition is
named and looked up by the shop, so no colour profile has to be shipped.
"""

import io
from collections.abc import Iterator
from decimal import Decimal
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, String

from kits import contour
from kits.catalog import Product
from kits.spec import HOME

CONDITION = "FOGRA39"
CONDITION_INFO = "Coated FOGRA39 (ISO 12647-2:2004)"
REGISTRY = "http://www.color.org"
LABEL = "PDF/X-1a:2003"
PRODUCER = "sosin kits"
MOMENT = "D:19700101000000Z"
"""Kits are the same bytes whenever they are made, so no file says when that was."""

_INKS = (Name.DeviceGray, Name.DeviceCMYK)
POINTS_PER_MM = Decimal(72) / Decimal("25.4")

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdfx="http://ns.adobe.com/pdfx/1.3/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<pdf:Producer>{producer}</pdf:Producer><pdf:Trapped>False</pdf:Trapped>
<xmp:CreateDate>1970-01-01T00:00:00Z</xmp:CreateDate>
<xmp:ModifyDate>1970-01-01T00:00:00Z</xmp:ModifyDate>
{claim}</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""
_CLAIM = "<pdfx:GTS_PDFXVersion>{label}</pdfx:GTS_PDFXVersion>"


def finish(pdf: bytes, product: Product, variant: str, title: str) -> bytes:
    """Return the file to hand out; the home variant stays as Typst tagged it."""
    if variant == HOME:
        return pdf
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            _set_boxes(page, Decimal(str(product.bleed_mm)) * POINTS_PER_MM)
            if product.shape == "round":
                contour.draw(document, page)
        inked = [_inked(picture) for page in document.pages for picture in _pictures(page.obj)]
        set_labels(document, title, LABEL if all(inked) else None)
        out = io.BytesIO()
        document.save(
            out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable
        )
    return out.getvalue()


def _set_boxes(page: pikepdf.Page, bleed: Decimal) -> None:
    """Nest trim in bleed in media; a page without a trim box is trimmed where it ends."""
    media = _numbers(page.mediabox)
    trim = _numbers(page.trimbox)
    page.trimbox = Array(trim)
    page.obj[Name.BleedBox] = Array(
        [
            max(media[0], round(trim[0] - bleed, 4)),
            max(media[1], round(trim[1] - bleed, 4)),
            min(media[2], round(trim[2] + bleed, 4)),
            min(media[3], round(trim[3] + bleed, 4)),
        ]
    )


def _numbers(box: Array) -> list[Decimal]:
    return [round(Decimal(str(value)), 4) for value in box.as_list()]


def _pictures(owner: Object) -> Iterator[Object]:
    """Yield the pictures of a page or of a drawing, those in drawings within included."""
    for form in owner.get(Name.Resources, Dictionary()).get(Name.XObject, Dictionary()).values():
        if form.get(Name.Subtype) == Name.Image:
            yield form
        else:
            yield from _pictures(form)


def _inked(picture: Object) -> bool:
    """Take the screen profile off a gray picture; say whether a picture is made of inks.

    The pixels stay as they are: gray is black ink. A provider's picture in colours is never
    re-encoded, so such a file goes without the label.
    """
    space = picture.get(Name.ColorSpace)
    if isinstance(space, Array) and space[0] == Name.ICCBased and space[1].get(Name.N) == 1:
        picture.ColorSpace = Name.DeviceGray
    return any(picture.get(Name.ColorSpace) == inks for inks in _INKS)


def set_labels(document: pikepdf.Pdf, title: str, label: str | None = LABEL) -> None:
    """Say what the file is called and which press condition and standard it is made for."""
    document.Root.OutputIntents = Array(
        [
            Dictionary(
                Type=Name.OutputIntent,
                S=Name.GTS_PDFX,
                OutputConditionIdentifier=String(CONDITION),
                OutputCondition=String(CONDITION_INFO),
                RegistryName=String(REGISTRY),
                Info=String(CONDITION_INFO),
            )
        ]
    )
    info = document.make_indirect(
        Dictionary(
            Title=String(title),
            Producer=String(PRODUCER),
            CreationDate=String(MOMENT),
            ModDate=String(MOMENT),
            Trapped=Name("/False"),
        )
    )
    document.trailer.Info = info
    claim = ""
    if label:
        info.GTS_PDFXVersion = String(label)
        claim = _CLAIM.format(label=label)
    xmp = _XMP.format(title=escape(title), producer=PRODUCER, claim=claim)
    metadata = document.make_stream(xmp.encode(), Type=Name.Metadata, Subtype=Name.XML)
    document.Root.Metadata = metadata
