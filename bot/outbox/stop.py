"""The switch that stops sending: everything, one kind of message, or one sender."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.outbox import SendingStop
from models.session import touched

ALL = "all"


@dataclass(frozen=True, slots=True)
class Stops:
    """What is stopped at the moment: `all`, kinds and names of senders."""

    scopes: frozenset[str]

    @property
    def everything(self) -> bool:
        """Tell whether nothing goes out at all."""
        return ALL in self.scopes

    def holds(self, scope: str) -> bool:
        """Tell whether a kind or a sender is stopped, by itself or with everything."""
        return self.everything or scope in self.scopes


def stops(session: Session) -> Stops:
    """Return what is stopped."""
    return Stops(frozenset(session.scalars(select(SendingStop.scope))))


def stop(session: Session, scope: str, by: str, reason: str, now: datetime) -> bool:
    """Stop sending; False when that is stopped already.

    Args:
        session: inside a write transaction.
        scope: `all`, a kind of notice, or the name of a sender.
        by: `staff:<login>` or `command`.
        reason: for colleagues.
        now: aware.
    """
    if session.get(SendingStop, scope, with_for_update=True) is not None:
        return False
    session.add(SendingStop(scope=scope, by=by, reason=reason, since=now))
    session.flush()
    return True


def go(session: Session, scope: str) -> bool:
    """Let it go on; False when that was not stopped."""
    return touched(session, delete(SendingStop).where(SendingStop.scope == scope)) == 1
