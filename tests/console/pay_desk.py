"""Stores that apply for easy payment, as the console's tests need them."""

import io
from dataclasses import dataclass, field
from datetime import datetime

import qrcode
from sqlalchemy import select

from models.market import Market
from models.merchant import Store
from models.payment import PayQr
from models.requirement import DocumentKind
from models.session import Database
from models.states import PayState
from tests.payments.applicants import Applicant, applicant
from tests.use_cases.people import NOW

NUMBERS = ("1234567891", "2208162517", "1058752217", "1298609873")
ACCOUNTS = ("12345601123456", "12345601123457", "12345601123458", "12345601123459")
SECRETS = (*ACCOUNTS, *NUMBERS, "김순자", "01000001234", "010-0000-1234")


def picture(text: str) -> bytes:
    """Return a code as a provider would send it."""
    out = io.BytesIO()
    qrcode.make(text).save(out)
    return out.getvalue()


@dataclass
class PayDesk:
    """Stores of one programme; each has its own numbers."""

    database: Database
    now: datetime = NOW
    stores: list[Applicant] = field(default_factory=list)

    def agreed(self, **answers: str) -> Applicant:
        """Let somebody register and agree, and apply for nothing yet."""
        at = len(self.stores)
        who = applicant(self.database, f"user-{at}", brn=NUMBERS[at], **answers)
        self.stores.append(who)
        who.agree()
        return who

    def applied(self, **answers: str) -> Applicant:
        """Let somebody apply; papers are missing."""
        who = self.agreed(**answers)
        at = len(self.stores) - 1
        who.apply(brn=NUMBERS[at], account=ACCOUNTS[at], now=self.now)
        who.clear("brn", self.now)
        return who

    def ready(self, **answers: str) -> Applicant:
        """Bring an application to `ready`."""
        who = self.applied(**answers)
        for kind in (DocumentKind.BRC, DocumentKind.BANKBOOK):
            who.accept(who.send(kind, who.person.user_key, self.now), self.now)
        assert who.state is PayState.READY
        return who

    def approved(self, **answers: str) -> Applicant:
        """Let the provider agree."""
        who = self.ready(**answers)
        who.hand_off()
        who.step(PayState.APPROVED)
        return who

    def put_in_market(self, who: Applicant, name: str) -> int:
        """Let the store of an application be in a market of the list; return its id."""
        with self.database.transaction() as session:
            market = session.scalars(select(Market).where(Market.name == name)).one_or_none()
            if market is None:
                values = {"city": "마포구", "region": "서울특별시", "source_key": name}
                market = Market(name=name, created_at=NOW, updated_at=NOW, **values)
                session.add(market)
                session.flush()
            store = session.get_one(Store, who.overview().store_id)
            store.market_id, store.market_name = market.id, name
            return market.id

    def codes(self, who: Applicant) -> list[PayQr]:
        """Return every code of an application."""
        with self.database.reading() as session:
            of_it = select(PayQr).where(PayQr.application_id == who.id)
            return list(session.scalars(of_it.order_by(PayQr.id)))
