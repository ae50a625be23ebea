"""How far everything is: what is done, who is waited for, and what to do next."""

from bot.dialogue.flow import Flow
from bot.dialogue.message import Button, Card, Facts, QuickReply, Text
from bot.dialogue.phrases import MENU, REGISTER
from bot.dialogue.view import Answer, View
from bot.dialogue.wording import day
from bot.services.registration import Overview, RegistrationView
from bot.services.requirements import RequirementLine
from models.states import ChannelState, Level

NOTHING_YET = "아직 신청하신 것이 없어요. ‘채널 등록’부터 시작해 보세요."
TITLE = "{store} 진행 상황"
STATES = {
    "draft": "적는 중",
    "ready": "보낼 준비가 됐어요",
    "submitted": "담당자가 확인하고 있어요",
    "opened": "채널이 열렸어요. 비즈니스 심사를 준비해요",
    "biz_review": "카카오가 심사하고 있어요 (보통 평일 3~5일)",
    "live": "다 됐어요! 손님이 채널을 추가할 수 있어요",
    "needs_fix": "고칠 것이 있어요",
    "linked_existing": "가지고 계신 채널을 확인하고 있어요",
    "dormant": "채널이 쉬고 있어요",
    "blocked": "채널이 막혔어요. 상담원에게 물어봐 주세요",
    "closed": "끝난 채널이에요",
    "withdrawn": "신청을 거두셨어요",
}
NEXT = {
    "submitted": "기다리시면 돼요. 평일 이틀 안에 여기로 알려 드려요.",
    "linked_existing": "기다리시면 돼요. 평일 이틀 안에 여기로 알려 드려요.",
    "opened": "기다리시면 돼요. 심사 서류는 저희가 준비해요.",
    "biz_review": "기다리시면 돼요. 결과가 나오면 여기로 알려 드려요.",
    "live": "이제 홍보물을 받아 가게에 붙여 보세요.",
}
REASONS = {
    "name_mismatch": "간판 이름과 등록증 이름이 달라요.",
    "doc_unreadable": "등록증 사진이 흐려서 글자가 안 보여요.",
    "doc_old": "등록증이 오래됐어요. 새로 뗀 것이 필요해요.",
    "business_closed": "국세청에 폐업으로 나와요.",
    "permit_missing": "허가증이 더 필요해요.",
    "search_id_taken": "고르신 검색 아이디를 다른 곳에서 쓰고 있어요.",
    "search_id_invalid": "고르신 검색 아이디는 쓸 수 없는 이름이에요.",
    "customer_center_missing": "채널에 고객센터 전화번호가 없어요.",
    "channel_private": "채널이 비공개로 되어 있어요.",
    "not_master": "사장님이 채널 주인(마스터)이 아니에요.",
    "phone_owner_mismatch": "전화가 다른 분 이름으로 되어 있어요.",
    "policy": "카카오 정책에 맞지 않는 부분이 있어요.",
}
ROW_STATE, ROW_REASON, ROW_NEXT, ROW_WAIT = "지금", "이유", "다음에 할 일", "기다리는 것"
ROW_SINCE = "신청한 날"
NOTHING_SENT = "아직 보내신 신청이 없어요."
REASON_UNKNOWN = "담당자에게 물어봐 주세요."
FIX_TEXT = "‘채널 고치기’라고 보내 주세요."
NOTHING_TO_DO = "기다리시면 돼요."
WAIT_TEXT = "{what} — 저희가 보고 있어요."
PHOTO_TEXT = "사업자등록증 사진을 올려 주시면 더 빨라요."
PHOTO = "사진 올리기"
FIX_REPLY = QuickReply("고치기", "채널 고치기")
KIT = QuickReply("홍보물 받기", "홍보물 받기")
PAYMENT = QuickReply("결제 진행 상황", "결제 진행 상황")
CHANGE = QuickReply("채널 주소 쓰기", "내 정보 바꾸기")
REQUIREMENTS = {
    "brc": "사업자등록증 사진",
    "brn": "사업자등록번호 확인",
    "market": "시장 확인",
    "duplicate": "같은 가게가 있는지 확인",
    "owner_confirmation": "사장님 확인",
    "channel_public_id": "채널 주소",
    "has_channel": "채널이 있는지 확인",
    "search_id": "검색 아이디 확인",
    "store_name": "가게 이름 확인",
    "owner_name": "대표자 이름 확인",
    "phone": "전화번호 확인",
    "permit": "허가증 사진",
    "customer_center": "채널 고객센터 번호",
    "master": "채널 주인(마스터) 확인",
    "policy": "카카오 정책 확인",
    "details": "바뀐 내용 확인",
}
"""Requirement key -> what people call it."""


