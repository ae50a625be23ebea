"""A conversation that was handed to a person: read it, take it, give it back."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.console import words
from bot.console.desk import Desk
from bot.console.guard import MAX_REASON, READERS, WORKERS, Guard, log_access, me
from bot.errors import InvalidInputError
from bot.services.handoff import assign, hand_back
from models.conversation import Conversation, Turn
from models.errors import IllegalMoveError
from models.merchant import ChannelRegistration, Store
from models.staff import HandoffTicket, Staff

LAST_TURNS = 50


def add_pages(guard: Guard, desk: Desk) -> None:
    """Add the page of a ticket and its two buttons."""

    @guard.page("/handoffs/<int:ticket_id>", *READERS)
    def handoff(ticket_id: int) -> ResponseReturnValue:
        log_access(desk, "view", f"handoff_ticket:{ticket_id}", "masked")
        with desk.database.reading() as session:
            return _page(session, ticket_id)

    @guard.page("/handoffs/<int:ticket_id>/take", *WORKERS, method="POST")
    def take(ticket_id: int) -> ResponseReturnValue:
        def change(session: Session) -> bool:
            staff = session.get_one(Staff, me().id)
            assign(session, ticket_id, staff, actor=me().actor, now=desk.clock.now())
            return True

        return _changed(desk, ticket_id, change)

    @guard.page("/handoffs/<int:ticket_id>/back", *WORKERS, method="POST")
    def give_back(ticket_id: int) -> ResponseReturnValue:
        note = request.form.get("note", "").strip()[:MAX_REASON]

        def change(session: Session) -> bool:
            now = desk.clock.now()
            return hand_back(session, ticket_id, actor=me().actor, note=note, now=now)

        return _changed(desk, ticket_id, change)


def _changed(desk: Desk, ticket_id: int, change: Callable[[Session], bool]) -> ResponseReturnValue:
    try:
        with desk.database.transaction() as session:
            flash(words.DONE if change(session) else words.ALREADY)
    except InvalidInputError:
        abort(404)
    except IllegalMoveError as error:
        flash(words.MESSAGES[error.code])
    return redirect(url_for("console.handoff", ticket_id=ticket_id), 303)


def _page(session: Session, ticket_id: int) -> str:
    ticket = session.get(HandoffTicket, ticket_id)
    if ticket is None:
        abort(404)
    conversation = session.get_one(Conversation, ticket.conversation_id)
    newest = (
        select(Turn)
        .where(Turn.conversation_id == conversation.id)
        .order_by(Turn.id.desc())
        .limit(LAST_TURNS)
    )
    return render_template(
        "console/handoff.html",
        ticket=ticket,
        conversation=conversation,
        assignee=session.get(Staff, ticket.assignee_id) if ticket.assignee_id else None,
        turns=list(reversed(session.scalars(newest).all())),
        registrations=_registrations(session, conversation.merchant_id),
    )


def _registrations(session: Session, merchant_id: int | None) -> list[tuple[int, str]]:
    if merchant_id is None:
        return []
    statement = (
        select(ChannelRegistration.id, Store.name)
        .join(Store, Store.id == ChannelRegistration.store_id)
        .where(Store.merchant_id == merchant_id)
    )
    return [(found, name or "-") for found, name in session.execute(statement)]
