"""Setting type: words stay whole, lines are even, sizes follow the room, nothing is clipped."""

import pytest

from kits.catalog import PRODUCTS
from kits.compose import compose
from kits.errors import KitError
from kits.spec import PRINT, Channel, KitSpec, Store
from tests.print.reading import Line, lines
from tests.print.specs import PAID, payment

SLOGAN_PRODUCTS = ("poster-a4", "tent", "stand-a6", "card", "coupon-strip", "flag")
SENTENCE = "새벽마다 바다에서 들어온 싱싱한 생선만 골라서 정성껏 손질해 드립니다"


def sheet(product_id: str, name: str, slogan: str = "", theme: str = "yellow") -> list[Line]:
    spec = KitSpec(Store(name, slogan, "신영시장"), Channel("_AbCdE", "신영"), theme)
    pdf = compose(PRODUCTS[product_id], spec, PRINT)
    return [line for page in range(PRODUCTS[product_id].pages) for line in lines(pdf, page)]


def parts(found: list[Line], value: str) -> list[str]:
    """Return the first run of lines that together say a text."""
    flat = value.replace(" ", "").replace("\n", "")
    for start in range(len(found)):
        said = ""
        for end in range(start, len(found)):
            said += found[end].text.replace(" ", "")
            if said == flat:
                return [line.text for line in found[start : end + 1]]
            if not flat.startswith(said):
                break
    raise AssertionError(f"{value!r} is not printed in {found}")


def largest(found: list[Line]) -> list[str]:
    top = max(line.size for line in found)
    return [line.text for line in found if line.size > top - 0.1]


@pytest.mark.parametrize("product_id", SLOGAN_PRODUCTS)
def test_korean_words_are_never_broken(product_id: str) -> None:
    printed = parts(sheet(product_id, "바다수산", SENTENCE), SENTENCE)
    assert len(printed) > 1
    assert " ".join(printed) == SENTENCE


@pytest.mark.parametrize("product_id", SLOGAN_PRODUCTS)
def test_lines_are_even(product_id: str) -> None:
    widths = [len(line) for line in parts(sheet(product_id, "바다수산", SENTENCE), SENTENCE)]
    assert min(widths) >= 0.55 * max(widths)


@pytest.mark.parametrize("product_id", ["poster-a4", "flag", "card", "stand-a6"])
@pytest.mark.parametrize(
    "name",
    [
        "우리동네 참 좋은 꽃",
        "할머니 손맛 그대로 집",
        "원조할매순대국밥 신영시장 본점 단체예약환영집",
    ],
)
def test_no_syllable_is_left_alone_on_the_last_line(product_id: str, name: str) -> None:
    printed = parts(sheet(product_id, name), name)
    assert len(printed) == 1 or len(printed[-1]) > 1


@pytest.mark.parametrize("product_id", ["poster-a4", "tent", "stand-a6", "coupon-strip", "flag"])
def test_lines_that_the_merchant_made_are_kept(product_id: str) -> None:
    slogan = "아침마다 무쳐요\n김치는 묵은지만 써요\n조금씩도 담아 드려요"
    assert parts(sheet(product_id, "영자네 반찬", slogan), slogan) == slogan.split("\n")


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("바다수산", ["바다", "수산"]),
        ("대성정육점", ["대성", "정육점"]),
        ("순이네떡집", ["순이네", "떡집"]),
        ("영자네 반찬", ["영자네", "반찬"]),
        ("Butcher & Co.", ["Butcher", "& Co."]),
        ("솔", ["솔"]),
        ("네네", ["네네"]),
    ],
)
def test_a_flag_breaks_a_name_where_its_words_meet(name: str, printed: list[str]) -> None:
    assert largest(sheet("flag", name)) == printed


def test_a_long_name_without_spaces_is_broken_but_never_near_its_ends() -> None:
    name = "가나다라마바사아자차카타파하거너더러머버서어저처"
    printed = parts(sheet("card", name), name)
    assert len(printed) in {2, 3}
    assert min(len(line) for line in printed) >= 3
    assert max(len(line) for line in printed) - min(len(line) for line in printed) <= 2


def test_latin_words_are_never_broken() -> None:
    assert parts(sheet("card", "Extraordinary Fishmongers"), "Extraordinary Fishmongers") == [
        "Extraordinary",
        "Fishmongers",
    ]


def test_short_names_are_set_larger_than_long_ones() -> None:
    sizes = [
        max(line.size for line in sheet("poster-a4", name))
        for name in ("바다수산", "영자네 밑반찬", "원조할매순대국밥 신영시장 본점 단체예약환영집")
    ]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 2 * sizes[-1]


@pytest.mark.parametrize("product_id", ["poster-a4", "sticker-square", "card", "flag"])
def test_the_name_is_the_largest_type(product_id: str) -> None:
    assert "".join(largest(sheet(product_id, "바다수산", SENTENCE))) == "바다수산"


@pytest.mark.parametrize("product_id", ["poster-a4", "tent", "sticker-round", "card", "pay-card"])
def test_a_name_that_does_not_fit_is_refused_by_its_field(product_id: str) -> None:
    spec = KitSpec(
        Store(30 * "W" + 60 * "M", "", "신영시장"), Channel("_AbCdE"), payment=payment(payload=PAID)
    )
    with pytest.raises(KitError) as refused:
        compose(PRODUCTS[product_id], spec, PRINT)
    assert (refused.value.code, refused.value.field) == ("text_too_long", "store.name")
    assert product_id in refused.value.message


def test_a_sentence_gives_way_to_a_long_name() -> None:
    name = "원조할매손칼국수수제비만두전문점신영시장본점삼대째손맛집"
    said = {}
    for length in (1, 2, 3):
        slogan = " ".join(length * [SENTENCE])
        said[length] = " ".join(line.text for line in sheet("card", name, slogan))
        assert name[:8] in said[length]
    assert "새벽마다" in said[1]
    assert "새벽마다" not in said[3]


@pytest.mark.parametrize("product_id", SLOGAN_PRODUCTS)
def test_no_type_is_smaller_than_the_catalogue_says(product_id: str) -> None:
    found = sheet(product_id, "원조할매순대국밥 신영시장 본점 단체예약환영집", SENTENCE)
    limits = PRODUCTS[product_id].texts
    sizes = {line.text: line.least for line in found}
    for text in parts(found, SENTENCE):
        assert sizes[text] >= limits["slogan"].min_pt - 0.01
    assert min(sizes.values()) >= 7


def test_hanja_stand_level_with_hangul() -> None:
    """A hanja fills its whole square; set as large as Hangul it would tower over it."""
    mixed = max(sheet("poster-a4", "大성"), key=lambda line: line.size)
    plain = max(sheet("poster-a4", "대성"), key=lambda line: line.size)
    assert (mixed.text, plain.text) == ("大성", "대성")
    assert mixed.least == pytest.approx(0.93 * mixed.size, rel=0.01)
    assert plain.least == plain.size
