"""Milestones of a channel, told when an operator sets them."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from sqlalchemy.orm import Session

from bot.outbox.notice import Due, Gone, Notice, Values
from bot.outbox.plan import About, call_off, plan
from bot.outbox.timing import When
from bot.services.reminders.people import (
    chat_of_merchant,
    has_left,
    merchant_of_registration,
)
from models.merchant import ChannelRegistration, Store
from models.outbox import MessageClass
from models.states import Cause, ChannelReason, ChannelState

SUBJECT = ChannelRegistration.__tablename__
LASTS = timedelta(days=3)
FIXES: Mapping[str, str] = MappingProxyType(
    {
        ChannelReason.NAME_MISMATCH: "가게 이름을 등록증과 똑같이 맞춰 주세요.",
        ChannelReason.DOC_UNREADABLE: "등록증 사진을 다시 찍어 주세요.",
        ChannelReason.DOC_OLD: "등록증을 새로 떼서 찍어 주세요.",
        ChannelReason.BUSINESS_CLOSED: "새 사업자등록증을 찍어 주세요.",
        ChannelReason.PERMIT_MISSING: "허가증이나 신고증을 찍어 주세요.",
        ChannelReason.SEARCH_ID_TAKEN: "검색 아이디를 다른 이름으로 정해 주세요.",
        ChannelReason.SEARCH_ID_INVALID: "검색 아이디를 다른 이름으로 정해 주세요.",
        ChannelReason.CUSTOMER_CENTER_MISSING: "채널에 고객센터 전화번호를 적어 주세요.",
        ChannelReason.CHANNEL_PRIVATE: "채널의 ‘홈 공개’와 ‘검색 허용’을 켜 주세요.",
        ChannelReason.NOT_MASTER: "사장님이 채널 주인(마스터)이 되셔야 해요.",
        ChannelReason.PHONE_OWNER_MISMATCH: "사장님 이름으로 된 전화번호를 알려 주세요.",
        ChannelReason.POLICY: "담당자와 같이 살펴봐야 해요.",
    }
)
"""Reason of a registration that came back -> the one thing to do."""
_TELLS = {
    ChannelState.OPENED: "channel.opened",
    ChannelState.LIVE: "channel.live",
    ChannelState.NEEDS_FIX: "channel.needs_fix",
}
_STILL = {
    "channel.opened": (ChannelState.OPENED, ChannelState.BIZ_REVIEW),
    "channel.live": (ChannelState.LIVE,),
    "channel.needs_fix": (ChannelState.NEEDS_FIX,),
}
"""Kind -> states in which telling it is still true."""


def moved(session: Session, registration: ChannelRegistration, cause: Cause) -> None:
    """Plan what is to be told of a milestone, instead of what was true before."""
    call_off(session, SUBJECT, registration.id, "moved_on", cause.now, kinds=tuple(_STILL))
    kind = _TELLS.get(registration.state)
    merchant_id = merchant_of_registration(session, registration.id)
    chat = chat_of_merchant(session, merchant_id) if merchant_id is not None else None
    if kind is None or chat is None:
        return
    about = About(
        conversation_id=chat,
        subject=SUBJECT,
        subject_id=registration.id,
        version=registration.submissions,
        anchor=cause.now,
        key=cause.key,
        params={"reason": registration.reason or ""},
    )
    plan(session, next(one for one in NOTICES if one.kind == kind), about, cause.now)


def _look(session: Session, due: Due) -> Values | Gone:
    row = session.get(ChannelRegistration, due.subject_id)
    if row is None or row.state not in _STILL[due.kind]:
        return Gone("moved_on")
    store = session.get_one(Store, row.store_id)
    if has_left(session, store.merchant_id):
        return Gone("left")
    name = {"가게": store.name or ""}
    if row.state is not ChannelState.NEEDS_FIX:
        return Values(name)
    if (row.reason or "") != due.params["reason"]:
        return Gone("moved_on")
    return Values({**name, "할일": FIXES[ChannelReason(row.reason or ChannelReason.POLICY)]})


OPENED = Notice(
    kind="channel.opened",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(after="channel is open", lasts=LASTS),
    look=_look,
)
LIVE = Notice(
    kind="channel.live",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(after="channel passed the review", lasts=LASTS),
    look=_look,
)
NEEDS_FIX = Notice(
    kind="channel.needs_fix",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(after="registration came back", lasts=timedelta(days=7)),
    look=_look,
    must_arrive=True,
)
NOTICES = (OPENED, LIVE, NEEDS_FIX)
