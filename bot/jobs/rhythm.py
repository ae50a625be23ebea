"""The rhythm of a job as a line of cron, for an engine that goes by the clock on the wall."""

from datetime import timedelta
from zlib import crc32

from bot.errors import ConfigError

MINUTE_S = 60
HOUR_MIN = 60
DAY_H = 24


def cron(name: str, every: timedelta) -> str:
    """Return the line; a sixth field at the end counts seconds.

    Long rhythms begin at a minute that follows from the name, so that not everything falls
    on the full hour.

    Raises:
        ConfigError: the rhythm does not go into a minute, an hour or a day.
    """
    seconds = every.total_seconds()
    spread = crc32(name.encode())
    if seconds in _divisors(MINUTE_S):
        return f"* * * * * */{seconds:.0f}"
    if seconds / MINUTE_S in _divisors(HOUR_MIN):
        minutes = int(seconds / MINUTE_S)
        return f"{spread % minutes}-59/{minutes} * * * *"
    if seconds / MINUTE_S / HOUR_MIN in {*_divisors(DAY_H), DAY_H}:
        hours = int(seconds / MINUTE_S / HOUR_MIN)
        return f"{spread % HOUR_MIN} {spread % hours}-23/{hours} * * *"
    raise ConfigError(f"job {name}: {every} does not go into a minute, an hour or a day")


def _divisors(whole: int) -> set[int]:
    return {part for part in range(1, whole) if whole % part == 0}
