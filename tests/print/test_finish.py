"""The file for a print shop: boxes, intent, labels, and nothing that changes by itself."""

import io
from dataclasses import replace

import pikepdf
import pytest
from PIL import Image

from kits.catalog import PRODUCTS
from kits.compose import compose, title
from kits.finish import finish
from kits.pipeline import render
from kits.spec import HOME, PRINT, KitSpec
from kits.vetting import checked
from tests.print.specs import SPEC, logo, payment, payment_picture

MM = 72 / 25.4


def finished(spec: KitSpec, product_id: str, variant: str = PRINT) -> pikepdf.Pdf:
    product = PRODUCTS[product_id]
    spec = checked(replace(spec, products=(product_id,)))
    pdf = compose(product, spec, variant)
    return pikepdf.open(io.BytesIO(finish(pdf, product, variant, title(product, spec))))


def pixels(picture: Image.Image) -> tuple[str, tuple[int, int], bytes]:
    return picture.mode, picture.size, picture.tobytes()


def pictures_of(pdf: pikepdf.Pdf) -> list[pikepdf.PdfImage]:
    found = pdf.pages[0].get_images().values()
    return [pikepdf.PdfImage(obj) for obj in found if isinstance(obj, pikepdf.Stream)]


def box(page: pikepdf.Page, name: str) -> list[float]:
    return [float(value) / MM for value in page.obj[name].as_list()]


@pytest.mark.parametrize("name", ["poster-a4", "tent", "card", "card-sheet", "sticker-round"])
def test_boxes_are_nested_in_the_measures_of_the_catalogue(name: str) -> None:
    product = PRODUCTS[name]
    with finished(SPEC, name) as pdf:
        page = pdf.pages[0]
        media, bleed, trim = (box(page, key) for key in ("/MediaBox", "/BleedBox", "/TrimBox"))
    beyond = product.bleed_mm + product.marks_mm
    width, height = product.trim_mm
    assert media == pytest.approx([0, 0, width + 2 * beyond, height + 2 * beyond], abs=0.01)
    assert trim == pytest.approx([beyond, beyond, beyond + width, beyond + height], abs=0.01)
    grown = [beyond - product.bleed_mm] * 2
    grown += [beyond + width + product.bleed_mm, beyond + height + product.bleed_mm]
    assert bleed == pytest.approx(grown, abs=0.01)


def test_labels_of_a_print_file() -> None:
    with finished(SPEC, "poster-a4") as pdf:
        assert pdf.pdf_version == "1.4"
        (intent,) = pdf.Root.OutputIntents.as_list()
        assert str(intent.S) == "/GTS_PDFX"
        assert str(intent.OutputConditionIdentifier) == "FOGRA39"
        info = pdf.trailer.Info
        assert str(info.GTS_PDFXVersion) == "PDF/X-1a:2003"
        assert str(info.Title) == "바다수산 A4 포스터"
        assert info.Trapped == "/False"
        xmp = pdf.Root.Metadata.read_bytes().decode()
        assert len(pdf.trailer.ID.as_list()) == 2
    assert "<pdfx:GTS_PDFXVersion>PDF/X-1a:2003<" in xmp
    assert "바다수산 A4 포스터" in xmp


def test_the_home_variant_stays_tagged() -> None:
    with finished(SPEC, "poster-a4", HOME) as pdf:
        assert "/OutputIntents" not in pdf.Root
        assert bool(pdf.Root.MarkInfo.Marked)
        assert b"pdfuaid" in pdf.Root.Metadata.read_bytes()
        assert box(pdf.pages[0], "/MediaBox") == pytest.approx([0, 0, 210, 297], abs=0.01)


def test_a_title_cannot_break_the_metadata() -> None:
    store = replace(SPEC.store, name="<b> & 바다")
    with finished(replace(SPEC, store=store), "poster-a4") as pdf:
        assert pdf.open_metadata()["dc:title"] == "<b> & 바다 A4 포스터"


def test_a_logo_is_made_of_inks() -> None:
    with finished(replace(SPEC, logo=logo()), "poster-a4") as pdf:
        assert [p.obj.ColorSpace for p in pictures_of(pdf)] == ["/DeviceCMYK"]
        assert str(pdf.trailer.Info.GTS_PDFXVersion) == "PDF/X-1a:2003"


def test_the_same_file_is_finished_to_the_same_bytes() -> None:
    product = PRODUCTS["poster-a4"]
    pdf = compose(product, checked(SPEC), PRINT)
    assert finish(pdf, product, PRINT, "x") == finish(pdf, product, PRINT, "x")
    assert finish(pdf, product, PRINT, "x") != finish(pdf, product, PRINT, "y")


def test_a_payment_picture_keeps_its_pixels() -> None:
    spec = replace(SPEC, payment=payment())
    with finished(spec, "pay-card") as pdf:
        (picture,) = pictures_of(pdf)
        assert picture.obj.ColorSpace == "/DeviceGray"
        shown = pixels(picture.as_pil_image())
        assert str(pdf.trailer.Info.GTS_PDFXVersion) == "PDF/X-1a:2003"
    assert shown == pixels(Image.open(io.BytesIO(payment_picture())))


def test_a_coloured_payment_picture_costs_the_label_not_the_colours() -> None:
    image = payment_picture(colour="navy")
    with finished(replace(SPEC, payment=payment(image=image)), "pay-card") as pdf:
        (picture,) = pictures_of(pdf)
        assert pixels(picture.as_pil_image()) == pixels(Image.open(io.BytesIO(image)))
        assert "/GTS_PDFXVersion" not in pdf.trailer.Info
        assert b"GTS_PDFXVersion" not in pdf.Root.Metadata.read_bytes()


def test_a_jpeg_of_a_payment_code_is_embedded_byte_for_byte() -> None:
    image = payment_picture(kind="JPEG")
    with finished(replace(SPEC, payment=payment(image=image)), "pay-card") as pdf:
        (picture,) = pictures_of(pdf)
        assert picture.obj.read_raw_bytes() == image


@pytest.mark.parametrize("border", [0, 1, 4])
def test_a_payment_code_gets_the_white_that_its_picture_lacks(border: int) -> None:
    spec = replace(SPEC, payment=payment(image=payment_picture(border=border)))
    kit = render(replace(spec, products=("pay-card",)))
    assert kit.report["items"][0]["codes"][0]["quiet_modules"] == 4
