"""A provider's code: shown as it came, in its own colours, and yet as strictly measured."""

import io
from typing import Any

import pikepdf
import pytest
from pikepdf import Name, String
from PIL import Image, ImageDraw

from kits.spec import HOME, OUTLINED, PRINT
from tests.print.sheets import drawn_over, faults, finished, inspected, spoiled
from tests.print.specs import PAID, encoded, payment_picture

PAYMENT = {"code": "payment"}
PLACE = {"x": 15, "y": 46, "w": 50, "h": 50}


def sheet(image: bytes, name: str = "code.png", variant: str = PRINT, **changes: Any) -> bytes:
    picture = PLACE | {"file": name}
    area = {"x": 13, "y": 44, "w": 54, "h": 54, "ink": [0, 0, 0, 0]}
    values: dict[str, Any] = {"codes": [], "pictures": [picture], "areas": [area], "lines": []}
    return finished(variant, **(values | changes), files={name: image})


def found(pdf: bytes, variant: str = PRINT) -> set[str]:
    return faults(pdf, variant, codes=(PAID,), product=PAYMENT)


@pytest.mark.parametrize("variant", [PRINT, OUTLINED, HOME])
def test_a_gray_picture_has_no_fault(variant: str) -> None:
    report = inspected(sheet(payment_picture(), variant=variant), variant, (PAID,), PAYMENT)
    assert report.problems == report.warnings == ()
    assert report.codes[0].decoded == PAID


@pytest.mark.parametrize("variant", [PRINT, OUTLINED])
def test_a_coloured_picture_is_a_warning(variant: str) -> None:
    pdf = sheet(payment_picture(colour="navy"), variant=variant)
    report = inspected(pdf, variant, (PAID,), PAYMENT)
    assert report.problems == ()
    assert [p.code for p in report.warnings] == ["rgb_in_print"]


def test_it_must_not_claim_the_standard() -> None:
    def claim(document: pikepdf.Pdf) -> None:
        document.docinfo[Name.GTS_PDFXVersion] = String("PDF/X-1a:2003")

    assert found(spoiled(sheet(payment_picture(colour="navy")), claim)) == {"output_intent"}


def test_other_colours_of_the_screen_stay_forbidden() -> None:
    pdf = sheet(payment_picture(colour="navy"))
    assert "rgb_in_print" in found(spoiled(pdf, drawn_over(b"1 0 0 rg 20 280 9 9 re f")))


def test_only_payment_pieces_may_show_one() -> None:
    pdf = sheet(payment_picture(colour="navy"))
    assert "rgb_in_print" in faults(pdf, codes=(PAID,))


def test_a_jpeg_shimmers() -> None:
    picture = Image.open(io.BytesIO(payment_picture()))
    pdf = sheet(encoded(picture, "JPEG", quality=40), "code.jpg")
    assert found(pdf) == set()


@pytest.mark.parametrize("shade", ["black", "gray", "lightgray", (255, 229, 25)], ids=str)
def test_something_in_its_quiet_zone(shade: Any) -> None:
    picture = Image.open(io.BytesIO(payment_picture())).convert("RGB")
    side = picture.width
    ImageDraw.Draw(picture).rectangle((0, side - 40, side, side), fill=shade)
    assert found(sheet(encoded(picture))) == {"quiet_zone"}


def test_a_tight_picture_on_colour() -> None:
    picture = Image.open(io.BytesIO(payment_picture()))
    tight = picture.crop((48, 48, picture.width - 48, picture.height - 48))
    assert "quiet_zone" in found(sheet(encoded(tight), areas=[]))


def test_a_wrong_code() -> None:
    assert "code_wrong" in found(sheet(payment_picture("https://pay.example.org/q/other")))
