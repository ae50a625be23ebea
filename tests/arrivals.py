"""Time that passes the way it does in life, and what arrives in it.

The clock goes from one moment at which something is due to the next: rows of the outbox, and
every full hour, at which the planners run as well; in a step of more than a day, every
sixth hour. Where it stops, both run once more.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from bot.clock import KST
from models.outbox import Reminder
from models.states import ReminderState
from tests.fakes.post import Arrived
from tests.talk import House

HOUR = timedelta(hours=1)
LONG, PACE = timedelta(days=1), timedelta(hours=6)
"""In a step that is longer the planners run less often; they plan a day ahead."""
SUPPORTER = "supporter."
STUCK = timedelta(minutes=1)
"""How far the clock goes when something stays due."""
SHOWN = "%m-%d %H:%M"
_WAITING = (ReminderState.SCHEDULED, ReminderState.CLAIMED)


@dataclass
class Mailbox:
    """What arrives at one merchant, and at the supporters, while time passes.

    Attributes:
        user: the merchant's user key; what arrives at other merchants is not looked at.
        unread: how many messages of the house were there when it was last read.
        labels: what stands on the buttons of the message that arrived last.
    """

    house: House
    user: str
    unread: int = 0

    @property
    def labels(self) -> tuple[str, ...]:
        """Return what stands on the buttons of the message that arrived last."""
        mine = [one for one in self._all if one.user_key == self.user]
        return mine[-1].buttons if mine else ()

    @property
    def _all(self) -> list[Arrived]:
        return self.house.post.arrived

    def send(self, *, plan: bool = False) -> None:
        """Let the jobs run at this moment: those that plan when asked, then those that send."""
        now = self.house.clock.now()
        if plan:
            self.house.plan()
        if self._next(now) is not None:
            self.house.send_due()

    def live(self, until: datetime) -> None:
        """Let time pass until a moment."""
        begins = self.house.clock.now()
        pace = HOUR if until - begins <= LONG else PACE
        self.send(plan=True)
        while (now := self.house.clock.now()) < until:
            planning = _next_full(now, pace)
            moment = min(until, planning, self._next(until, now) or until)
            self.house.clock.advance(moment - now)
            self.send(plan=moment in (until, planning))

    def _next(self, until: datetime, now: datetime | None = None) -> datetime | None:
        """Return when something is due up to a moment; what stays due is tried again."""
        with self.house.database.reading() as session:
            due = session.scalar(
                select(func.min(Reminder.next_attempt_at)).where(
                    Reminder.state.in_(_WAITING), Reminder.next_attempt_at <= until
                )
            )
        return max(due, now + STUCK) if due is not None and now is not None and due <= now else due

    def refuse_twice(self) -> None:
        """Fail when one message arrived twice."""
        marks = Counter(one.mark for one in self._all)
        twice = [_shown(one) for one in self._all if marks[one.mark] > 1]
        assert not twice, f"arrived twice: {twice}"

    def compare(self, turn: Mapping[str, Any]) -> None:
        """Compare what arrived since the last reading with what a turn expects."""
        new = self._all[self.unread :]
        if "arrives" in turn:
            _compare(turn["arrives"], [one for one in new if one.user_key == self.user])
        if "supporter" in turn:
            _compare(turn["supporter"], [one for one in new if one.kind.startswith(SUPPORTER)])

    def read(self) -> None:
        """Take note of everything that arrived."""
        self.unread = len(self._all)


def _shown(one: Arrived) -> str:
    at = f"{one.at.astimezone(KST):{SHOWN}}"
    return f"{one.kind} {at}: {one.text} {list(one.buttons)}"


def _next_full(now: datetime, pace: timedelta) -> datetime:
    """Return the next moment of a rhythm that begins at midnight in Korea."""
    midnight = now.astimezone(KST).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + ((now - midnight) // pace + 1) * pace


def _compare(expected: list[Mapping[str, Any]], found: list[Arrived]) -> None:
    shown = "\n".join(map(_shown, found)) or "nothing"
    kinds = [str(one["kind"]) for one in expected]
    assert kinds == [one.kind for one in found], f"expected {kinds}, arrived:\n{shown}"
    for wanted, one in zip(expected, found, strict=True):
        _compare_one(wanted, one)


def _compare_one(wanted: Mapping[str, Any], one: Arrived) -> None:
    unknown = set(wanted) - {"kind", "at", "says", "not", "buttons"}
    assert not unknown, f"unknown keys {unknown}"
    at = f"{one.at.astimezone(KST):{SHOWN}}"
    assert at == wanted.get("at", at), f"expected at {wanted['at']}, arrived {_shown(one)}"
    place = 0
    for fragment in wanted.get("says", ()):
        found = one.text.find(fragment, place)
        assert found >= 0, f"no {fragment!r} in\n{one.text}"
        place = found + len(fragment)
    for fragment in wanted.get("not", ()):
        assert fragment not in one.text, f"{fragment!r} in\n{one.text}"
    labels = wanted.get("buttons", list(one.buttons))
    assert list(one.buttons) == labels, f"buttons are {one.buttons}"
