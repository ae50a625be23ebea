"""The part of the facts of one turn that is about visits."""

from datetime import date, datetime

from bot.services.visits import (
    Diary,
    Offer,
    Offered,
    VisitOverview,
    VisitView,
    VisitWish,
    in_chat,
    visit_overview,
)
from bot.services.visits.in_chat import VisitNews
from models.session import Database
from models.visit import MADE


class VisitWorld:
    """Visits as one person sees them; each question is put to the database once an attempt.

    Args:
        database: where they are.
        diary: what the process remembers of supporters' days.
        now: the moment of the turn, aware.
    """

    def __init__(self, database: Database, diary: Diary, now: datetime) -> None:
        self._database = database
        self._diary = diary
        self._at = now
        self._of: int | None = None
        self._forget()

    def _forget(self) -> None:
        self._visits: VisitOverview | None = None
        self._news: VisitNews | None = None
        self._offers: dict[VisitWish, Offered] = {}
        self._offers_at: dict[tuple[VisitWish, date, int], Offer | None] = {}

    def _look_from(self, conversation_id: int | None) -> None:
        """Look from the place of a conversation; nothing seen in an earlier attempt counts.

        Somebody else may have been faster: that is why there is another attempt.
        """
        self._of = conversation_id
        self._forget()

    def visit_overview(self) -> VisitOverview:
        """Return the visits of this person, and the places on the waiting list."""
        if self._visits is None:
            self._visits = VisitOverview()
            if self._of is not None:
                with self._database.reading() as session:
                    self._visits = visit_overview(session, self._of, self._at)
        return self._visits

    def visit_offers(self, wish: VisitWish) -> Offered:
        """Return the times that can be had for a wish, best first, and why others cannot."""
        if wish not in self._offers:
            with self._database.reading() as session:
                self._offers[wish] = in_chat.offers_to_name(session, wish, self._at, self._diary)
        return self._offers[wish]

    def visit_offer_at(self, wish: VisitWish, day: date, start: int) -> Offer | None:
        """Return the offer of one certain time (minutes of the day); None when it is gone."""
        key = (wish, day, start)
        if key not in self._offers_at:
            with self._database.reading() as session:
                self._offers_at[key] = in_chat.offer_at(
                    session, wish, (day, start), self._at, self._diary
                )
        return self._offers_at[key]

    def supporter_name(self, supporter_id: int) -> str:
        """Return what a supporter is called, "" for nobody."""
        with self._database.reading() as session:
            return in_chat.supporter_name(session, supporter_id)

    def visits_by_phone(self) -> bool:
        """Return whether visits of this person are arranged by telephone only."""
        if self._of is None:
            return False
        with self._database.reading() as session:
            return in_chat.is_by_phone(session, self._of)

    def visit_news(self) -> VisitNews:
        """Return what this person should hear about visits without asking."""
        if self._news is None:
            self._news = VisitNews()
            if self._of is not None:
                with self._database.reading() as session:
                    self._news = in_chat.visit_news(session, self._of, self._at)
        return self._news

    def rateable_visit(self) -> VisitView | None:
        """Return the visit that was made last, None without one."""
        return next((v for v in self.visit_overview().visits if v.state in MADE), None)
