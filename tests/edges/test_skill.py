"""POST /kakao/skill: who is let in, and that behind the door there is always an answer."""

import io
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given, settings
from prometheus_client import REGISTRY
from sqlalchemy.exc import OperationalError

from bot.channels.kakao import problems
from tests.channel_kakao.recorded import NAMES, body
from tests.channel_kakao.strategies import broken_payloads
from tests.edges.doubles import (
    AT,
    BOT,
    SETTINGS,
    FakeConversation,
    Skill,
    a_message,
    words,
)


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_a_message_is_answered() -> None:
    skill = Skill()
    response = skill.call(a_message("망원시장"))
    assert words(response) == "들었어요: 망원시장"
    assert response.content_type == "application/json; charset=utf-8"
    [heard] = skill.conversation.heard
    assert (heard.user_key, heard.bot_id, heard.received_at) == ("u1", BOT, AT)


@pytest.mark.parametrize("given", ["", "wrong", "first-secret2", "first", "비밀"], ids=count())
def test_a_wrong_secret(given: str) -> None:
    skill = Skill()
    before = counted("sosin_refused_requests_total", hook="skill", reason="secret")
    headers = {"X-Skill-Secret": given.encode().decode("latin-1")}
    response = skill.call(a_message(), headers=headers)
    assert response.status_code == 401
    assert response.get_json()["error"] == "secret"
    assert skill.conversation.heard == []
    assert counted("sosin_refused_requests_total", hook="skill", reason="secret") == before + 1


def test_no_secret_at_all() -> None:
    assert Skill().call(a_message(), headers={}).status_code == 401


@pytest.mark.parametrize("given", ["old", "new", "비밀"])
def test_two_secrets_while_one_is_replaced(given: str) -> None:
    skill = Skill(replace(SETTINGS, kakao_skill_secret="old, new ,,비밀"))
    headers = {"X-Skill-Secret": given.encode().decode("latin-1")}
    assert words(skill.call(a_message(), headers=headers))
    assert skill.call(a_message(), headers={"X-Skill-Secret": ""}).status_code == 401


@pytest.mark.parametrize(
    ("env", "secret", "status"),
    [
        ("development", "", 200),
        ("test", "", 200),
        ("production", "", 401),
        ("development", " , ", 401),
    ],
)
def test_an_empty_setting_opens_only_outside_production(env: str, secret: str, status: int) -> None:
    skill = Skill(replace(SETTINGS, app_env=env, kakao_skill_secret=secret))
    assert skill.call(a_message(), headers={}).status_code == status
    assert skill.call(a_message(), headers={"X-Skill-Secret": ""}).status_code == status


@pytest.mark.parametrize("raw", [b"", b"text", b"[]", b'{"userRequest": {}}', b"\xff"], ids=count())
def test_no_skill_call(raw: bytes) -> None:
    response = Skill().call(data=raw)
    assert response.status_code == 400
    assert response.get_json()["error"] == "payload"


def test_the_content_type_does_not_matter() -> None:
    raw = body("bare_minimum")
    skill = Skill(replace(SETTINGS, kakao_bot_ids=()))
    assert words(skill.call(data=raw, content_type="text/plain"))


def sized(size: int) -> bytes:
    start = b'{"userRequest": {"user": {"id": "u1"}}, "pad": "'
    return start + b"a" * (size - len(start) - 2) + b'"}'


@pytest.mark.parametrize(("size", "status"), [(65_536, 200), (65_537, 413), (5_000_000, 413)])
@pytest.mark.parametrize("announced", [True, False])
def test_the_size_of_a_body(size: int, status: int, *, announced: bool) -> None:
    skill = Skill(replace(SETTINGS, kakao_bot_ids=()))
    raw = sized(size)
    if announced:
        response = skill.call(data=raw)
    else:  # chunked: the server says that the stream ends by itself
        response = skill.call(
            input_stream=io.BytesIO(raw),
            environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
        )
    assert response.status_code == status


def test_the_secret_is_looked_at_before_the_size() -> None:
    assert Skill().call(data=sized(70_000), headers={}).status_code == 401


def test_another_bot_is_told_so(caplog: pytest.LogCaptureFixture) -> None:
    skill = Skill()
    with caplog.at_level(logging.WARNING):
        assert "아직 도와드릴 수 없어요" in words(skill.call(a_message("비밀 이야기", bot="other")))
    assert "other" in caplog.text
    assert "비밀 이야기" not in caplog.text
    assert skill.conversation.heard == []


def test_the_development_channel_is_our_bot() -> None:
    assert words(Skill().call(a_message(bot=BOT + "!"))).startswith("들었어요")
    marked = Skill(replace(SETTINGS, kakao_bot_ids=(BOT + "!",)))
    assert words(marked.call(a_message())).startswith("들었어요")


def test_a_group_is_sent_to_a_chat_of_two() -> None:
    skill = Skill()
    response = skill.call(a_message(chat={"id": "g", "type": "botGroupKey"}))
    assert "1:1 채널 채팅에서만" in words(response)
    assert len(response.get_json()["template"]["outputs"]) == 1
    assert skill.conversation.heard == []


@pytest.mark.parametrize(
    "error",
    [
        ValueError("내 번호는 010-0000-0000"),
        OperationalError("SELECT 내 번호는 010-0000-0000", {}, Exception("the database is gone")),
        RecursionError(),
        MemoryError(),
    ],
    ids=count(),
)
def test_whatever_breaks_behind_the_door(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    before = counted("sosin_answers_total", outcome="failed")
    with caplog.at_level(logging.DEBUG):
        response = Skill(conversation=FakeConversation(error)).call(a_message())
    assert "문제가 생겼어요" in words(response)
    assert problems(response.get_json()) == []
    assert type(error).__name__ in caplog.text
    assert "doubles.py" in caplog.text
    assert "010" not in caplog.text
    assert counted("sosin_answers_total", outcome="failed") == before + 1


def test_an_interrupt_is_not_swallowed() -> None:
    with pytest.raises(KeyboardInterrupt):
        Skill(conversation=FakeConversation(KeyboardInterrupt())).call(a_message())


def test_other_methods_are_refused_in_json() -> None:
    response = Skill().app.test_client().get("/kakao/skill")
    assert response.status_code == 405
    assert response.get_json() == {"error": "method_not_allowed", "message": "method not allowed"}
    assert "POST" in response.headers["Allow"]


def test_every_recorded_payload_gets_a_valid_answer() -> None:
    skill = Skill(replace(SETTINGS, kakao_bot_ids=()))
    for name in NAMES:
        response = skill.call(data=body(name))
        assert response.status_code == 200
        assert problems(response.get_json()) == []


OPEN = Skill(replace(SETTINGS, kakao_bot_ids=()))


@settings(max_examples=200, deadline=None)
@given(broken_payloads())
def test_any_mutation_is_answered_or_refused(raw: bytes) -> None:
    response = OPEN.call(data=raw)
    assert response.status_code in ({200, 400} if len(raw) <= 65_536 else {413})
    if response.status_code == 200:
        assert problems(response.get_json()) == []


def test_many_at_once_get_their_own_answers() -> None:
    skill = Skill(conversation=FakeConversation(delay_s=0.002))
    gate = threading.Barrier(16)

    def talk(person: int) -> list[str]:
        gate.wait()
        return [words(skill.call(a_message(f"{person}-{turn}"))) for turn in range(10)]

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(talk, range(16)))
    assert answers == [[f"들었어요: {p}-{t}" for t in range(10)] for p in range(16)]
