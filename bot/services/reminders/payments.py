"""What is told of an application for easy payment, and how the world is looked at before.

What a merchant does in the chat is answered there. Told is what somebody else did: the
provider, the bank, the tax office, a person of the programme. Nothing here shows more of an
account than that there is one.
"""

from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from bot.clock import KST
from bot.outbox.notice import Due, Gone, Notice, Values
from bot.outbox.timing import When
from bot.services.pay_rules.facts import consent_of
from bot.services.pay_rules.provider import provider
from bot.services.pay_rules.waiting import ENDED
from bot.services.reminders.documents import moment
from bot.services.reminders.pay_news import news_of
from bot.services.reminders.pay_scene import (
    application_of,
    due_lines,
    faults,
    last_move,
    lines_of,
    newest_since,
    next_thing,
    waits_of,
)
from bot.services.reminders.pay_words import to_do
from bot.services.reminders.people import has_left, is_with_staff
from bot.services.reminders.wording import date_text
from bot.services.requirements import open_items
from models.outbox import MessageClass
from models.payment import PayApplication, PayQr
from models.states import PayState

_LAST_STEP = "last step of the application for payment"
_AT = time(10)
STOPPED = (PayState.SUSPENDED, PayState.TERMINATED)
"""States in which no code may hang."""


def _application(session: Session, due: Due) -> PayApplication | Gone:
    """Return an application that goes on, of somebody who takes part."""
    row = application_of(session, due.subject_id)
    if row is None or has_left(session, row.merchant_id):
        return Gone("left")
    return row


def _look_missing(session: Session, due: Due) -> Values | Gone:
    row = _application(session, due)
    if isinstance(row, Gone):
        return row
    thing = next_thing(session, row)
    if thing is None:
        return Gone("pay_over" if row.state in ENDED else "already_done")
    if newest_since(session, row.id, due.kind) != due.params["since"]:
        return Gone("went_on")
    if is_with_staff(session, due.conversation_id):
        return Gone("with_person")
    return Values({"할일": to_do(thing.key, thing.error_code)})


def _look_fix(session: Session, due: Due) -> Values | Gone:
    """Tell what has turned out wrong, as long as anything of it is still due."""
    row = _application(session, due)
    if isinstance(row, Gone):
        return row
    thing = next_thing(session, row)
    if thing is None:
        return Gone("pay_over" if row.state in ENDED else "already_done")
    if not faults(due_lines(session, row)).intersection(due.params["faults"]):
        return Gone("already_done")
    return Values({"할일": to_do(thing.key, thing.error_code)})


def _look_moved(session: Session, due: Due) -> Values | Gone:
    row = _application(session, due)
    if isinstance(row, Gone):
        return row
    if last_move(session, row.id) != due.params["move"]:
        return Gone("moved_on")
    news = news_of(session, row, back=due.params["back"], today=due.now.astimezone(KST).date())
    if news is None:
        return Gone("moved_on")
    return Values({"신청번호": row.number, "소식": news.what, "다음": news.then})


def _look_revoked(session: Session, due: Due) -> Values | Gone:
    """Tell that a code has to come down; whoever has left the programme has to know it, too."""
    row = application_of(session, due.subject_id)
    if row is None:
        return Gone("left")
    name = provider(row.provider).name
    if "code" in due.params:
        standing = session.get(PayQr, due.params["code"])
        if standing is None or standing.revoked_at is not None:
            return Gone("moved_on")
        return Values({"까닭": REPLACED.format(name=name), "다음": REPLACED_THEN})
    if row.state not in STOPPED or last_move(session, row.id) != due.params["move"]:
        return Gone("moved_on")
    ended = row.state is PayState.TERMINATED
    why, then = (ENDED_WHY, ENDED_THEN) if ended else (SUSPENDED_WHY, SUSPENDED_THEN)
    return Values({"까닭": why.format(name=name), "다음": then})


