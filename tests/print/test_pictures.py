"""Pictures from outside: the store's is drawn anew, the provider's is left alone."""

import io

import pytest
from PIL import Image, PngImagePlugin

from kits import pictures
from kits.errors import KitError
from tests.print.specs import ADDRESS, PAID, encoded, logo, payment_picture

SCRIPTED = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def code_of(data: bytes) -> str:
    with pytest.raises(KitError) as caught:
        pictures.logo(data)
    assert caught.value.field == "logo"
    return caught.value.code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "picture_type"),
        (SCRIPTED, "picture_type"),
        (b"<?xml version='1.0'?>" + SCRIPTED, "picture_type"),
        (b"GIF89a" + bytes(100), "picture_type"),
        (b"%PDF-1.4", "picture_type"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "picture_broken"),
        (b"\xff\xd8\xff" + bytes(100), "picture_broken"),
        (logo()[:400], "picture_broken"),
        (b"\x89PNG\r\n\x1a\n" + bytes(3 * 1024 * 1024), "picture_size"),
        (encoded(Image.new("L", (60, 600))), "picture_size"),
        (logo(239), "picture_size"),
        (encoded(Image.new("1", (5000, 5000))), "picture_size"),
        (encoded(Image.new("1", (20000, 20000))), "picture_size"),
    ],
    ids=range(13),
)
def test_what_is_no_logo(data: bytes, code: str) -> None:
    assert code_of(data) == code


def test_a_png_that_claims_to_be_a_jpeg_is_refused() -> None:
    assert code_of(b"\xff\xd8\xff" + logo()) == "picture_broken"


def test_nothing_hidden_survives() -> None:
    secret = PngImagePlugin.PngInfo()
    secret.add_text("Comment", "hidden note")
    data = encoded(Image.open(io.BytesIO(logo())), pnginfo=secret) + b"PK\x03\x04 glued behind"
    exif = Image.Exif()
    exif[0x010E] = "hidden note"
    photo = encoded(Image.new("RGB", (300, 200), "red"), "JPEG", exif=exif)
    for source in (data, photo):
        picture = pictures.logo(source)
        for drawn in (pictures.as_light(picture), pictures.as_ink(picture)):
            assert b"hidden" not in drawn
            assert b"PK\x03\x04" not in drawn


def test_a_logo_lies_on_white_and_is_not_too_fine() -> None:
    picture = pictures.logo(logo(2000))
    assert picture.size == (1600, 1600)
    assert picture.getpixel((0, 0)) == (255, 255, 255)
    assert picture.getpixel((800, 800)) == (200, 30, 40)


@pytest.mark.parametrize(
    ("light", "ink"),
    [
        ((0, 0, 0), (0, 0, 0, 255)),
        ((255, 255, 255), (0, 0, 0, 0)),
        ((128, 128, 128), (0, 0, 0, 127)),
        ((255, 0, 0), (0, 255, 255, 0)),
        ((200, 30, 40), (0, 217, 204, 55)),
    ],
)
def test_gray_is_black_ink_alone(
    light: tuple[int, int, int], ink: tuple[int, int, int, int]
) -> None:
    data = pictures.as_ink(Image.new("RGB", (100, 100), light))
    with Image.open(io.BytesIO(data)) as printed:
        assert printed.mode == "CMYK"
        pixel = printed.getpixel((50, 50))
    assert isinstance(pixel, tuple)
    assert all(abs(a - b) <= 3 for a, b in zip(pixel, ink, strict=True))


def test_a_payment_code_is_read() -> None:
    assert pictures.read_payment(payment_picture()).text == PAID
    assert pictures.read_payment(payment_picture(), PAID).text == PAID
    assert pictures.read_payment(payment_picture(colour="navy")).text == PAID


def test_a_payment_code_that_says_something_else_is_refused() -> None:
    with pytest.raises(KitError, match="something other") as caught:
        pictures.read_payment(payment_picture(), ADDRESS)
    assert caught.value.code == "payment_unreadable"


def test_a_picture_without_or_with_two_codes_is_no_payment_code() -> None:
    one = Image.open(io.BytesIO(payment_picture()))
    two = Image.new("L", (one.width * 2, one.height), 255)
    two.paste(one, (0, 0))
    two.paste(one, (one.width, 0))
    for data in (logo(), encoded(two)):
        with pytest.raises(KitError) as caught:
            pictures.read_payment(data)
        assert caught.value.code == "payment_unreadable"


@pytest.mark.parametrize(("border", "lacks"), [(4, 0.5), (2, 2.5), (0, 4.5)])
def test_what_a_payment_code_lacks_of_its_quiet_zone(border: int, lacks: float) -> None:
    data = payment_picture(border=border)
    modules = 29 + 2 * border
    assert pictures.read_payment(data).pad == pytest.approx(lacks / modules, abs=0.004)
