"""The Event API: tasks, refusals inside a 200, and answers that never come."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from bot.clients.kakao_event import Event, EventUser, KakaoEventClient, TaskReport
from bot.errors import ExternalRejectedError, ExternalUnavailableError
from tests.fakes import faults
from tests.fakes.approved import json_answer
from tests.fakes.faults import Fault
from tests.fakes.kakao_event import REST_KEY, FakeKakaoEvent
from tests.fakes.loopback import LoopbackServer, Scripted
from tests.patience import PATIENT, hanging_up

BOT, USER = "64f0c2a17d3b9e0058a1c4f2", EventUser("botUserKey", "user-0001")
EVENT = Event("sosin_notice", {"text": "내일 오후 3시"}, {"event": "sosin_notice", "mark": "m-1"})


@pytest.fixture
def vendor() -> FakeKakaoEvent:
    return FakeKakaoEvent()


@pytest.fixture
def server(vendor: FakeKakaoEvent) -> Iterator[LoopbackServer]:
    with LoopbackServer(vendor.answer) as serving:
        yield serving


@pytest.fixture
def client(server: LoopbackServer, vendor: FakeKakaoEvent) -> KakaoEventClient:
    patient = KakaoEventClient(server.url, REST_KEY, timeouts=PATIENT)
    return hanging_up(patient, server, lambda _: vendor.faults)


def test_a_task_is_made(client: KakaoEventClient, vendor: FakeKakaoEvent) -> None:
    task_id = client.talk(BOT, EVENT, [USER])
    assert list(vendor.tasks) == [task_id]
    [call] = vendor.calls
    assert call.path == f"/v2/bots/{BOT}/talk"
    assert json.loads(call.body) == {
        "event": {"name": "sosin_notice", "data": {"text": "내일 오후 3시"}},
        "user": [{"type": "botUserKey", "id": "user-0001"}],
        "params": {"event": "sosin_notice", "mark": "m-1"},
    }


def test_the_bot_of_the_development_channel(server: LoopbackServer, vendor: FakeKakaoEvent) -> None:
    KakaoEventClient(server.url, REST_KEY, "!").talk(BOT, EVENT, [USER])
    assert vendor.calls[0].path == f"/v2/bots/{BOT}!/talk"


def test_what_became_of_a_task(client: KakaoEventClient, vendor: FakeKakaoEvent) -> None:
    vendor.pending_looks = 1
    vendor.strangers = {"user-0002"}
    people = [USER, EventUser("botUserKey", "user-0002"), EventUser("botUserKey", "user-0003")]
    task_id = client.talk(BOT, EVENT, people)
    assert client.task(task_id) == TaskReport(asked=3, reached=0, failed=0)
    assert client.task(task_id) == TaskReport(asked=3, reached=2, failed=1)


def test_a_task_that_is_not_known(client: KakaoEventClient) -> None:
    with pytest.raises(ExternalRejectedError) as caught:
        client.task("no/such?task")
    assert caught.value.code == "http_404"


@pytest.mark.parametrize("many", [0, 101])
def test_a_hundred_people_at_most(
    client: KakaoEventClient, vendor: FakeKakaoEvent, many: int
) -> None:
    with pytest.raises(ExternalRejectedError) as caught:
        client.talk(BOT, EVENT, [USER] * many)
    assert caught.value.code == "event_users"
    assert vendor.calls == []
    assert client.talk(BOT, EVENT, [USER] * 100)


def test_an_event_that_the_console_does_not_know(client: KakaoEventClient) -> None:
    with pytest.raises(ExternalRejectedError) as caught:
        client.talk(BOT, Event("no_such_event"), [USER])
    assert caught.value.code == "event_fail"


def test_a_wrong_key(server: LoopbackServer) -> None:
    with pytest.raises(ExternalRejectedError) as caught:
        KakaoEventClient(server.url, "wrong").talk(BOT, EVENT, [USER])
    assert caught.value.code == "http_401"


ODD_ANSWERS: list[Any] = [
    None,
    [],
    "text",
    {},
    {"status": "?"},
    {"status": None},
    {"taskId": "t", "status": "ERROR", "message": "x", "timestamp": 1},
]
TROUBLES = [*faults.UNCLEAR, *(Fault(json_answer(200, answer)) for answer in ODD_ANSWERS)]


@pytest.mark.parametrize("trouble", TROUBLES, ids=range(len(TROUBLES)))
def test_what_may_have_been_done(
    client: KakaoEventClient, vendor: FakeKakaoEvent, trouble: Fault
) -> None:
    vendor.faults = [trouble]
    with pytest.raises(ExternalUnavailableError) as caught:
        client.talk(BOT, EVENT, [USER])
    assert caught.value.maybe_done


def test_too_many_calls(client: KakaoEventClient, vendor: FakeKakaoEvent) -> None:
    vendor.faults = [faults.BUSY]
    with pytest.raises(ExternalUnavailableError) as caught:
        client.talk(BOT, EVENT, [USER])
    assert (caught.value.maybe_done, caught.value.retry_after_s) == (False, 7.0)


def test_nobody_listens() -> None:
    with LoopbackServer(FakeKakaoEvent().answer) as gone:
        url = gone.url
    with pytest.raises(ExternalUnavailableError) as caught:
        KakaoEventClient(url, REST_KEY).talk(BOT, EVENT, [USER])
    assert (caught.value.code, caught.value.maybe_done) == ("no_connection", False)


def test_taken_without_a_number(client: KakaoEventClient, vendor: FakeKakaoEvent) -> None:
    vendor.faults = [Fault(json_answer(200, {"status": "SUCCESS"}))]
    assert client.talk(BOT, EVENT, [USER]) == ""


@pytest.mark.parametrize(
    "answer",
    [[], {}, {"allRequestCount": "1"}, {"allRequestCount": 1, "successCount": True}, "x"],
    ids=str,
)
def test_a_report_that_cannot_be_read(
    client: KakaoEventClient, vendor: FakeKakaoEvent, answer: Any
) -> None:
    vendor.look_faults = [Fault(json_answer(200, answer))]
    with pytest.raises(ExternalUnavailableError):
        client.task("t")


def test_nothing_personal_is_logged(
    client: KakaoEventClient, vendor: FakeKakaoEvent, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    vendor.faults = [faults.CRASHED, Fault(Scripted(400, "내일 오후 3시 user-0001".encode()))]
    for _ in range(2):
        with pytest.raises((ExternalUnavailableError, ExternalRejectedError)) as caught:
            client.talk(BOT, EVENT, [USER])
        assert "내일" not in str(caught.value)
    client.talk(BOT, EVENT, [USER])
    for secret in ("내일", "user-0001", REST_KEY, "m-1"):
        assert secret not in caplog.text
    assert "user-0001" not in repr(USER)
    assert "내일" not in repr(EVENT)


def test_no_connection_is_used_twice(client: KakaoEventClient, vendor: FakeKakaoEvent) -> None:
    client.task(client.talk(BOT, EVENT, [USER]))
    assert [call.headers["Connection"] for call in vendor.calls] == ["close", "close"]
