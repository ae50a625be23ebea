"""What goes wrong with paying, said by the merchant: somebody has to look at it."""

from bot.services.documents import lock_conversation
from bot.services.handoff import open_task
from bot.services.payments.rows import mine
from bot.services.transaction import Transaction

TAMPERED = "tampered"
"""Somebody stuck another code over ours: money of customers may go to somebody else."""
PROBLEMS = {
    TAMPERED: "누가 결제 QR을 덮었대요. 바로 확인해 주세요",
    "qr_not_scanning": "결제 QR이 안 찍혀요",
    "qr_damaged": "결제 QR이 망가졌어요",
    "qr_lost": "결제 QR을 잃어버리셨어요",
    "settlement_missing": "돈이 통장에 안 들어왔대요",
    "wrong_amount": "금액이 잘못 결제됐대요",
    "refund": "손님이 환불을 원해요",
    "payment_failed": "결제가 안 된대요",
}
"""Problem of the vocabulary -> what the people on duty read."""
SUMMARY = "결제 {number}: {what}."


def report_problem(tx: Transaction, application_id: int, problem: str) -> int:
    """Put a problem on the people's list and return the ticket; the same again is the same one.

    The words of the merchant stay in the transcript: an account may stand in them.

    Raises:
        RuleBrokenError: somebody else's application (code `not_yours`).
        KeyError: no such problem.
    """
    lock_conversation(tx.session, tx.conversation_id)
    row = mine(tx.session, tx.conversation_id, application_id)
    reason = "pay_tampered" if problem == TAMPERED else "pay_problem"
    summary = SUMMARY.format(number=row.number, what=PROBLEMS[problem])
    return open_task(tx, reason, summary=summary)
