"""One message, the question that is open -> what the merchant means.

Layers, the first that decides wins: personal data that must not be stored, emoji only, the
open question (strict values), words of command and stems, the open question (anything),
the classifier. Which goes first for a question is said in answers/table.py.
"""

import re
from dataclasses import replace

from bot.nlu.answers.confirming import wants_edit
from bot.nlu.answers.table import Question, question_of
from bot.nlu.choice import last_statement
from bot.nlu.classifier import ACCEPT, OFFER, OUT_OF_SCOPE, shipped
from bot.nlu.enrich import values_beside
from bot.nlu.menu import ambiguous, menu_choice
from bot.nlu.message import Message, read_message
from bot.nlu.names import find_labelled_name, is_korean_name
from bot.nlu.pii import find_pii
from bot.nlu.result import FREE, Context, Understanding
from bot.nlu.rules import OPEN, Rule, match_rule
from bot.nlu.spelling import repair
from bot.nlu.yesno import whole_answer

_MEDIA = re.compile(
    r"^[\[(]?(?:이모티콘|사진|스티커|음성\s?메시지|동영상|파일|음성|보이스톡|이모티콘을 보냈습니다\.?|사진을 보냈습니다\.?)[\])]$|^음성메시지$"
)
_HANGUL = re.compile(r"[가-힣]{2}")
_LETTER = re.compile(r"[0-9A-Za-z가-힣ㄱ-ㅎㅏ-ㅣ?!.~]")
_FIRST_WISHES = frozenset({
    "human", "complaint", "trust_question", "pause", "hold", "repeat", "faq", "continue", "restart", "back",
    "help", "resume", "menu", "erase_request", "consent_withdraw", "access_request", "opt_out_all", "edu_certificate",
    "opt_out_marketing", "visit_no_show", "visit_supporter_contact",
})  # fmt: skip
"""Wishes that go before the options of a question with choices."""
_EVERYDAY = frozenset({
    "complaint", "faq", "human", "edu_start", "visit_request", "cost_eligibility", "edu_resume", "visit_no_show",
    "opt_out_all", "hold", "thanks", "edu_open", "help", "trust_question", "pause", "cost_expiry", "restart",
    "erase_request", "resume", "update_profile", "visit_change", "repeat", "back", "edu_progress", "edu_drop",
    "greeting", "doc_later", "kit_status", "kit_reorder", "channel_register", "pay_apply", "continue",
    "cost_apply", "visit_status", "cost_status", "pay_problem", "edu_problem", "notify_list", "notify_window",
    "notify_on", "notify_off",
})  # fmt: skip
"""Wishes whose stems also occur in talk about anything; the classifier may overrule them."""
_COMMANDS = frozenset({
    "human", "cancel", "back", "pause", "hold", "skip", "repeat", "restart", "menu", "help", "continue",
    "switch_flow", "resume", "show_options",
})  # fmt: skip
_PHRASE_FIRST = _COMMANDS | {"opt_out_marketing"}
"""Wishes that go before words meant for print, where anything else may be the wanted text."""
_MESSAGES = frozenset(
    {
        "notify_list",
        "notify_off",
        "notify_on",
        "notify_quiet_night",
        "notify_any_time",
        "opt_out_marketing",
    }
)
"""Wishes about our messages; their stems name them, so even a time beside is no answer."""
_ASKING = frozenset({"faq", "trust_question"})
"""Wishes that go before words meant for print when they stand with a question mark."""
_OTHER_LIFE = re.compile(
    r"사랑|연애|짝남|짝녀|이별|남친|여친|남자친구|여자친구|고백|헤어[져지진졌질]|썸|데이트|소개팅|이혼|권태|첫사랑|재회|그녀|좋아하는(?:사람|여자|남자|애)|전여|전남|기념일|커플|고시원|자격지심|이상형|솔로|결혼|질투|설레|짝사랑|읽씹|바람피"
)
"""Words of love and family trouble: whatever else the message says, it is small talk."""
_NODDING = re.compile(
    r"(?:네|예|넵|넹|응|엉|어|옙|그래요?|그렇습니다|좋아요?|좋습니다|오케이|ok|ㅇㅇ|ㄴㄴ|맞아요?|맞습니다|맞네요?|아니|아니요|아니오|아뇨|아니야"
    r"|아닙니다|아니에요|아니예요|아닌데요?|노|싫어요?|알겠습니다|알겠어요|알았어요?|동의합니다|동의해요?)+"
)
"""Yes or no where a name, a place or a number was asked: no answer, whatever it looks like."""
_VALUE_OF = {
    "channel.owner_name": "owner_name",
    "channel.store_name": "store_name",
    "channel.market": "market",
    "channel.stall": "stall",
    "channel.search_id": "search_id",
    "channel.url": "channel_public_id",
    "pay.holder": "holder",
    "cost.channel_url": "channel_url",
    "kit.qty": "qty",
}
"""Questions for a value that are never answered with yes or no -> what to ask again."""
_MILD = frozenset({"faq", "pause", "repeat", "back", "restart", "continue"})
"""Wishes that give way to an answer which stands beyond doubt in the same text."""
_WONDERING = re.compile(
    r"무슨(?:이름|뜻|말|글)|뭐라고(?:써|쓰|적|넣|해)|(?:뭐예요|뭔데요?|뭔가요|뭐더라|어디더라|더라)$|해도(?:돼|되|괜찮)|써야(?:하|되|돼)|수있(?:죠|나|어)|이름이달"
    r"|(?:되나|하나|있나|될까|할까|나요|(?<!니)까요|는지요)$|물어볼게|생각해보고"
)
"""A question back, where only a name or a place can be the answer."""
_CALLED_HANA = re.compile(r"(?:^|\s)([가-힣]하나)(?:이?요|예요|이?에요|입니다)?[.!~]*$")
"""김하나 ends as a question does (어떻게 하나)."""
_VETO = 0.55
_ACCEPT_EVERYDAY = 0.75
_ONLY_WHEN_ASKED = frozenset({
    "quiz_reveal", "quiz_skip", "decline", "doc_later", "doc_sent", "show_more_slots", "show_options", "show_slots",
    "skip", "switch_flow", "consent_detail", "unsupported_media", "continue", "back", "restart", "hold", "faq",
    "notify_window", "notify_quiet_night", "notify_any_time", "notify_on",
})  # fmt: skip
"""Wishes that mean nothing while nothing is asked, or need a topic that only stems give, or
change at once when somebody may be written to: a likeness is not enough for that."""


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
    first = _read(message, context)
    if first.intent != "unknown":
        return first
    repaired = repair(message.text)
    if repaired == message.text:
        return first
    second = _read(read_message(repaired), context)
    return (
        first
        if second.intent == "unknown"
        else replace(second, layer="fuzzy", score=second.score * 0.8)
    )


