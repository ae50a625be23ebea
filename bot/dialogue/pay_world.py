"""The part of the facts of one turn that is about easy payment."""

from bot.clock import KST
from bot.dialogue.visit_world import VisitWorld
from bot.services.payments import PayOverview, free_pay_number, overview


class PayWorld(VisitWorld):
    """Applications as one person sees them; read at most once an attempt."""

    def _forget(self) -> None:
        super()._forget()
        self._pay: PayOverview | None = None
        self._pay_read = False
        self._pay_number = ""

    def pay(self) -> PayOverview | None:
        """Return how far the newest application is; None before there is one."""
        if not self._pay_read and self._of is not None:
            today = self._at.astimezone(KST).date()
            with self._database.reading() as session:
                self._pay = overview(session, self._of, today=today)
        self._pay_read = True
        return self._pay

    def new_pay_number(self) -> str:
        """Return a number for an application of this turn, the same for the whole turn."""
        if not self._pay_number:
            with self._database.reading() as session:
                self._pay_number = free_pay_number(session)
        return self._pay_number
