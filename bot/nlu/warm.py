"""Everything that is compiled or loaded at its first use, used once: for the server's start."""

from datetime import datetime

from bot.nlu.answers.table import QUESTIONS
from bot.nlu.classifier import shipped
from bot.nlu.result import FREE, Context
from bot.nlu.rules import compile_rules
from bot.nlu.understand import understand

_SENTENCES = (
    "내일 두시에 가게로 와주세요",
    "아니 전화번호는 010-1234-5678이에요",
    "뭐가 있는데요",
    "매주 일요일 쉬고 아홉시부터 여섯시까지요",
    "스티커 다섯장하고 명함 백장이요",
)
"""Between them they pass through every layer and every reader of values."""


def warm_up(now: datetime) -> None:
    """Load and compile what understanding needs, so that the first message is not slower.

    Args:
        now: the present moment, aware, any zone.
    """
    shipped()
    for asked in (FREE, "main_menu", "ask.yes_no", *QUESTIONS):
        compile_rules(asked)
        for sentence in _SENTENCES:
            understand(sentence, Context(now=now, asked=asked))