def _read(message: Message, context: Context) -> Understanding:
    """Read a message as it is spelled."""
    if context.asked not in OPEN:
        return _busy(message, context)
    later = last_statement(message.text) if context.options else message.text
    if later != message.text:
        corrected = _open(read_message(later), context)
        if corrected.intent != "unknown":
            return corrected
    return _open(message, context)


def _is_media(message: Message, context: Context) -> bool:
    """Tell whether the message holds nothing that can be read."""
    if _MEDIA.match(message.text) and context.asked != "pay.doc":
        return True
    if _LETTER.search(message.text):
        return False
    polar = context.asked.startswith(
        ("consent.", "ask.", "channel.has_")
    ) or context.asked.endswith("confirm")
    return not (polar and whole_answer(message.core))


def _open(message: Message, context: Context) -> Understanding:
    """Read a message while nothing, or only the main menu, is asked."""
    if context.options:
        chosen = menu_choice(message, context)
        if chosen:
            return chosen
    unclear = ambiguous(message)
    if unclear:
        return unclear
    rule = match_rule(message.core, context.asked, message.text)
    if rule and rule.intent not in _EVERYDAY:
        return _from_rule(rule, message, context)
    if _OTHER_LIFE.search(message.core):
        return Understanding(intent="unknown", score=0.0)
    readable = _HANGUL.search(message.core) and (rule or not whole_answer(message.core))
    ranked = shipped().best(message.text) if readable else []
    if rule and not _is_small_talk(ranked, rule.intent):
        return replace(_from_rule(rule, message, context), runner_up=_other(ranked, rule.intent))
    return _classified(ranked, message, context)


