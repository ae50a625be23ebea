"""What a step would lead to, so that the answer of the same turn can say what comes next.

The step is really made, looked at, and rolled back: nobody else ever sees it. What the turn
does afterwards is the same step once more, so what was said cannot differ from what is done.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.clock import KST
from bot.errors import RuleBrokenError
from bot.services.payments.overview import PayOverview, overviews
from bot.services.transaction import Transaction
from models.session import PATIENCE_SECONDS, Database

Step = Callable[[Transaction], object]
KEY = "rehearsal"


@dataclass(frozen=True, slots=True)
class After:
    """How things would be.

    Attributes:
        results: what each step returned.
        pays: every application, the newest first.
    """

    results: tuple[object, ...]
    pays: tuple[PayOverview, ...]

    def of(self, application_id: int) -> PayOverview | None:
        """Return one application; None when it would be gone."""
        return next((known for known in self.pays if known.id == application_id), None)


def rehearse(
    database: Database,
    conversation_id: int,
    now: datetime,
    *steps: Step,
    within: float = PATIENCE_SECONDS,
) -> After | None:
    """Make steps, look, and take them back; None when a rule forbids them.

    Args:
        database: where; its one writer is kept busy for some milliseconds.
        conversation_id: whose turn it is.
        now: aware.
        steps: what would be done with the transaction of the turn.
        within: seconds to wait for other writers.

    Raises:
        BusyError: others of this process wrote all that time.
    """
    with database.transaction(within) as session, session.begin_nested() as trial:
        tx = Transaction(session, now, conversation_id, KEY)
        try:
            results = tuple(step(tx) for step in steps)
        except RuleBrokenError:
            trial.rollback()
            return None
        session.flush()
        found = After(
            results, overviews(session, conversation_id, today=now.astimezone(KST).date())
        )
        trial.rollback()
    return found
