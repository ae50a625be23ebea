"""Six digits that let a supporter finish a form together with its merchant.

The merchant asks for them in the chat and reads them out. Whoever holds them writes in the
merchant's conversation for an hour, so they are short-lived, used by one supporter only, and
guessing is slowed down: after five wrong ones nothing is looked at for a quarter of an hour.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.errors import RuleBrokenError
from bot.services.access_log import Access, write
from bot.services.field_door import Visitor
from bot.services.transaction import Transaction
from models.conversation import Conversation, Inbox, Turn
from models.crypto import blind_index
from models.field import FieldChat, FieldDoor, HelpCode
from models.session import Database
from models.states import SupporterState
from models.supporter import Supporter

GOOD_FOR = timedelta(minutes=30)
HELP_FOR = timedelta(minutes=60)
WRONG_CODES = 5
PAUSE = timedelta(minutes=15)
DIGITS = 6
_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Help:
    """A conversation in which a supporter may write at the moment.

    Attributes:
        until: when the help ends by itself.
        first_turn: the first turn that belongs to it.
    """

    conversation_id: int
    channel: str
    bot_id: str
    user_key: str
    until: datetime
    first_turn: int


@dataclass(frozen=True, slots=True)
class Line:
    """One turn of a help: what was written and answered, masked as the transcript is."""

    said: str
    answered: str


def free_code(session: Session, now: datetime) -> str:
    """Return six digits that open nothing at the moment."""
    while True:
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        taken = select(HelpCode.id).where(HelpCode.code_hmac == _digest(code))
        if session.execute(taken.where(HelpCode.expires_at > now)).first() is None:
            return code


def give_code(tx: Transaction, code: str) -> None:
    """Let six digits open the conversation of this turn; the ones before open it no more."""
    tx.session.execute(
        delete(HelpCode).where(
            (HelpCode.conversation_id == tx.conversation_id) | (HelpCode.code_hmac == _digest(code))
        )
    )
    tx.session.add(
        HelpCode(
            conversation_id=tx.conversation_id,
            code_hmac=_digest(code),
            expires_at=tx.now + GOOD_FOR,
        )
    )


def take_code(database: Database, who: Visitor, code: str, now: datetime) -> Help:
    """Open a conversation with its code.

    Raises:
        RuleBrokenError: nobody was given this code, or somebody used it (code `code_wrong`),
            it is too old (code `code_old`), or too many were wrong (code `code_paused`).
    """
    with database.transaction() as session:
        refused = _look(session, who, code, now)
    if isinstance(refused, str):
        raise RuleBrokenError(code=refused)
    return refused


def join_chat(database: Database, who: Visitor, code: str, now: datetime) -> None:
    """Make the conversation that was given a code the supporter's own.

    From then on it is sent sign-in links. What was joined before is joined no more.

    Raises:
        RuleBrokenError: as `take_code`.
    """
    held = take_code(database, who, code, now)
    with database.transaction() as session:
        end_help(session, who.id)
        session.execute(
            delete(FieldChat).where(
                (FieldChat.supporter_id == who.id)
                | (FieldChat.conversation_id == held.conversation_id)
            )
        )
        session.add(FieldChat(supporter_id=who.id, conversation_id=held.conversation_id, since=now))
        subject = f"conversation:{held.conversation_id}"
        write(session, Access(who.actor, "grant", subject, "field_chat"), now)


def supporter_of(session: Session, conversation_id: int) -> int | None:
    """Return whose conversation it is, None when it is no supporter's."""
    return session.scalars(
        select(FieldChat.supporter_id)
        .join(Supporter, Supporter.id == FieldChat.supporter_id)
        .where(
            FieldChat.conversation_id == conversation_id,
            Supporter.state != SupporterState.LEFT,
        )
    ).one_or_none()


def has_chat(session: Session, supporter_id: int) -> bool:
    """Tell whether a supporter has joined a conversation."""
    return session.get(FieldChat, supporter_id) is not None


def open_help(session: Session, supporter_id: int, now: datetime) -> Help | None:
    """Return where a supporter may write at the moment."""
    row = session.execute(
        select(HelpCode, Conversation)
        .join(Conversation, Conversation.id == HelpCode.conversation_id)
        .where(HelpCode.supporter_id == supporter_id, HelpCode.taken_at > now - HELP_FOR)
        .order_by(HelpCode.taken_at.desc())
        .limit(1)
    ).first()
    return _help(row[0], row[1]) if row else None


def end_help(session: Session, supporter_id: int) -> None:
    """Close what a supporter had opened."""
    session.execute(delete(HelpCode).where(HelpCode.supporter_id == supporter_id))


def talk_of(session: Session, held: Help) -> tuple[tuple[Line, ...], bytes | None]:
    """Return the turns of a help, and the bytes of the last answer."""
    turns = session.scalars(
        select(Turn)
        .where(Turn.conversation_id == held.conversation_id, Turn.no >= held.first_turn)
        .order_by(Turn.no.desc())
        .limit(_SHOWN)
    ).all()
    reply = session.scalars(
        select(Inbox.reply)
        .where(Inbox.conversation_id == held.conversation_id)
        .order_by(Inbox.id.desc())
        .limit(1)
    ).first()
    return tuple(Line(t.said or "", t.answered or "") for t in reversed(turns)), reply


def _look(session: Session, who: Visitor, code: str, now: datetime) -> Help | str:
    """Return the help that a code opens, or why it opens none; failures are counted."""
    session.execute(select(Supporter.id).where(Supporter.id == who.id).with_for_update())
    door = session.get_one(FieldDoor, who.id)
    if door.paused_until is not None and now < door.paused_until:
        return "code_paused"
    row = session.scalars(
        select(HelpCode).where(HelpCode.code_hmac == _digest(code)).with_for_update()
    ).one_or_none()
    if row is None or row.supporter_id not in (None, who.id):
        return _wrong(door, now)
    if row.expires_at <= now:
        return "code_old"
    return _opened(session, row, who, now)


def _wrong(door: FieldDoor, now: datetime) -> str:
    door.wrong_codes += 1
    door.updated_at = now
    if door.wrong_codes < WRONG_CODES:
        return "code_wrong"
    door.wrong_codes, door.paused_until = 0, now + PAUSE
    return "code_paused"


def _opened(session: Session, row: HelpCode, who: Visitor, now: datetime) -> Help:
    door = session.get_one(FieldDoor, who.id)
    door.wrong_codes, door.paused_until, door.updated_at = 0, None, now
    last = select(func.max(Turn.no)).where(Turn.conversation_id == row.conversation_id)
    if row.supporter_id is None:
        row.first_turn = (session.scalar(last) or 0) + 1
    row.supporter_id, row.taken_at = who.id, now
    subject = f"conversation:{row.conversation_id}"
    write(session, Access(who.actor, "help", subject, "code"), now)
    return _help(row, session.get_one(Conversation, row.conversation_id))


def _help(row: HelpCode, talk: Conversation) -> Help:
    if row.taken_at is None:
        raise RuleBrokenError(code="code_wrong")
    until = row.taken_at + HELP_FOR
    return Help(talk.id, talk.channel, talk.bot_id, talk.user_key, until, row.first_turn)


def _digest(code: str) -> str:
    return blind_index(f"help:{code}")
