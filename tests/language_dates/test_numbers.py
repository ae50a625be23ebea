import pytest

from bot.nlu.money import parse_won, parse_won_range
from bot.nlu.numbers import find_numbers, find_ordinals, find_vague, parse_number


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("스티커 다섯장", [(5, "native", "장")]),
        ("스티커 5장이랑 명함 백장", [(5, "digit", "장"), (100, "sino", "장")]),
        ("포스터스무장", [(20, "native", "장")]),
        ("단골이 한 백명 돼요", [(100, "sino", "명")]),
        ("12억 5천만", [(1_250_000_000, "mixed", None)]),
        ("직원 둘", [(2, "native", None)]),
        ("3장 아니 5장", [(3, "digit", "장"), (5, "digit", "장")]),
        ("20~30장", [(20, "digit", None), (30, "digit", "장")]),
        ("두어개", []),
        ("서너장쯤", []),
        ("대여섯 명", []),
        ("이삼십개", []),
        ("사장님 이번에 두부 구매", []),
        ("이 사람이 일이 많아", []),
        ("오이 사이 구이", []),
        ("네", []),
    ],
)
def test_numbers_are_found_with_their_counters(
    text: str, found: list[tuple[int, str, str | None]]
) -> None:
    assert [(span.value, span.kind, span.counter) for span in find_numbers(text)] == found


def test_spans_name_the_number_without_its_counter() -> None:
    (span,) = find_numbers("명함 백장")
    assert "명함 백장"[span.start : span.end] == "백"


@pytest.mark.parametrize(
    "text", ["두어 개", "서너", "대여섯", "몇 명", "한두 장", "이삼십 명", "수백 명"]
)
def test_vague_words_are_told_and_are_no_number(text: str) -> None:
    assert find_vague(text)
    assert parse_number(text) is None


def test_several_ordinals_are_told_in_order() -> None:
    assert find_ordinals("3번하고 4번 둘다") == [3, 4]


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("2천만원에서 3천만원", (20_000_000, 30_000_000)),
        ("300~400만원", (3_000_000, 4_000_000)),
        ("5천원 이상", (5000, None)),
        ("백만원 미만", (None, 1_000_000)),
        ("20만원", (200_000, 200_000)),
        ("모르겠어요", None),
    ],
)
def test_ranges_of_money_keep_both_ends(text: str, ends: tuple[int, int] | None) -> None:
    assert parse_won_range(text) == ends


def test_the_period_that_was_asked_for_wins() -> None:
    text = "한달에 오백, 1년에 육천"
    assert parse_won(text, bare_unit=10_000, per="month") == 5_000_000
    assert parse_won(text, bare_unit=10_000, per="year") == 60_000_000


def test_an_amount_of_another_period_is_no_answer() -> None:
    assert parse_won("하루에 30만원", per="month") is None
    assert parse_won("1년에 6천만원", per="month") is None
