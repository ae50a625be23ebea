"""What must not be forgotten while the database is away."""

import threading
from collections.abc import Callable

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.outbox.watch import Watch
from models.errors import BusyError

KEPT = 60.0
"""Seconds that the end of a call is kept: the lease of its message lasts longer."""
KEPT_AT_END = 4.0
"""The same in a process that is to end."""
PAUSE = 0.25
AWAY = (BusyError, OperationalError, InterfaceError, PoolTimeoutError)
"""What the database says while it is locked, gone, or starting."""


def insist(write: Callable[[], None], watch: Watch, ending: threading.Event) -> None:
    """Write down how a call ended, as soon as the database lets us.

    Nobody else knows it: forgotten, the message would count as unclear, and one that must
    arrive might go out twice.

    Args:
        write: may be called again; does no harm when it had worked after all.
        watch: the time.
        ending: set when the process is to end.
    """
    began = watch.seconds()
    while True:
        try:
            write()
        except AWAY:
            passed = watch.seconds() - began
            if passed > (KEPT_AT_END if ending.is_set() else KEPT):
                raise
            watch.pause(PAUSE)
        else:
            return
