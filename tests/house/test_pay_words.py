"""Easy payment: every code has one sentence and one thing to do, every state a sentence."""

import pytest

from bot import nlu
from bot.dialogue.registry import Registry
from bot.nlu.result import Context
from bot.services.business import FINDINGS
from bot.services.document_review import REJECT_CODES
from bot.services.fixes import FIXES, WAITS
from bot.services.pay_rules.needs import KEY_OF_CODE, KEYS, PAPERS
from bot.services.pay_rules.provider import providers
from bot.services.payments.problems import PROBLEMS
from handlers import FLOWS
from handlers.pay import fix, status
from handlers.pay.mending import ASKS, BY_PAPER, CHANGES, MISSING
from handlers.pay.next_step import NEXT
from handlers.pay.problem import ADVICE, FIRST, REPORTED, SECOND
from handlers.pay.words import ACTIONS, ERRORS, PHOTO, READABLE, action
from handlers.pay.words import ASKS as WANTED
from handlers.pay.words import PAPERS as PAPER_NAMES
from models.payment import PayKind
from models.states import PayState
from tests.talk import NOW
from tests.transcript import Transcript, all_transcripts

CODES = sorted(KEY_OF_CODE)
REGISTRY = Registry(FLOWS)
LINE, ROW, BUTTON = 90, 30, 8
"""Characters that an old phone shows: of a bubble's sentence, of a card's row, on a button."""
FIXED = {t.path.stem: t for t in all_transcripts() if t.path.parent.name == "pay_fix"}
WITH_RECORD = [
    t
    for t in all_transcripts()
    if t.path.parent.name in {"pay_fix", "pay_change_account", "pay_cancel", "pay_terminate"}
]


def test_nothing_that_can_go_wrong_is_left_out() -> None:
    told = {code for one in providers().values() for code in one.reasons.values()}
    found = {finding.error_code for finding in FINDINGS.values() if finding.error_code}
    assert {*told, *found, *REJECT_CODES} <= set(CODES)
    assert set(CODES) == set(ERRORS)
    assert set(CODES) <= set(FIXES)


@pytest.mark.parametrize("code", CODES)
def test_a_code_has_one_sentence_and_one_thing_to_do(code: str) -> None:
    sentence = ERRORS[code]
    assert len(sentence) <= LINE
    assert "\n" not in sentence
    assert sentence.rstrip(".").endswith(("요", "요)"))
    ways = [FIXES[code] in ASKS, FIXES[code] in BY_PAPER, FIXES[code] in WAITS]
    assert ways.count(True) == 1, "one way to mend it, and only one"


@pytest.mark.parametrize("code", CODES)
def test_the_thing_to_do_leads_somewhere(code: str) -> None:
    reply = action(FIXES[code])
    assert len(ACTIONS[FIXES[code]]) <= BUTTON, "old phones cut longer labels"
    understood = nlu.understand(reply.message, Context(now=NOW))
    assert REGISTRY.for_intent(understood.intent) is not None
    asked = {ask.slot for ask in fix.FLOW.questions}
    assert set(ASKS.get(FIXES[code], ())) <= asked


@pytest.mark.parametrize("code", CODES)
def test_a_code_is_mended_to_the_end_in_a_transcript(code: str) -> None:
    transcript = FIXED[code]
    said = str([turn.get("bot") for turn in transcript.turns])
    words = ERRORS[code].partition("{paper}")[2] or ERRORS[code]
    assert any(part in said for part in _parts(words)), f"what is wrong is not told: {words}"
    (payment,) = transcript.expect["payments"]
    assert payment["state"] == "ready"
    assert payment["requirements"] == []


def _parts(words: str) -> list[str]:
    """Return every stretch of nine characters: some of a sentence has to be quoted."""
    return [words[at : at + 9] for at in range(max(1, len(words) - 8))]


@pytest.mark.parametrize("key", [key for key in KEYS if key not in set(PAPERS)])
def test_whatever_is_missing_can_be_asked_for(key: str) -> None:
    assert WANTED[key].endswith("요.")
    by_us = {KEY_OF_CODE[code] for code in CODES if FIXES[code] in WAITS}
    assert key in MISSING or key in by_us


@pytest.mark.parametrize("paper", PAPERS)
def test_a_paper_says_what_must_be_readable(paper: str) -> None:
    assert PAPER_NAMES[paper]
    assert READABLE[paper].endswith("요.")
    assert PHOTO


@pytest.mark.parametrize("state", list(PayState))
def test_a_state_says_what_it_means_and_what_to_do(state: PayState) -> None:
    assert len(status.STATES[state]) <= ROW
    assert len(NEXT[state].format(provider="카카오페이")) <= LINE
    assert len(set(status.STATES.values())) == len(PayState)


def test_a_problem_is_known_to_the_chat_and_to_the_people() -> None:
    offered = {choice.key for choice in (*FIRST, *SECOND)} - {"other"}
    assert offered == set(PROBLEMS)
    assert set(ADVICE) == set(REPORTED) == offered - {"tampered"}


def test_what_is_mended_is_what_an_application_takes() -> None:
    assert {slot for slots in (*ASKS.values(), *MISSING.values()) for slot in slots} <= {
        *CHANGES,
        "consent_third_party",
    }
    assert {kind.value for kind in PayKind} == {"sole", "corp", "none"}


@pytest.mark.parametrize("transcript", WITH_RECORD, ids=lambda t: t.id)
def test_disturbed_runs_compare_the_application(transcript: Transcript) -> None:
    for payment in transcript.expect["payments"]:
        assert "state" in payment
    whole = transcript.mutate is True and transcript.path.parent.name == "pay_fix"
    if whole:
        (payment,) = transcript.expect["payments"]
        assert "checks" in payment
        assert "requirements" in payment
