"""What a change of a visit means for what is told; called wherever a visit changes.

A merchant who books, moves or cancels in the chat sees it there, and is not told again. What
somebody else does is told: the office, a standing slot, the plan of the night.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.clock import KST
from bot.outbox.notice import Notice
from bot.outbox.plan import About, call_off, plan
from bot.services.reminders.on_supporter_day import Place, supporters_day_changed
from bot.services.reminders.people import chat_of_merchant
from bot.services.reminders.soon import SETTLED, soon
from bot.services.reminders.visit_scene import promise_of
from bot.services.reminders.visit_series import SERIES, SERIES_ENDED
from bot.services.reminders.visits import (
    CANCELLED,
    CONFIRMED,
    MISSED,
    MOVED,
    NOT_COMING,
    RATING,
    TO_COME,
)
from bot.services.reminders.visits_to_come import COMING, remind
from bot.services.transaction import Transaction
from models.outbox import Reminder
from models.states import ReminderState, SeriesState, VisitState
from models.visit import Visit, VisitSeries

ERASED = "erased"
"""Reason of a visit that ends because the merchant's data are erased; nobody is told."""
_BEFORE_IT = (*COMING, CONFIRMED.kind, MOVED.kind)
_UNSEEN = frozenset((VisitState.HELD, VisitState.RELEASED, VisitState.EXPIRED))
"""States in which nobody has said yes."""


@dataclass(frozen=True, slots=True)
class Before:
    """A visit as it was before it changed.

    Attributes:
        promise: as parameters keep it.
    """

    state: VisitState
    promise: list[str]
    place: Place

    @classmethod
    def of(cls, visit: Visit) -> "Before":
        """Return what is to be remembered of a visit."""
        return cls(visit.state, promise_of(visit), Place.of(visit))


def visit_changed(tx: Transaction, visit: Visit, before: Before) -> None:
    """Plan what has to be told of a visit, and call off what is not so any more."""
    if {before.state, visit.state} <= _UNSEEN:
        return
    supporters_day_changed(tx, visit, before.place)
    chat = chat_of_merchant(tx.session, visit.merchant_id)
    if chat is not None:
        _Change(tx, visit, before, chat).tell()


@dataclass(frozen=True, slots=True)
class _Change:
    """One change, and the chat of its merchant."""

    tx: Transaction
    visit: Visit
    before: Before
    chat: int

    def tell(self) -> None:
        was, now = self.before.state in TO_COME, self.visit.state in TO_COME
        if now:
            if was:
                self._moved()
            else:
                self._booked()
        elif was:
            self._is_over()
        if self.visit.state is VisitState.REPORTED:
            self._plan(RATING, self.tx.now)

    @property
    def _saw_it(self) -> bool:
        """Whether the merchant did it, and so read of it in the chat."""
        return bool(self.tx.conversation_id)

    def _booked(self) -> None:
        remind(self.tx.session, self.visit, self.chat, self.tx.now)
        if self._saw_it:
            return
        series = self._series()
        if series is None or not self._is_usual(series):
            self._plan(CONFIRMED, self.tx.now, expires_at=self.visit.promise_from)
        if series is not None and self._is_first(series):
            self._plan_series(SERIES, series)

    def _moved(self) -> None:
        visit, before = self.visit, self.before
        is_kept = before.promise == promise_of(visit)
        if is_kept and before.place.supporter_id == visit.supporter_id:
            return
        if not is_kept:
            self._call_off(COMING, "visit_moved")
            remind(self.tx.session, self.visit, self.chat, self.tx.now)
        if self._saw_it:
            self._call_off((CONFIRMED.kind, MOVED.kind), "told_in_chat")
        elif self._waiting(CONFIRMED) is None:  # that one tells the new time anyway
            self._tell_move()

    def _tell_move(self) -> None:
        """Tell the new state once, against what the merchant was told last."""
        told = self._told()
        self._call_off((MOVED.kind,), "moved_again")
        now = {"promise": promise_of(self.visit), "supporter_id": self.visit.supporter_id}
        if told != now:
            at = soon(self.tx.now + SETTLED, self.visit.promise_from)
            self._plan(MOVED, at, params=told, expires_at=self.visit.promise_to)

    def _told(self) -> dict[str, Any]:
        """Return what the merchant was told last: a move that waits was not told yet."""
        known = self._waiting(MOVED)
        if known is not None:
            return known.params
        return {"promise": self.before.promise, "supporter_id": self.before.place.supporter_id}

    def _is_over(self) -> None:
        """Call off what spoke of a visit to come; tell when it is not the merchant's doing."""
        heard_of_it = self._waiting(CONFIRMED) is None
        told = self._told()
        self._call_off(_BEFORE_IT, f"visit_{self.visit.state}")
        if self._saw_it or not heard_of_it or self.visit.cancel_reason == ERASED:
            return
        if self.visit.state in NOT_COMING:
            series = self._series()
            if series is not None and series.state is SeriesState.ENDED:
                self._plan_series(SERIES_ENDED, series)
            else:
                at = soon(self.tx.now, self.visit.promise_from)
                self._plan(CANCELLED, at, params={"promise": told["promise"]})
        elif self.visit.state is VisitState.MERCHANT_NO_SHOW:
            self._plan(MISSED, self.tx.now)

    def _plan(self, notice: Notice, anchor: datetime, **more: Any) -> None:
        about = About(
            conversation_id=self.chat,
            subject=Visit.__tablename__,
            subject_id=self.visit.id,
            version=self.visit.revision,
            anchor=anchor,
            **more,
        )
        plan(self.tx.session, notice, about, self.tx.now)

    def _plan_series(self, notice: Notice, series: VisitSeries) -> None:
        about = About(
            conversation_id=self.chat,
            subject=VisitSeries.__tablename__,
            subject_id=series.id,
            anchor=self.tx.now,
        )
        plan(self.tx.session, notice, about, self.tx.now)

    def _call_off(self, kinds: tuple[str, ...], reason: str) -> None:
        call_off(
            self.tx.session,
            Visit.__tablename__,
            self.visit.id,
            reason,
            self.tx.now,
            kinds=kinds,
        )

    def _waiting(self, notice: Notice) -> Reminder | None:
        """Return what is planned of one kind about the visit, and not told yet."""
        return self.tx.session.scalars(
            select(Reminder)
            .where(
                Reminder.subject == Visit.__tablename__,
                Reminder.subject_id == self.visit.id,
                Reminder.kind == notice.kind,
                Reminder.state == ReminderState.SCHEDULED,
            )
            .order_by(Reminder.id.desc())
            .limit(1)
        ).one_or_none()

    def _series(self) -> VisitSeries | None:
        series_id = self.visit.series_id
        return self.tx.session.get(VisitSeries, series_id) if series_id is not None else None

    def _is_usual(self, series: VisitSeries) -> bool:
        """Tell whether a visit lies at the hour of its standing slot."""
        local = self.visit.starts_at.astimezone(KST)
        return local.hour * 60 + local.minute == series.start_min

    def _is_first(self, series: VisitSeries) -> bool:
        """Tell whether a standing slot has no other visit yet."""
        others = select(Visit.id).where(Visit.series_id == series.id, Visit.id != self.visit.id)
        return self.tx.session.execute(others.limit(1)).first() is None
