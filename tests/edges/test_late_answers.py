"""Slow answers: directly when in time, announced and posted when not, at most once."""

import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from werkzeug.test import TestResponse

from bot.channels.kakao import problems
from bot.channels.kakao.callback import waiting
from bot.clients.kakao_callback import CallbackPoster
from bot.clock import AdjustableClock
from bot.errors import ExternalRejectedError, ExternalUnavailableError
from bot.web.late import THREADS, WAITING, WAITING_PLACES, Callback, LateAnswers
from tests.edges.doubles import (
    AT,
    PRODUCTION,
    SECRET,
    FakeConversation,
    FakePost,
    Skill,
    a_message,
    words,
)
from tests.fakes.loopback import Scripted, serving
from tests.patience import PATIENCE_S

KAKAO = "https://bot-api.kakao.com/callback/0123"
SLOW = 0.15
ACCEPTED = Scripted(200, b'{"taskId": "t", "status": "SUCCESS", "timestamp": 1}')


def announced(response: TestResponse) -> bool:
    body = response.get_json()
    return bool(body.get("useCallback")) and body["data"] == {"text": WAITING}


def text_of(body: bytes) -> str:
    response = json.loads(body)
    assert problems(response) == []
    found: str = response["template"]["outputs"][0]["simpleText"]["text"]
    return found


def test_without_a_callback_a_slow_answer_is_waited_for() -> None:
    post = FakePost()
    skill = Skill(conversation=FakeConversation(delay_s=SLOW), post=post)
    assert words(skill.call(a_message("천천히"))) == "들었어요: 천천히"
    assert post.sent == []


def test_a_quick_answer_does_not_use_its_callback() -> None:
    post = FakePost()
    skill = Skill(post=post, direct_seconds=PATIENCE_S)
    assert words(skill.call(a_message("빨리", callbackUrl=KAKAO))) == "들었어요: 빨리"
    assert not post.posted.wait(0.1)


def test_a_slow_answer_is_announced_and_posted_once() -> None:
    with serving(ACCEPTED) as server:
        slow = FakeConversation(gate=threading.Event())
        skill = Skill(conversation=slow, post=CallbackPoster())
        url = f"{server.url}/callback/0123"
        headers = {"X-Skill-Secret": SECRET, "x-kakao-callback-token": "tok-1"}
        assert announced(skill.call(a_message("천천히", callbackUrl=url), headers=headers))
        assert server.calls == []
        release(slow)
        wait_for(lambda: bool(server.calls))
        time.sleep(0.05)
        [call] = server.calls
    assert (call.method, call.path) == ("POST", "/callback/0123")
    assert text_of(call.body) == "들었어요: 천천히"
    sent = {name.lower(): value for name, value in call.headers.items()}
    assert sent["x-kakao-callback-token"] == "tok-1"
    assert sent["content-type"].startswith("application/json")


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def release(conversation: FakeConversation) -> None:
    assert conversation.gate
    conversation.gate.set()


def test_a_late_failure_is_told_as_well() -> None:
    post = FakePost()
    slow = FakeConversation(ValueError("x"), gate=threading.Event())
    assert announced(Skill(conversation=slow, post=post).call(a_message(callbackUrl=KAKAO)))
    release(slow)
    assert post.posted.wait(PATIENCE_S)
    [(url, body, headers)] = post.sent
    assert (url, headers) == (KAKAO, {})
    assert "문제가 생겼어요" in text_of(body)


@pytest.mark.parametrize(
    "url", ["https://evil.example/", "http://169.254.169.254/", "http://127.0.0.1:1/"]
)
def test_a_foreign_callback_is_not_used(url: str) -> None:
    post = FakePost()
    slow = FakeConversation(delay_s=SLOW)
    skill = Skill(PRODUCTION, slow, post)
    assert words(skill.call(a_message("네", callbackUrl=url))) == "들었어요: 네"
    assert post.sent == []


def test_nobody_to_post_means_waiting() -> None:
    skill = Skill(conversation=FakeConversation(delay_s=SLOW))
    assert words(skill.call(a_message("네", callbackUrl=KAKAO))) == "들었어요: 네"


