"""The time within one call."""

import time
from datetime import datetime, timedelta

AT_MOST = 4.0
"""Seconds after which a call of `send_due` begins no further message: less than the ticker's
beat, and short enough for a process that is told to stop. The next call goes on from there."""


class Watch:
    """The time within one call, which goes on whatever the clock of the machine does."""

    def seconds(self) -> float:
        """Return seconds since some moment."""
        return time.monotonic()

    def pause(self, seconds: float) -> None:
        """Let time pass."""
        time.sleep(seconds)


class Moments:
    """The moments of one call of `send_due`: its own, and the time passed since."""

    def __init__(self, now: datetime, watch: Watch) -> None:
        self._now, self._watch = now, watch
        self._began = watch.seconds()

    def now(self) -> datetime:
        """Return the moment."""
        return self._now + timedelta(seconds=self._passed)

    @property
    def is_over(self) -> bool:
        """Tell whether no further message is begun."""
        return self._passed >= AT_MOST

    @property
    def _passed(self) -> float:
        return self._watch.seconds() - self._began


WATCH = Watch()
