"""Readers behind the cases: unknown questions, values in longer messages, small parsers."""

import io
import json
import sys
from pathlib import Path

import pytest

from bot.nlu import extract, understand
from bot.nlu import tables as tables_module
from bot.nlu.__main__ import main
from bot.nlu.banks import looks_like_account
from bot.nlu.categories import parse_category, sells_something
from bot.nlu.classifier import Classifier
from bot.nlu.digits import digit_runs
from bot.nlu.explain import explain
from bot.nlu.phones import is_mobile
from bot.nlu.result import Context
from tests.language.questions import NOW, context

CHOICES = {"1": "red", "2": "blue", "3": "green"}
LABELS = {"red": "빨간색", "blue": "파란색", "green": "초록색"}
ALL_SLOTS = [
    "open",
    "close",
    "closed",
    "date",
    "time",
    "holder",
    "monthly_sales",
    "annual_sales",
    "employees",
    "phone",
    "bank",
    "account",
    "channel_public_id",
    "search_id",
    "brn",
]


def _choose(text: str) -> dict[str, object]:
    return understand(text, Context(NOW, "colour.pick", CHOICES, LABELS)).as_result()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2번", {"choice": "blue"}),
        ("파란색이요", {"choice": "blue"}),
        ("맨 위", {"choice": "red"}),
        ("마지막꺼", {"choice": "green"}),
        ("가운데", {"choice": "blue"}),
        ("4번", {"error": "option_range"}),
        ("1번 2번", {"clarify": "choice", "candidates": ["red", "blue"]}),
        ("아무 말", {"intent": "unknown"}),
    ],
)
def test_an_unknown_question_with_options_is_a_choice(text: str, expected: object) -> None:
    assert _choose(text) == expected


def test_yes_and_no_choose_where_they_are_options() -> None:
    asked = Context(NOW, "new.question", {"1": "yes", "2": "no"}, {"yes": "할게요", "no": "아직"})
    assert understand("ㄴㄴ", asked).as_result() == {"choice": "no"}


def test_an_unknown_question_without_options_is_a_text() -> None:
    assert understand("은하수요", Context(NOW, "new.text")).as_result() == {"text": "은하수"}
    assert understand("취소", Context(NOW, "new.text")).as_result() == {"intent": "cancel"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "9시부터 8시까지 하고 일요일은 쉬어요",
            {"open": "09:00", "close": "20:00", "closed": ["weekly:SUN"]},
        ),
        (
            "국민 123456-01-123456 예금주는 김복순이에요",
            {"bank": "004", "account": "12345601123456", "holder": "김복순"},
        ),
        ("내일 오후 2시에 뵐게요", {"date": "2026-11-24", "time": "14:00"}),
        ("내일이나 모레요", {}),
        ("작년 매출은 8천만원이고 직원은 2명이에요", {"annual_sales": 80000000, "employees": 2}),
        ("한달 매출 300만원", {"monthly_sales": 3000000}),
        (
            "pf.kakao.com/_AbcDe 아니면 @순이네",
            {"channel_public_id": "_AbcDe", "search_id": "순이네"},
        ),
        ("영업은 9시부터 99시까지", {}),
        ("직원은 많아요 매출은 비밀", {}),
    ],
)
def test_values_in_longer_messages(text: str, expected: object) -> None:
    found = extract(text, ALL_SLOTS, context("free"))
    assert {slot: item.value for slot, item in found.items()} == expected


def test_the_command_reads_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bot.nlu"])
    monkeypatch.setattr(sys, "stdin", io.StringIO('{"utterance": "메뉴"}\n'))
    main()
    assert json.loads(capsys.readouterr().out) == {"result": {"intent": "menu"}}


def test_a_data_row_with_too_many_columns_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "x.tsv").write_text("# note\n\na\tb\tc\n", encoding="utf-8")
    monkeypatch.setattr(tables_module, "DATA", tmp_path)
    with pytest.raises(ValueError, match="more than 2 columns"):
        tables_module.read_rows("x.tsv", 2)


def test_weights_of_another_shape_are_refused() -> None:
    with pytest.raises(TypeError):
        Classifier({"classes": "a", "weights": [], "sharpness": 1})


def test_small_parsers() -> None:
    assert sells_something("생선 팔아요")
    assert not is_mobile("0212345678")
    assert looks_like_account(digit_runs("123456-01-123456")[0])
    assert parse_category("과일", {"1": "meat"}) == (None, False)
    assert parse_category("생선하고 홍삼", {}) == ("seafood", False)


def test_an_account_of_a_guess_names_what_is_offered() -> None:
    account = explain("큐알 보내줘요", context("free"))
    assert "offered" in account
    assert "😀" in explain("😀", context("free"))
