"""Time that passes in a trial: what the bot does by itself happens at its own moments.

Moving a clock from Monday to Friday in one jump would send Tuesday's message on Friday, or
never. So the clock goes from one moment to the next: every third hour of the day, at which
things are planned, and every moment at which something is due. A long way takes a while;
whoever waits for it has little patience, so the rest of a very long way is one jump after all.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.clock import KST, Clock

WATCH = timedelta(hours=3)
"""Everything is looked at at 00:00, 03:00, … in Korea; what is planned is so a day ahead."""
FARTHEST = timedelta(days=100)
"""How far ahead something is waited for."""

Work = Callable[[datetime], object]
"""Does what the bot does by itself at a moment (aware)."""
NextDue = Callable[[datetime], datetime | None]
"""Returns when something is due next, later than a moment."""
Done = Callable[[], bool]
"""Tells whether what was waited for has happened."""


class MovableClock(Clock, Protocol):
    """A clock that a person may move."""

    def advance(self, by: timedelta) -> None:
        """Move the clock by `by`."""
        ...

    def reset(self) -> None:
        """Undo every step that was made."""
        ...


@dataclass(frozen=True, slots=True)
class Passed:
    """How a stretch of time went by.

    Attributes:
        by: how far the clock is ahead of where it was.
        stops: at how many moments something was done.
        jumped: the end of the way was one jump, because it took too long.
        done: what was waited for has happened; always True where nothing was.
    """

    by: timedelta
    stops: int
    jumped: bool
    done: bool


class Passage:
    """Moves a clock and does at each moment what is to be done then.

    Args:
        clock: the clock that the bot lives by.
        live: does everything that happens by itself; called at every watch and at the end.
        send: does what is due; called at the moments between.
        next_due: tells those moments.
        patience_s: so long it goes step by step.
        stopwatch: the machine's seconds, for the patience.
    """

    def __init__(
        self,
        clock: MovableClock,
        live: Work,
        send: Work,
        next_due: NextDue,
        patience_s: float,
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._live = live
        self._send = send
        self._next_due = next_due
        self._stopwatch = stopwatch
        self._patience_s = patience_s
        self._alone = threading.Lock()

    def forward(self, by: timedelta) -> Passed:
        """Let this much time pass; a negative step only moves the clock."""
        with self._alone:
            if by <= timedelta():
                self._clock.advance(by)
                return Passed(by, stops=0, jumped=False, done=True)
            return self._walk(by)

    def until(self, done: Done) -> Passed:
        """Let time pass until something has happened, or patience or 100 days are over."""
        with self._alone:
            return self._walk(FARTHEST, done)

    def back(self) -> None:
        """Return to the present."""
        with self._alone:
            self._clock.reset()

    def _walk(self, by: timedelta, done: Done | None = None) -> Passed:
        begin, limit = self._clock.now(), self._stopwatch() + self._patience_s
        goal, stops, jumped, is_done = begin + by, 0, False, done is None
        while self._clock.now() < goal:
            late = self._stopwatch() > limit
            if late and done is not None:
                break
            jumped = late
            if late:
                self._go_to(goal, self._live)
            else:
                self._step(goal)
            stops += 1
            if done is not None and done():
                is_done = True
                break
        return Passed(self._clock.now() - begin, stops, jumped=jumped, done=is_done)

    def _step(self, goal: datetime) -> None:
        """Go to the next moment at which there is something to do, and do it."""
        now = self._clock.now()
        watch = min(goal, _next_watch(now))
        due = self._next_due(now)
        if due is not None and due < watch:
            self._go_to(due, self._send)
        else:
            self._go_to(watch, self._live)

    def _go_to(self, moment: datetime, work: Work) -> None:
        self._clock.advance(moment - self._clock.now())
        work(self._clock.now())


def _next_watch(now: datetime) -> datetime:
    midnight = now.astimezone(KST).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + ((now - midnight) // WATCH + 1) * WATCH
