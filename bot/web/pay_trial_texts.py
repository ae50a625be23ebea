"""What the page of the test payment says: short polite sentences, one big button."""

from dataclasses import dataclass

from bot.services.trial_payments.shown import Phase
from bot.web.upload_texts import NEW_LINK, Notice

BUTTON = "100원 내 보기"
AGAIN = "다시 해 보기"
OPEN = "카카오페이 열기"
TALK = "카카오톡으로 돌아가셔도 돼요."


@dataclass(frozen=True, slots=True)
class PageText:
    """One state of the page.

    Attributes:
        button: what stands on the one button; "" for none.
        mark: a sign in front of the title.
        refresh_s: seconds after which the page looks by itself how it stands; 0 for never.
    """

    title: str
    lines: tuple[str, ...]
    button: str = ""
    mark: str = ""
    refresh_s: int = 0


START = PageText(
    "100원 내 보기",
    (
        "이 휴대폰에서 카카오페이가 되는지 봐요.",
        "100원은 바로 돌려드려요.",
    ),
    button=BUTTON,
)
PHASES: dict[Phase, PageText] = {
    "opening": PageText("카카오페이를 여는 중이에요", ("잠깐만 기다려 주세요.",), refresh_s=2),
    "open": PageText(
        "아직 안 끝났어요",
        ("카카오페이에서 ‘결제하기’까지 눌러 주세요.", "100원은 바로 돌려드려요."),
        button="이어서 하기",
    ),
    "checking": PageText(
        "확인하고 있어요",
        ("다시 내지 마시고 기다려 주세요.", "100원이 나갔으면 꼭 돌려드려요.", TALK),
        refresh_s=5,
    ),
    "returning": PageText(
        "100원이 잘 나왔어요",
        ("지금 돌려드리는 중이에요.", "다시 내지 않으셔도 돼요.", TALK),
        refresh_s=5,
    ),
    "done": PageText(
        "잘 돼요!",
        (
            "이 휴대폰에서 카카오페이가 잘 돼요.",
            "100원은 돌려드렸어요.",
            "카카오톡으로 돌아가세요.",
        ),
        mark="✓",
    ),
    "failed": PageText(
        "이번에는 안 됐어요",
        ("돈이 나갔으면 바로 돌려드려요.", "다시 해 보셔도 괜찮아요."),
        button=AGAIN,
    ),
}
STOPPED = PageText(
    "그만두셨어요", ("돈은 나가지 않았어요.", "언제든 다시 하셔도 돼요."), button=AGAIN
)
EXPIRED_TRIAL = PageText(
    "시간이 지났어요",
    ("15분 안에 내야 해요. 돈은 나가지 않았어요.", "다시 해 보셔도 괜찮아요."),
    button=AGAIN,
)
OF_CODE = {"stopped": STOPPED, "expired": EXPIRED_TRIAL}
"""What is said about a failed one that money surely did not move for, where more is known."""

NOTICES = {
    "link_expired": (Notice("이 주소는 기간이 지났어요", (NEW_LINK,)), 410),
    "trial_not_called_for": (
        Notice("지금은 해 보실 것이 없어요", ("신청이 끝났거나 멈춰 있어요.", TALK)),
        410,
    ),
    "too_many_trials": (
        Notice("오늘은 여기까지 할게요", ("여러 번 해 보셨어요.", "내일 다시 해 주세요.")),
        429,
    ),
}
INVALID = (Notice("주소가 올바르지 않아요", ("주소가 잘렸을 수 있어요.", NEW_LINK)), 404)
