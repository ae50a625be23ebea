"""Train the intent classifier: `python -m bot.nlu.training` writes data/intent_weights.json.

Pure Python, about a minute, deterministic. Every example is also seen with one mistyped key,
so that the jamo features learn to carry it.
"""

import argparse
import json
import math
import random
import sys
from collections import Counter, defaultdict
from pathlib import Path

from bot.nlu.features import features
from bot.nlu.hangul import is_syllable
from bot.nlu.tables import DATA, read_rows

OUT_OF_SCOPE = "out_of_scope"
SEED = 20261123
EPOCHS = 14
RATE = 4.0
DECAY = 0.9995
"""Weight kept per epoch and feature use: a mild pull to zero."""
LEAST_GRADIENT = 0.003
LEAST_SEEN = 3
"""Examples a feature must occur in."""
LEAST_WEIGHT = 15
"""Weights below this many hundredths are not shipped."""
SCALE = 100
TYPO_ENDINGS = ("요", "여", "유", "")

Example = tuple[str, str]
Weights = dict[str, dict[int, float]]


def examples() -> list[Example]:
    """Return (text, class) of all our own examples and small talk."""
    rows = [
        (text, intent)
        for intent, texts in read_rows("intents/examples.tsv", 2)
        for text in texts.split("|")
    ]
    rows += [
        (text, OUT_OF_SCOPE)
        for _, texts in read_rows("intents/smalltalk.tsv", 2)
        for text in texts.split("|")
    ]
    return rows


def mistyped(text: str, dice: random.Random) -> str:
    """Return the text with the vowel of one syllable off by one key."""
    places = [index for index, char in enumerate(text) if is_syllable(char)]
    if not places:
        return text
    place = dice.choice(places)
    code = ord(text[place]) - 0xAC00
    vowel = (code // 28) % 21
    shifted = min(20, max(0, vowel + dice.choice((-2, -1, 1, 2))))
    wrong = chr(0xAC00 + (code // 588) * 588 + shifted * 28 + code % 28)
    return text[:place] + wrong + text[place + 1 :]


def train(rows: list[Example]) -> tuple[list[str], Weights]:
    """Return the classes and the weights fitted to the examples."""
    dice = random.Random(SEED)  # noqa: S311 - shuffling, not secrets
    classes = sorted({intent for _, intent in rows})
    place = {intent: index for index, intent in enumerate(classes)}
    data = [(features(text), place[intent]) for text, intent in rows]
    data += [(features(mistyped(text, dice)), place[intent]) for text, intent in rows]
    data = _frequent(data)
    weights: Weights = defaultdict(dict)
    for epoch in range(EPOCHS):
        dice.shuffle(data)
        rate = RATE / (1 + epoch / 3)
        for found, gold in data:
            _step(weights, found, gold, rate, len(classes))
    return classes, weights


def _frequent(data: list[tuple[dict[str, float], int]]) -> list[tuple[dict[str, float], int]]:
    """Return the data without features that too few examples have to be worth shipping."""
    seen = Counter(name for found, _ in data for name in found)
    return [
        ({name: value for name, value in found.items() if seen[name] >= LEAST_SEEN}, gold)
        for found, gold in data
    ]


def _step(weights: Weights, found: dict[str, float], gold: int, rate: float, count: int) -> None:
    """Move the weights a little towards one example."""
    totals = [0.0] * count
    for name, value in found.items():
        for index, weight in weights[name].items():
            totals[index] += value * weight
    peak = max(totals)
    powers = [math.exp(total - peak) for total in totals]
    whole = sum(powers)
    moves = [(i, (i == gold) - p / whole) for i, p in enumerate(powers)]
    moves = [(i, move) for i, move in moves if abs(move) > LEAST_GRADIENT]
    for name, value in found.items():
        row = weights[name]
        for index, move in moves:
            row[index] = row.get(index, 0.0) * DECAY + rate * move * value


def packed(classes: list[str], weights: Weights) -> dict[str, object]:
    """Return the weights as they are shipped: whole hundredths, small ones left out."""
    rows = {}
    for name, row in sorted(weights.items()):
        flat = [
            number
            for index, weight in sorted(row.items())
            if abs(round(weight * SCALE)) >= LEAST_WEIGHT
            for number in (index, round(weight * SCALE))
        ]
        if flat:
            rows[name] = flat
    return {"classes": classes, "sharpness": 1.0, "weights": rows}


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(prog="python -m bot.nlu.training", description=__doc__)
    parser.add_argument("--out", type=Path, default=DATA / "intent_weights.json")
    options = parser.parse_args()
    rows = examples()
    classes, weights = train(rows)
    text = json.dumps(packed(classes, weights), ensure_ascii=False, separators=(",", ":"))
    options.out.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(rows)} examples, {len(classes)} classes, {len(text) // 1000} KB\n")


if __name__ == "__main__":
    main()
