"""What a merchant changes later: the account, what had to be mended, the whole wish."""

from collections.abc import Mapping
from typing import Any

from bot.errors import RuleBrokenError
from bot.services.documents import lock_conversation
from bot.services.handoff import open_task
from bot.services.kit_codes import take_back_payment
from bot.services.pay_rules.bringing import bring_up, subject, touch
from bot.services.pay_rules.facts import papers_of
from bot.services.pay_rules.needs import CONSENT
from bot.services.pay_rules.waiting import ENDED
from bot.services.payments.applying import put_in, settle_in
from bot.services.payments.findings import BY_MERCHANT, Found, note
from bot.services.payments.form import Application, columns
from bot.services.payments.qr import revoke_codes
from bot.services.payments.rows import mine
from bot.services.registration import correct
from bot.services.reminders import on_payment
from bot.services.requirements import DUE, items_of
from bot.services.transaction import Transaction
from models.moves import is_legal
from models.payment import CheckResult, PayApplication
from models.requirement import DocumentKind
from models.states import PayState, move

TAKEN_BACK = "결제 신청 {number}: 사장님이 거두셨어요. 결제 회사에 알려 주세요."
STOPPED = "결제 {number}: 그만 쓰기로 했어요. 결제 회사에 해지를 알리고 결제 QR을 걷어 주세요."
OF_MERCHANT = ("owner_name", "phone")
"""Slot keys that belong to the merchant and not to the application."""
OTHER_BOOK = Found("bankbook", CheckResult.FAIL, "doc_wrong_kind", BY_MERCHANT)
"""The bankbook that was sent shows the account of before."""
OUTSIDE = (
    PayState.HANDED_OFF,
    PayState.PROVIDER_REVIEW,
    PayState.ADDITIONAL_REQUIRED,
    PayState.REJECTED,
)
"""The provider knows of it, and there is no contract."""


def change_account(
    tx: Transaction, application_id: int, bank: str, account: str, holder: str
) -> bool:
    """Take another account; False when it is the one that is known already.

    Raises:
        RuleBrokenError: somebody else's (code `not_yours`), or it was taken back or ended: a
            form that was begun before does not bring it back (code `pay_over`).
    """
    lock_conversation(tx.session, tx.conversation_id)
    row = mine(tx.session, tx.conversation_id, application_id)
    _not_over(row)
    given = Application(bank=bank, account=account, holder=holder)
    changed = put_in(row, columns(given), tx.now)
    if not changed:
        return False
    is_other = changed & {"account", "bank_code"}
    if is_other and DocumentKind.BANKBOOK in papers_of(tx.session, row.merchant_id):
        note(tx.session, row, OTHER_BOOK, tx.cause("pay_account"))
    settle_in(tx, row, changed, "pay_account")
    return True


def repair(tx: Transaction, application_id: int, changes: Mapping[str, Any]) -> bool:
    """Mend what was wrong; False when this changes nothing.

    Without changes it means that the merchant has done elsewhere what was asked for: what is
    due and no paper then waits for a check.

    Args:
        tx: the turn.
        application_id: which application.
        changes: slot key -> new value; also `owner_name` and `phone` of the merchant.

    Raises:
        RuleBrokenError: code `not_yours`, `pay_over` or `unknown_field`.
    """
    lock_conversation(tx.session, tx.conversation_id)
    row = mine(tx.session, tx.conversation_id, application_id)
    _not_over(row)
    _known(changes)
    changed = put_in(row, columns(Application.from_slots(changes)), tx.now)
    corrected = [correct(tx, key, changes[key]) for key in OF_MERCHANT if changes.get(key)]
    if changed or any(corrected):
        settle_in(tx, row, changed, "pay_repair")
        return True
    return not changes and _done_elsewhere(tx, row)


