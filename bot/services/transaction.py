"""What every use case that writes is given first."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.states import Cause


@dataclass(frozen=True, slots=True)
class Transaction:
    """One turn's transaction; the caller commits once at the end, services never do.

    Attributes:
        session: session on the write engine, inside its transaction.
        now: the moment of the turn, aware.
        conversation_id: whose turn it is.
        key: idempotency key of the turn (the key of its inbox row).
        actor: `merchant`, `agent`, `system` or `staff:<login>`.
    """

    session: Session
    now: datetime
    conversation_id: int
    key: str
    actor: str = "merchant"

    def cause(self, step: str, reason: str | None = None) -> Cause:
        """Return why a state changes in this turn; `step` tells several changes apart."""
        return Cause(actor=self.actor, key=f"{self.key}:{step}", now=self.now, reason=reason)
