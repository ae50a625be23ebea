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
    seconds = round(every.total_seconds(), 3)
    spread = crc32(name.encode())
    minutes, hours = seconds / MINUTE_S, seconds / MINUTE_S / HOUR_MIN
    if seconds >= 1 and MINUTE_S % seconds == 0 and seconds < MINUTE_S:
        return f"* * * * * */{seconds:.0f}"
    if minutes >= 1 and HOUR_MIN % minutes == 0 and minutes < HOUR_MIN:
        return f"{spread % int(minutes)}-59/{minutes:.0f} * * * *"
    if hours >= 1 and DAY_H % hours == 0:
        minute, hour = spread % HOUR_MIN, spread % int(hours)
        return f"{minute} {hour}-23/{hours:.0f} * * *"
    raise ConfigError(f"job {name}: {every} does not go into a minute, an hour or a day")
