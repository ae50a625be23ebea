"""Regional endings become standard ones, names do not; warming up leaves nothing to load."""

import pytest

from bot.nlu import warm_up
from bot.nlu.classifier import shipped
from bot.nlu.dialect import standard, standard_end
from tests.language.questions import NOW


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("됐슈", "됐어요"),
        ("좋슈", "좋아요"),
        ("넘어가입시더", "넘어갑시다"),
        ("보내 주이소", "보내 주세요"),
        ("안 할라요", "안 할래요"),
        ("모르것슈", "모르겠어요"),
        ("하는디유", "하는데요"),
        ("몰라요", "몰라요"),
        ("안 올라요", "안 올라요"),
        ("문제", "문제"),
    ],
)
def test_endings(said: str, plain: str) -> None:
    assert standard(said) == plain


def test_only_the_last_word_of_a_name_changes() -> None:
    assert standard_end("하소 분식입니더") == "하소 분식입니다"


def test_warming_up_loads_the_classifier() -> None:
    shipped.cache_clear()
    warm_up(NOW)
    assert shipped.cache_info().currsize == 1
