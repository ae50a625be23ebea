"""Time that passes the way it does in life, and what arrives in it.

The clock goes from one moment at which something is due to the next: rows of the outbox, and
every full hour, at which the planners run as well. Where it stops, both run once more.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from bot.clock import KST
from bot.outbox.notice import Due, Values
from bot.outbox.templates import templates
from bot.services.reminders import BOOK, PLANNERS
from models.conversation import Conversation
from models.outbox import Reminder
from models.states import ReminderState
from models.supporter import Supporter
from tests.talk import House

HOUR = timedelta(hours=1)
SUPPORTER = "supporter."
STUCK = timedelta(minutes=1)
"""How far the clock goes when something stays due."""
SHOWN = "%m-%d %H:%M"
_WAITING = (ReminderState.SCHEDULED, ReminderState.CLAIMED)


@dataclass(frozen=True)
class Arrived:
    """A message on somebody's phone.

    Attributes:
        mark: public id of its row.
        to: the user key of a merchant, or the digits of a supporter.
    """

    mark: UUID
    kind: str
    to: str
    at: datetime
    text: str
    labels: tuple[str, ...]

    @property
    def shown(self) -> str:
        """Return it as a transcript could have it."""
        return f"{self.kind} {self.at.astimezone(KST):{SHOWN}}: {self.text} {list(self.labels)}"


class StandIn:
    """Sends until the real one is built."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.arrived: list[Arrived] = []

    def send_due(self) -> None:
        now = self.house.clock.now()
        with self.house.database.transaction() as session:
            rows = session.scalars(
                select(Reminder)
                .where(Reminder.state == ReminderState.SCHEDULED, Reminder.next_attempt_at <= now)
                .order_by(Reminder.next_attempt_at, Reminder.id)
            )
            for row in rows:
                if row.expires_at <= now:
                    row.state, row.reason = ReminderState.EXPIRED, "late"
                    continue
                due = Due(
                    id=row.id,
                    kind=row.kind,
                    conversation_id=row.conversation_id,
                    supporter_id=row.supporter_id,
                    subject=row.subject,
                    subject_id=row.subject_id,
                    subject_version=row.subject_version,
                    params=row.params,
                    due_at=row.due_at,
                    now=now,
                )
                seen = BOOK[row.kind].look(session, due)
                if not isinstance(seen, Values):
                    row.state, row.reason = ReminderState.CANCELLED, seen.reason
                    continue
                words = templates()[row.kind].fill(seen.words)
                row.state, row.accepted_at = ReminderState.ACCEPTED, now
                if row.conversation_id is not None:
                    to = session.get_one(Conversation, row.conversation_id).user_key
                else:
                    to = session.get_one(Supporter, row.supporter_id).phone
                labels = tuple(tap.label for tap in words.buttons)
                self.arrived.append(Arrived(row.public_id, row.kind, to, now, words.text, labels))


_POSTS: dict[int, StandIn] = {}


def _post(house: House) -> StandIn:
    return _POSTS.setdefault(id(house), StandIn(house))


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
        mine = [one for one in self._all if one.to == self.user]
        return mine[-1].labels if mine else ()

    @property
    def _all(self) -> list[Arrived]:
        return _post(self.house).arrived

    def send(self, *, plan: bool = False) -> None:
        """Let the jobs run at this moment: those that plan when asked, then those that send."""
        if plan:
            for planner in PLANNERS.values():
                planner(self.house.database, self.house.clock.now())
        _post(self.house).send_due()

    def live(self, until: datetime) -> None:
        """Let time pass until a moment."""
        self.send(plan=True)
        while (now := self.house.clock.now()) < until:
            moment = min(self._moments(now, until))
            self.house.clock.advance(moment - now)
            self.send(plan=moment == until or _is_full_hour(moment))

    def _moments(self, now: datetime, until: datetime) -> Iterator[datetime]:
        yield until
        yield now.replace(minute=0, second=0, microsecond=0) + HOUR
        with self.house.database.reading() as session:
            due = session.scalar(
                select(func.min(Reminder.next_attempt_at)).where(
                    Reminder.state.in_(_WAITING), Reminder.next_attempt_at <= until
                )
            )
        if due is not None:
            yield max(due, now + STUCK) if due <= now else due

    def refuse_twice(self) -> None:
        """Fail when one message arrived twice."""
        marks = Counter(one.mark for one in self._all)
        twice = [one.shown for one in self._all if marks[one.mark] > 1]
        assert not twice, f"arrived twice: {twice}"

    def compare(self, turn: Mapping[str, Any]) -> None:
        """Compare what arrived since the last reading with what a turn expects."""
        new = self._all[self.unread :]
        if "arrives" in turn:
            _compare(turn["arrives"], [one for one in new if one.to == self.user])
        if "supporter" in turn:
            _compare(turn["supporter"], [one for one in new if one.kind.startswith(SUPPORTER)])

    def read(self) -> None:
        """Take note of everything that arrived."""
        self.unread = len(self._all)


def _is_full_hour(moment: datetime) -> bool:
    return (moment.minute, moment.second, moment.microsecond) == (0, 0, 0)


def _compare(expected: list[Mapping[str, Any]], found: list[Arrived]) -> None:
    shown = "\n".join(one.shown for one in found) or "nothing"
    kinds = [str(one["kind"]) for one in expected]
    assert kinds == [one.kind for one in found], f"expected {kinds}, arrived:\n{shown}"
    for wanted, one in zip(expected, found, strict=True):
        _compare_one(wanted, one)


def _compare_one(wanted: Mapping[str, Any], one: Arrived) -> None:
    unknown = set(wanted) - {"kind", "at", "says", "not", "buttons"}
    assert not unknown, f"unknown keys {unknown}"
    at = f"{one.at.astimezone(KST):{SHOWN}}"
    assert at == wanted.get("at", at), f"expected at {wanted['at']}, arrived {one.shown}"
    place = 0
    for fragment in wanted.get("says", ()):
        found = one.text.find(fragment, place)
        assert found >= 0, f"no {fragment!r} in\n{one.text}"
        place = found + len(fragment)
    for fragment in wanted.get("not", ()):
        assert fragment not in one.text, f"{fragment!r} in\n{one.text}"
    labels = wanted.get("buttons", list(one.labels))
    assert list(one.labels) == labels, f"buttons are {one.labels}"
