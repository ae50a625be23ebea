"""Commands about messages that we begin: what waits, what became of them, and why."""

from collections.abc import Callable, Iterator
from datetime import datetime

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from bot.cli import notice_table
from bot.cli.workshop import Workshop, said_plainly
from bot.clock import KST
from bot.errors import InvalidInputError
from bot.outbox.by_hand import cancel, retry
from bot.outbox.explain import Attempt, Explained, explain, shown
from bot.outbox.senders import MAKERS
from bot.outbox.stop import ALL, go, stop
from bot.outbox.table import lines
from bot.services.outbox_list import Entry, Wanted, entries
from bot.services.reminders import BOOK
from models.errors import IllegalMoveError
from models.outbox import Reminder
from models.states import ReminderState

BY = "command"
"""Who did it, as the events of a message have it."""
STATES = [state.value for state in ReminderState]
LIST_COLUMNS = ("id", "state", "kind", "due", "sender", "calls", "reason")
SHORT = "%Y-%m-%d %H:%M"
KINDS = tuple(line.notice.kind for line in lines(BOOK))

Change = Callable[[Session, int, str, datetime], Reminder]


def outbox_commands(workshop: Workshop) -> AppGroup:
    """Return the commands."""
    group = AppGroup("outbox", help="Messages that we begin.")
    _add_looks(group, workshop)
    _add_changes(group, workshop)
    _add_switch(group, workshop)
    _add_tables(group)
    return group


def _add_looks(group: AppGroup, workshop: Workshop) -> None:
    @group.command("list")
    @click.option("--state", "states", type=click.Choice(STATES), multiple=True)
    @click.option("--kind", default="", help="a kind, or how kinds begin: visit.")
    @click.option("--user", "user_key", default="", help="vendor's user key of a person")
    @click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
    def list_messages(states: tuple[str, ...], kind: str, user_key: str, limit: int) -> None:
        """List messages, those planned last first."""
        wanted = Wanted(
            states=[ReminderState(state) for state in states],
            kind=kind,
            user_key=user_key,
            limit=limit,
        )
        with workshop.deps.database.reading() as session:
            found = entries(session, wanted)
        table = [LIST_COLUMNS, *(_listed(entry) for entry in found)]
        click.echo(notice_table.aligned(table) if found else "no messages")

    @group.command("explain")
    @click.argument("number", metavar="ID", type=int)
    def explain_message(number: int) -> None:
        """Say why message ID was or was not sent, and what was tried."""
        said_plainly(lambda: _explain(workshop, number))


def _listed(entry: Entry) -> tuple[str, ...]:
    return (
        str(entry.id),
        entry.state.value,
        entry.kind,
        f"{entry.due_at.astimezone(KST):{SHORT}}",
        entry.sender or "-",
        str(entry.attempts),
        entry.reason or "-",
    )


def _explain(workshop: Workshop, number: int) -> None:
    with workshop.deps.database.reading() as session:
        found = explain(session, number, workshop.deps.clock.now())
    click.echo(found.sentence)
    click.echo("\n".join(_facts(found)))


def _facts(found: Explained) -> Iterator[str]:
    yield ""
    for name, value in (
        ("message", f"{found.id} {found.kind} ({found.message_class}), {found.state}"),
        ("mark", found.mark),
        ("about", found.about),
        ("to", found.whose or "nobody any more"),
        ("due", shown(found.due_at)),
        ("next", shown(found.next_at) if found.next_at else ""),
        ("expires", shown(found.expires_at)),
        ("refused by", ", ".join(found.refused_by)),
        ("merged into", str(found.merged_into or "")),
        ("says also", ", ".join(map(str, found.merged))),
    ):
        if value:
            yield f"{name:<12}{value}"
    for attempt in found.attempts:
        yield _tried(attempt)


