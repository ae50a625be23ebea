"""Recorded chats become YAML that reads back as what was recorded."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import PayloadError
from bot.simulator.transcript import Turn, as_yaml, asked_in, fragments_of, step, turns_from_json
from tests.browser import answers


def read(text: str) -> dict[str, object]:
    found: dict[str, object] = yaml.safe_load(text)
    return found


def test_a_chat_reads_back() -> None:
    turns = [
        Turn("user", "안녕하세요", ("무엇을 도와드릴까요",), "main_menu"),
        Turn("tap", "채널 등록", silent=True),
        Turn("later", "3d"),
        Turn("image", ("http://a.test/1", "http://a.test/2"), ("받았습니다",)),
    ]
    assert read(as_yaml("한 줄 설명", turns)) == {
        "name": "한 줄 설명",
        "turns": [
            {"user": "안녕하세요", "bot": ["무엇을 도와드릴까요"], "asked": "main_menu"},
            {"tap": "채널 등록", "silent": True},
            {"later": "3d"},
            {"image": ["http://a.test/1", "http://a.test/2"], "bot": ["받았습니다"]},
        ],
        "expect": {},
    }


def test_an_empty_chat_reads_back() -> None:
    assert read(as_yaml("", [])) == {"name": "", "turns": [], "expect": {}}


@given(st.text(), st.text(min_size=1))
def test_any_text_reads_back(said: str, answered: str) -> None:
    turns = [Turn("user", said, (answered,), answered)]
    expected = {"user": said, "bot": [answered], "asked": answered}
    assert read(as_yaml(said, turns)) == {"name": said, "turns": [expected], "expect": {}}


@pytest.mark.parametrize(
    "text",
    ["\ud800", "\u2028\x85\x7f\ufeff", "네\n아니요", "- x: 'y' # z", "\U0001f600"],
    ids=["half a pair", "controls", "two lines", "yaml's own signs", "beyond 16 bits"],
)
def test_awkward_characters_make_valid_yaml(text: str) -> None:
    found = read(as_yaml("x", [Turn("user", text)]))
    assert found["turns"] == [{"user": text.replace("\ud800", "\ufffd")}]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (answers.GREETING, ("반갑습니다, 사장님!",)),
        (answers.BASIC, ("우리 가게 채널이 열렸어요",)),
        (answers.COMMERCE, ("반찬 세트",)),
        (answers.LIST, ("들으실 강의",)),
        (answers.ITEM, ("신청 내용 확인",)),
        (answers.PROFILE, ("디지털 서포터즈",)),
        (answers.CAROUSEL, ("스티커", "안내판", "포스터")),
        (answers.IMAGE, ()),
        (answers.SILENT, ()),
        (answers.CALLBACK, ()),
        (answers.text("첫 줄\n둘째 줄"), ("첫 줄",)),
        (answers.text("\n\n셋째 줄"), ("셋째 줄",)),
    ],
)
def test_the_first_line_of_each_bubble_is_kept(
    answer: answers.Answer, expected: tuple[str, ...]
) -> None:
    assert fragments_of(answer) == expected


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"template": None},
        {"template": {"outputs": "x"}},
        {"template": {"outputs": [1, {"a": 2}]}},
    ],
)
def test_a_broken_answer_has_no_lines(answer: answers.Answer) -> None:
    assert fragments_of(answer) == ()


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({"asked": "a"}, "a"),
        ({"conversation": {"asked": "b"}}, "b"),
        ({"conversation": {"asked": None, "frames": [{"asked": "x"}, {"asked": "c"}]}}, "c"),
        ({"conversation": {"stack": [{"asked": "d"}]}}, "d"),
        ({"conversation": {"frames": []}}, None),
        ({"conversation": None}, None),
        ({}, None),
    ],
)
def test_the_open_question_is_found(state: dict[str, object], expected: str | None) -> None:
    assert asked_in(state) == expected


@pytest.mark.parametrize(("text", "seconds"), [("30m", 1800), ("1h", 3600), (" 3 d ", 259_200)])
def test_steps_of_time(text: str, seconds: int) -> None:
    assert step(text).total_seconds() == seconds


@pytest.mark.parametrize("text", ["", "3", "d", "-3d", "3 days", "99999d", "3dd"])
def test_no_steps_of_time(text: str) -> None:
    with pytest.raises(PayloadError):
        step(text)


def test_turns_come_from_json() -> None:
    data = [
        {"tap": "네", "response": answers.GREETING, "asked": "q"},
        {"image": ["http://a.test/1"], "response": None},
        {"later": "1h"},
        {"user": "여보세요", "response": answers.SILENT},
        {"user": "나중에", "response": answers.CALLBACK},
    ]
    assert turns_from_json(data) == [
        Turn("tap", "네", ("반갑습니다, 사장님!",), "q"),
        Turn("image", ("http://a.test/1",)),
        Turn("later", "1h"),
        Turn("user", "여보세요", silent=True),
        Turn("user", "나중에"),
    ]


@pytest.mark.parametrize(
    "data", [None, {}, [None], [{"said": "x"}], [{"image": "x"}], [{"user": 1}]]
)
def test_other_shapes_are_refused(data: object) -> None:
    with pytest.raises(PayloadError):
        turns_from_json(data)
