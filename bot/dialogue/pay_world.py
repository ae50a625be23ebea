"""The part of the facts of one turn that is about easy payment."""

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


class PayWorld(VisitWorld):
    """Applications as one person sees them; read at most once an attempt."""

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
        return rehearse(self._database, self._of, self._at, *steps)

    def new_pay_number(self) -> str:
        """Return a number for an application of this turn, the same for the whole turn."""
        if not self._pay_number:
            with self._database.reading() as session:
                self._pay_number = free_pay_number(session)
        return self._pay_number