def _tried(attempt: Attempt) -> str:
    parts = (attempt.outcome, attempt.code or "", attempt.answer or "")
    said = ", ".join(part for part in parts if part)
    return f"attempt {attempt.no:<4}{shown(attempt.started_at)}  {attempt.sender}: {said}"


def _add_changes(group: AppGroup, workshop: Workshop) -> None:
    @group.command("retry")
    @click.argument("number", metavar="ID", type=int)
    def retry_message(number: int) -> None:
        """Send message ID again that was given up, called off, or is unclear."""
        said_plainly(lambda: _change(workshop, number, retry))

    @group.command("cancel")
    @click.argument("number", metavar="ID", type=int)
    def cancel_message(number: int) -> None:
        """Call message ID off."""
        said_plainly(lambda: _change(workshop, number, cancel))


def _change(workshop: Workshop, number: int, change: Change) -> None:
    with workshop.deps.database.transaction() as session:
        try:
            state = change(session, number, BY, workshop.deps.clock.now()).state
        except IllegalMoveError as error:
            is_now = session.get_one(Reminder, number).state
            wish = "sent again" if change is retry else "called off"
            raise InvalidInputError(f"message {number} is {is_now}, not to be {wish}") from error
    click.echo(f"message {number} is {state}")


def _add_switch(group: AppGroup, workshop: Workshop) -> None:
    @group.command("stop")
    @click.argument("scope", default=ALL)
    @click.option("--reason", required=True, help="for colleagues")
    def stop_sending(scope: str, reason: str) -> None:
        """Stop sending: everything, or a SCOPE: a kind of notice, or a sender."""
        said_plainly(lambda: _stop(workshop, scope, reason))

    @group.command("go")
    @click.argument("scope", default=ALL)
    def let_go(scope: str) -> None:
        """Let go on what was stopped."""
        said_plainly(lambda: _go(workshop, scope))


def _stop(workshop: Workshop, scope: str, reason: str) -> None:
    if not reason.strip():
        raise InvalidInputError("name a reason")
    if scope not in {ALL, *KINDS, *MAKERS}:
        known = ", ".join((ALL, *KINDS, *MAKERS))
        raise InvalidInputError(f"nothing is called {scope}; one of {known}")
    with workshop.deps.database.transaction() as session:
        if not stop(session, scope, BY, reason.strip(), workshop.deps.clock.now()):
            raise InvalidInputError(f"{scope} is stopped already")
    click.echo(f"stopped: {scope}")


def _go(workshop: Workshop, scope: str) -> None:
    with workshop.deps.database.transaction() as session:
        if not go(session, scope):
            raise InvalidInputError(f"{scope} is not stopped")
    click.echo(f"goes on: {scope}")


def _add_tables(group: AppGroup) -> None:
    @group.command("schedule")
    @click.option("--markdown", is_flag=True, help="as docs/notices.md has it, in both languages")
    @click.option("--csv", "as_csv", is_flag=True)
    def schedule(*, markdown: bool, as_csv: bool) -> None:
        """Print what is sent when: the one table of notices."""
        if markdown:
            click.echo(notice_table.document(BOOK), nl=False)
            return
        _print((notice_table.COLUMNS, *notice_table.rows(BOOK)), as_csv=as_csv)

    @group.command("templates")
    @click.option("--csv", "as_csv", is_flag=True, help="every column, for a spreadsheet")
    def templates(*, as_csv: bool) -> None:
        """Print what is registered at the vendors of AlimTalk: code, title, text, buttons."""
        rows = notice_table.template_rows(BOOK)
        if as_csv:
            _print((notice_table.TEMPLATE_COLUMNS, *rows), as_csv=True)
            return
        click.echo("\n\n".join(notice_table.template_sheet(row) for row in rows))


def _print(table: tuple[tuple[str, ...], ...], *, as_csv: bool) -> None:
    text = notice_table.as_csv(table) if as_csv else notice_table.aligned(table) + "\n"
    click.echo(text, nl=False)
