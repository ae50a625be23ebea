"""What a new state of an application means, who does what next, and when we write again."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from bot.clock import KST
from bot.services.pay_rules.provider import provider
from bot.services.pay_rules.waiting import WaitsFor, next_word
from bot.services.reminders.pay_scene import next_thing, planned, waits_of
from bot.services.reminders.pay_words import to_do, why_refused
from bot.services.reminders.wording import date_text
from models.outbox import Reminder
from models.payment import PayApplication
from models.states import PayState

PROMISE = "payment.waiting"
"""Kind of the message that keeps a promise."""


@dataclass(frozen=True, slots=True)
class News:
    """Two lines.

    Attributes:
        what: what has happened and what it means.
        then: who does what next, and when we write again.
    """

    what: str
    then: str


_WHAT = {
    PayState.HANDED_OFF: "신청서를 {name}에 넘겼어요.",
    PayState.PROVIDER_REVIEW: "고치신 것을 {name}에 다시 보냈어요.",
    PayState.ADDITIONAL_REQUIRED: "{name}에서 하나를 더 달래요.",
    PayState.REJECTED: "이번에는 {name} 심사를 못 넘었어요.",
    PayState.APPROVED: "{name} 심사를 통과했어요!",
    PayState.QR_ISSUED: "결제 QR이 나왔어요.",
    PayState.LIVE: "이제 QR로 결제를 받으실 수 있어요.",
    PayState.SUSPENDED: "{name}에서 결제 준비를 잠시 멈췄어요.",
    PayState.TERMINATED: "{name} 결제 신청이 끝났어요.",
}
_THEN = {
    PayState.HANDED_OFF: "이제 {name}에서 심사해요. {day}까지 다시 알려 드릴게요.",
    PayState.PROVIDER_REVIEW: "이제 {name}에서 다시 심사해요. {day}까지 알려 드릴게요.",
    PayState.ADDITIONAL_REQUIRED: "담당자가 챙기고 {day}까지 알려 드릴게요.",
    PayState.APPROVED: "이제 {name}에서 결제 QR을 만들어요. {day}까지 알려 드릴게요.",
    PayState.QR_ISSUED: "담당자가 챙겨서 {day}까지 알려 드릴게요.",
    PayState.SUSPENDED: "{name}에서 다시 확인해요. {day}까지 알려 드릴게요.",
}
BACK = News("멈췄던 결제를 다시 쓰실 수 있어요.", "떼어 두신 QR을 다시 걸어 주세요.")
LIVE_THEN = "돈이 안 들어오면 ‘결제가 안 돼요’라고 보내 주세요."
ENDED_THEN = "다시 하시려면 새로 신청하시면 돼요."
AGAIN_FROM = "{why} {day}부터 다시 신청하실 수 있어요."


def is_news(before: PayState, after: PayState) -> bool:
    """Tell whether a step is told of.

    The others come about in the chat; that a review has begun changes nothing for anybody,
    unless what was mended has gone back into it.
    """
    if after is PayState.PROVIDER_REVIEW:
        return before is PayState.ADDITIONAL_REQUIRED
    return after in _WHAT


def news_of(session: Session, row: PayApplication, *, back: bool, today: date) -> News | None:
    """Return what there is to tell of the present state; None for a state that is not told of.

    Args:
        session: reads only.
        row: the application.
        back: it goes on after it was suspended.
        today: the day in Korea.
    """
    if row.state not in _WHAT:
        return None
    name = provider(row.provider).name
    if row.state is PayState.LIVE:
        return BACK if back else News(_WHAT[row.state], LIVE_THEN)
    return News(_WHAT[row.state].format(name=name), _then(session, row, name, today))


def _then(session: Session, row: PayApplication, name: str, today: date) -> str:
    if row.state is PayState.TERMINATED:
        return ENDED_THEN
    if row.state is PayState.REJECTED:
        again = date_text(row.retry_after or today)
        return AGAIN_FROM.format(why=why_refused(row.reason), day=again)
    thing = next_thing(session, row)
    if thing is not None:
        return to_do(thing.key, thing.error_code)
    day = word_on(session, row, waits_of(session, row), today=today) or today
    return _THEN[row.state].format(name=name, day=date_text(day))


def word_on(
    session: Session, row: PayApplication, waits: WaitsFor, *, today: date | None = None
) -> date | None:
    """Return the day by which there is word of an application, None where none is promised.

    A message that is planned for it keeps the promise; what happens in the meantime does not
    put it off.
    """
    promised = next_word(row, provider(row.provider), waits, today)
    if promised is None:
        return None
    return _kept(promised, planned(session, row.id, PROMISE), waits, today)


def word_by(
    row: PayApplication, waits: WaitsFor, message: Reminder | None, today: date | None
) -> date | None:
    """Return what `word_on` does, where the message that is planned is known already."""
    promised = next_word(row, provider(row.provider), waits, today)
    return None if promised is None else _kept(promised, message, waits, today)


def _kept(promised: date, message: Reminder | None, waits: WaitsFor, today: date | None) -> date:
    if message is None or message.params["waits"] != waits:
        return promised
    day = message.due_at.astimezone(KST).date()
    return promised if today is not None and day < today else day