def _is_small_talk(ranked: list[tuple[str, float]], intent: str) -> bool:
    """Tell whether the classifier overrules a stem that everyday talk shares."""
    first = ranked[0] if ranked else ("", 0.0)
    return (
        first[0] == OUT_OF_SCOPE
        and first[1] >= _VETO
        and all(name != intent for name, _ in ranked[1:2])
    )


def _other(ranked: list[tuple[str, float]], intent: str) -> tuple[str, float] | None:
    return next((pair for pair in ranked if pair[0] != intent), None)


def _classified(
    ranked: list[tuple[str, float]], message: Message, context: Context
) -> Understanding:
    """Return what the classifier says: an intent, intents to offer, or nothing."""
    allowed = [pair for pair in ranked if pair[0] not in _ONLY_WHEN_ASKED]
    if not allowed or allowed[0][0] == OUT_OF_SCOPE or allowed[0] != ranked[0]:
        return Understanding(intent="unknown", score=0.0)
    intent, score = allowed[0]
    runner_up = allowed[1] if len(allowed) > 1 else None
    if score >= (_ACCEPT_EVERYDAY if intent in _EVERYDAY else ACCEPT):
        slots = values_beside(intent, message, context)
        return Understanding(intent, slots, layer="classifier", score=score, runner_up=runner_up)
    offered = tuple(name for name, _ in allowed[:3] if name != OUT_OF_SCOPE)
    return Understanding(
        "unknown",
        layer="classifier",
        score=score,
        runner_up=runner_up,
        candidates=offered if score >= OFFER else (),
    )


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
    if context.asked in _VALUE_OF and _NODDING.fullmatch(message.core):
        return Understanding(clarify=_VALUE_OF[context.asked], layer="slot")
    rule = match_rule(message.core, context.asked, message.text)
    if rule and _rule_first(rule, question, message, context.asked):
        return _from_rule(rule, message, context)
    answer = _unless_wondering(question.read(message, context), message, context.asked)
    if answer and not (rule and rule.intent != "help" and _says_nothing(answer)):
        return answer
    if rule:
        return _from_rule(rule, message, context)
    other = match_rule(message.core, FREE, message.text)
    if other:
        return _elsewhere(other, message, context)
    return Understanding(intent="unknown", layer="none", score=0.0)


def _unless_wondering(
    answer: Understanding | None, message: Message, asked: str
) -> Understanding | None:
    """Return the answer, or "ask again" where a question back looks like a name or a place."""
    if answer and asked in _VALUE_OF and asked != "kit.qty" and _wonders(message):
        return Understanding(clarify=_VALUE_OF[asked], layer="slot")
    return answer


def _wonders(message: Message) -> bool:
    called = _CALLED_HANA.search(message.text)
    is_name = called is not None and is_korean_name(called[1])
    return not is_name and _WONDERING.search(message.core) is not None


def _says_nothing(answer: Understanding) -> bool:
    """Tell whether an answer only says that it was too vague."""
    return bool(answer.clarify) and not answer.slots and not answer.extra


def _answers_anyway(asked: str, message: Message) -> bool:
    """Tell whether a text that sounds like a question names the value, or the part to change."""
    if message.question:
        return False
    if asked in ("channel.owner_name", "pay.holder"):
        return find_labelled_name(message.text) is not None
    return asked.endswith(".confirm") and wants_edit(asked.partition(".")[0], message.core)


def _rule_first(rule: Rule, question: Question, message: Message, asked: str) -> bool:
    """Tell whether a stem goes before the answer to the open question."""
    if rule.intent in _MILD and _answers_anyway(asked, message):
        return False
    if question.manner == "text":
        return True
    if question.manner == "phrase":
        return rule.intent in _PHRASE_FIRST or (message.question and rule.intent in _ASKING)
    if rule.intent in _MESSAGES:
        return True
    if question.manner == "strict" or whole_answer(message.core):
        return False
    return rule.intent in _FIRST_WISHES


def _elsewhere(rule: Rule, message: Message, context: Context) -> Understanding:
    """Read a wish for another thing while a question is open."""
    return replace(_from_rule(rule, message, context), layer="lexicon", score=0.7)
