"""The shipped weights belong to the examples, and the examples keep to their bounds."""

from collections import Counter
from random import Random

from bot.nlu.classifier import ACCEPT, OUT_OF_SCOPE, shipped
from bot.nlu.training import Example, examples, mistyped, packed, train

LEAST_EXAMPLES, LEAST_SMALL_TALK = 20, 600


def test_every_wish_has_enough_examples() -> None:
    counts = Counter(intent for _, intent in examples())
    assert counts.pop(OUT_OF_SCOPE) >= LEAST_SMALL_TALK
    assert min(counts.values()) >= LEAST_EXAMPLES


def test_the_weights_know_the_classes_of_the_examples() -> None:
    assert set(shipped().classes) == {intent for _, intent in examples()}


def test_the_examples_are_recognised() -> None:
    rows = examples()
    right = sum(shipped().best(text)[0][0] == intent for text, intent in rows)
    assert right / len(rows) >= 0.95


def test_nothing_to_read_has_no_class() -> None:
    assert shipped().best("😀😀") == []


def test_training_separates_two_wishes_and_packs_whole_numbers() -> None:
    rows: list[Example] = [("스티커 주세요", "kit"), ("강의 보여줘", "edu")] * 4
    classes, weights = train(rows)
    stored = packed(classes, weights)
    assert classes == ["edu", "kit"]
    trained = type(shipped())(stored)
    assert trained.best("스티커")[0][0] == "kit"
    assert trained.best("강의")[0][1] > ACCEPT


def test_a_text_without_syllables_cannot_be_mistyped() -> None:
    assert mistyped("123", Random(1)) == "123"  # noqa: S311 - repeatable, not secret
