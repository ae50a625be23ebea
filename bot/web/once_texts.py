"""What the pages of links that are used once say: short polite sentences, big words first."""

from collections.abc import Mapping
from datetime import datetime

from bot.clock import KST
from bot.services.reminders.wording import time_text
from bot.web.upload_texts import Notice
from models.payment import LinkPurpose

ASK_AGAIN = "더 필요하시면 담당자에게 말씀해 주세요. 새 주소를 드려요."
EXPIRED = Notice("이 주소는 기간이 지났어요", ("안전을 위해 며칠만 쓸 수 있어요.", ASK_AGAIN))
INVALID = Notice(
    "주소가 올바르지 않아요", ("주소가 잘렸을 수 있어요.", "받으신 주소를 다시 눌러 주세요.")
)
OVER = Notice("끝난 신청이에요", ("이제 하실 일이 없어요.",))
CONFIRMED = Notice("이미 확인됐어요", ("담당자가 이어서 진행해요.", "더 하실 일은 없어요."))
AGREED = Notice("확인했어요. 고맙습니다", ("담당자가 이어서 진행해요.", "더 하실 일은 없어요."))
DENIED = Notice(
    "알려 주셔서 고맙습니다",
    ("이 신청은 결제 회사에 넘기지 않아요.", "담당자가 곧 전화로 여쭤볼게요."),
)
SENT = "담당자가 보고 이어서 진행해요. 이 화면은 닫으셔도 돼요."
_USED: Mapping[LinkPurpose, tuple[str, str]] = {
    LinkPurpose.OWNER: ("이미 답해 주셨어요", "{when}에 답을 받았어요."),
    LinkPurpose.PHOTO: ("사진을 이미 받았어요", "{when}에 잘 받았어요."),
}
_OTHER = ("이미 쓴 주소예요", "{when}에 썼어요.")
ONCE = "한 번만 쓸 수 있는 주소예요. 다시 하지 않으셔도 돼요."


def used(purpose: LinkPurpose, at: datetime) -> Notice:
    """Return what is told about a link that has done its work."""
    title, line = _USED.get(purpose, _OTHER)
    return Notice(title, (line.format(when=moment(at)), ONCE, ASK_AGAIN))


def moment(at: datetime) -> str:
    """Return a moment as people say it.

    >>> from datetime import UTC, datetime
    >>> moment(datetime(2026, 11, 27, 4, 5, tzinfo=UTC))
    '11월 27일 오후 1시 5분'
    """
    local = at.astimezone(KST)
    return f"{local.month}월 {local.day}일 {time_text(at)}"
