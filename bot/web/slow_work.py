"""Threads for what waits for somebody outside, so that those of the web server stay free.

A page waits a moment for it and is shown then, however far it is; the work goes on. Whoever
gives work here has to live with its being lost when the process ends.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from bot.errors import SosinError
from bot.log import origin

LOG = logging.getLogger(__name__)

THREADS = 4


class SlowWork:
    """Does work in threads of its own.

    The threads are begun with the first work, in the process that has it: none is lost in a
    fork.

    Args:
        name: of the threads.
        patience_s: seconds that a page waits.
    """

    def __init__(self, name: str, patience_s: float) -> None:
        self._pool = ThreadPoolExecutor(THREADS, name)
        self._patience_s = patience_s

    def do(self, work: Callable[[], object]) -> bool:
        """Do it; False when it takes longer than a page waits, and goes on.

        What it raises within that time is raised here; later it is logged.
        """
        doing = self._pool.submit(work)
        try:
            doing.result(self._patience_s)
        except TimeoutError:
            doing.add_done_callback(_told)
            return False
        return True


def _told(doing: "Future[object]") -> None:
    """Log what nobody waits for any more; never the text, it may quote somebody."""
    error = doing.exception()
    if isinstance(error, SosinError):
        LOG.warning("slow work ended: %s", error.code)
    elif isinstance(error, Exception):
        LOG.error("slow work failed: %s at %s", type(error).__name__, origin(error))
