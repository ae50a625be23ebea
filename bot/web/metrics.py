"""All figures of the web edge that a Prometheus server may collect. Nothing personal."""

import os
from typing import Final

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

TURN_SECONDS: Final = Histogram(
    "sosin_turn_seconds",
    "Time from receiving a skill call to having its answer, late answers included.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 55.0),
)
ANSWERS: Final = Counter("sosin_answers", "Answers to skill calls by outcome.", ("outcome",))
"""Outcomes: answered, failed, group, foreign_bot, notice, waiting."""
LATE_ANSWERS: Final = Counter(
    "sosin_late_answers", "Answers posted to a callback address by outcome.", ("outcome",)
)
"""Outcomes: posted, refused, too_late."""
FRIEND_EVENTS: Final = Counter(
    "sosin_friend_events", "Deliveries of the channel webhook by outcome.", ("outcome",)
)
"""Outcomes: taken, repeated, failed."""
REFUSED: Final = Counter(
    "sosin_refused_requests", "Requests of webhooks that were refused.", ("hook", "reason")
)
"""Reasons: secret, size, payload."""


def exposition(*collectors: Collector) -> tuple[bytes, str]:
    """Return the figures and their content type.

    Behind several worker processes PROMETHEUS_MULTIPROC_DIR names the folder in which
    prometheus-client keeps the figures of all of them; then all of them are summed up.

    Args:
        collectors: further figures that are found out when somebody asks.
    """
    asked = CollectorRegistry()
    for collector in collectors:
        asked.register(collector)
    return generate_latest(_own()) + generate_latest(asked), CONTENT_TYPE_LATEST


def _own() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # it has no types
    return registry
