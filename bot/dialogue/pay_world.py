"""The part of the facts of one turn that is about easy payment."""

import time
from datetime import datetime

from bot.clock import KST
from bot.dialogue.visit_world import VisitWorld
from bot.services.payments import (
    After,
    PayOverview,
    Step,
    free_pay_number,
    overviews,
    rehearse,
)
from bot.services.visits import Diary
from models.session import PATIENCE_SECONDS, Database


class PayWorld(VisitWorld):
    """Applications as one person sees them; read at most once an attempt.

    Args:
        database: where they are.
        diary: what the process remembers of supporters' days.
        now: the moment of the turn, aware.
        deadline: of `time.monotonic`: when the turn has to be answered; None outside a turn.
    """

    def __init__(
        self, database: Database, diary: Diary, now: datetime, deadline: float | None = None
    ) -> None:
        super().__init__(database, diary, now)
        self._deadline = deadline

    def _forget(self) -> None:
        super()._forget()
        self._pays: tuple[PayOverview, ...] | None = None
        self._pay_number = ""

    def pay(self) -> PayOverview | None:
        """Return how far the newest application is; None before there is one."""
        found = self.pays()
        return found[0] if found else None

    def pays(self) -> tuple[PayOverview, ...]:
        """Return every application of this person, the newest first."""
        if self._pays is None:
            self._pays = ()
            if self._of is not None:
                today = self._at.astimezone(KST).date()
                with self._database.reading() as session:
                    self._pays = overviews(session, self._of, today=today)
        return self._pays

    def pay_after(self, *steps: Step) -> After | None:
        """Return what steps of this turn would lead to; nothing stays of it."""
        if self._of is None:
            return None
        left = PATIENCE_SECONDS if self._deadline is None else self._deadline - time.monotonic()
        return rehearse(self._database, self._of, self._at, *steps, within=left)

    def new_pay_number(self) -> str:
        """Return a number for an application of this turn, the same for the whole turn."""
        if not self._pay_number:
            with self._database.reading() as session:
                self._pay_number = free_pay_number(session)
        return self._pay_number
