"""What the supporter's pages say."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.services.visits.field_steps import Action
from bot.services.visits.kinds import KINDS
from models.fieldwork import VisitOutcome
from models.states import VisitState


@dataclass(frozen=True, slots=True)
class Notice:
    """A page that is only read."""

    title: str
    lines: tuple[str, ...]


NEW_LINK = "카카오톡에서 ‘오늘 일정’이라고 보내 주세요."
SIGN_IN = Notice("다시 들어와 주세요", (NEW_LINK, "새 주소를 바로 보내 드려요."))
LINK_OLD = Notice(
    "이 주소는 이제 쓸 수 없어요", (NEW_LINK, "주소는 30분 안에 한 번만 쓸 수 있어요.")
)
LINK_WRONG = Notice("주소가 올바르지 않아요", (NEW_LINK,))
OLD_PAGE = Notice("화면이 오래됐어요", ("처음 화면을 다시 열어 주세요.",))
BUSY = Notice("지금은 조금 바빠요", ("잠시 뒤에 다시 눌러 주세요.",))
WELCOME = Notice("오늘 일정 열기", ("이 휴대폰에서 12시간 동안 볼 수 있어요.",))
ENTER = "오늘 일정 열기"

WEEKDAYS = ("월", "화", "수", "목", "금", "토", "일")
TODAY, TOMORROW = "오늘", "내일"
NO_NAME = "가게 이름 없음"
TOPICS: Mapping[str, str] = {kind.code: kind.title for kind in KINDS}
PLACES: Mapping[str, str] = {"store": "", "office": "상인회 사무실", "elsewhere": "다른 곳"}
STATES: Mapping[VisitState, str] = {
    VisitState.CONFIRMED: "갈 곳",
    VisitState.EN_ROUTE: "가는 중",
    VisitState.IN_PROGRESS: "만나는 중",
    VisitState.REPORTED: "끝났어요",
    VisitState.COMPLETED: "끝났어요",
    VisitState.DISPUTED: "담당자가 확인 중",
    VisitState.CANCELLED_BY_MERCHANT: "사장님이 취소",
    VisitState.CANCELLED_BY_STAFF: "취소됐어요",
    VisitState.MERCHANT_NO_SHOW: "안 계셨어요",
    VisitState.SUPPORTER_NO_SHOW: "못 갔어요",
}
PUT_OFF = "미뤘어요"
OUTCOMES: Mapping[VisitOutcome, str] = {
    VisitOutcome.DONE: "끝났어요",
    VisitOutcome.PARTLY: "일부만 했어요",
    VisitOutcome.NOT_DONE: PUT_OFF,
}


@dataclass(frozen=True, slots=True)
class ActionText:
    """How one button reads.

    Attributes:
        label: on the first tap.
        confirm: on the second.
        says: what happens.
        note: what the optional field is called; "" for none.
    """

    label: str
    confirm: str
    says: str
    note: str = ""


ACTIONS: Mapping[Action, ActionText] = {
    Action.DEPART: ActionText("출발", "네, 출발해요", "가는 중이라고 적어 둬요."),
    Action.ARRIVE: ActionText(
        "도착", "네, 도착했어요", "도착한 때를 적어 둬요. 위치는 가게까지 거리만 남겨요."
    ),
    Action.DONE: ActionText(
        "완료", "네, 끝났어요", "사장님께 확인을 부탁드려요.", "한 일 (안 적어도 돼요)"
    ),
    Action.MISSING: ActionText(
        "부재", "네, 안 계세요", "사장님이 안 계셨다고 적어 둬요.", "메모 (안 적어도 돼요)"
    ),
    Action.POSTPONE: ActionText(
        "연기", "네, 미룰게요", "사장님께 다른 날을 먼저 여쭤봐요.", "까닭 (안 적어도 돼요)"
    ),
}
FROM = "{time}부터 누를 수 있어요."
SENT = "보냈어요"
REFUSED: Mapping[str, str] = {
    "too_early": "아직 누를 수 없는 때예요.",
    "not_yours": "다른 분이 가시는 방문이에요.",
    "wrong_state": "이미 처리된 방문이에요.",
    "no_visit": "없어진 방문이에요.",
    "outdated": "방금 바뀌었어요. 다시 눌러 주세요.",
}
REFUSED_OTHER = "처리하지 못했어요. 담당자에게 알려 주세요."

CODE_ERRORS: Mapping[str, str] = {
    "code_wrong": "번호가 맞지 않아요. 사장님 카톡을 다시 봐 주세요.",
    "code_old": "30분이 지난 번호예요. 사장님이 ‘코드’라고 다시 보내시면 돼요.",
    "code_paused": "여러 번 틀려서 15분 동안 쉬어요. 잠시 뒤에 해 주세요.",
}
JOINED = "카카오톡을 이었어요. 이제 ‘오늘 일정’이라고 보내시면 주소가 와요."
CODE_DIGITS = "숫자 여섯 자리를 적어 주세요."
TROUBLE = "잠시 문제가 있어요. 한 번 더 보내 주세요."
SILENT = "지금은 상담원이 이야기하고 있어요."
CONTINUE = "이어서"
