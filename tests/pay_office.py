"""What the office, banks and the provider do about easy payment between the turns of a transcript.

payment: {stands: ready}               an application, as far as this state; answers that differ
                                       from `FORM` beside it, `papers: false` for none sent yet,
                                       `agreed: false` for no consent
payment: {asks: doc_old, key: bankbook}    somebody finds something wrong; `key` where the code
                                       alone does not tell what it is about
payment: {finds: account, result: unclear, code: provider_unknown}   a check comes to a result
payment: {clears: brn}                 somebody says that it is in order
payment: {clears: all}                 and everything that waits for us
payment: {sends: brc}                  a photo arrives over the link
payment: {accepts: brc}                somebody of ours has read the newest one
payment: {rejects: brc, reason: doc_cropped}   and asks for it again
payment: {owner: agrees}               the owner was asked on the telephone
payment: {won: sent}                   one won is at the account; its digits are `WON_CODE`
payment: {second_store: 영자네 반찬}   the same person has another store
payment: {hands_off: true}             the file is with the provider
payment: {moves: rejected, reason: holder_mismatch}   the provider says something
payment: {issues: true}                the code came
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.services import document_review, payments
from bot.services.payments import Application
from bot.services.registration import Submission, submit
from bot.services.registration.overview import merchant_of
from models.conversation import Conversation
from models.payment import CheckResult, PayApplication
from models.requirement import Document, DocumentKind
from models.states import Cause, PayState
from tests.payments.applicants import Applicant
from tests.talk import Merchant
from tests.use_cases.people import Person

FORM = Application(
    business_type="sole",
    tax_type="simplified",
    brn="1234567891",
    holder="김복순",
    bank="011",
    account="3521234567893",
    monthly_sales=8_000_000,
)
WON_MARK, WON_CODE = "0" * 32, "2847"
"""Mark in the row, and the four digits that follow from it with the keys of the tests."""
PAPERS = (DocumentKind.BRC, DocumentKind.BANKBOOK)
PATHS: Mapping[PayState, tuple[PayState, ...]] = {
    PayState.READY: (),
    PayState.HANDED_OFF: (),
    PayState.PROVIDER_REVIEW: (PayState.PROVIDER_REVIEW,),
    PayState.APPROVED: (PayState.APPROVED,),
    PayState.QR_ISSUED: (PayState.APPROVED, PayState.QR_ISSUED),
    PayState.LIVE: (PayState.APPROVED, PayState.QR_ISSUED, PayState.LIVE),
}
"""State -> what the provider says until then, after the hand-over."""


class _Office:
    """What is done about the application of one merchant."""

    def __init__(self, merchant: Merchant) -> None:
        self.merchant = merchant
        database = merchant.house.database
        with database.reading() as session:
            statement = select(Conversation.id).where(Conversation.user_key == merchant.user)
            self.conversation_id = session.scalars(statement).one()
        self.one = Applicant(Person(database, self.conversation_id, merchant.user))

    @property
    def now(self) -> datetime:
        """The moment."""
        return self.merchant.house.clock.now()

    def cause(self, what: str, reason: str | None = None) -> Cause:
        """Return why somebody of the programme does something."""
        key = f"{what}:{self.now.isoformat()}"
        return Cause(actor="staff:test", key=key, now=self.now, reason=reason)

    def stands(self, deed: Mapping[str, Any]) -> None:
        """Put an application there."""
        to = PayState(deed["stands"])
        differs = {k: v for k, v in deed.items() if k not in {"stands", "papers", "agreed"}}
        if deed.get("agreed", True):
            self.one.agree(now=self.now)
        with self.one.person.turn(f"applies:{self.now}:{differs}", self.now) as tx:
            payments.apply(tx, replace(FORM, **differs))
        if differs.get("business_type") != "none":
            self.one.clear("brn", self.now)
        for kind in PAPERS if deed.get("papers", True) else ():
            self.one.accept(self.one.send(kind, now=self.now), self.now)
        if to is not PayState.COLLECTING:
            self._goes_on(to)

    def _goes_on(self, to: PayState) -> None:
        assert self.one.state is PayState.READY, self.one.open_keys()
        if to is PayState.READY:
            return
        self.hands_off({})
        for step in PATHS[to]:
            if step is PayState.QR_ISSUED:
                self.one.issue(self.now)
            self.one.step(step, now=self.now)

    def won(self, _deed: Mapping[str, Any]) -> None:
        """Let one won be at the account, with digits that are the same in every run."""
        with self.one.database.transaction() as session:
            row = session.get_one(PayApplication, self.one.id)
            row.won_code_hmac, row.won_sent_at, row.won_tries = WON_MARK, self.now, 0

    def second_store(self, deed: Mapping[str, Any]) -> None:
        """Register another store of the same person."""
        slots = {
            "owner_name": "김복순",
            "phone": "01012345678",
            "store_name": deed["second_store"],
            "market": "자양전통시장",
            "market_id": 1,
            "stall": "나동 3호",
            "category": "sidedish",
            "has_channel": "no",
        }
        with self.one.person.turn("second", self.now) as tx:
            submit(tx, Submission.from_slots(slots))

    def asks(self, deed: Mapping[str, Any]) -> None:
        """Ask for a repair."""
        code = deed["asks"]
        with self.one.database.transaction() as session:
            cause = self.cause(f"asks:{code}")
            payments.ask_for(session, self.one.id, code, cause, key=deed.get("key"))

    def finds(self, deed: Mapping[str, Any]) -> None:
        """Let a check come to a result."""
        result = CheckResult(deed["result"])
        found = payments.Found(deed["finds"], result, deed.get("code"), "name_enquiry")
        with self.one.database.transaction() as session:
            payments.record_check(session, self.one.id, found, self.cause(f"finds:{found.kind}"))

    def clears(self, deed: Mapping[str, Any]) -> None:
        """Say that something is in order."""
        waiting = [line.key for line in self.one.overview().waiting]
        for key in waiting if deed["clears"] == "all" else [deed["clears"]]:
            if key in set(DocumentKind):
                self.accepts({"accepts": key})
            else:
                self.one.clear(key, self.now)

    def sends(self, deed: Mapping[str, Any]) -> None:
        """Let a photo arrive over the link."""
        self.one.send(DocumentKind(deed["sends"]), self.now.isoformat(), self.now)

    def _newest(self, kind: str) -> int:
        mine = select(Document.id).where(Document.kind == DocumentKind(kind))
        with self.one.database.reading() as session:
            return session.scalars(mine.order_by(Document.id.desc())).first() or 0

    def accepts(self, deed: Mapping[str, Any]) -> None:
        """Accept the newest paper of a kind."""
        self.one.accept(self._newest(deed["accepts"]), self.now)

    def rejects(self, deed: Mapping[str, Any]) -> None:
        """Ask for the newest paper of a kind again."""
        paper = self._newest(deed["rejects"])
        with self.one.database.transaction() as session:
            document_review.reject(session, paper, self.cause(f"rejects:{paper}", deed["reason"]))

    def owner(self, _deed: Mapping[str, Any]) -> None:
        """Let the owner agree to what an agent asked for."""
        with self.one.database.transaction() as session:
            owner = merchant_of(session, self.conversation_id)
            assert owner is not None
            payments.confirm_owner(session, owner.id, self.cause("owner"))

    def hands_off(self, _deed: Mapping[str, Any]) -> None:
        """Give it to the provider."""
        with self.one.database.transaction() as session:
            cause = self.cause(f"hand_off:{len(self.one.history())}")
            payments.hand_off(session, self.one.id, cause)

    def moves(self, deed: Mapping[str, Any]) -> None:
        """Let the provider say something."""
        self.one.step(PayState(deed["moves"]), deed.get("reason"), self.now)

    def issues(self, _deed: Mapping[str, Any]) -> None:
        """Let the code come."""
        self.one.issue(self.now)


DEEDS: Mapping[str, Callable[[_Office, Mapping[str, Any]], None]] = {
    "stands": _Office.stands,
    "won": _Office.won,
    "second_store": _Office.second_store,
    "asks": _Office.asks,
    "finds": _Office.finds,
    "clears": _Office.clears,
    "sends": _Office.sends,
    "accepts": _Office.accepts,
    "rejects": _Office.rejects,
    "owner": _Office.owner,
    "hands_off": _Office.hands_off,
    "moves": _Office.moves,
    "issues": _Office.issues,
}


def acts(merchant: Merchant, deed: Mapping[str, Any]) -> None:
    """Let somebody do something about easy payment."""
    DEEDS[next(iter(deed))](_Office(merchant), deed)
