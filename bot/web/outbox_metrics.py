"""The figures of the outbox for a Prometheus server, read from the database when it asks."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from math import inf
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.outbox.stop import ALL
from bot.services.outbox_figures import Counts, Pulse, counts, pulse
from models.session import Database

HOLD: Final = timedelta(minutes=1)
"""Counting reads every row (a million take a second); who asks again gets the same count."""


class OutboxMetrics(Collector):
    """Collects the figures of one installation.

    Whichever process is asked tells the figures of all of them, because they stand in the
    database. When that does not answer, only `sosin_database_up 0` is told.

    Args:
        database: where they stand.
        clock: tells how long something has been waiting.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._counted: tuple[datetime, Counts] | None = None

    def collect(self) -> Iterator[Metric]:
        """Yield the figures of this moment."""
        up = GaugeMetricFamily("sosin_database_up", "Whether the database answered.")
        try:
            now = self._clock.now()
            with self._database.reading() as session:
                beat = pulse(session, now)
            counted = self._counts(now)
        except SQLAlchemyError:
            up.add_metric((), 0)
            yield up
            return
        up.add_metric((), 1)
        yield up
        yield from _of_pulse(beat)
        yield from _of_counts(counted)

    def _counts(self, now: datetime) -> Counts:
        with self._lock:
            if self._counted is None or abs(now - self._counted[0]) > HOLD:
                with self._database.reading() as session:
                    self._counted = (now, counts(session))
            return self._counted[1]


def _of_pulse(beat: Pulse) -> Iterator[Metric]:
    yield _gauge(
        "sosin_reminder_oldest_due_seconds",
        "How long the message waits that should have gone out first.",
        beat.oldest_due.total_seconds(),
    )
    yield _gauge(
        "sosin_reminder_oldest_unknown_seconds",
        "How long nobody has known whether the oldest unclear message arrived.",
        beat.oldest_unknown.total_seconds(),
    )
    yield _gauge(
        "sosin_jobs_heartbeat_age_seconds",
        "How long nothing was heard of the jobs; +Inf when they never ran.",
        inf if beat.silence is None else beat.silence.total_seconds(),
    )
    stopped = GaugeMetricFamily(
        "sosin_sending_stopped",
        "Whether somebody has stopped sending: everything, a kind, or a sender.",
        labels=("scope",),
    )
    for scope in sorted({ALL, *beat.stopped}):
        stopped.add_metric((scope,), scope in beat.stopped)
    yield stopped
    breakers = GaugeMetricFamily(
        "sosin_sender_breaker_open",
        "Whether nothing is given to a sender at the moment, because it is in trouble.",
        labels=("sender",),
    )
    for sender, is_closed in sorted(beat.closed.items()):
        breakers.add_metric((sender,), is_closed)
    yield breakers


def _of_counts(counted: Counts) -> Iterator[Metric]:
    states = GaugeMetricFamily("sosin_reminders", "Messages by state.", labels=("state",))
    for state, count in counted.states.items():
        states.add_metric((state.value,), count)
    yield states
    attempts = CounterMetricFamily(
        "sosin_reminder_attempts",
        "Calls of senders by how they ended; `none` is one that is under way.",
        labels=("sender", "outcome"),
    )
    for (sender, outcome), count in sorted(counted.attempts.items()):
        attempts.add_metric((sender, outcome), count)
    yield attempts


def _gauge(name: str, says: str, value: float) -> Metric:
    gauge = GaugeMetricFamily(name, says)
    gauge.add_metric((), value)
    return gauge
