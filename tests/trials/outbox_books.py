"""What the vendors' book and our database say after a trial of the outbox, held together."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select

from bot.outbox.reaping import OWNER_LOST
from models.outbox import Outcome, Reminder, ReminderAttempt
from models.states import ReminderState
from tests.trials.outbox_town import FLYING, MUST, NUDGE, OFFER, Town, pids

SEEN_BY_OPERATORS = (ReminderState.UNKNOWN, ReminderState.DEAD)
"""States that the console lists as waiting for somebody."""


@dataclass(frozen=True, slots=True)
class Books:
    """A trial in figures.

    Attributes:
        caught: calls during which the process was killed.
        landed: kills that caught at least one.
        twice: messages that were taken once more than once, counted each time.
        lost: messages that must arrive and neither did nor are shown to an operator.
        unclear: messages of which nobody will know, by kind.
        faults: what is wrong; empty.
    """

    messages: int
    kills: int
    caught: int
    landed: int
    twice: int
    lost: int
    unclear: Counter[str]
    faults: tuple[str, ...]

    def __str__(self) -> str:
        unclear = ", ".join(f"{kind} {count}" for kind, count in sorted(self.unclear.items()))
        return (
            f"{self.messages} messages, {self.kills} kills: {self.landed} landed in `sending` "
            f"and caught {self.caught} calls; {self.twice} duplicates, {self.lost} lost; "
            f"left for the operator: {unclear or 'nothing'}"
        )


def read(town: Town) -> Books:
    """Hold the books together."""
    taken = town.market.book()
    with town.database.reading() as session:
        rows = session.scalars(select(Reminder)).all()
        attempts: dict[int, list[ReminderAttempt]] = {row.id: [] for row in rows}
        for attempt in session.scalars(select(ReminderAttempt)):
            attempts[attempt.reminder_id].append(attempt)
    every = [attempt for mine in attempts.values() for attempt in mine]
    caught = [attempt.owner for attempt in every if attempt.code == OWNER_LOST]
    faults = [
        f"{row.kind} {row.id} ({row.sender}): {fault}"
        for row in rows
        for fault in _faults(row, attempts[row.id], taken[str(row.public_id)])
    ]
    marks = {str(row.public_id) for row in rows}
    faults += [f"nobody knows {mark}" for mark in taken if mark not in marks]
    faults += [f"{pid} was not killed" for pid in pids(caught) - town.killed]
    return Books(
        messages=len(rows),
        kills=len(town.killed),
        caught=len(caught),
        landed=len(pids(caught)),
        twice=sum(taken.values()) - len(taken),
        lost=sum(_is_lost(row, taken[str(row.public_id)]) for row in rows),
        unclear=Counter(row.kind for row in rows if row.state in SEEN_BY_OPERATORS),
        faults=tuple(faults),
    )


def _is_lost(row: Reminder, taken: int) -> bool:
    return row.kind == MUST and taken == 0 and row.state not in SEEN_BY_OPERATORS


def _faults(row: Reminder, attempts: list[ReminderAttempt], taken: int) -> list[str]:
    unclear = sum(attempt.outcome is Outcome.UNKNOWN for attempt in attempts)
    wrong = {
        "lost": _is_lost(row, taken),
        "twice, and may not be": taken > 1 and row.kind in (NUDGE, OFFER),
        "twice, though its vendor can be asked": taken > 1 and row.sender != "event",
        "twice, and nothing tells why": taken > 1 + unclear,
        "taken more often than attempted": taken > len(attempts),
        "a call without an end": any(attempt.outcome is None for attempt in attempts),
        "said to have arrived": taken == 0
        and row.state in (ReminderState.ACCEPTED, ReminderState.DELIVERED),
        f"left as {row.state}": row.state not in (*FLYING, *SEEN_BY_OPERATORS)
        and row.state is not ReminderState.DELIVERED,
        "counts its attempts wrong": row.attempts != len(attempts),
    }
    return [fault for fault, holds in wrong.items() if holds]
