"""Every word that we tell people to send must be understood when they send it."""

import ast
import re
from pathlib import Path

import pytest

from bot import nlu
from bot.dialogue import commands
from bot.dialogue.registry import Registry
from bot.nlu.result import Context
from handlers import FLOWS
from tests.talk import NOW

ROOT = Path(__file__).parents[2]
FILES = [*sorted((ROOT / "handlers").rglob("*.py")), ROOT / "bot" / "dialogue" / "phrases.py"]
OFFER = re.compile(r"‘([^’{}]+)’(?:이)?라고 (?:보내|하시)")
REGISTRY = Registry(FLOWS)
MEANT = {
    "내 정보 바꾸기": "update_profile",
    "내 정보 보여줘": "access_request",
    "내 정보 지워줘": "erase_request",
    "내 정보 보기": "access_request",
    "채널 고치기": "channel_change",
    "채널 등록": "channel_register",
    "진행 상황": "status",
    "상담원": "human",
    "알림 켜줘": "notify_on",
    "알림 켜기": "notify_on",
    "알림 끄기": "notify_off",
    "알림 시간 바꾸기": "notify_window",
    "무슨 알림 와요?": "notify_list",
    "밤에는 보내지 마세요": "notify_quiet_night",
    "광고 받을게요": "opt_in_marketing",
    "수신거부": "opt_out_marketing",
    "이어서": "resume",
    "이전": "back",
    "나중에": "pause",
    "건너뛰기": "skip",
}
"""What some of them must be taken for."""
ANSWERS = {"했어요", "없어요", "호수 없음", "자세히", "아무 때나", "다른 시간"}
"""Offered as the answer to a question that is open at that moment."""


def _strings(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)
    ]


def _quick_replies(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id="QuickReply"), args=[_, ast.Constant(value=said), *_]):
                found.append(str(said))
    return found


OFFERED = sorted(
    {
        word
        for path in FILES
        for word in (
            *_quick_replies(path),
            *(m for text in _strings(path) for m in OFFER.findall(text)),
        )
        if word not in ANSWERS
    }
)


def test_something_is_offered() -> None:
    assert "이어서" in OFFERED
    assert len(OFFERED) > 10


@pytest.mark.parametrize("word", OFFERED)
def test_offered_words_are_understood(word: str) -> None:
    understood = nlu.understand(word, Context(now=NOW))
    known = (
        REGISTRY.for_intent(understood.intent) is not None
        or understood.intent in commands.COMMANDS
        or commands.bare(word) in commands.KEEP_WORDS | commands.BOT_WORDS
    )
    assert known, f"{word} is taken for {understood}"


@pytest.mark.parametrize(("word", "intent"), MEANT.items())
def test_offered_words_mean_what_they_say(word: str, intent: str) -> None:
    same = {intent, "continue"} if intent == "resume" else {intent}
    for asked in ("free", "channel.store_name"):
        understood = nlu.understand(word, Context(now=NOW, asked=asked))
        assert understood.intent in same, f"{word} at {asked} is taken for {understood}"


def test_answers_about_times_are_understood_where_they_are_offered() -> None:
    free = nlu.understand("아무 때나", Context(now=NOW, asked="visit.date"))
    assert free.extra == {"any": "date"}
    times = {"1": "2026-11-25T14:00", "2": "2026-11-26T10:00"}
    more = nlu.understand("다른 시간", Context(now=NOW, asked="visit.slot_choice", options=times))
    assert more.intent == "show_more_slots"
