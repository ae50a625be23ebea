"""Applications as they are shown: to their owner, and as JSON for people of the programme.

An account is never shown whole, not even where everything else is.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import KST
from bot.nlu.banks import NAMES
from bot.services.payments.overview import PayOverview, overviews
from models.events import StateEvent
from models.payment import PayApplication, PayCheck

ACCOUNT, HOLDER, NUMBER = "결제 받을 계좌", "예금주", "결제 신청"


def held_about_payments(session: Session, conversation_id: int) -> list[tuple[str, str, bool]]:
    """Return (label, value, whether it is a name) of what is held about easy payment."""
    lines: list[tuple[str, str, bool]] = []
    for known in reversed(overviews(session, conversation_id)):
        bank = NAMES.get(known.bank_code or "", "")
        lines += [
            (NUMBER, known.number, False),
            (ACCOUNT, " ".join(filter(None, (bank, known.masked_account))), False),
            (HOLDER, known.holder or "", True),
        ]
    return [line for line in lines if line[1]]


def shown_payments(session: Session, conversation_id: int) -> list[dict[str, Any]]:
    """Return every application as plain JSON, the newest first; the account masked."""
    return [_shown(session, known) for known in overviews(session, conversation_id)]


def _shown(session: Session, known: PayOverview) -> dict[str, Any]:
    return {
        "number": known.number,
        "store_name": known.store_name,
        "provider": known.provider.key,
        "state": known.state.value,
        "reason": known.reason,
        "retry_after": known.retry_after.isoformat() if known.retry_after else None,
        "business_type": known.business_kind.value if known.business_kind else None,
        "tax_type": known.tax_type.value,
        "brn": known.brn,
        "holder": known.holder,
        "holder_match": known.holder_match.value,
        "bank": known.bank_code,
        "account": known.masked_account or None,
        "account_kept": known.has_account,
        "sales_band": known.sales_band,
        "waits_for": known.waits_for,
        "next_word_on": known.next_word_on.isoformat() if known.next_word_on else None,
        "next_due": known.next_due.key if known.next_due else None,
        "error_code": known.error_code,
        "fix_action": known.fix_action,
        "merchant_code": known.code.merchant_code if known.code else None,
        "requirements": [
            {
                "key": line.key,
                "level": line.level.value,
                "error_code": line.error_code,
                "fix_action": line.fix_action,
            }
            for line in known.requirements
        ],
        "checks": _checks(session, known.id),
        "history": _history(session, known.id),
        "created_at": _moment(known.created_at),
        "handed_off_at": _moment(known.handed_off_at),
        "decided_at": _moment(known.decided_at),
        "live_at": _moment(known.live_at),
    }


def _checks(session: Session, application_id: int) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(PayCheck).where(PayCheck.application_id == application_id).order_by(PayCheck.id)
    )
    return [
        {
            "key": row.kind,
            "result": row.result.value,
            "code": row.code,
            "source": row.source,
            "at": _moment(row.at),
        }
        for row in rows
    ]


def _history(session: Session, application_id: int) -> list[dict[str, Any]]:
    events = session.scalars(
        select(StateEvent)
        .where(
            StateEvent.entity == PayApplication.__tablename__,
            StateEvent.entity_id == application_id,
        )
        .order_by(StateEvent.id)
    )
    return [
        {
            "from": event.from_state,
            "to": event.to_state,
            "reason": event.reason,
            "actor": event.actor,
            "at": _moment(event.at),
        }
        for event in events
    ]


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(KST).isoformat() if at else None