def withdraw(tx: Transaction, application_id: int) -> bool:
    """Take the wish back, as long as the provider has not agreed; False when that was done.

    Raises:
        RuleBrokenError: code `not_yours`, or there is a contract already that has to be ended
            instead (code `pay_agreed`).
    """
    lock_conversation(tx.session, tx.conversation_id)
    row = mine(tx.session, tx.conversation_id, application_id)
    if row.state is PayState.WITHDRAWN:
        return False
    if not is_legal(row.__tablename__, row.state, PayState.WITHDRAWN):
        raise RuleBrokenError(f"{row.number} is {row.state}", code="pay_agreed")
    return take_back_wish(tx, row)


def stop(tx: Transaction, row: PayApplication, reason: str) -> bool:
    """End what the provider has agreed to, take back what it has not; False when done.

    Args:
        tx: the step, the application locked.
        row: one that is not over.
        reason: a code: why it is ended.
    """
    if is_legal(row.__tablename__, row.state, PayState.TERMINATED):
        return end(tx, row, reason)
    return take_back_wish(tx, row)


def take_back_wish(tx: Transaction, row: PayApplication) -> bool:
    """Mark an application as taken back; whoever knows of it already has to be told."""
    was_outside = row.state in OUTSIDE
    cause = tx.cause(f"pay_withdraw:{row.revision}")
    if not move(tx.session, row, PayState.WITHDRAWN, cause):
        return False
    touch(row, tx.now)
    on_payment.ended(tx.session, row, cause)
    if was_outside:
        open_task(tx, "pay_withdrawn", summary=TAKEN_BACK.format(number=row.number))
    return True


def terminate(tx: Transaction, application_id: int, reason: str) -> bool:
    """End easy payment: no code may hang any more, people see to the rest; False when done.

    Args:
        tx: the turn.
        application_id: which application.
        reason: a code: why.

    Raises:
        RuleBrokenError: code `not_yours`, or there is nothing to end (code `pay_not_agreed`).
    """
    lock_conversation(tx.session, tx.conversation_id)
    row = mine(tx.session, tx.conversation_id, application_id)
    if row.state is PayState.TERMINATED:
        return False
    if not is_legal(row.__tablename__, row.state, PayState.TERMINATED):
        raise RuleBrokenError(f"{row.number} is {row.state}", code="pay_not_agreed")
    return end(tx, row, reason)


def end(tx: Transaction, row: PayApplication, reason: str) -> bool:
    """End what the provider has agreed to: no code counts any more, people see to the rest."""
    cause = tx.cause("pay_terminate", reason)
    if not move(tx.session, row, PayState.TERMINATED, cause):
        return False
    row.reason = reason
    touch(row, tx.now)
    revoke_codes(tx.session, row.id, tx.now)
    take_back_payment(tx.session, row.store_id, cause)
    open_task(tx, "pay_terminated", summary=STOPPED.format(number=row.number))
    on_payment.ended(tx.session, row, cause)
    return True


def _not_over(row: PayApplication) -> None:
    if row.state in ENDED:
        raise RuleBrokenError(f"{row.number} is {row.state}", code="pay_over")


def _known(changes: Mapping[str, Any]) -> None:
    fields = {*Application.__dataclass_fields__, *OF_MERCHANT} - {"store_id", "provider", "number"}
    unknown = set(changes) - fields
    if unknown:
        raise RuleBrokenError(f"{sorted(unknown)} cannot be changed", code="unknown_field")


def _done_elsewhere(tx: Transaction, row: PayApplication) -> bool:
    place = subject(row.id)
    papers = set(DocumentKind)
    waiting = [
        line.key
        for line in items_of(tx.session, place)
        if line.level in DUE and line.error_code and line.key not in {*papers, CONSENT}
    ]
    noted = [
        note(
            tx.session,
            row,
            Found(key, CheckResult.UNCLEAR, source=BY_MERCHANT),
            tx.cause(f"pay_elsewhere:{key}"),
        )
        for key in waiting
    ]
    if not any(noted):
        return False
    touch(row, tx.now)
    bring_up(tx.session, row, tx.cause("pay_elsewhere"))
    return True
