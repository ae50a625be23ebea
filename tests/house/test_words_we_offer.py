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
FILES = [*sorted((ROOT / "handlers").glob("*.py")), ROOT / "bot" / "dialogue" / "phrases.py"]
OFFER = re.compile(r"‘([^’{}]+)’(?:이)?라고 (?:보내|하시)")
REGISTRY = Registry(FLOWS)
ANSWERS = {"했어요", "없어요", "호수 없음", "자세히"}
"""Offered as the answer to a question that is open at that moment."""


def _strings(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)
    ]


def _quick_replies(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = []
    for node in ast.walk(tree):
        is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if is_call and node.func.id == "QuickReply":  # type: ignore[union-attr]  # narrowed above
            said = node.args[1] if len(node.args) > 1 else None  # type: ignore[union-attr]  # see above
            if isinstance(said, ast.Constant):
                found.append(str(said.value))
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