def _of(registration: RegistrationView, *levels: Level) -> list[RequirementLine]:
    return [item for item in registration.requirements if item.level in levels]


def _due(registration: RegistrationView) -> list[RequirementLine]:
    return _of(registration, Level.CURRENTLY_DUE, Level.PAST_DUE)


def _named(items: list[RequirementLine]) -> str:
    return ", ".join(REQUIREMENTS.get(item.key, "확인할 것") for item in items)


def _rows(registration: RegistrationView) -> tuple[tuple[str, str], ...]:
    rows = [(ROW_STATE, STATES.get(registration.state, registration.state))]
    if registration.submitted_at:
        rows.append((ROW_SINCE, day(registration.submitted_at)))
    if registration.state == ChannelState.NEEDS_FIX:
        rows.append((ROW_REASON, REASONS.get(registration.reason or "", REASON_UNKNOWN)))
        rows.append((ROW_NEXT, FIX_TEXT))
        return tuple(rows)
    due = _due(registration)
    rows.append((ROW_NEXT, _named(due) or NEXT.get(registration.state, NOTHING_TO_DO)))
    waiting = _of(registration, Level.PENDING_VERIFICATION)
    if waiting:
        rows.append((ROW_WAIT, WAIT_TEXT.format(what=_named(waiting))))
    return tuple(rows)


def _is_photo_wanted(overview: Overview, registration: RegistrationView) -> bool:
    wanted = _of(registration, Level.CURRENTLY_DUE, Level.PAST_DUE, Level.EVENTUALLY_DUE)
    sent = any(document.kind == "brc" for document in overview.documents)
    return not sent and any(item.key == "brc" for item in wanted)


def _replies(registration: RegistrationView) -> tuple[QuickReply, ...]:
    if registration.state == ChannelState.NEEDS_FIX:
        return (FIX_REPLY, MENU)
    if any(item.key == "channel_public_id" for item in _due(registration)):
        return (CHANGE, MENU)
    if registration.state == ChannelState.LIVE:
        return (KIT, MENU)
    return (MENU,)


def _respond(view: View) -> Answer:
    overview = view.facts.overview()
    registration = overview.newest.registration if overview else None
    if overview is None or registration is None:
        if view.busy:
            return Answer((Text(NOTHING_SENT),))
        return Answer((Text(NOTHING_YET),), quick_replies=(REGISTER, MENU))
    card = Facts(TITLE.format(store=overview.newest.name), _rows(registration))
    outputs: tuple[Facts | Card, ...] = (card,)
    if _is_photo_wanted(overview, registration):
        button = Button(PHOTO, "link", view.facts.upload_link("brc"))
        outputs = (card, Card(description=PHOTO_TEXT, buttons=(button,)))
    beside = (PAYMENT,) if view.facts.pays() else ()
    return Answer(outputs, quick_replies=(*beside, *_replies(registration)))


FLOW = Flow(
    name="status",
    version=1,
    title="진행 상황",
    intents=("status", "channel_status"),
    respond=_respond,
    waits=lambda view: view.facts.overview() is not None and not view.facts.pays(),
)
