"""What an owner says about somebody who applies for easy payment in the owner's name."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.nlu.banks import NAMES
from bot.services.handoff import open_task
from bot.services.pay_rules.facts import agent_of
from bot.services.pay_rules.needs import OWNER
from bot.services.pay_rules.provider import provider
from bot.services.payments.findings import Found, record_check
from bot.services.payments.moving import confirm_owner
from bot.services.payments.overview import masked_account
from bot.services.payments.rows import chat_of, needed, seen
from bot.services.transaction import Transaction
from models.merchant import Store
from models.payment import CheckResult
from models.states import Cause

BY_OWNER = "owner"
DENIED = "결제 신청 {number}: 주인이 모르는 일이라고 하셨어요. 바로 전화해 주세요."


@dataclass(frozen=True, slots=True)
class Asked:
    """What an owner is asked to confirm; the account masked.

    Attributes:
        bank: its name and the end of the account, "" before there is one.
        is_confirmed: the owner said so before.
    """

    number: str
    store: str
    market: str
    provider: str
    bank: str
    is_confirmed: bool


def asked_of_owner(session: Session, application_id: int) -> Asked:
    """Return what an owner is asked about.

    Raises:
        InvalidInputError: code `no_application`.
    """
    row = seen(session, application_id)
    store = session.get_one(Store, row.store_id)
    parts = (NAMES.get(row.bank_code or "", ""), masked_account(row.account_last4))
    agent = agent_of(session, row.merchant_id)
    return Asked(
        number=row.number,
        store=store.name or "",
        market=store.market_name,
        provider=provider(row.provider).name,
        bank=" ".join(filter(None, parts)),
        is_confirmed=agent is None or agent.owner_confirmed_at is not None,
    )


def owner_agrees(session: Session, application_id: int, cause: Cause) -> bool:
    """Note that the owner wants what was asked for; False when that is known.

    Raises:
        InvalidInputError: code `no_application`.
    """
    row = needed(session, application_id)
    has_agent = agent_of(session, row.merchant_id) is not None
    return has_agent and confirm_owner(session, row.merchant_id, cause)


def owner_denies(session: Session, application_id: int, cause: Cause) -> None:
    """Note that the owner knows nothing of it: a person has to see to it at once.

    Raises:
        InvalidInputError: code `no_application`.
    """
    row = needed(session, application_id)
    found = Found(OWNER, CheckResult.FAIL, "owner_confirmation_missing", BY_OWNER)
    record_check(session, application_id, found, cause)
    chat = chat_of(session, row)
    if chat is not None:
        tx = Transaction(session, cause.now, chat, cause.key, cause.actor)
        open_task(tx, "trust", summary=DENIED.format(number=row.number))
