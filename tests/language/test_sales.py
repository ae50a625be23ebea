"""Sales that were told for another stretch of time than a month."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.nlu import understand
from bot.nlu.sales import DAYS_OPEN, sales_a_month
from tests.language.questions import context

MAN = 10_000
MONTHS = {
    "": Fraction(0),
    "한 달에 ": Fraction(1),
    "매달 ": Fraction(1),
    "두 달에 ": Fraction(2),
    "석달에 ": Fraction(3),
    "3개월에 ": Fraction(3),
    "삼 개월에 ": Fraction(3),
    "분기 ": Fraction(3),
    "반년에 ": Fraction(6),
    "여섯 달 동안 ": Fraction(6),
    "일년에 ": Fraction(12),
    "한 해 ": Fraction(12),
    "연 ": Fraction(12),
    "열두 달에 ": Fraction(12),
    "하루 ": Fraction(1, DAYS_OPEN),
    "하루에 ": Fraction(1, DAYS_OPEN),
    "매일 ": Fraction(1, DAYS_OPEN),
    "일주일에 ": Fraction(12, 52),
    "보름에 ": Fraction(1, 2),
}
ENDINGS = ("", "만원", " 만원쯤", "만원 정도요", "만원 팔아요")


@given(
    stretch=st.sampled_from(sorted(MONTHS)),
    told=st.integers(1, 999).map(lambda tens: tens * 10),
    ending=st.sampled_from(ENDINGS),
)
@settings(max_examples=300, deadline=None)
def test_what_was_told_is_divided_by_the_months_that_were_said(
    stretch: str, told: int, ending: str
) -> None:
    text, months = f"{stretch}{told}{ending}", MONTHS[stretch]
    slots = understand(text, context("pay.monthly_sales")).slots
    if months in (0, 1):
        assert slots == {"monthly_sales": told * MAN}
    else:
        assert slots == {}, "only the chat divides, and says what came of it"
        found = sales_a_month(text)
        assert found is not None
        assert abs(found - told * MAN / months) <= MAN / 2


@pytest.mark.parametrize(
    ("text", "won"),
    [
        ("석 달에 9백", 3_000_000),
        ("분기 천오백", 5_000_000),
        ("일년에 육천", 5_000_000),
        ("하루 30", 7_500_000),
        ("육천 일년에", 5_000_000),
        ("하루 30만원 한 달 600만원", 6_000_000),
        ("하루에 손님 30명", None),
        ("하루 20에서 30", None),
        ("일년에 육칠천", None),
        ("일년에 6천 하루 20", None),
        ("3월에 300만원", None),
        ("오백", None),
    ],
)
def test_as_merchants_say_it(text: str, won: int | None) -> None:
    assert sales_a_month(text) == won
