import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.pay_rules.names import bare_name, same_holder
from models.payment import HolderMatch

OWNER, SHOPS = "김복순", ("바다 수산",)
CASES = [
    ("김복순", "owner"),
    ("김 복 순", "owner"),
    ("김복순님", "owner"),
    ("김복순 사장님", "owner"),
    ("김복순씨", "owner"),
    ("김복순(바다수산)", "owner"),
    ("김복순（바다수산）", "owner"),
    ("김복순바다수산", "owner"),
    ("바다수산김복순", "owner"),
    ("바다수산(김복순)", "owner"),
    ("김*순", "owner"),
    ("김○순", "owner"),
    ("바다수산", "business"),
    ("바다 수산", "business"),
    ("㈜바다수산", "business"),
    ("(주)바다수산", "business"),
    ("（주）바다수산", "business"),
    ("주식회사 바다수산", "business"),
    ("바다수산 주식회사", "business"),
    ("유한회사바다수산", "business"),
    ("바다수산(박영희)", "business"),
    ("박영희", "none"),
    ("김복자", "none"),
    ("김복", "none"),
    ("바다", "none"),
    ("이*순", "none"),
    ("김**", "none"),
    ("", "unknown"),
    ("  ", "unknown"),
    ("(주)", "unknown"),
]


@pytest.mark.parametrize(("holder", "expected"), CASES)
def test_whose_account_it_is(holder: str, expected: str) -> None:
    assert same_holder(holder, OWNER, SHOPS) == HolderMatch(expected)


def test_a_long_name_may_be_cut_off_by_the_bank() -> None:
    shops = ("망원전통시장할머니손두부",)
    assert same_holder("망원전통시장할머니", OWNER, shops) is HolderMatch.BUSINESS
    assert same_holder("망원전통", OWNER, shops) is HolderMatch.NONE


def test_a_store_called_by_a_title_keeps_its_name() -> None:
    assert same_holder("대표", OWNER, ("대표",)) is HolderMatch.BUSINESS
    assert bare_name("김대표") == "김대표"


def test_without_anything_to_compare_nothing_is_said() -> None:
    assert same_holder("김복순", "", ()) is HolderMatch.UNKNOWN


@given(st.text(max_size=30), st.text(max_size=10), st.lists(st.text(max_size=10), max_size=3))
def test_any_text_has_an_answer(holder: str, owner: str, shops: list[str]) -> None:
    assert same_holder(holder, owner, shops) in HolderMatch


@given(
    st.text("김이박순자복영희", min_size=2, max_size=4), st.sampled_from(("", " ", "님", " 사장님"))
)
def test_the_owner_is_always_the_owner(owner: str, ending: str) -> None:
    assert same_holder(" ".join(owner) + ending, owner, ()) is HolderMatch.OWNER
