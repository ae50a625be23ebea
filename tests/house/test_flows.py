"""Rules about flows that somebody would forget."""

from pathlib import Path

import pytest

from bot.channels.kakao.limits import QUICK_REPLIES
from bot.dialogue import phrases
from bot.dialogue.flow import Ask, Flow
from bot.dialogue.registry import Registry
from handlers import FLOWS, faq
from tests.transcript import all_transcripts

HANDLERS = Path(__file__).parents[2] / "handlers"
ASKS = [ask for flow in FLOWS for ask in flow.questions]
MAX_LINES = 3


def test_every_file_of_flows_is_listed() -> None:
    listed = (HANDLERS / "__init__.py").read_text(encoding="utf-8")
    packages = [path.parent for path in HANDLERS.glob("*/__init__.py")]
    for path in (*HANDLERS.glob("[!_]*.py"), *packages):
        assert f"    {path.stem},\n" in listed, f"{path.name} is not imported"
        assert f"{path.stem}.FLOW" in listed, f"{path.name} is not in FLOWS"


@pytest.mark.parametrize("flow", FLOWS, ids=lambda f: f.name)
def test_every_flow_has_transcripts(flow: Flow) -> None:
    found = [t for t in all_transcripts() if t.path.parent.name == flow.name]
    assert found, f"no transcript in tests/transcripts/{flow.name}"


@pytest.mark.parametrize("ask", ASKS, ids=lambda ask: ask.key)
def test_every_question_explains_itself(ask: Ask) -> None:
    assert ask.why, "why do we ask?"
    assert ask.label
    if isinstance(ask.text, str):
        assert ask.text.count("\n") < MAX_LINES
        assert len(ask.text) <= 90, "an older merchant reads three short lines"
    if not ask.choices:
        assert ask.example or ask.parse_as, "a free answer needs an example"


@pytest.mark.parametrize("ask", ASKS, ids=lambda ask: ask.key)
def test_choices_fit_on_buttons(ask: Ask) -> None:
    if callable(ask.choices):
        return
    assert len(ask.choices) <= QUICK_REPLIES
    for choice in ask.choices:
        assert len(choice.label) <= 8, "old phones cut longer labels"
    assert len({c.key for c in ask.choices}) == len(ask.choices)
    assert len({c.label for c in ask.choices}) == len(ask.choices)


def test_slots_are_unique_in_a_flow() -> None:
    for flow in FLOWS:
        keys = [ask.key for ask in flow.questions]
        slots = [ask.slot for ask in flow.questions]
        assert len(set(keys)) == len(keys), flow.name
        assert len(set(slots)) == len(slots), flow.name


def test_every_question_key_or_its_parser_is_in_the_vocabulary() -> None:
    vocabulary = (HANDLERS.parent / "docs" / "vocabulary.md").read_text(encoding="utf-8")
    generic = {"fix.done", "profile.field", "privacy.which_consent"}
    for ask in ASKS:
        known = f"`{ask.question_key}`" in vocabulary
        assert known or ask.reads == "choice" or ask.question_key in generic, ask.key


def test_every_error_code_has_a_sentence() -> None:
    vocabulary = (HANDLERS.parent / "docs" / "vocabulary.md").read_text(encoding="utf-8")
    for code in phrases.ERRORS:
        assert f"`{code}`" in vocabulary
    for kind in ("rrn", "card", "password"):
        assert phrases.PII[kind]


def test_the_engine_finds_the_flows_it_needs() -> None:
    registry = Registry(FLOWS)
    for name in ("welcome", "menu", "fallback", "handback", "photo"):
        assert registry.named(name)


def test_two_flows_cannot_claim_one_intent() -> None:
    with pytest.raises(Exception, match="starts two flows"):
        Registry((*FLOWS, Flow(name="x", version=1, title="x", intents=("menu",), respond=len)))  # type: ignore[arg-type]  # never called


def test_every_topic_of_the_vocabulary_has_an_answer() -> None:
    vocabulary = (HANDLERS.parent / "docs" / "vocabulary.md").read_text(encoding="utf-8")
    table = vocabulary.split("### Values of `topic` of a `faq`")[1].split("\n\n")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| ")][1:]
    topics = {topic.strip() for row in rows for topic in row.split(",")}
    assert len(topics) > 20
    assert topics <= set(faq.ANSWERS)
