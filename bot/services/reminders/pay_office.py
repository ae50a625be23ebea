"""What is told of what the office does about an application: links it sends, ends it sets."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import KST
from bot.outbox.notice import Due, Gone, Notice, Values
from bot.outbox.timing import When
from bot.services.pay_rules.waiting import ENDED
from bot.services.reminders.documents import PAPERS
from bot.services.reminders.pay_scene import application_of, last_move
from bot.services.reminders.people import has_left
from bot.services.reminders.wording import date_text
from models.merchant import MerchantAgent, Store
from models.outbox import MessageClass
from models.payment import PayApplication, PayLink
from models.states import PayState

BY: Mapping[str, str] = {
    "owner": "사장님이",
    "family": "가족분이",
    "agent": "대신 신청한 분이",
}
"""Who may have asked the office for something."""
HOW: Mapping[str, str] = {"phone": "전화로", "visit": "만나서"}
"""How somebody asked."""
ASKED = "{by} {how} 말씀하셔서"
ENDED_WHAT = {PayState.WITHDRAWN: "거두었어요", PayState.TERMINATED: "끝냈어요"}
TAKE_DOWN = "가게에 붙인 결제 QR은 떼어 주세요."
ANEW = "다시 하시려면 언제든 새로 신청하시면 돼요."
NAMELESS = "가게"


def _look_ended(session: Session, due: Due) -> Values | Gone:
    """Tell what was done in the merchant's name; whoever has left has to know it, too."""
    row = application_of(session, due.subject_id)
    if row is None:
        return Gone("left")
    if row.state not in ENDED_WHAT or last_move(session, row.id) != due.params["move"]:
        return Gone("moved_on")
    return Values(
        {
            "부탁": ASKED.format(by=BY[due.params["by"]], how=HOW[due.params["how"]]),
            "신청번호": row.number,
            "한일": ENDED_WHAT[row.state],
            "다음": TAKE_DOWN if due.params["hangs"] else ANEW,
        }
    )


def _look_owner_link(session: Session, due: Due) -> Values | Gone:
    link, row = _linked(session, due)
    if isinstance(row, Gone):
        return row
    if link is None or not link.address or not link.phone or _has_agreed(session, row):
        return Gone("already_done")
    store = session.get_one(Store, row.store_id)
    return Values({"가게": store.name or NAMELESS, "주소": link.address})


def _look_photo_link(session: Session, due: Due) -> Values | Gone:
    link, row = _linked(session, due)
    if isinstance(row, Gone):
        return row
    if link is None or not link.address or link.paper is None:
        return Gone("already_done")
    until = date_text(link.expires_at.astimezone(KST).date())
    return Values({"서류": PAPERS[link.paper], "날짜": until, "주소": link.address})


def _linked(session: Session, due: Due) -> tuple[PayLink | None, PayApplication | Gone]:
    """Return a link that may be used, and its application; or why there is nothing to tell."""
    link = session.get(PayLink, due.subject_id, populate_existing=True)
    row = application_of(session, link.application_id) if link else None
    if link is None or row is None or has_left(session, row.merchant_id):
        return None, Gone("left")
    if row.state in ENDED:
        return None, Gone("pay_over")
    return (None if link.used_at else link), row


def _has_agreed(session: Session, row: PayApplication) -> bool:
    waits = select(MerchantAgent.id).where(
        MerchantAgent.merchant_id == row.merchant_id, MerchantAgent.owner_confirmed_at.is_(None)
    )
    return session.scalars(waits.limit(1)).first() is None


ENDED_FOR = Notice(
    kind="payment.ended",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(after="the office ends an application that was asked for", lasts=timedelta(days=7)),
    look=_look_ended,
    must_arrive=True,
)
OWNER_LINK = Notice(
    kind="payment.owner_link",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(after="the office asks the owner", lasts=timedelta(days=3)),
    look=_look_owner_link,
)
PHOTO_LINK = Notice(
    kind="payment.photo_link",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(after="the office asks for one photo", lasts=timedelta(days=3)),
    look=_look_photo_link,
)
NOTICES = (ENDED_FOR, OWNER_LINK, PHOTO_LINK)