def _look_waiting(session: Session, due: Due) -> Values | Gone:
    """Say how it stands on the day for which word was promised, where there is no news."""
    row = _application(session, due)
    if isinstance(row, Gone):
        return row
    waits = waits_of(session, row)
    if waits != due.params["waits"]:
        return Gone("moved_on")
    if is_with_staff(session, due.conversation_id):
        return Gone("with_person")
    who = STILL_PROVIDER if waits == "provider" else STILL_US
    day = datetime.fromisoformat(due.params["next"]).date()
    what = who.format(name=provider(row.provider).name)
    return Values({"신청번호": row.number, "소식": what, "날짜": date_text(day)})


def _look_done(session: Session, due: Due) -> Values | Gone:
    row = _application(session, due)
    if isinstance(row, Gone):
        return row
    if row.state is not PayState.LIVE or open_items(lines_of(session, row)):
        return Gone("changed_again")
    return Values({})


def _look_won(session: Session, due: Due) -> Values | Gone:
    row = _application(session, due)
    if isinstance(row, Gone):
        return row
    sent = row.won_sent_at
    if row.won_code_hmac is None or sent is None or moment(sent) != due.params["sent"]:
        return Gone("already_done")
    return Values({"끝번호": row.account_last4 or ""})


def _look_again(session: Session, due: Due) -> Values | Gone:
    """Tell that a refused application may come again, while nobody has begun it anew."""
    row = _application(session, due)
    if isinstance(row, Gone):
        return row
    if row.state is not PayState.REJECTED:
        return Gone("pay_over" if row.state in ENDED else "already_done")
    if row.retry_after is None or row.retry_after.isoformat() != due.params["day"]:
        return Gone("moved_on")
    if consent_of(session, row, provider(row.provider).consent) is False:
        return Gone("no_pay_consent")
    if is_with_staff(session, due.conversation_id):
        return Gone("with_person")
    return Values({"신청번호": row.number})


REPLACED = "{name}에서 새 QR이 나왔어요."
REPLACED_THEN = "새 QR은 담당자가 챙겨 드릴게요."
SUSPENDED_WHY = "{name} 결제가 멈춰서, 그 QR로는 돈이 안 들어와요."
SUSPENDED_THEN = "다시 쓸 수 있게 되면 바로 알려 드릴게요."
ENDED_WHY = "{name} 결제가 끝나서, 그 QR로는 돈이 안 들어와요."
ENDED_THEN = "다시 쓰시려면 새로 신청하시면 돼요."
STILL_PROVIDER = "{name}에서 아직 답이 없어요."
STILL_US = "아직 저희가 확인하고 있어요."

MISSING = Notice(
    kind="payment.missing",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(after=_LAST_STEP, days=2, business=True, at=_AT),
    again=(
        When(after=_LAST_STEP, days=5, business=True, at=_AT),
        When(after=_LAST_STEP, days=10, business=True, at=_AT),
    ),
    look=_look_missing,
    must_arrive=True,
)
FIX = Notice(
    kind="payment.fix",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(after="something of the application turns out wrong", lasts=timedelta(days=3)),
    look=_look_fix,
    must_arrive=True,
)
MOVED = Notice(
    kind="payment.moved",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(after="the provider or the office moves the application", lasts=timedelta(days=7)),
    look=_look_moved,
    must_arrive=True,
)
REVOKED = Notice(
    kind="payment.revoked",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(after="a payment code may not be used any more", lasts=timedelta(days=14)),
    look=_look_revoked,
    must_arrive=True,
    urgent=True,
)
WAITING = Notice(
    kind="payment.waiting",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(after="word of the application was promised", at=time(16), lasts=timedelta(days=2)),
    look=_look_waiting,
    must_arrive=True,
)
WON = Notice(
    kind="payment.won",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(after="one won was sent to the account"),
    look=_look_won,
    must_arrive=True,
)
DONE = Notice(
    kind="payment.done",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(after="what was changed at a store that takes payments is settled"),
    look=_look_done,
)
AGAIN = Notice(
    kind="payment.again",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(after="a refused application may come again", at=_AT, lasts=timedelta(days=3)),
    look=_look_again,
    must_arrive=True,
)
NOTICES = (MISSING, FIX, MOVED, REVOKED, WAITING, DONE, WON, AGAIN)
