"""Everything that an operator reads about notices has words, and the table of them is true."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli import notice_table
from bot.console import outbox_reasons, outbox_words
from bot.outbox.reasons import MEANINGS, meaning
from bot.outbox.senders import MAKERS
from bot.outbox.table import Line, lines
from bot.services.reminders import BOOK
from models.outbox import MessageClass, Outcome
from models.states import ReminderState, VisitState

ROOT = Path(__file__).parents[2]
LINES = list(lines(BOOK))
HANGUL = re.compile("[가-힣]")


def _gone() -> Iterator[str]:
    """Yield every code with which a notice says that there is nothing to tell any more."""
    for path in (ROOT / "bot" / "services" / "reminders").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="Gone"), args=[ast.Constant(value=str(code)), *_]):
                    yield code
                case ast.Call(
                    func=ast.Name(id="call_off"), args=[_, _, _, ast.Constant(value=str(code)), *_]
                ):
                    yield code


def test_the_table_in_the_docs_is_that_of_the_program() -> None:
    written = (ROOT / "docs" / "notices.md").read_text(encoding="utf-8")
    command = "flask --app wsgi outbox schedule --markdown > docs/notices.md"
    assert written == notice_table.document(BOOK), f"run: {command}"


def test_the_readme_leads_to_the_table() -> None:
    assert "docs/notices.md" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.notice.kind)
def test_operators_can_read_every_notice(line: Line) -> None:
    assert line.template, "a notice needs a template file"
    assert HANGUL.search(line.title)
    for when in line.times:
        assert when.after in outbox_words.AFTER, when.after


def test_the_words_name_only_what_there_is() -> None:
    assert set(outbox_words.AFTER) == {when.after for line in LINES for when in line.times}


def test_every_code_has_a_sentence() -> None:
    codes = {*_gone(), *MEANINGS, *(f"visit_{state}" for state in VisitState)}
    assert len(codes) > 60
    without = sorted(code for code in codes if code not in outbox_reasons.REASONS)
    assert not without, f"no Korean sentence for {without}"


def test_every_code_of_a_notice_can_stand_after_because() -> None:
    without = sorted(code for code in _gone() if code not in MEANINGS)
    assert not without, f"no English clause for {without}"
    assert meaning("visit_cancelled_by_staff") == "the visit is cancelled by staff"


def test_every_state_class_outcome_and_sender_has_a_word() -> None:
    assert set(outbox_words.STATES) == set(ReminderState)
    assert set(outbox_words.CLASSES) == set(MessageClass)
    assert set(outbox_words.OUTCOMES) == set(Outcome)
    assert set(outbox_words.SENDERS) == set(MAKERS)
