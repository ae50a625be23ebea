"""Easy payment as it stood when a conversation was frozen: kept beside it, and put there again."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from bot.services import consents, payments
from bot.services.registration import Submission, submit
from bot.services.registration.submission import index
from bot.services.transaction import Transaction
from models.conversation import Conversation
from models.merchant import Merchant, Store
from models.payment import PayApplication
from models.requirement import Requirement
from models.states import Cause, Level, PayState
from tests.pay_office import WON_MARK
from tests.transcript import REGISTERED

CONSENT = "third_party_payment"
WON = "pay.won"
"""What is asked here is not in the answers: one won was sent, and nothing else is open."""
ACCOUNT = "12345601123456"
"""A record shows the last digits only."""
_KEPT = ("number", "store_name", "business_type", "tax_type", "brn", "holder", "bank", "state")


def is_about(flow: str) -> bool:
    """Tell whether a flow is about easy payment."""
    return flow.partition("_")[0] == "pay"


def kept_of(record: Mapping[str, Any], asked: str) -> dict[str, Any]:
    """Return what of a record conversations about easy payment may ask about."""
    last = [one["decision"] for one in record["consents"] if one["key"] == CONSENT]
    pays = [
        {
            **{key: pay[key] for key in _KEPT},
            "wrong": [[need["key"], need["error_code"]] for need in _asked(pay)],
        }
        for pay in record["payments"]
    ]
    kept = {"brn": record.get("brn"), "agreed": last[-1:] == ["given"], "pays": pays}
    return kept | ({"won": True} if asked == WON else {})


def _asked(pay: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    due = ("currently_due", "past_due")
    return [need for need in pay["requirements"] if need["error_code"] and need["level"] in due]


def put_there(tx: Transaction, kept: Mapping[str, Any]) -> None:
    """Give the person of a conversation the number and the applications that were kept."""
    conversation = tx.session.get_one(Conversation, tx.conversation_id)
    merchant = tx.session.get_one(Merchant, conversation.merchant_id)
    merchant.brn = kept["brn"]
    index(merchant)
    if kept["agreed"]:
        consents.record(tx, CONSENT, decision=True)
    for number, pay in enumerate(reversed(kept["pays"])):
        if number:  # a store has one application, so this is another store
            again = {**REGISTERED, "store_name": pay["store_name"]}
            submit(replace(tx, key=pay["number"]), Submission.from_slots(again))
        found = _apply(replace(tx, key=pay["number"]), dict(pay))
        if kept.get("won"):
            _send_won(tx, found)


def _send_won(tx: Transaction, application_id: int) -> None:
    """Let one won be at the account, and only the account be open."""
    row = tx.session.get_one(PayApplication, application_id)
    row.won_code_hmac, row.won_sent_at, row.won_tries = WON_MARK, tx.now, 0
    of_this = (
        Requirement.subject == PayApplication.__tablename__,
        Requirement.subject_id == application_id,
    )
    for line in tx.session.scalars(select(Requirement).where(*of_this)):
        line.level = Level.PENDING_VERIFICATION if line.key == "account" else Level.MET


def _apply(tx: Transaction, pay: dict[str, Any]) -> int:
    state, wrong = PayState(pay.pop("state")), pay.pop("wrong")
    name = pay.pop("store_name")
    account = ACCOUNT if pay["bank"] else None
    found = payments.apply(tx, payments.Application(account=account, **pay))
    for key, code in wrong:
        if code != "consent_missing":
            cause = Cause(actor="staff:test", key=f"frozen:{key}", now=tx.now)
            payments.ask_for(tx.session, found, code, cause, key=key)
    row = tx.session.get_one(PayApplication, found)
    row.state = state
    tx.session.get_one(Store, row.store_id).name = name
    return found
