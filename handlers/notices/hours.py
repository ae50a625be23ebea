"""아침 10시에 보내줘: between which hours we may write."""

from bot.dialogue.flow import Ask, Flow
from bot.dialogue.message import Text
from bot.dialogue.phrases import MENU
from bot.dialogue.state import JsonValue
from bot.dialogue.view import Accepted, Answer, Effect, Problem, View
from bot.services import preferences
from bot.services.preferences import DAY
from handlers.notices.words import WHICH, between, clock

ASK = "몇 시에 알림을 보내 드릴까요?\n아침 8시부터 밤 9시 사이에서 골라 주세요."
CLOSED = "{time}에는 알림을 보내지 않아요.\n아침 8시부터 밤 9시 사이에서 골라 주세요."
DONE = "네, 이제 {between}에 보낼게요."
CUT = "아침 8시 전과 밤 9시 뒤에는 보내지 않아요."
MEANWHILE = "그때면 너무 늦는 알림과 급히 바뀐 방문은 그전에 알려드려요."


def _fitting(value: JsonValue) -> tuple[str, str] | None:
    """Return the part of the hours in which we write, None when there is none."""
    start, end = max(str(value[0]), DAY[0]), min(str(value[1]), DAY[1])
    return (start, end) if start < end else None


def _text(view: View) -> str:
    said = view.extra.get("window")
    if isinstance(said, list) and _fitting(said) is None:
        return CLOSED.format(time=clock(str(said[0])))
    return ASK


def _accept(_view: View, value: JsonValue) -> Accepted | Problem:
    if _fitting(value) is None:
        return Problem("outside_hours", CLOSED.format(time=clock(str(value[0]))))
    return Accepted(value)


def _set(view: View) -> Answer:
    said = view.get("window")
    window = _fitting(said)
    lines = [DONE.format(between=between(window))]
    if window != tuple(said):
        lines.append(CUT)
    if window != DAY:
        lines.append(MEANWHILE)
    effect = Effect(preferences.set_window, {"window": window})
    return Answer((Text("\n".join(lines)),), (WHICH, MENU), (effect,))


FLOW = Flow(
    name="notices_hours",
    version=1,
    title="알림 시간",
    intents=("notify_window",),
    questions=(
        Ask(
            key="notices.window",
            slot="window",
            label="알림 시간",
            text=_text,
            again=ASK,
            example="오전 10시 / 오후에만 / 저녁 6시 이후",
            accept=_accept,
            suggestions=lambda _view: ("오전에만", "오후에만", "저녁에만"),
            why="편하신 시간에만 보내려고요.",
            hint="시간만 적어 주세요. 예) 오전 10시",
        ),
    ),
    on_submit=_set,
)
