"""Messages that we begin: how it goes, what is stuck, and the switch that stops them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.console import outbox_reasons, outbox_words, words
from bot.console.desk import Desk
from bot.console.guard import READERS, WORKERS, Guard, given_reason, log_access, me
from bot.console.outbox_words import KINDS
from bot.errors import InvalidInputError
from bot.outbox.by_hand import cancel, mark_sent, retry
from bot.outbox.explain import Explained, explain
from bot.outbox.overview import SenderHealth, due, sender_health, stopped
from bot.outbox.stop import ALL, go, stop
from bot.services.access_log import Access, write
from bot.services.outbox_list import (
    Entry,
    Place,
    Wanted,
    count_by_state,
    entries,
    in_trouble,
    places,
)
from models.errors import IllegalMoveError
from models.moves import is_legal
from models.outbox import Reminder
from models.states import ReminderState

PAGE = 50
SLOW = timedelta(minutes=5)
"""A message that has been due for longer is a sign that something is wrong."""
CHANGES = {
    "retry": (retry, ReminderState.SCHEDULED, "send"),
    "cancel": (cancel, ReminderState.CANCELLED, "unsend"),
    "sent": (mark_sent, ReminderState.DELIVERED, "mark_sent"),
}
"""Button -> what it does, the state that it leads to, and what the record calls it."""


@dataclass(frozen=True, slots=True)
class Health:
    """How a sender is doing, in the order in which they are tried.

    Attributes:
        state: `works`, `rests`, `stopped`.
        until: when it is tried again; only where it rests.
    """

    name: str
    state: str
    until: datetime | None = None


def add_pages(guard: Guard, desk: Desk) -> None:
    """Add the page of the outbox, the one of a message, and their buttons."""
    _add_looks(guard, desk)
    _add_changes(guard, desk)


def _add_looks(guard: Guard, desk: Desk) -> None:
    @guard.page("/outbox", *READERS)
    def outbox() -> ResponseReturnValue:
        return _overview(desk)

    @guard.page("/outbox/schedule", *READERS)
    def outbox_schedule() -> ResponseReturnValue:
        return render_template(
            "console/outbox_schedule.html",
            columns=outbox_words.SCHEDULE_COLUMNS,
            rows=[(outbox_words.schedule_row(line), line) for line in KINDS.values()],
        )

    @guard.page("/outbox/<int:reminder_id>", *READERS)
    def outbox_message(reminder_id: int) -> ResponseReturnValue:
        log_access(desk, "view", f"reminder:{reminder_id}", "masked")
        return _message(desk, reminder_id, shown=False)

    @guard.page("/outbox/<int:reminder_id>/show", *READERS, method="POST")
    def outbox_show(reminder_id: int) -> ResponseReturnValue:
        log_access(desk, "view", f"reminder:{reminder_id}", given_reason())
        return _message(desk, reminder_id, shown=True)


def _add_changes(guard: Guard, desk: Desk) -> None:
    @guard.page("/outbox/<int:reminder_id>/change", *WORKERS, method="POST")
    def outbox_change(reminder_id: int) -> ResponseReturnValue:
        flash(_changed(desk, reminder_id, request.form.get("change", "")))
        return redirect(url_for("console.outbox_message", reminder_id=reminder_id), 303)

    @guard.page("/outbox/stop", *WORKERS, method="POST")
    def outbox_stop() -> ResponseReturnValue:
        scope, reason = request.form.get("scope", ""), given_reason()
        if scope not in _scopes(desk):
            abort(400)
        now = desk.clock.now()
        with desk.database.transaction() as session:
            done = stop(session, scope, me().actor, reason, now)
            _record(session, "stop_sending", f"sending_stop:{scope}", reason, now)
        flash(words.DONE if done else words.ALREADY)
        return redirect(url_for("console.outbox"), 303)

    @guard.page("/outbox/go", *WORKERS, method="POST")
    def outbox_go() -> ResponseReturnValue:
        scope, now = request.form.get("scope", ""), desk.clock.now()
        if not scope:
            abort(400)
        with desk.database.transaction() as session:
            done = go(session, scope)
            _record(session, "go_sending", f"sending_stop:{scope}", "", now)
        flash(words.DONE if done else words.ALREADY)
        return redirect(url_for("console.outbox"), 303)


def _scopes(desk: Desk) -> list[str]:
    return [ALL, *desk.settings.senders, *KINDS]


def _overview(desk: Desk) -> str:
    state, kind = request.args.get("state", ""), request.args.get("kind", "")
    before = request.args.get("before", type=int)
    states = [ReminderState(state)] if state in set(ReminderState) else []
    wanted = Wanted(states=states, kind=kind, before=before, limit=PAGE + 1)
    now = desk.clock.now()
    with desk.database.reading() as session:
        waiting, lag = due(session, now)
        trouble = in_trouble(session, PAGE)
        found = entries(session, wanted)
        return render_template(
            "console/outbox.html",
            counts=count_by_state(session),
            waiting=waiting,
            lag=lag,
            is_slow=lag is not None and lag > SLOW,
            trouble=trouble,
            rows=found[:PAGE],
            more=len(found) > PAGE,
            places=places(session, [*trouble, *found]),
            senders=_senders(session, desk, now),
            stops=stopped(session),
            scopes=_scopes(desk),
            state=state,
            kind=kind,
            kinds=KINDS,
            outbox_words=outbox_words,
            reason_of=outbox_reasons.reason,
        )


def _senders(session: Session, desk: Desk, now: datetime) -> list[Health]:
    known = {each.name: each for each in sender_health(session)}
    off = {each.scope for each in stopped(session)}
    return [_health(name, known.get(name), off, now) for name in desk.settings.senders]


def _health(name: str, found: SenderHealth | None, off: set[str], now: datetime) -> Health:
    if off & {ALL, name}:
        return Health(name, "stopped")
    if found is not None and not found.is_open(now):
        return Health(name, "rests", found.closed_until)
    return Health(name, "works")


def _message(desk: Desk, reminder_id: int, *, shown: bool) -> str:
    now = desk.clock.now()
    with desk.database.reading() as session:
        found = _explained(session, reminder_id, now)
        row = session.get_one(Reminder, reminder_id)
        return render_template(
            "console/outbox_message.html",
            row=row,
            found=found,
            line=KINDS.get(row.kind),
            place=places(session, [_as_entry(row)]).get(row.id, Place()),
            sentence=outbox_reasons.sentence(found, now),
            shown=shown,
            said=row.said if shown else None,
            may_do={
                name: is_legal("reminder", row.state, to) for name, (_, to, _) in CHANGES.items()
            },
            outbox_words=outbox_words,
            reason_of=outbox_reasons.reason,
        )


def _as_entry(row: Reminder) -> Entry:
    return Entry(**{name: getattr(row, name) for name in Entry.__slots__})


def _explained(session: Session, reminder_id: int, now: datetime) -> Explained:
    try:
        return explain(session, reminder_id, now)
    except InvalidInputError:
        abort(404)


def _changed(desk: Desk, reminder_id: int, name: str) -> str:
    """Do what a button says; return what to tell."""
    if name not in CHANGES:
        abort(400)
    change, _, action = CHANGES[name]
    now = desk.clock.now()
    try:
        with desk.database.transaction() as session:
            change(session, reminder_id, me().actor, now)
            _record(session, action, f"reminder:{reminder_id}", "", now)
    except InvalidInputError:
        abort(404)
    except IllegalMoveError:
        return words.MESSAGES["illegal_move"]
    return words.DONE


def _record(session: Session, action: str, subject: str, reason: str, now: datetime) -> None:
    entry = Access(me().actor, action, subject, reason, 1, request.remote_addr)
    write(session, entry, now)