@pytest.mark.parametrize(("age_s", "sent"), [(54, 1), (56, 0)])
def test_the_address_is_not_used_after_55_seconds(age_s: int, sent: int) -> None:
    clock, post = AdjustableClock(AT), FakePost()
    late = LateAnswers(clock, post, direct_seconds=0.01)
    gate = threading.Event()

    def make() -> bytes:
        assert gate.wait(PATIENCE_S)
        return b"{}"

    assert late.answer(make, Callback(KAKAO, {}, AT)) == waiting(WAITING)
    clock.advance(timedelta(seconds=age_s))
    gate.set()
    late._pool.shutdown()
    assert len(post.sent) == sent


@pytest.mark.parametrize("error", [ExternalUnavailableError("비밀"), KeyError("비밀")])
def test_a_post_that_fails_is_not_repeated(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    post = FakePost(error)
    slow = FakeConversation(gate=threading.Event())
    skill = Skill(conversation=slow, post=post)
    assert announced(skill.call(a_message("비밀", callbackUrl=KAKAO)))
    release(slow)
    assert post.posted.wait(PATIENCE_S)
    wait_for(lambda: "posting a late answer failed" in caplog.text)
    assert len(post.sent) == 1
    assert "비밀" not in caplog.text
    assert skill.call(a_message("다시", callbackUrl=KAKAO)).status_code == 200


def test_each_answer_goes_out_exactly_once_at_the_edge_of_the_time() -> None:
    post = FakePost()
    late = LateAnswers(AdjustableClock(AT), post, direct_seconds=0.01)

    def one(number: int) -> bytes:
        def make() -> bytes:
            time.sleep(0.01)
            return str(number).encode()

        return late.answer(make, Callback(KAKAO, {}, AT))

    with ThreadPoolExecutor(THREADS) as pool:
        direct = [body for body in pool.map(one, range(100)) if body != waiting(WAITING)]
    wait_for(lambda: len(direct) + len(post.sent) >= 100)
    time.sleep(0.05)
    everything = sorted(direct + [body for _, body, _ in post.sent])
    assert everything == sorted(str(number).encode() for number in range(100))


def test_beyond_its_places_an_answer_is_made_in_its_request() -> None:
    post, release = FakePost(), threading.Event()
    late = LateAnswers(AdjustableClock(AT), post, direct_seconds=0.0)

    def blocked() -> bytes:
        release.wait(PATIENCE_S)
        return b"{}"

    callback = Callback(KAKAO, {}, AT)
    for _ in range(WAITING_PLACES):
        assert late.answer(blocked, callback) == waiting(WAITING)
    assert late.answer(lambda: b"direct", callback) == b"direct"
    release.set()
    wait_for(lambda: len(post.sent) == WAITING_PLACES)


@pytest.mark.parametrize(
    "body", [b"", b"no json", b"[]", b'{"status": 5}', ACCEPTED.body], ids=count()
)
def test_poster_takes_any_2xx(body: bytes) -> None:
    with serving(Scripted(200, body)) as server:
        CallbackPoster()(f"{server.url}/c", b"{}", {})
    assert server.calls[0].body == b"{}"


@pytest.mark.parametrize(
    "scripted",
    [
        Scripted(200, b'{"status": "FAIL", "message": "expired"}'),
        Scripted(200, b'{"status": "ERROR"}'),
        Scripted(404),
        Scripted(302, b"", {"Location": "/elsewhere"}),
    ],
)
def test_poster_refused(scripted: Scripted) -> None:
    with serving(scripted) as server, pytest.raises(ExternalRejectedError):
        CallbackPoster()(f"{server.url}/c", b"{}", {})
    assert len(server.calls) == 1


def test_poster_without_an_answer() -> None:
    with serving(Scripted(drop=True)) as server, pytest.raises(ExternalUnavailableError):
        CallbackPoster()(f"{server.url}/c", b"{}", {})


def test_a_production_machine_never_posts_to_itself() -> None:
    with serving(ACCEPTED) as server:
        skill = Skill(replace(PRODUCTION), FakeConversation(delay_s=SLOW), CallbackPoster())
        assert words(skill.call(a_message("네", callbackUrl=server.url))) == "들었어요: 네"
    assert server.calls == []
