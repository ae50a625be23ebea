"""What the pages about printed matter say: short polite sentences, big words first."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.services.kits.pieces import name_of
from models.states import KitState

ASK = "카카오톡에서 ‘홍보물’이라고 보내 주세요."
NEW_LINK = "카카오톡에서 ‘홍보물’이라고 보내시면 새 주소를 드려요."
ASK_AGAIN = "다시 필요하시면 카카오톡에서 ‘홍보물’이라고 보내 주세요."


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that is only read.

    Attributes:
        kind: how it looks: `busy`, `good`, `calm` or `bad`.
    """

    title: str
    lines: tuple[str, ...]
    kind: str = "calm"


EXPIRED = Notice("이 주소는 기간이 지났어요", ("안전을 위해 7일 동안만 열려요.", NEW_LINK))
INVALID = Notice("주소가 올바르지 않아요", ("주소가 잘렸을 수 있어요.", NEW_LINK))
GONE = Notice("이 홍보물은 이제 없어요", ("주문이나 가게 정보가 지워졌어요.", ASK_AGAIN))
NO_FILE = Notice("이 파일은 지금 받을 수 없어요", ("앞 화면으로 돌아가 다시 눌러 주세요.", ASK))

ENDED_CODE = Notice(
    "이 QR은 지금 쓰지 않아요",
    (
        "가게가 옮겼거나 채널이 바뀌었어요.",
        "카카오톡 위쪽 돋보기에서 가게 이름을 찾아보세요.",
    ),
)
UNKNOWN_CODE = Notice(
    "주소를 찾지 못했어요",
    (
        "QR이 구겨지거나 가려졌을 수 있어요. 다시 한 번 찍어 보세요.",
        "그래도 안 되면 카카오톡 위쪽 돋보기에서 가게 이름을 찾아보세요.",
    ),
)
FOR_MERCHANTS = "사장님이시면 카카오톡에서 ‘홍보물’이라고 보내 주세요. 새로 만들어 드려요."

MAKING = Notice("만들고 있어요", ("1분쯤 걸려요.", "이 화면은 저절로 바뀌어요."), "busy")
NO_CHANNEL = Notice(
    "채널이 열리면 만들어요",
    ("QR에 가게 채널을 넣어야 해서 기다리고 있어요.", "지금 하실 일은 없어요."),
    "busy",
)
FILES_READY = Notice("다 됐어요", ("아래에서 받으시면 돼요.",), "good")
STATES: Mapping[KitState, Notice] = {
    KitState.PREFLIGHTED: Notice("다 만들었어요", ("저희가 곧 인쇄할게요.",), "good"),
    KitState.QUEUED_PRINT: Notice("인쇄를 기다려요", ("곧 인쇄해 드려요.",), "busy"),
    KitState.PRINTED: Notice("인쇄가 끝났어요", ("전해 드릴 준비를 하고 있어요.",), "good"),
    KitState.SHIPPED: Notice("보내 드렸어요", ("며칠 안에 가게로 도착해요.",), "good"),
    KitState.READY_PICKUP: Notice(
        "찾아가세요", ("홍보물이 준비됐어요.", "아래 주문번호를 말씀해 주세요."), "good"
    ),
    KitState.DELIVERED: Notice("전해 드렸어요", ("파일도 여기서 받으실 수 있어요.",), "good"),
    KitState.PROBLEM: Notice(
        "문제를 살펴보고 있어요", ("담당자가 확인하고 연락드려요.", "지금 하실 일은 없어요."), "bad"
    ),
    KitState.REORDERED: Notice(
        "새 주문으로 바꿨어요", ("새로 만든 것을 쓰시면 돼요.", f"새 주문을 보시려면 {ASK}"), "calm"
    ),
    KitState.FAILED: Notice(
        "아직 만들지 못했어요", ("담당자가 보고 있어요.", "고치는 대로 이 화면에 나와요."), "bad"
    ),
    KitState.CANCELLED: Notice("취소한 주문이에요", (ASK_AGAIN,), "calm"),
    KitState.REVOKE_REQUIRED: Notice(
        "이 홍보물은 떼어 주세요",
        ("QR이 이제 열리지 않아요.", "붙여 두신 것을 모두 떼어 주세요.", ASK_AGAIN),
        "bad",
    ),
    KitState.REVOKED: Notice("거둔 홍보물이에요", ("QR이 이제 열리지 않아요.", ASK_AGAIN), "calm"),
}
FILES_TAKEN = Notice("받으셨어요", ("언제든 여기서 또 받으실 수 있어요.",), "good")
TAMPERED = Notice(
    "QR 위를 봐 주세요",
    ("다른 스티커가 붙어 있으면 바로 떼어 주세요.", "담당자가 확인하고 연락드려요."),
    "bad",
)
FAILURES: Mapping[str, str] = {
    "text_emoji": "그림 글자(이모티콘)는 인쇄할 수 없어요.",
    "text_glyph": "인쇄할 수 없는 글자가 들어 있어요.",
    "text_too_long": "가게 이름이나 문구가 너무 길어요.",
}
"""What stopped the rendering and can be mended by the merchant."""
MEND = f"글자를 바꾸시려면 {ASK}"
OUTDATED = Notice(
    "가게 정보가 바뀌었어요",
    ("여기에는 예전 정보가 들어 있어요.", f"새로 만드시려면 {ASK}"),
    "bad",
)
FILES_PURGED = Notice("파일은 기간이 지나 지웠어요", (ASK_AGAIN,), "calm")

