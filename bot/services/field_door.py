"""Letting supporters in on their phones, and out again."""

import hmac
import re
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.errors import InvalidInputError, RuleBrokenError
from bot.services.access_log import Access, write
from bot.services.field_links import LIFETIME, FieldLink
from models.crypto import blind_index
from models.field import FieldDoor, FieldLinkUse, FieldPress, HelpCode
from models.session import Database
from models.states import SupporterState
from models.supporter import Supporter

PRESSES_KEPT = timedelta(days=7)
"""A phone that found no net for longer is asked to look at the page again."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A supporter at the pages.

    Attributes:
        mark: the public id; what the phone keeps unsent is kept under it.
        stamp: changes with signing out; a session with an older one is over.
    """

    id: int
    name: str
    mark: uuid.UUID
    stamp: str

    @property
    def actor(self) -> str:
        """How this person is named in events and logs."""
        return f"supporter:{self.id}"


def enter(session: Session, link: FieldLink, now: datetime) -> Visitor:
    """Let a supporter in with a link, which is used up by it.

    Raises:
        RuleBrokenError: it was used (code `link_used`), or the supporter is not there any
            more (code `link_invalid`).
    """
    door = _door(session, link.supporter_id, now)
    if session.get(FieldLinkUse, link.nonce) is not None:
        raise RuleBrokenError(code="link_used")
    session.add(FieldLinkUse(nonce=link.nonce, supporter_id=link.supporter_id, used_at=now))
    found = visitor(session, link.supporter_id, door.stamp)
    if found is None:
        raise RuleBrokenError(code="link_invalid")
    write(session, Access(found.actor, "login", f"supporter:{found.id}"), now)
    return found


def visitor(session: Session, supporter_id: int, stamp: str) -> Visitor | None:
    """Return who a session belongs to; None when the person may not go on."""
    row = session.get(Supporter, supporter_id)
    door = session.get(FieldDoor, supporter_id)
    if row is None or door is None or row.state is SupporterState.LEFT:
        return None
    if not hmac.compare_digest(door.stamp, stamp):
        return None
    return Visitor(row.id, row.name, row.public_id, door.stamp)


def leave(session: Session, supporter_id: int, now: datetime) -> None:
    """End every session of a supporter."""
    door = _door(session, supporter_id, now)
    door.stamp, door.updated_at = _stamp(), now


def find_supporter(session: Session, who: str) -> int:
    """Return the id of a supporter by id or telephone.

    Raises:
        InvalidInputError: there is none.
    """
    digits = re.sub(r"\D", "", who)
    by_phone = select(Supporter.id).where(Supporter.phone_hmac == blind_index(digits))
    found = session.scalars(by_phone).one_or_none()
    if found is None and digits and digits == who.strip() and len(digits) < len("01000000000"):
        found = session.scalars(select(Supporter.id).where(Supporter.id == int(digits))).first()
    if found is None:
        raise InvalidInputError(f"no supporter with the telephone or id {who}")
    return found


def purge_field(database: Database, now: datetime) -> int:
    """Delete used links, presses and codes that nobody needs any more; return how many."""
    old = (
        delete(FieldLinkUse).where(FieldLinkUse.used_at < now - 2 * LIFETIME),
        delete(FieldPress).where(FieldPress.at < now - PRESSES_KEPT),
        delete(HelpCode).where(HelpCode.expires_at < now - timedelta(days=1)),
    )
    with database.transaction() as session:
        return sum(getattr(session.execute(statement), "rowcount", 0) for statement in old)


def _door(session: Session, supporter_id: int, now: datetime) -> FieldDoor:
    """Return what is remembered, locked until the transaction ends.

    Raises:
        RuleBrokenError: there is no such supporter (code `link_invalid`).
    """
    lock = select(Supporter.id).where(Supporter.id == supporter_id).with_for_update()
    if session.scalars(lock).one_or_none() is None:
        raise RuleBrokenError(code="link_invalid")
    found = session.get(FieldDoor, supporter_id)
    if found is None:
        found = FieldDoor(supporter_id=supporter_id, stamp=_stamp(), updated_at=now)
        session.add(found)
        session.flush()
    return found


def _stamp() -> str:
    return secrets.token_urlsafe(9)
