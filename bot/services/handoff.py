"""Handing a conversation to a person and back.

While a person owns a conversation the bot keeps silent in it (the dialogue looks at
`Conversation.owner`). A conversation has one open ticket at a time. Nobody may be left in
silence: when nobody takes over in time, the bot answers again and the ticket stays on the
list, because what the merchant asked is still not answered.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session

from bot.errors import InvalidInputError
from bot.services.documents import lock_conversation
from bot.services.transaction import Transaction
from models.conversation import Conversation, Owner
from models.errors import IllegalMoveError
from models.session import Database
from models.staff import HandoffTicket, Priority, Staff
from models.states import Cause, TicketState, move, record

PRIORITY_OF_REASON = {
    "trust": Priority.URGENT,  # "사기 아니에요?", somebody posed as us
    "complaint": Priority.URGENT,
    "asked": Priority.NORMAL,
    "failed_twice": Priority.NORMAL,
    "eligibility": Priority.NORMAL,
    "manual": Priority.NORMAL,
    "kit_tampered": Priority.URGENT,  # somebody stuck another code over ours
    "kit_problem": Priority.NORMAL,
    "kit_failed": Priority.NORMAL,
    "document_missing": Priority.NORMAL,
    "member_inactive": Priority.LOW,
    "pay_tampered": Priority.URGENT,  # money of customers may go to somebody else
    "pay_problem": Priority.NORMAL,
    "pay_missing": Priority.NORMAL,
    "pay_word": Priority.URGENT,  # we promised to write today
    "pay_withdrawn": Priority.URGENT,  # the provider goes on until it is told
    "pay_consent": Priority.URGENT,
    "pay_suspended": Priority.URGENT,
    "pay_terminated": Priority.URGENT,  # a code that does not pay any more must not hang
    "visit_no_show": Priority.URGENT,  # somebody closed the stall to wait for us
    "visit_late_change": Priority.URGENT,  # it is about tomorrow
    "visit_rated_low": Priority.NORMAL,
}
"""How soon each reason wants an answer; a reason that is not listed is normal."""
ANSWER_WITHIN = {
    Priority.URGENT: timedelta(hours=2),
    Priority.NORMAL: timedelta(hours=24),
    Priority.LOW: timedelta(hours=72),
}
UNATTENDED_AFTER = timedelta(hours=24)
"""After this long without an assignee the bot answers again."""
FORGOTTEN_AFTER = timedelta(hours=72)
"""After this long with an assignee who did not hand back, too: a weekend and a day."""

_ORDER = tuple(Priority)
_URGENCY = case(
    {priority: rank for rank, priority in enumerate(_ORDER)}, value=HandoffTicket.priority
)


@dataclass(frozen=True, slots=True)
class WaitingTicket:
    """A line of the operators' list.

    Attributes:
        bot_answers: True when nobody took over in time and the bot speaks again.
        assignee: login of who took it; None for nobody.
    """

    id: int
    conversation_id: int
    reason: str
    priority: Priority
    state: TicketState
    asked: str | None
    assignee: str | None
    created_at: datetime
    due_at: datetime | None
    bot_answers: bool


def open_ticket(
    tx: Transaction,
    reason: str,
    *,
    asked: str | None = None,
    priority: Priority | None = None,
    summary: str | None = None,
) -> int:
    """Hand the conversation of this turn to a person and return the id of its ticket.

    An open ticket is used again; it becomes more urgent, never less.

    Args:
        tx: the turn.
        reason: a key of `PRIORITY_OF_REASON`.
        asked: key of the question that was open.
        priority: None for the one that belongs to the reason.
        summary: what the person needs to know, masked.
    """
    conversation = lock_conversation(tx.session, tx.conversation_id)
    conversation.owner = Owner.HUMAN
    conversation.owner_since = tx.now
    wanted = priority or PRIORITY_OF_REASON.get(reason, Priority.NORMAL)
    return _ticket(tx, conversation, wanted, reason=reason, asked=asked, summary=summary)


def open_task(tx: Transaction, reason: str, *, summary: str) -> int:
    """Put something on the people's list without taking the conversation from the bot.

    Args:
        tx: the turn, or what a member of the staff does about the conversation.
        reason: a key of `PRIORITY_OF_REASON`.
        summary: what is to be done.
    """
    conversation = lock_conversation(tx.session, tx.conversation_id)
    wanted = PRIORITY_OF_REASON.get(reason, Priority.NORMAL)
    return _ticket(tx, conversation, wanted, reason=reason, asked=None, summary=summary)


def _ticket(
    tx: Transaction,
    conversation: Conversation,
    wanted: Priority,
    *,
    reason: str,
    asked: str | None,
    summary: str | None,
) -> int:
    known = _open_of(tx.session, conversation.id)
    if known is not None:
        _add_to(known, wanted, summary, tx.now)
        return known.id
    ticket = HandoffTicket(
        conversation_id=conversation.id,
        reason=reason,
        priority=wanted,
        flow=conversation.flow,
        asked=asked,
        summary=summary,
        state=TicketState.OPEN,
        due_at=tx.now + ANSWER_WITHIN[wanted],
        created_at=tx.now,
        updated_at=tx.now,
    )
    tx.session.add(ticket)
    record(tx.session, ticket, None, tx.cause("handoff", reason))
    return ticket.id


def _open_of(session: Session, conversation_id: int) -> HandoffTicket | None:
    statement = select(HandoffTicket).where(
        HandoffTicket.conversation_id == conversation_id,
        HandoffTicket.state != TicketState.RESOLVED,
    )
    return session.execute(statement.order_by(HandoffTicket.id)).scalars().first()


def _add_to(ticket: HandoffTicket, priority: Priority, summary: str | None, now: datetime) -> None:
    if _ORDER.index(priority) < _ORDER.index(ticket.priority):
        ticket.priority = priority
        ticket.due_at = now + ANSWER_WITHIN[priority]
    if summary and summary not in (ticket.summary or ""):
        ticket.summary = "\n".join(part for part in (ticket.summary, summary) if part)
    ticket.updated_at = now


def assign(
    session: Session, ticket_id: int, staff: Staff, *, actor: str, now: datetime
) -> HandoffTicket:
    """Give a ticket to somebody; the bot falls silent again if it had taken over.

    Raises:
        InvalidInputError: code `no_ticket`.
        models.errors.IllegalMoveError: it is resolved.
    """
    ticket, conversation = _locked(session, ticket_id)
    if ticket.state == TicketState.RESOLVED:
        raise IllegalMoveError(f"handoff_ticket {ticket.id} is resolved")
    if ticket.assignee_id != staff.id or ticket.state != TicketState.ASSIGNED:
        key = f"assign:{staff.id}:{conversation.revision}:{now.isoformat()}"
        cause = Cause(actor=actor, key=key, now=now)
        if ticket.state == TicketState.ASSIGNED:
            record(session, ticket, ticket.state, cause)
        else:
            move(session, ticket, TicketState.ASSIGNED, cause)
    ticket.assignee_id = staff.id
    ticket.updated_at = now
    _give(conversation, Owner.HUMAN, now)
    return ticket


def hand_back(session: Session, ticket_id: int, *, actor: str, note: str, now: datetime) -> bool:
    """Let the bot answer again and close the ticket.

    Returns:
        False when it was closed already; nothing changes then.

    Raises:
        InvalidInputError: code `no_ticket`.
    """
    ticket, conversation = _locked(session, ticket_id)
    if ticket.state == TicketState.RESOLVED:
        return False
    key = f"hand_back:{conversation.revision}:{now.isoformat()}"
    cause = Cause(actor=actor, key=key, now=now)
    move(session, ticket, TicketState.RESOLVED, cause)
    ticket.resolved_at = now
    ticket.updated_at = now
    if note.strip():
        ticket.summary = "\n".join(part for part in (ticket.summary, f"[처리] {note}") if part)
    _give(conversation, Owner.BOT, now)
    return True


def list_open(session: Session) -> list[WaitingTicket]:
    """Return the tickets that wait, the most urgent and oldest first."""
    statement = (
        select(HandoffTicket, Staff.login, Conversation.owner)
        .join(Conversation, Conversation.id == HandoffTicket.conversation_id)
        .outerjoin(Staff, Staff.id == HandoffTicket.assignee_id)
        .where(HandoffTicket.state != TicketState.RESOLVED)
        .order_by(_URGENCY, HandoffTicket.created_at, HandoffTicket.id)
    )
    return [
        WaitingTicket(
            id=ticket.id,
            conversation_id=ticket.conversation_id,
            reason=ticket.reason,
            priority=ticket.priority,
            state=ticket.state,
            asked=ticket.asked,
            assignee=login,
            created_at=ticket.created_at,
            due_at=ticket.due_at,
            bot_answers=owner == Owner.BOT,
        )
        for ticket, login, owner in session.execute(statement)
    ]


def give_back_unattended(database: Database, now: datetime) -> int:
    """Let the bot answer again where nobody took over in time; return in how many chats."""
    silent = or_(
        HandoffTicket.assignee_id.is_(None) & (Conversation.owner_since <= now - UNATTENDED_AFTER),
        Conversation.owner_since <= now - FORGOTTEN_AFTER,
    )
    statement = (
        select(HandoffTicket.id)
        .join(Conversation, Conversation.id == HandoffTicket.conversation_id)
        .where(
            HandoffTicket.state != TicketState.RESOLVED, Conversation.owner == Owner.HUMAN, silent
        )
    )
    with database.reading() as session:
        found = list(session.execute(statement).scalars())
    return sum(_given_back(database, ticket_id, now) for ticket_id in found)


def _given_back(database: Database, ticket_id: int, now: datetime) -> bool:
    with database.transaction() as session:
        ticket, conversation = _locked(session, ticket_id)
        since = conversation.owner_since
        taken = conversation.owner == Owner.HUMAN and since is not None
        limit = UNATTENDED_AFTER if ticket.assignee_id is None else FORGOTTEN_AFTER
        if since is None or not taken or since > now - limit:
            return False
        cause = Cause(
            actor="system", key=f"unattended:{since.isoformat()}", now=now, reason="unattended"
        )
        record(session, ticket, ticket.state, cause)
        ticket.updated_at = now
        _give(conversation, Owner.BOT, now)
    return True


def _locked(session: Session, ticket_id: int) -> tuple[HandoffTicket, Conversation]:
    """Lock the conversation first, as every turn does, and then the ticket."""
    found = session.get(HandoffTicket, ticket_id)
    if found is None:
        raise InvalidInputError(code="no_ticket")
    conversation = lock_conversation(session, found.conversation_id)
    session.refresh(found, with_for_update=True)
    return found, conversation


def _give(conversation: Conversation, owner: Owner, now: datetime) -> None:
    """Change who answers; a turn that is under way notices the new revision."""
    if conversation.owner == owner:
        return
    conversation.owner = owner
    conversation.owner_since = now
    conversation.revision += 1
    conversation.updated_at = now


def take_back(tx: Transaction) -> None:
    """Let the bot answer again because the merchant asked for it; the ticket stays open."""
    conversation = lock_conversation(tx.session, tx.conversation_id)
    conversation.owner = Owner.BOT
    conversation.owner_since = tx.now
