"""Every code of every product, as a hand holds a phone: turned, out of focus, from the side."""

from dataclasses import replace
from functools import cache

import pytest
from PIL import Image, ImageFilter

from kits.catalog import PRODUCTS
from kits.compose import compose, expected_codes, title
from kits.finish import finish
from kits.preflight import Rendering
from kits.preflight.codes import FAR_DPI, decode
from kits.spec import PRINT, KitSpec
from kits.vetting import checked
from tests.print.specs import CHANNEL, PAID, STORE, logo, payment

SPEC = KitSpec(STORE, CHANNEL, payment=payment(payload=PAID))
SPECS = {
    "as usual": SPEC,
    "with a logo": replace(SPEC, logo=logo()),
    "longest address": replace(SPEC, link="https://market.example.org/k/" + 121 * "x"),
}
CASES = [
    (product_id, case)
    for product_id, product in PRODUCTS.items()
    for case in SPECS
    if case == "as usual" or product.code != "payment"
]

TURNS = (0, 7, 33, 90, 180)
FINE = 4.0
"""Pixels a module at most: who reads a flag stands farther away than who reads a card."""
BLUR = 0.35
"""In modules, one standard deviation. Up to here every view is read; at 0.4 one of 365 is lost
(the finest code, turned a little), at 0.5 most turned ones are, however good the print is."""
SQUEEZE = 0.2
"""How much shorter the far edge of a code looks than the near one."""

Seen = tuple[str, float, Image.Image]
"""What a code says, its module in pixels, and its picture with some paper around."""


@cache
def seen(product_id: str, case: str) -> tuple[Seen, ...]:
    """Return the codes of a finished sheet at the coarsest resolution that we promise."""
    product = PRODUCTS[product_id]
    spec = checked(replace(SPECS[case], products=(product_id,)))
    pdf = finish(compose(product, spec, PRINT), product, PRINT, title(product, spec))
    with Rendering(pdf) as rendering:
        pages = [rendering.gray(page, FAR_DPI) for page in range(product.pages)]
    found = tuple(one for page in pages for one in _codes(page))
    assert tuple(text for text, _, _ in found) == expected_codes(product, spec)
    return found


def _codes(page: Image.Image) -> list[Seen]:
    found = []
    for code in decode(page):
        place = code.position
        points = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
        across, down = [point.x for point in points], [point.y for point in points]
        assert isinstance(code.extra, dict)
        module = (max(across) - min(across)) / (17 + 4 * int(code.extra["Version"]))
        around = round(6 * module)
        box = (min(across) - around, min(down) - around, max(across) + around, max(down) + around)
        picture = page.crop(box)
        smaller = max(1.0, module / FINE)
        size = round(picture.width / smaller), round(picture.height / smaller)
        picture = picture.resize(size, Image.Resampling.LANCZOS)
        found.append((code.text, module / smaller, picture))
    return found


def turned(picture: Image.Image, degrees: int) -> Image.Image:
    return picture.rotate(degrees, Image.Resampling.BILINEAR, expand=True, fillcolor="white")


def from_the_side(picture: Image.Image, share: float) -> Image.Image:
    """Return a picture whose upper edge lies farther away."""
    far, middle = 1 - share, picture.width / 2
    deep = (1 / far - 1) / picture.height
    matrix = (1 / far, middle * deep, middle - middle / far, 0.0, 1 / far, 0.0, 0.0, deep)
    size, how = picture.size, Image.Transform.PERSPECTIVE
    return picture.transform(size, how, matrix, Image.Resampling.BILINEAR, fillcolor="white")


def blurred(picture: Image.Image, pixels: float) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(pixels))


def texts(picture: Image.Image) -> set[str]:
    return {code.text for code in decode(picture)}


@pytest.mark.parametrize(("product_id", "case"), CASES)
def test_turned_blurred_and_squeezed_codes_are_read(product_id: str, case: str) -> None:
    lost = []
    for at, (text, module, picture) in enumerate(seen(product_id, case)):
        views = {f"turned {turn}": turned(picture, turn) for turn in TURNS}
        views |= {f"{name}, blurred": blurred(view, BLUR * module) for name, view in views.items()}
        for turn in (0, 90):
            name = f"turned {turn}, from the side"
            views[name] = from_the_side(turned(picture, turn), SQUEEZE)
        lost += [f"code {at} {name}" for name, view in views.items() if text not in texts(view)]
    assert lost == []


def test_the_views_are_as_hard_as_they_claim() -> None:
    text, module, picture = seen("card", "as usual")[0]
    assert text in texts(blurred(picture, BLUR * module))
    assert text not in texts(blurred(picture, module))
    assert text not in texts(from_the_side(picture, 0.7))
    square = from_the_side(Image.new("L", (100, 100)), SQUEEZE)
    far, near = (square.crop((0, y, 100, y + 1)).tobytes().count(0) for y in (0, 99))
    assert [far, near] == pytest.approx([80, 100], abs=2)
