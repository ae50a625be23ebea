"""One message, the question that is open -> what the merchant means.

Layers, the first that decides wins: personal data that must not be stored, emoji only, the
open question (strict values), words of command and stems, the open question (anything),
the classifier. Which goes first for a question is said in answers/table.py.
"""

import re
from dataclasses import replace

from bot.nlu.answers.table import Question, question_of
from bot.nlu.enrich import values_beside
from bot.nlu.menu import ambiguous, menu_choice
from bot.nlu.message import Message, read_message
from bot.nlu.pii import find_pii
from bot.nlu.result import FREE, Context, Understanding
from bot.nlu.rules import OPEN, Rule, match_rule
from bot.nlu.yesno import whole_answer

_MEDIA = re.compile(r"^[\[(]?(?:이모티콘|사진|스티커|음성\s?메시지|동영상|파일|음성|보이스톡|이모티콘을 보냈습니다\.?|사진을 보냈습니다\.?)[\])]$|^음성메시지$")
_LETTER = re.compile(r"[0-9A-Za-z가-힣ㄱ-ㅎㅏ-ㅣ?!.~]")
_FIRST_WISHES = frozenset({
    "human", "complaint", "trust_question", "pause", "hold", "repeat", "faq", "continue", "restart", "back",
    "help", "resume", "menu", "erase_request", "consent_withdraw", "access_request", "opt_out_all", "edu_certificate",
    "visit_no_show", "visit_supporter_contact",
})  # fmt: skip
"""Wishes that go before the options of a question with choices."""
_ANSWER_SIZED = frozenset({"menu", "restart", "help"})


def understand(text: str, context: Context) -> Understanding:
    """Return what a message means while a question is open.

    Never raises, whatever the text; reads the first 1,000 characters.

    Args:
        text: the message as it came.
        context: the open question, its options, the present moment.
    """
    pii = find_pii(text[:1000])
    if pii:
        return Understanding(intent="pii_blocked", extra={"pii": pii[0].kind}, layer="pii")
    message = read_message(text)
    if _is_media(message, context):
        return Understanding(intent="unsupported_media", layer="exact")
    if context.asked in OPEN:
        return _open(message, context)
    return _busy(message, context)


def _is_media(message: Message, context: Context) -> bool:
    """Tell whether the message holds nothing that can be read."""
    if _MEDIA.match(message.text):
        return True
    if _LETTER.search(message.text):
        return False
    yes_no_open = context.asked != FREE and whole_answer(message.core) is not None
    return not yes_no_open


def _open(message: Message, context: Context) -> Understanding:
    """Read a message while nothing, or only the main menu, is asked."""
    if context.options:
        chosen = menu_choice(message, context)
        if chosen:
            return chosen
    unclear = ambiguous(message)
    if unclear:
        return unclear
    rule = match_rule(message.core, context.asked)
    if rule:
        return _from_rule(rule, message, context)
    return Understanding(intent="unknown", layer="none", score=0.0)


def _from_rule(rule: Rule, message: Message, context: Context) -> Understanding:
    """Return the intent of a rule with the values said beside it."""
    slots = values_beside(rule.intent, message, context)
    extra = {key: int(said) if said.isdecimal() else said for key, said in rule.extra.items()}
    for key in list(extra):
        if key in slots:
            extra.pop(key)
    return Understanding(intent=rule.intent, slots=slots, extra=extra, layer="lexicon", score=0.9)


def _busy(message: Message, context: Context) -> Understanding:
    """Read a message while a question is open."""
    question = question_of(context.asked, with_options=bool(context.options))
    rule = match_rule(message.core, context.asked)
    if rule and _rule_first(rule, question, message):
        return _from_rule(rule, message, context)
    answer = question.read(message, context)
    if answer:
        return answer
    if rule:
        return _from_rule(rule, message, context)
    other = match_rule(message.core, FREE)
    if other:
        return _elsewhere(other, message, context)
    return Understanding(intent="unknown", layer="none", score=0.0)


def _rule_first(rule: Rule, question: Question, message: Message) -> bool:
    """Tell whether a stem goes before the answer to the open question."""
    if question.manner == "text":
        return True
    if question.manner == "strict" or whole_answer(message.core):
        return False
    return rule.intent in _FIRST_WISHES


def _elsewhere(rule: Rule, message: Message, context: Context) -> Understanding:
    """Read a wish for another thing while a question is open."""
    return replace(_from_rule(rule, message, context), layer="lexicon", score=0.7)
