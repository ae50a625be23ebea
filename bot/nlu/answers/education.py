"""Answers of the lessons: which one, how to see it, the quiz."""

import re

from bot.nlu.answers.kinds import vague, value, wish, wrong
from bot.nlu.choice import last_statement, pick, synonyms_in
from bot.nlu.message import Message
from bot.nlu.numbers import find_numbers, find_ordinals
from bot.nlu.result import Context, Understanding

_LESSON_NUMBER = re.compile(r"(\d{1,2}|[일이삼사오육칠팔구])\s?(?:강|과|번|차시|회|단원|장)")
_WORDS = {"일": 1, "이": 2, "삼": 3, "사": 4, "오": 5, "육": 6, "칠": 7, "팔": 8, "구": 9}
_LETTERS = {"가": 1, "나": 2, "다": 3, "라": 4}
_REVEAL = re.compile(
    r"정답|답(?:이|은|을|좀|만)?(?:뭐|알려|보여|가르|말해|몰라|공개)|답알려|모르|몰라|몰러|포기|글쎄|어려워|힌트|못맞|못풀"
)
_SKIP = re.compile(
    r"건너|패스|넘어|넘길|스킵|안풀|안할|그냥다음|생략|나중에|다음문제|다음으로|퀴즈는|하기싫|통과"
)
_AGAIN = re.compile(r"다시|한번더|뭐라고|못봤|못들")


def lesson_number(text: str) -> int | None:
    """Return the number of a lesson said as one (3강, 삼강, 두번째 강의, 마지막 강의).

    >>> lesson_number("삼강 다시 보고 싶어요"), lesson_number("두번째 강의")
    (3, 2)
    """
    match = _LESSON_NUMBER.search(text)
    if match:
        said = match.group(1)
        return int(said) if said.isdecimal() else _WORDS[said]
    places = find_ordinals(text)
    return places[-1] if places else None


def lesson(message: Message, context: Context) -> Understanding | None:
    """Read which lesson."""
    options = context.options
    text = last_statement(message.text)
    if re.search(r"다음(?:꺼|거|강|것|으로|$|요$)", message.core):
        return wish("edu_next")
    number = lesson_number(text)
    if number is not None and number < 0:
        number += len(options) + 1
    picked = pick("", text, options, {})
    if number is None and not picked.keys and not picked.out_of_range:
        keys = synonyms_in("edu.lesson", re.sub(r"\s", "", text).lower())
        return _by_topic(keys, message)
    if number is None and picked.keys:
        shown = [n for n, label in options.items() if label in picked.keys]
        return vague("lesson") if len(shown) > 1 else value("lesson", int(shown[0]))
    if number is None:
        return wrong("lesson_range")
    return (
        value("lesson", number) if not options or str(number) in options else wrong("lesson_range")
    )


def _by_topic(keys: list[str], message: Message) -> Understanding | None:
    """Read a lesson by what it teaches."""
    if len(keys) > 1 and "1" in keys:
        keys.remove("1")
    if len(keys) == 1:
        return value("lesson", int(keys[0]))
    if keys or re.search(r"아무거나|전부|다요|다볼|모두|글쎄|추천|쉬운거|다들", message.core):
        return vague("lesson")
    return value("lesson", 1) if re.search(r"처음|첨|첫", message.core) else None


def quiz(message: Message, context: Context) -> Understanding | None:
    """Read the answer to a quiz."""
    if _SKIP.search(message.core):
        return wish("quiz_skip")
    text = last_statement(message.text)
    letter = re.match(
        r"^(?:정답은?|답은?)?\s?([가나다라])(?:번|요|이요|입니다|예요|인거|같|로|지|$|\s|!|\.|여|임|쪽)",
        text.strip(),
    )
    if letter and not re.match(r"^나(?:는|도|중)|^다(?:시|음|른)", text.strip()):
        return value("answer", _LETTERS[letter.group(1)])
    if re.search(r"아니면|이나\s?\d|헷갈", message.text) and len(find_numbers(message.text)) > 1:
        return vague("answer")
    picked = pick("", text, context.options, context.labels)
    if picked.out_of_range:
        return wrong("answer_range")
    if picked.keys:
        numbers = [int(n) for n, key in context.options.items() if key in picked.keys]
        return value("answer", numbers[0]) if len(set(picked.keys)) == 1 else vague("answer")
    return _quiz_wish(message.core)


def _quiz_wish(core: str) -> Understanding | None:
    """Read "again" and "tell me the answer"."""
    if _AGAIN.search(core):
        return wish("repeat")
    return wish("quiz_reveal") if _REVEAL.search(core) else None
