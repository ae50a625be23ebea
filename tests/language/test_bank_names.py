"""A bank is nobody's name, however it is called."""

import pytest

from bot.nlu import understand
from bot.nlu.tables import read_rows
from tests.language.questions import context

CALLED = sorted(
    {
        word.replace(" ", "")
        for *_, words, _ in read_rows("banks.tsv", 4)
        for word in words.split(",")
    }
)
AFTER = ("", "은행", "이요", "이에요", "은행이요", " 입니다")
ALSO_PEOPLE = (
    "신한나",
    "국민호",
    "박우리",
    "김제일",
    "정부산",
    "이금고",
    "하나은",
    "김하나",
    "안하나",
)


@pytest.mark.parametrize(
    ("question", "slot"), [("pay.holder", "holder"), ("channel.owner_name", "owner_name")]
)
def test_no_bank_becomes_a_person(question: str, slot: str) -> None:
    taken = [
        f"{word}{after}"
        for word in CALLED
        for after in AFTER
        if slot in understand(f"{word}{after}", context(question)).slots
    ]
    assert taken == []


@pytest.mark.parametrize("name", ALSO_PEOPLE)
def test_people_keep_names_that_have_a_bank_in_them(name: str) -> None:
    assert understand(name, context("pay.holder")).slots == {"holder": name}
    assert understand(f"{name}이요", context("channel.owner_name")).slots["owner_name"] == name


@pytest.mark.parametrize(
    ("words", "name"),
    [("우리 김하나", "김하나"), ("우리 이하나예요", "이하나"), ("제일 박우리", "박우리")],
)
def test_a_name_that_ends_like_a_bank_after_a_word_that_is_one(words: str, name: str) -> None:
    assert understand(words, context("pay.holder")).slots == {"holder": name}


@pytest.mark.parametrize(
    "words", ["농협이랑 국민은행", "국민이나 신한은행이요", "농협 국민", "국민은행 아니면 농협"]
)
def test_several_banks_are_no_name_either(words: str) -> None:
    assert understand(words, context("pay.holder")).slots == {}
