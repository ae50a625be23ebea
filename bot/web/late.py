"""Answers that take too long: announced in time, posted when they are ready, at most once."""

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from bot.channels.kakao.callback import waiting
from bot.channels.kakao.limits import CALLBACK_SECONDS
from bot.clock import Clock
from bot.web.guards import shielded
from bot.web.metrics import ANSWERS, LATE_ANSWERS

logger = logging.getLogger(__name__)

DIRECT_SECONDS: Final = 2.5
"""So long an answer may take before it becomes a late one; the vendor waits 5 s."""
THREADS: Final = 4
WAITING_PLACES: Final = 16
"""Answers in the making with a callback address; beyond it they are made in their request."""
WAITING: Final = "확인하고 있어요. 잠시만 기다려 주세요."

PostCallback = Callable[[str, bytes, Mapping[str, str]], None]
"""Posts body and headers to a callback address; may raise anything."""


@dataclass(frozen=True, slots=True)
class Callback:
    """Where a late answer may go, until 55 s after `received_at`."""

    url: str
    headers: Mapping[str, str]
    received_at: datetime


class _Handover:
    """Decides once, between the request and the worker, who sends the answer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._body: bytes | None = None
        self._late = False

    def wait(self, seconds: float) -> bytes | None:
        """Return the answer for the request to send; None: from now on the worker sends it."""
        self._done.wait(seconds)
        with self._lock:
            self._late = self._body is None
            return self._body

    def finish(self, body: bytes) -> bool:
        """Hand over the answer; True when the worker must send it."""
        with self._lock:
            self._body = body
            self._done.set()
            return self._late


class LateAnswers:
    """Makes answers on a few threads of its own; for the life of the process.

    Args:
        clock: for the deadline of the callback address.
        post: posts a late answer.
        direct_seconds: how long a request waits before it announces a late answer.
    """

    def __init__(
        self, clock: Clock, post: PostCallback, direct_seconds: float = DIRECT_SECONDS
    ) -> None:
        self._clock = clock
        self._post = post
        self._direct_seconds = direct_seconds
        self._places = threading.BoundedSemaphore(WAITING_PLACES)
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="late-answer")

    def answer(self, make: Callable[[], bytes], callback: Callback) -> bytes:
        """Return the answer, or the announcement of a late one.

        Args:
            make: makes the answer; never raises.
            callback: where a late answer goes.
        """
        if not self._places.acquire(blocking=False):
            return make()
        handover = _Handover()
        self._pool.submit(self._work, make, callback, handover)
        body = handover.wait(self._direct_seconds)
        if body is None:
            ANSWERS.labels("waiting").inc()
            return waiting(WAITING)
        return body

    def _work(self, make: Callable[[], bytes], callback: Callback, handover: _Handover) -> None:
        try:
            body = make()
            if handover.finish(body):
                self._send(callback, body)
        finally:
            self._places.release()

    def _send(self, callback: Callback, body: bytes) -> None:
        age = (self._clock.now() - callback.received_at).total_seconds()
        if age > CALLBACK_SECONDS:
            logger.warning("answer too late for its callback address: %d s", age)
            LATE_ANSWERS.labels("too_late").inc()
            return
        post = partial(self._post, callback.url, body, callback.headers)
        _, well = shielded(post, None, "posting a late answer")
        LATE_ANSWERS.labels("posted" if well else "refused").inc()
