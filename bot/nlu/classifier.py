"""A linear intent classifier with a class for "none of our business".

Multinomial logistic regression over character and jamo n-grams, trained by
`python -m bot.nlu.training` from the examples in data/intents; the weights are plain data.
"""

import json
import math
from collections.abc import Mapping
from functools import cache

from bot.nlu.features import features
from bot.nlu.tables import DATA

OUT_OF_SCOPE = "out_of_scope"
ACCEPT = 0.60
"""From here on a wish is acted on: at most 2 % of small talk is taken for one."""
OFFER = 0.35
"""From here on the best wishes are offered as buttons."""
SCALE = 100
"""Weights are stored as integers in hundredths."""


class Classifier:
    """The weights in memory, made once, see `shipped`."""

    def __init__(self, stored: Mapping[str, object]) -> None:
        classes = stored["classes"]
        weights = stored["weights"]
        if not isinstance(classes, list) or not isinstance(weights, dict):
            raise TypeError("intent weights are not in the expected shape")
        self.classes: list[str] = classes
        self._sharpness = float(str(stored["sharpness"]))
        self._weights: dict[str, list[int]] = weights

    def scores(self, text: str) -> dict[str, float]:
        """Return intent -> probability for every class; {} when there is nothing to read."""
        found = features(text)
        if not found:
            return {}
        totals = [0.0] * len(self.classes)
        for name, value in found.items():
            pairs = self._weights.get(name)
            if pairs:
                for place in range(0, len(pairs), 2):
                    totals[pairs[place]] += value * pairs[place + 1]
        peak = max(totals)
        powers = [math.exp((total - peak) * self._sharpness / SCALE) for total in totals]
        whole = sum(powers)
        return {name: power / whole for name, power in zip(self.classes, powers, strict=True)}

    def best(self, text: str, count: int = 3) -> list[tuple[str, float]]:
        """Return the likeliest classes, out of scope among them, best first."""
        ranked = sorted(self.scores(text).items(), key=lambda pair: -pair[1])
        return ranked[:count]


@cache
def shipped() -> Classifier:
    """Return the shipped classifier; its weights are read at the first call."""
    return Classifier(json.loads((DATA / "intent_weights.json").read_text(encoding="utf-8")))
