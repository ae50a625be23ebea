"""Links that are used once, for one purpose of one application.

The address is signed and unguessable; the row says whether it was used. To look at its page
uses nothing up, because chats open every address to draw a preview of it: only what is sent
from the page does.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.errors import InvalidInputError, RuleBrokenError
from bot.services.pay_rules.waiting import ENDED
from bot.services.payments.rows import lock_chats_of, needed
from bot.services.signed_links import SignedTokens
from models.outbox import Reminder
from models.payment import LinkPurpose, PayApplication, PayLink
from models.requirement import DocumentKind
from models.session import touched
from models.states import PayState, ReminderState

PATH = "/once"
LIFETIMES: Mapping[LinkPurpose, timedelta] = {
    LinkPurpose.OWNER: timedelta(days=3),
    LinkPurpose.PHOTO: timedelta(days=3),
}
REMEMBERED = timedelta(days=180)
"""So long a page can say what became of a link; later it only knows that it is an old one."""
_SALT = "pay-link-1"


class LinkUsedError(RuleBrokenError):
    """A link was followed that has done its work.

    Attributes:
        purpose: what it was for.
        used_at: when it did.
    """

    code = "link_used"

    def __init__(self, purpose: LinkPurpose, used_at: datetime) -> None:
        super().__init__()
        self.purpose = purpose
        self.used_at = used_at


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link that may still be used.

    Attributes:
        paper: which paper is asked for; None for other purposes.
    """

    id: int
    application_id: int
    purpose: LinkPurpose
    paper: DocumentKind | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A link as staff see it; the address itself is not shown again.

    Attributes:
        message: number of the message that it was sent with; None when nobody sent it.
        message_state: what became of that message.
    """

    purpose: LinkPurpose
    paper: str | None
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    message: int | None = None
    message_state: ReminderState | None = None


class PayLinks:
    """Makes, opens and uses up links.

    Args:
        secret: SECRET_KEY of the installation.
        public_url: where people reach us, without a slash at the end.
        clock: says when links are made and expire.
    """

    def __init__(self, secret: str, public_url: str, clock: Clock) -> None:
        self._public_url = public_url.rstrip("/")
        self._clock = clock
        self._tokens = SignedTokens(secret, _SALT, REMEMBERED, clock)

    def issue(
        self,
        session: Session,
        application_id: int,
        purpose: LinkPurpose,
        paper: DocumentKind | None = None,
    ) -> str:
        """Return a fresh address, to be handed out by whoever asked for it.

        Args:
            session: inside a write transaction.
            application_id: which application.
            purpose: what it does.
            paper: which paper, for `LinkPurpose.PHOTO` and only there.

        Raises:
            InvalidInputError: code `no_application`, or `paper_needed`.
            RuleBrokenError: the application is over (code `pay_over`).
        """
        nonce = secrets.token_urlsafe(12)
        return self.make(session, application_id, purpose, paper, nonce)[1]

    def make(
        self,
        session: Session,
        application_id: int,
        purpose: LinkPurpose,
        paper: DocumentKind | None,
        nonce: str,
    ) -> tuple[PayLink, str]:
        """Return a new link and its address; `nonce` tells it from all others.

        Raises:
            InvalidInputError: see `issue`.
            RuleBrokenError: see `issue`.
        """
        if (purpose is LinkPurpose.PHOTO) != (paper is not None):
            raise InvalidInputError("a photo link names its paper", code="paper_needed")
        row = needed(session, application_id)
        if row.state in ENDED:
            raise RuleBrokenError(f"{row.number} is {row.state}", code="pay_over")
        now = self._clock.now()
        link = PayLink(
            nonce=nonce,
            application_id=application_id,
            purpose=purpose,
            paper=paper.value if paper else None,
            created_at=now,
            expires_at=now + LIFETIMES[purpose],
        )
        session.add(link)
        session.flush()
        return link, f"{self._public_url}{PATH}/{self._tokens.make(nonce)}"

    def look(self, session: Session, token: str) -> OpenLink:
        """Return what a link does, when it may still be used; it is not used up by this.

        Raises:
            LinkUsedError: it was used.
            RuleBrokenError: code `link_expired`; `pay_over` when the application ended
                meanwhile; `link_invalid` when it is not ours.
        """
        row = self._row(session, token)
        if row.used_at is not None:
            raise LinkUsedError(row.purpose, row.used_at)
        if row.expires_at <= self._clock.now():
            raise RuleBrokenError(code="link_expired")
        return _opened(session, row)

    def paper_of(self, session: Session, token: str) -> DocumentKind:
        """Return which paper a link asks or asked for, used or not.

        Raises:
            RuleBrokenError: code `link_invalid` when it is not ours or asks for none.
        """
        row = self._row(session, token)
        if row.paper is None:
            raise RuleBrokenError(code="link_invalid")
        return DocumentKind(row.paper)

    def use(self, session: Session, token: str) -> OpenLink:
        """Use a link up, together with what else happens in this transaction.

        Raises:
            LinkUsedError: it was used, or is being used at this moment.
            RuleBrokenError: see `look`.
        """
        lock_chats_of(session, self._row(session, token).application_id)  # first, as every turn
        found = self.look(session, token)
        now = self._clock.now()
        statement = (
            update(PayLink)
            .where(PayLink.id == found.id, PayLink.used_at.is_(None))
            .values(used_at=now, address=None, phone=None)
        )
        if touched(session, statement) != 1:
            raise LinkUsedError(found.purpose, now)
        return found

    def _row(self, session: Session, token: str) -> PayLink:
        payload = self._tokens.read(token).payload
        nonce = payload[0] if len(payload) == 1 else ""
        anew = {"populate_existing": True}
        statement = select(PayLink).where(PayLink.nonce == str(nonce))
        row = session.scalars(statement, execution_options=anew).one_or_none()
        if row is None:
            raise RuleBrokenError(code="link_invalid")
        return row


def links_of(session: Session, application_id: int) -> tuple[LinkLine, ...]:
    """Return the links of an application, the newest first."""
    of_link = (Reminder.subject == PayLink.__tablename__) & (Reminder.subject_id == PayLink.id)
    rows = session.execute(
        select(PayLink, Reminder.id, Reminder.state)
        .outerjoin(Reminder, of_link)
        .where(PayLink.application_id == application_id)
        .order_by(PayLink.id.desc())
    )
    return tuple(
        LinkLine(
            row.purpose, row.paper, row.created_at, row.expires_at, row.used_at, message, state
        )
        for row, message, state in rows
    )


def _opened(session: Session, row: PayLink) -> OpenLink:
    application = session.get(PayApplication, row.application_id)
    if application is None or application.state is PayState.ERASED:
        raise RuleBrokenError(code="link_invalid")
    if application.state in ENDED:
        raise RuleBrokenError(code="pay_over")
    paper = DocumentKind(row.paper) if row.paper else None
    return OpenLink(row.id, application.id, row.purpose, paper, row.expires_at)
