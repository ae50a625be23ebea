"""What follows when somebody agrees to the hand-over to a provider, or takes that back."""

from sqlalchemy import select

from bot.services.documents import lock_conversation
from bot.services.handoff import open_task
from bot.services.pay_rules.bringing import bring_up
from bot.services.pay_rules.needs import CONSENT
from bot.services.pay_rules.waiting import AT_REST, INSIDE, OVER
from bot.services.payments.rows import locked
from bot.services.registration.overview import merchant_of
from bot.services.requirements import OPEN
from bot.services.transaction import Transaction
from models.payment import PayApplication

TELL = "결제 신청 {number}: 정보 제공 동의를 거두셨어요. 결제 회사에 알려 주세요."


def consent_changed(tx: Transaction) -> int:
    """Let the applications of a person follow a decision about consent; return how many.

    Nothing is handed over without it; what is with the provider already has to be told there
    by a person.
    """
    lock_conversation(tx.session, tx.conversation_id)
    merchant = merchant_of(tx.session, tx.conversation_id)
    if merchant is None:
        return 0
    statement = select(PayApplication.id).where(
        PayApplication.merchant_id == merchant.id,
        PayApplication.state.not_in(OVER),
    )
    found = tx.session.scalars(statement.order_by(PayApplication.id)).all()
    for application_id in found:
        _follow(tx, application_id)
    return len(found)


def _follow(tx: Transaction, application_id: int) -> None:
    row = locked(tx.session, application_id)
    if row is None:
        return
    lines = bring_up(tx.session, row, tx.cause("pay_consent"))
    missing = any(line.key == CONSENT and line.level in OPEN for line in lines)
    if missing and row.state not in (*INSIDE, *AT_REST):
        open_task(tx, "pay_consent", summary=TELL.format(number=row.number))
