"""Applying for easy payment, taken exactly once.

A store has one application at a time: sending the same thing again changes nothing, sending it
with other details changes the application. What changes after it was handed over has to be
carried to the provider by a person.
"""

from datetime import datetime

from bot.errors import ConflictError
from bot.services.business import state_of
from bot.services.documents import lock_conversation
from bot.services.handoff import open_task
from bot.services.kits.numbers import add_once
from bot.services.pay_rules.bringing import bring_up, touch
from bot.services.pay_rules.provider import provider
from bot.services.pay_rules.waiting import INSIDE
from bot.services.payments.findings import Found, brn_finding, note
from bot.services.payments.form import Application, columns, index, tax_type_of
from bot.services.payments.rows import free_pay_number, locked, standing_of, store_for
from bot.services.registration.form import Checks
from bot.services.transaction import Transaction
from models.crypto import blind_index
from models.merchant import Merchant, Store, TaxOfficeState
from models.payment import CheckResult, HolderMatch, PayApplication, TaxType
from models.states import PayState, move, record

ASK_OWNER = "결제 신청 {number}: 대리 신청이에요. 사장님 본인에게 전화해 확인해 주세요."
CARRY_OVER = "결제 신청 {number}: 넘긴 뒤에 바뀌었어요 ({what}). 결제 회사에 알려 주세요."
AGAIN = (PayState.DRAFT, PayState.WITHDRAWN, PayState.REJECTED)
"""From here applying begins anew."""
CHANGED = Found("details", CheckResult.UNCLEAR, "changed_after_submit")
_OUT = {
    "brn": "사업자등록번호",
    "business_kind": "사업자 종류",
    "holder": "예금주",
    "bank_code": "은행",
    "account": "계좌",
}
"""What the provider has been told, and what people call it."""


def apply(tx: Transaction, application: Application, checks: Checks | None = None) -> int:
    """Take an application and return its id; the same again changes nothing.

    Args:
        tx: the turn.
        application: what was told; what was not told stays as it was.
        checks: what was looked up before the transaction began.

    Raises:
        RuleBrokenError: nothing is registered (code `not_registered`), or it is somebody
            else's store (code `not_yours`).
        InvalidInputError: code `unknown_provider`.
        ConflictError: the reserved number is gone (code `number_taken`); think again.
    """
    lock_conversation(tx.session, tx.conversation_id)
    provider(application.provider)
    store = store_for(tx.session, tx.conversation_id, application.store_id)
    row = standing_of(tx.session, store.id) or _new(tx, application, store)
    row = locked(tx.session, row.id) or row
    begins = row.state in AGAIN
    changed = put_in(row, columns(application), tx.now)
    if not (changed or begins):
        return row.id
    _tax_office(tx, row, checks)
    settle_in(tx, row, changed, "pay_apply")
    return row.id


def settle_in(tx: Transaction, row: PayApplication, changed: set[str], step: str) -> None:
    """Let everything follow that follows from a change by the merchant."""
    touch(row, tx.now)
    if row.state in AGAIN:
        _begin(tx, row)
    elif row.state not in INSIDE and changed & set(_OUT):
        what = ", ".join(_OUT[key] for key in _OUT if key in changed)
        note(tx.session, row, CHANGED, tx.cause("pay_changed"))
        open_task(tx, "pay_changed", summary=CARRY_OVER.format(number=row.number, what=what))
    bring_up(tx.session, row, tx.cause(step))


def put_in(row: PayApplication, values: dict[str, object], now: datetime) -> set[str]:
    """Write values into the row and return which of them are new."""
    changed = {key for key, value in values.items() if _held(row, key) != _comparable(key, value)}
    for key in changed:
        setattr(row, key, values[key])
    index(row)
    if changed & {"account", "bank_code"}:
        row.account_given_at, row.account_gone_at = now, None
        row.won_code_hmac, row.won_sent_at, row.won_tries = None, None, 0
    return changed


def _held(row: PayApplication, key: str) -> object:
    """Return what stands in a row; an account that is not kept any more is known by its digest."""
    return row.account_hmac if key == "account" else getattr(row, key)


def _comparable(key: str, value: object) -> object:
    return blind_index(str(value)) if key == "account" else value


def _new(tx: Transaction, application: Application, store: Store) -> PayApplication:
    row = PayApplication(
        number=application.number or free_pay_number(tx.session),
        merchant_id=store.merchant_id,
        store_id=store.id,
        conversation_id=tx.conversation_id,
        provider=application.provider,
        tax_type=TaxType.UNKNOWN,
        state=PayState.DRAFT,
        holder_match=HolderMatch.UNKNOWN,
        won_tries=0,
        submission_key=f"{tx.conversation_id}:{tx.key}:{store.id}",
        revision=0,
        created_at=tx.now,
        updated_at=tx.now,
    )
    if not add_once(tx.session, row):
        first = standing_of(tx.session, store.id)
        if first is None:
            raise ConflictError(code="number_taken")
        return first
    record(tx.session, row, None, tx.cause("pay"))
    return row


def _begin(tx: Transaction, row: PayApplication) -> None:
    again = row.state is not PayState.DRAFT
    step = f"pay_collecting:{row.revision}" if again else "pay_collecting"
    if not move(tx.session, row, PayState.COLLECTING, tx.cause(step)):
        return
    row.reason = row.provider_ref = row.provider_status_raw = None
    row.handed_off_at = row.decided_at = None
    merchant = tx.session.get_one(Merchant, row.merchant_id)
    if merchant.role == "agent":
        open_task(tx, "pay_owner", summary=ASK_OWNER.format(number=row.number))


def _tax_office(tx: Transaction, row: PayApplication, checks: Checks | None) -> None:
    """Keep what the tax office said about this number while the person was writing."""
    business = checks.business if checks else None
    if business is None or not row.brn:
        if row.tax_type is TaxType.UNKNOWN:
            row.tax_type = tax_type_of("", row.brn)
        return
    state = state_of(business)
    if state is not TaxOfficeState.UNCHECKED:
        note(tx.session, row, brn_finding(state), tx.cause("pay_tax_office"))
    if row.tax_type is TaxType.UNKNOWN:
        row.tax_type = tax_type_of(business.tax_type, row.brn)
