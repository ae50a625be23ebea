"""Mending a registration that was sent back: one reason, one thing to do."""

from collections.abc import Callable

from bot.dialogue.flow import Ask, Flow
from bot.dialogue.message import Button, Card, Text
from bot.dialogue.phrases import PERSON, REGISTER, STATUS
from bot.dialogue.view import Answer, Choice, Effect, View
from bot.dialogue.wording import phone_number
from bot.services import registration
from bot.services.requirements import RequirementLine
from models.states import ChannelState, Level

NOTHING_TO_FIX = "지금 고칠 것이 없어요. 바뀐 것이 있으면 ‘내 정보 바꾸기’라고 보내 주세요."
NOTHING_YET = "아직 신청하신 것이 없어요. ‘채널 등록’부터 시작해 보세요."
PHOTO_ASKS = {
    "doc_unreadable": "등록증 사진이 흐려요. 밝은 곳에서 네 귀퉁이가 다 보이게 찍어 주세요.",
    "doc_old": "등록증을 새로 떼서(3개월 안) 찍어 주세요.",
    "business_closed": "다시 여셨으면 새 사업자등록증을 찍어 주세요.",
    "permit_missing": "허가증이나 신고증을 찍어 주세요.",
}
PAPER_OF = {"permit_missing": "permit"}
"""Reason -> the paper to be sent; the registration certificate where nothing else is said."""
PAPER_ASKS = {
    "brc": "사업자등록증 사진을 올려 주세요. 네 귀퉁이가 다 보이게 찍어 주세요.",
    "permit": "허가증이나 신고증 사진을 올려 주세요.",
    "bankbook": "통장 앞면 사진을 올려 주세요. 이름과 계좌번호가 보이게 찍어 주세요.",
}
"""Paper that is missing -> how to send it."""
FAULT_ASKS = {
    "doc_unreadable": "사진이 흐려요. 밝은 곳에서 다시 찍어 주세요.",
    "doc_cropped": "사진 끝이 잘렸어요. 네 귀퉁이가 다 보이게 찍어 주세요.",
    "doc_old": "오래된 서류예요. 새로 떼서(3개월 안) 찍어 주세요.",
    "doc_wrong_kind": "다른 서류가 왔어요.",
}
"""What was wrong with the one before; said first."""
SPEAKS_OF_PHOTO = "사진"
DO_ASKS = {
    "customer_center_missing": "채널 관리에서 고객센터 전화번호를 적어 주세요.",
    "channel_private": "채널 관리에서 ‘홈 공개’와 ‘검색 허용’을 켜 주세요.",
    "not_master": "채널을 처음 만든 분(마스터)이 사장님을 마스터로 바꿔 주셔야 해요.",
}
PERSON_ASK = "이건 담당자와 같이 봐야 해요. ‘상담원’이라고 보내 주세요."
PHOTO = "사진 올리기"
SENT = "네, 다시 보냈어요. 담당자가 확인하고 여기로 알려 드려요."
DONE_CHOICES = (Choice("done", "했어요"),)
WHY = "이것만 고치면 다시 심사를 받을 수 있어요."
FIELDS = {
    "name_mismatch": "store_name",
    "search_id_taken": "search_id",
    "search_id_invalid": "search_id",
    "phone_owner_mismatch": "phone",
}


def _reason(view: View) -> str:
    found = _registration(view)
    if found is None or found.state != ChannelState.NEEDS_FIX:
        return ""
    return found.reason or "policy"


def _registration(view: View) -> registration.RegistrationView | None:
    overview = view.facts.overview()
    return overview.newest.registration if overview else None


def _on_start(view: View) -> Answer | None:
    if _registration(view) is None:
        return Answer((Text(NOTHING_YET),), quick_replies=(REGISTER,))
    reason = _reason(view)
    missing = _missing(view)
    if missing is not None and (not reason or SPEAKS_OF_PHOTO in view.text):
        ask = f"{FAULT_ASKS.get(missing.error_code or '', '')} {PAPER_ASKS[missing.key]}"
        return _photo(view, missing.key, ask.strip())
    if not reason:
        return Answer((Text(NOTHING_TO_FIX),), quick_replies=(STATUS,))
    if reason in PHOTO_ASKS:
        return _photo(view, PAPER_OF.get(reason, "brc"), PHOTO_ASKS[reason])
    if reason not in FIELDS and reason not in DO_ASKS:
        return Answer((Text(PERSON_ASK),), quick_replies=(PERSON,))
    return None


def _photo(view: View, kind: str, ask: str) -> Answer:
    button = Button(PHOTO, "link", view.facts.upload_link(kind))
    return Answer((Card(description=ask, buttons=(button,)),))


def _missing(view: View) -> RequirementLine | None:
    """Return a paper that has to be sent; one that can wait only for who wants to send it."""
    found = _registration(view)
    levels = [Level.CURRENTLY_DUE, Level.PAST_DUE]
    if SPEAKS_OF_PHOTO in view.text:
        levels.append(Level.EVENTUALLY_DUE)
    papers = (need for need in (found.requirements if found else ()) if need.key in PAPER_ASKS)
    return next((need for need in papers if need.level in levels), None)


def _mends(slot: str) -> Callable[[View], bool]:
    return lambda view: FIELDS.get(_reason(view)) == slot


def _done_text(view: View) -> str:
    return f"{DO_ASKS.get(_reason(view), '')}\n하신 다음 ‘했어요’라고 보내 주세요."


def _on_submit(view: View) -> Answer:
    changes = {slot: view.get(slot) for slot in set(FIELDS.values()) if view.get(slot)}
    found = _registration(view)
    if found is None or not _reason(view):  # an operator was faster
        return Answer((Text(NOTHING_TO_FIX),), quick_replies=(STATUS,))
    args = {"registration_id": found.id, "changes": changes}
    effects = (Effect(registration.repair, args),)
    return Answer((Text(SENT),), quick_replies=(STATUS,), effects=effects)


FLOW = Flow(
    name="channel_fix",
    version=1,
    title="채널 고치기",
    intents=("channel_change",),
    questions=(
        Ask(
            key="fix.store_name",
            parse_as="channel.store_name",
            slot="store_name",
            label="가게 이름",
            text="사업자등록증의 상호와 같은 가게 이름을 적어 주세요.",
            example="영자네 반찬",
            when=_mends("store_name"),
            why=WHY,
        ),
        Ask(
            key="fix.search_id",
            parse_as="channel.search_id",
            slot="search_id",
            label="검색 아이디",
            text="고르신 검색 아이디를 쓸 수 없어요. 다른 이름을 적어 주세요.",
            example="영자네반찬",
            when=_mends("search_id"),
            why=WHY,
        ),
        Ask(
            key="fix.phone",
            parse_as="channel.phone",
            slot="phone",
            label="전화번호",
            text="사장님 이름으로 된 전화번호를 알려주세요.",
            example="010-1234-5678",
            personal=True,
            show=lambda _view, value: phone_number(str(value)),
            when=_mends("phone"),
            why=WHY,
        ),
        Ask(
            key="fix.done",
            slot="done",
            reads="choice",
            label="확인",
            text=_done_text,
            choices=DONE_CHOICES,
            when=lambda view: _reason(view) in DO_ASKS,
            why=WHY,
        ),
    ),
    on_start=_on_start,
    on_submit=_on_submit,
)
