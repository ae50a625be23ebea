"""A person with a store who applies for easy payment, for tests."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.services import consents, document_review, payments
from bot.services.payments import Application, PayOverview
from bot.services.registration.form import Checks
from models.events import StateEvent
from models.payment import PayApplication, PayQr
from models.requirement import Document, DocumentKind
from models.session import Database
from models.states import Cause, DocumentState, PayState
from tests.use_cases.people import NOW, Person, newcomer

FORM = Application(
    business_type="sole",
    tax_type="simplified",
    brn="1234567891",
    holder="김순자",
    bank="004",
    account="12345601123456",
    monthly_sales=8_000_000,
)
ACCOUNT = "12345601123456"


@dataclass
class Applicant:
    """One person with one store, and an application."""

    person: Person

    @property
    def database(self) -> Database:
        """Where everything is."""
        return self.person.database

    def agree(self, key: str = "agree", *, decision: bool = True, now: datetime = NOW) -> None:
        """Agree to the hand-over to the provider, or not."""
        with self.person.turn(key, now) as tx:
            consents.record(tx, "third_party_payment", decision=decision)

    def apply(
        self,
        key: str = "apply",
        /,
        *,
        checks: Checks | None = None,
        now: datetime = NOW,
        **other: Any,
    ) -> int:
        """Send the application in, with some answers different."""
        with self.person.turn(key, now) as tx:
            return payments.apply(tx, replace(FORM, **other), checks)

    def overview(self) -> PayOverview:
        """Return how far it is; there must be an application."""
        with self.database.reading() as session:
            found = payments.overview(session, self.person.conversation_id)
        assert found is not None
        return found

    @property
    def id(self) -> int:
        """Id of the newest application."""
        return self.overview().id

    @property
    def state(self) -> PayState:
        """State of the newest application."""
        return self.overview().state

    def due(self) -> tuple[str, str | None, str | None] | None:
        """Return what the merchant has to do next: key, error, fix."""
        line = self.overview().next_due
        return (line.key, line.error_code, line.fix_action) if line else None

    def open_keys(self) -> list[str]:
        """Return the keys of everything that is open."""
        return [line.key for line in self.overview().requirements]

    def send(self, kind: DocumentKind, name: str = "a", now: datetime = NOW) -> int:
        """Send a paper, as the upload page records it; return its id."""
        with self.person.turn(f"send {kind} {name}", now) as tx:
            merchant_id = self.person.overview().merchant_id
            row = Document(
                conversation_id=self.person.conversation_id,
                merchant_id=merchant_id,
                kind=kind,
                sha256=f"{kind}-{name}",
                mime="image/jpeg",
                size=1,
                storage_key=f"{kind}-{name}",
                state=DocumentState.RECEIVED,
                created_at=now,
                updated_at=now,
            )
            tx.session.add(row)
            tx.session.flush()
            document_review.send_to_review(tx.session, row, now)
            return row.id

    def accept(self, document_id: int, now: datetime = NOW) -> None:
        """Let an operator accept a paper."""
        with self.database.transaction() as session:
            document_review.accept(session, document_id, staff(f"accept:{document_id}", now))

    def refuse(self, document_id: int, reason: str, now: datetime = NOW) -> None:
        """Let an operator ask for a paper again."""
        with self.database.transaction() as session:
            cause = replace(staff(f"refuse:{document_id}", now), reason=reason)
            document_review.reject(session, document_id, cause)

    def complete(self) -> int:
        """Bring the application to `ready`, and return its id."""
        self.agree()
        application_id = self.apply()
        self.clear("brn")
        for kind in (DocumentKind.BRC, DocumentKind.BANKBOOK):
            self.accept(self.send(kind))
        assert self.state is PayState.READY
        return application_id

    def clear(self, key: str, now: datetime = NOW) -> None:
        """Let an operator say that something is in order."""
        with self.database.transaction() as session:
            payments.clear(session, self.id, key, staff(f"clear:{key}:{now}", now))

    def step(
        self, to: PayState, reason: str | None = None, now: datetime = NOW, **answer: Any
    ) -> None:
        """Let the provider say something."""
        with self.database.transaction() as session:
            cause = replace(staff(f"to:{to}:{now}", now), reason=reason)
            payments.move_payment(session, self.id, to, cause, payments.Answer(**answer))

    def hand_off(self, now: datetime = NOW) -> None:
        """Give it to the provider."""
        with self.database.transaction() as session:
            payments.hand_off(session, self.id, staff(f"hand_off:{now}", now))

    def issue(self, now: datetime = NOW) -> None:
        """Store the code that the provider issued."""
        with self.database.transaction() as session:
            session.add(
                PayQr(
                    application_id=self.id,
                    provider="kakaopay",
                    merchant_code="M-0001",
                    payload="pay://secret-payload",
                    storage_key="qr",
                    sha256="0" * 64,
                    issued_at=now,
                    created_at=now,
                )
            )

    def live(self, now: datetime = NOW) -> int:
        """Bring the application to `live`, and return its id."""
        application_id = self.complete()
        self.hand_off(now)
        self.step(PayState.APPROVED, now=now)
        self.issue(now)
        self.step(PayState.QR_ISSUED, now=now)
        self.step(PayState.LIVE, now=now)
        return application_id

    def history(self) -> list[tuple[str | None, str]]:
        """Return every change of state: from, to."""
        with self.database.reading() as session:
            events = session.scalars(
                select(StateEvent)
                .where(
                    StateEvent.entity == PayApplication.__tablename__,
                    StateEvent.entity_id == self.id,
                )
                .order_by(StateEvent.id)
            )
            return [(event.from_state, event.to_state) for event in events]


def staff(key: str, now: datetime = NOW) -> Cause:
    """Return why somebody of the programme does something."""
    return Cause(actor="staff:op", key=key, now=now)


def applicant(database: Database, user_key: str = "user-1", **answers: Any) -> Applicant:
    """Let somebody register a store."""
    person = newcomer(database, user_key)
    person.register(f"register {user_key}", **answers)
    return Applicant(person)
