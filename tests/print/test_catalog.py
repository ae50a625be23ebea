"""The catalogue: every number is one that a print shop and a phone can work with."""

import json

import pytest

from kits.catalog import FLOOR_MODULE_MM, METRES_PER_MM, PRODUCTS, Product, resolve
from kits.compose import TEMPLATES
from kits.errors import KitError

EVERY = pytest.mark.parametrize("product", PRODUCTS.values(), ids=PRODUCTS)
ITEMS = ("poster", "tent", "sticker", "card", "stand", "coupon", "flag", "banner", "pay")
LONGEST_TITLE = 14
"""What a button in the chat shows."""


def test_the_catalogue_is_complete() -> None:
    assert list(PRODUCTS) == [
        "poster-a4",
        "poster-a3",
        "tent",
        "sticker-square",
        "sticker-round",
        "stand-a6",
        "card",
        "card-sheet",
        "coupon-strip",
        "flag",
        "banner",
        "pay-card",
    ]
    assert {product.item for product in PRODUCTS.values()} == set(ITEMS)


@EVERY
def test_there_is_a_template(product: Product) -> None:
    assert (TEMPLATES / f"{product.template}.typ").is_file()


@EVERY
def test_titles_fit_on_a_button(product: Product) -> None:
    assert 0 < len(product.title) <= LONGEST_TITLE
    assert [other.title for other in PRODUCTS.values()].count(product.title) == 1


@EVERY
def test_modules_can_be_read_from_where_people_stand(product: Product) -> None:
    assert product.min_module_mm >= FLOOR_MODULE_MM
    assert product.min_module_mm >= product.distance_m / METRES_PER_MM


@EVERY
def test_nothing_stands_closer_to_the_cut_than_shops_allow(product: Product) -> None:
    assert product.safe_mm >= 3
    assert product.bleed_mm >= 2 or (product.nup and product.nup.gap >= 4)


@EVERY
def test_type_is_large_enough_to_read(product: Product) -> None:
    assert set(product.texts) <= {"name", "slogan", "market", "stall", "phone"}
    for limit in product.texts.values():
        assert limit.min_pt >= 7
        assert limit.lines >= 1
        assert limit.chars >= 10


@EVERY
def test_pieces_and_folds_lie_on_the_sheet(product: Product) -> None:
    width, height = product.trim_mm
    for fold in product.folds:
        assert fold.kind in {"fold", "perforation"}
        assert 0 < fold.at < {"x": width, "y": height}[fold.axis]
    if product.nup:
        nup = product.nup
        assert nup.cols * nup.piece[0] + (nup.cols - 1) * nup.gap <= width
        assert nup.rows * nup.piece[1] + (nup.rows - 1) * nup.gap <= height
        assert sum(product.codes) == nup.cols * nup.rows


def test_what_is_folded_or_torn_has_paper_for_its_marks() -> None:
    marked = [product.id for product in PRODUCTS.values() if product.folds]
    assert marked == ["tent", "coupon-strip"]
    assert all(PRODUCTS[name].marks_mm >= 4 for name in marked)


def test_coupons_are_torn_where_they_meet() -> None:
    strip = PRODUCTS["coupon-strip"]
    assert strip.nup is not None
    piece = strip.nup.piece[0]
    stub = strip.trim_mm[0] - strip.nup.cols * piece
    assert [fold.at for fold in strip.folds] == [stub + i * piece for i in range(strip.nup.cols)]


@pytest.mark.parametrize(
    ("name", "codes", "faces"),
    [
        ("poster-a4", (1,), 1),
        ("tent", (2,), 2),
        ("card-sheet", (10,), 1),
        ("coupon-strip", (4,), 1),
        ("flag", (0, 1), 2),
    ],
)
def test_codes_and_faces(name: str, codes: tuple[int, ...], faces: int) -> None:
    product = PRODUCTS[name]
    assert (product.codes, product.faces, product.pages) == (codes, faces, len(codes))


@pytest.mark.parametrize("item", ITEMS)
def test_the_words_of_the_chat_are_answered(item: str) -> None:
    assert resolve(item).item == item


@EVERY
def test_ids_are_answered(product: Product) -> None:
    assert resolve(product.id) is product


@pytest.mark.parametrize("name", ["", "Poster", "mug", "poster-a5", "tent "])
def test_an_unknown_product_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(KitError) as refused:
        resolve(name)
    assert refused.value.code == "product_unknown"
    assert refused.value.field == "products"
    for known in ("poster-a4", "pay-card", "sticker"):
        assert known in refused.value.message


@EVERY
def test_templates_read_the_entry_as_plain_values(product: Product) -> None:
    data = json.loads(json.dumps(product.as_data()))
    assert data["trim_mm"] == list(product.trim_mm)
    assert data["texts"].keys() == product.texts.keys()
    assert len(data["folds"]) == len(product.folds)