STEPS_ON_PAPER = ("만들기", "인쇄", "받기")
STEPS_OF_FILES = ("만들기", "받기")

HOW_TO_PRINT_TITLE, HOW_TO_HANG_TITLE = "이렇게 뽑으세요", "붙이실 때"
HOW_TO_PRINT = (
    "한 장만 먼저 뽑아 휴대폰으로 QR을 찍어 보세요.",
    "가게 프린터에서는 ‘실제 크기(100%)’로 뽑으세요.",
    "인쇄소에는 ‘인쇄소용’ 파일을 보내세요.",
)
HOW_TO_HANG = (
    "손님 눈높이에, 물이 안 튀는 곳에 붙이세요.",
    "붙이고 나서 휴대폰으로 QR을 찍어 보세요.",
    f"잘 안 찍히면 {ASK}",
)
HOW_TO_SAVE = (
    "안 받아지면 화면의 점 세 개(⋮)나 공유 단추를 눌러 ‘다른 브라우저로 열기’를 해 보세요.",
    "받은 파일은 휴대폰의 ‘내 파일’이나 ‘다운로드’에 있어요.",
)

PICTURE = "{store} {product} 미리 보기"

VARIANT_NAMES: Mapping[str, str] = {
    "home": "",
    "print": "인쇄소용",
    "outlined": "인쇄소용",
}
"""What is added to the name of a file."""
ARCHIVE, WHOLE = "kit.zip", "홍보물"
_SIZE = re.compile(r"(?P<size>A\d) (?P<name>.+)")
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\s\x00-\x1f\x7f]+')
_NAME_LENGTH = 40


def held_together(line: str) -> str:
    """Return a line that does not break between a word to send and what hangs on it."""
    return line.replace("’이라고", "’\u2060이라고")


def button(title: str) -> str:
    """Return what stands on the button of a product.

    >>> button("A4 포스터"), button("명함")
    ('포스터 받기(A4)', '명함 받기')
    """
    sized = _SIZE.fullmatch(title)
    return f"{sized['name']} 받기({sized['size']})" if sized else f"{title} 받기"


def called(store: str, name: str) -> str:
    """Return what a file of a kit is called on the merchant's phone.

    >>> called("바다 수산", "poster-a4.outlined.pdf"), called("바다 수산", "kit.zip")
    ('A4포스터_바다수산_인쇄소용.pdf', '홍보물_바다수산.zip')
    """
    stem, _, ending = name.rpartition(".")
    product, _, variant = stem.partition(".")
    title = WHOLE if name == ARCHIVE else name_of(product)
    parts = (_FORBIDDEN.sub("", part)[:_NAME_LENGTH] for part in (title, store))
    whole = "_".join(part for part in (*parts, VARIANT_NAMES.get(variant, "")) if part)
    return f"{whole.strip('._') or WHOLE}.{ending}"
