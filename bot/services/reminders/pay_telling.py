"""Planning and calling off what is told of one application."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.outbox.notice import Notice
from bot.outbox.plan import About, call_off
from bot.services.reminders.pay_scene import SUBJECT
from bot.services.reminders.people import chat_of_merchant
from bot.services.reminders.series import plan_series
from models.payment import PayApplication


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """When something is told, and what tells it apart.

    Attributes:
        now: the present moment.
        at: what the schedule counts from.
        key: tells it apart from others of its kind.
        params: what the look compares the world with; nothing personal.
    """

    now: datetime
    at: datetime
    key: str
    params: Mapping[str, Any] = field(default_factory=dict)


def tell(session: Session, notice: Notice, row: PayApplication, telling: Telling) -> int:
    """Plan a message about an application, and its repetitions; return how many were new.

    Nobody is told who has no chat with us.
    """
    chat = chat_of_merchant(session, row.merchant_id)
    if chat is None:
        return 0
    about = About(
        conversation_id=chat,
        subject=SUBJECT,
        subject_id=row.id,
        anchor=telling.at,
        key=telling.key,
        params=telling.params,
    )
    return plan_series(session, notice, about, telling.now)


def call_off_of(
    session: Session, row: PayApplication, notices: Iterable[Notice], reason: str, now: datetime
) -> None:
    """Cancel what is planned of these about an application."""
    kinds = [notice.kind for notice in notices]
    call_off(session, SUBJECT, row.id, reason, now, kinds=kinds)
