"""The questions about a visit, in the order of asking."""

from bot.dialogue.flow import Ask
from bot.dialogue.view import Choice, View
from handlers.visit import answers
from handlers.visit.answers import Offering
from handlers.visit.wishes import meant_time, meant_when, wish_for
from handlers.visit.words import OTHERWISE, PLACES, REASONS, TOPICS

WAIT_TEXT = "{why} 지금은 드릴 시간이 없어요.\n자리가 나면 알려 드릴까요?"
YES_NO = (Choice("yes", "네"), Choice("no", "아니요"))
SUGGESTED_DAYS = ("내일", "이번 주", "다음 주", "아무 때나")
NEW = Offering(wish_for)


def is_waiting(view: View) -> bool:
    """Tell whether the person wants to wait for a time instead of taking one."""
    return bool(view.get("wait") == "yes")


def _wants_to_know(view: View) -> bool:
    return is_waiting(view) or NEW.nothing(view)


def _wait_text(view: View) -> str:
    reason = answers.why_nothing(view)
    return WAIT_TEXT.format(why=REASONS.get(reason, OTHERWISE) if reason else OTHERWISE)


def ask_when(text: str) -> Ask:
    """Return the question for the day, in free words."""
    return Ask(
        key="visit.date",
        slot="date",
        label="날짜",
        text=text,
        example="내일 오후, 다음 주 화요일 3시",
        suggestions=lambda _view: SUGGESTED_DAYS,
        meant=meant_when,
        accept=answers.accept_when,
        in_summary=False,
        why="그때 갈 수 있는 서포터즈를 찾아 드려요.",
        hint="날짜나 요일을 적어 주세요. 언제든 좋으시면 ‘아무 때나’라고 보내 주세요.",
        words=("날짜", "요일", "날"),
    )


def ask_time() -> Ask:
    """Return the question for the time of the day: never asked, taken and changed."""
    return Ask(
        key="visit.time",
        slot="time",
        label="시간",
        text="몇 시가 좋으세요?",
        example="오후 3시",
        meant=meant_time,
        accept=answers.accept_time,
        show=answers.show_time,
        volunteered=True,
        in_summary=False,
        why="그 시간에 갈 수 있는 서포터즈를 찾아 드려요.",
        hint="‘오전 10시’나 ‘오후’처럼 적어 주세요.",
        words=("시각",),
    )


def ask_slot(offering: Offering, label: str = "언제") -> Ask:
    """Return the question which of the offered times it is to be."""
    return Ask(
        key="visit.slot_choice",
        slot="slot",
        reads="slot_index",
        label=label,
        text=offering.text,
        choices=offering.choices,
        remembers="offered",
        meant=offering.meant,
        accept=offering.accept,
        show=offering.show,
        when=lambda view: not (is_waiting(view) or offering.nothing(view)),
        why="서포터즈가 갈 수 있는 시간이에요. 고르시면 잡아 둘게요.",
        hint="번호만 보내셔도 돼요. 없으면 ‘다른 시간’이라고 보내 주세요.",
    )


BOOKING = (
    Ask(
        key="visit.topic",
        slot="topic",
        label="도움",
        text="무엇을 도와드릴까요?\n여러 개면 ‘1번 3번’처럼 적어 주세요.",
        choices=TOPICS,
        accept=answers.accept_topic,
        show=answers.show_topic,
        why="그 일을 잘 아는 서포터즈가 가려고요. 모두 무료예요.",
        hint="번호만 보내셔도 돼요. 모르시면 5번이에요.",
        words=("도움", "내용"),
    ),
    Ask(
        key="visit.place",
        slot="place",
        label="만날 곳",
        text="어디로 갈까요?",
        choices=PLACES,
        accept=answers.accept_place,
        show=answers.show_place,
        why="서포터즈가 찾아갈 곳이에요.",
        hint="번호만 보내셔도 돼요. 보통은 1번, 가게로 가요.",
        words=("장소",),
    ),
    Ask(
        key="visit.place_note",
        parse_as="ask.text",
        slot="place_note",
        reads="text",
        label="자세한 곳",
        text="어디서 만날까요? 찾기 쉽게 적어 주세요.",
        example="시장 입구 커피숍",
        when=answers.is_elsewhere,
        in_summary=False,
        why="서포터즈가 헤매지 않게 하려고요.",
        hint="가까운 가게 이름을 적어 주셔도 돼요.",
    ),
    ask_when("언제가 좋으세요? 날짜나 시간을 적어 주세요."),
    ask_time(),
    ask_slot(NEW),
    Ask(
        key="visit.wait",
        slot="wait",
        parse_as="visit.wait",
        reads="answer",
        meant=answers.meant_wait,
        label="대기",
        text=_wait_text,
        choices=YES_NO,
        accept=answers.accept_wait,
        when=_wants_to_know,
        in_summary=False,
        why="자리가 나면 먼저 기다리신 분께 먼저 알려 드려요.",
        hint="기다리시려면 1번, 아니면 2번을 보내 주세요.",
    ),
)
