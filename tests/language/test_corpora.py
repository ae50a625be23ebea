"""The floor under the measurements: the written cases beside the repository, where present."""

import pytest

from bot.nlu import understand
from tests.benchmarks.language_eval import (
    CORPORA,
    digits_as_words,
    load_cases,
    one_typo,
    run,
    without_blanks,
)
from tests.language.questions import context

UTTERANCES = CORPORA / "utterances.dev.jsonl"
SMALL_TALK = CORPORA / "smalltalk.dev.txt"
pytestmark = pytest.mark.skipif(not UTTERANCES.exists(), reason="no cases beside the repository")


def _share(results: list[tuple[dict[str, object], str, float]], said: str) -> float:
    return sum(verdict == said for _, verdict, _ in results) / len(results)


def test_answers_are_understood() -> None:
    results = run(load_cases(UTTERANCES))
    assert _share(results, "right") >= 0.97
    assert _share(results, "wrong") <= 0.01


def test_answers_without_blanks_are_understood() -> None:
    assert _share(run(load_cases(UTTERANCES), without_blanks), "right") >= 0.95


def test_digit_words_are_as_good_as_digits() -> None:
    assert _share(run(load_cases(UTTERANCES), digits_as_words), "right") >= 0.95


def test_a_mistyped_vowel_rarely_makes_another_answer() -> None:
    results = run(load_cases(UTTERANCES), one_typo)
    assert _share(results, "right") >= 0.80
    assert _share(results, "wrong") <= 0.13


def test_small_talk_is_no_wish() -> None:
    lines = SMALL_TALK.read_text(encoding="utf-8").splitlines()[::5]
    taken = [line for line in lines if understand(line, context("free")).intent != "unknown"]
    assert len(taken) / len(lines) <= 0.02, taken[:20]
