"""NHN Cloud: failures inside a 200, keys against sending twice, lists, lost answers."""

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.clients.nhn_bizmessage import REPEATED, Alimtalk, NhnBizmessageClient, TextInstead
from bot.clock import SystemClock
from bot.errors import ExternalRejectedError, ExternalUnavailableError
from tests.fakes import faults
from tests.fakes.approved import Approved, json_answer
from tests.fakes.faults import Fault
from tests.fakes.loopback import LoopbackServer
from tests.fakes.nhn import APP_KEY, FROM, SECRET, SENDER_KEY, FakeNhn
from tests.patience import PATIENT, hanging_up

PHONE = "01000000123"
TEMPLATES = {"visit_day_before": Approved("#{때}에 가요.")}
INSTEAD = TextInstead(sender=FROM, kind="SMS", title="", text="내일 오후 3시에 가요.")


def a_message(**changes: Any) -> Alimtalk:
    given: dict[str, Any] = {
        "to": PHONE,
        "template_code": "visit_day_before",
        "variables": {"때": "내일 오후 3시"},
        "mark": "mark-1",
        "instead": INSTEAD,
    }
    return Alimtalk(**(given | changes))


@pytest.fixture
def vendor() -> FakeNhn:
    return FakeNhn(TEMPLATES)


@pytest.fixture
def server(vendor: FakeNhn) -> Iterator[LoopbackServer]:
    with LoopbackServer(vendor.answer) as serving:
        yield serving


@pytest.fixture
def client(server: LoopbackServer, vendor: FakeNhn) -> NhnBizmessageClient:
    patient = NhnBizmessageClient(server.url, APP_KEY, SECRET, SENDER_KEY, PATIENT)
    return hanging_up(patient, server, lambda _: vendor.faults)


def test_a_message_is_asked_for(client: NhnBizmessageClient, vendor: FakeNhn) -> None:
    request_id = client.send(a_message(), "key-1")
    assert [row["requestId"] for row in vendor.rows] == [request_id]
    [call] = vendor.calls
    assert call.path == f"/alimtalk/v2.3/appkeys/{APP_KEY}/messages"
    assert call.headers["X-NC-API-IDEMPOTENCY-KEY"] == "key-1"
    assert json.loads(call.body) == {
        "senderKey": SENDER_KEY,
        "templateCode": "visit_day_before",
        "recipientList": [
            {
                "recipientNo": PHONE,
                "templateParameter": {"때": "내일 오후 3시"},
                "resendParameter": {
                    "isResend": True,
                    "resendType": "SMS",
                    "resendContent": "내일 오후 3시에 가요.",
                    "resendSendNo": FROM,
                },
                "recipientGroupingKey": "mark-1",
            }
        ],
    }


def test_a_long_text_message_has_a_title(client: NhnBizmessageClient, vendor: FakeNhn) -> None:
    vendor.fates = {PHONE: "failed"}
    text = "가" * 200
    instead = TextInstead(sender=FROM, kind="LMS", title="방문 안내", text=text)
    client.send(a_message(instead=instead), "key-1")
    [arrival] = vendor.arrived
    assert (arrival.way, arrival.title, arrival.text) == ("LMS", "방문 안내", text)


def test_no_text_message_unless_we_say_so(client: NhnBizmessageClient, vendor: FakeNhn) -> None:
    vendor.fates = {PHONE: "failed"}
    client.send(a_message(instead=None), "key-1")
    [recipient] = json.loads(vendor.calls[0].body)["recipientList"]
    assert recipient["resendParameter"] == {"isResend": False}
    assert vendor.arrived == []


def test_the_same_key_again(client: NhnBizmessageClient, vendor: FakeNhn) -> None:
    client.send(a_message(), "key-1")
    with pytest.raises(ExternalRejectedError) as caught:
        client.send(a_message(), "key-1")
    assert caught.value.code == REPEATED
    assert client.send(a_message(), "key-2")
    assert len(vendor.arrived) == 2


def test_a_refused_request_leaves_its_key_free(client: NhnBizmessageClient) -> None:
    with pytest.raises(ExternalRejectedError):
        client.send(a_message(variables={}), "key-1")
    assert client.send(a_message(), "key-1")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to": "0" * 16}, "nhn_-2000"),
        ({"template_code": "unknown"}, "nhn_-3003"),
        ({"variables": {}}, "nhn_-3004"),
        ({"variables": {"때": "x", "a@b": "y"}}, "nhn_-3347"),
        ({"mark": "m" * 101}, "nhn_-2000"),
        (
            {"instead": TextInstead(sender="0299999999", kind="SMS", title="", text="x")},
            "nhn_-1003",
        ),
    ],
)
def test_what_is_refused_inside_a_200(
    client: NhnBizmessageClient, vendor: FakeNhn, changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(ExternalRejectedError) as caught:
        client.send(a_message(**changes), "key-1")
    assert caught.value.code == code
    assert vendor.rows == []


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        (("other", SECRET, SENDER_KEY), "nhn_-1000"),
        ((APP_KEY, "other", SENDER_KEY), "nhn_-1001"),
        ((APP_KEY, SECRET, "other"), "nhn_-2017"),
    ],
)
def test_wrong_keys(server: LoopbackServer, keys: tuple[str, str, str], code: str) -> None:
    with pytest.raises(ExternalRejectedError) as caught:
        NhnBizmessageClient(server.url, *keys).send(a_message(), "key-1")
    assert caught.value.code == code


def _header(code: Any, *, well: Any = False) -> dict[str, Any]:
    return {"header": {"resultCode": code, "resultMessage": "x", "isSuccessful": well}}


ODD_ANSWERS: list[Any] = [
    None,
    [],
    {},
    {"header": None},
    _header("4"),
    _header(None),
    _header(-9999),
    _header(500000),
    _header(0, well=True),
    _header(0, well=True) | {"message": {}},
    _header(0, well=True) | {"message": {"requestId": "", "sendResults": []}},
    _header(0, well="true") | {"message": {"requestId": "r"}, "header": {"isSuccessful": "true"}},
    _header(0, well=True) | {"message": {"requestId": "r", "sendResults": [{}]}},
]
TROUBLES = [*faults.UNCLEAR, *(Fault(json_answer(200, answer)) for answer in ODD_ANSWERS)]


@pytest.mark.parametrize("trouble", TROUBLES, ids=range(len(TROUBLES)))
def test_what_may_have_been_taken(
    client: NhnBizmessageClient, vendor: FakeNhn, trouble: Fault
) -> None:
    vendor.faults = [trouble]
    with pytest.raises(ExternalUnavailableError) as caught:
        client.send(a_message(), "key-1")
    assert caught.value.maybe_done


def test_the_newer_code_of_a_repetition(client: NhnBizmessageClient, vendor: FakeNhn) -> None:
    vendor.faults = [Fault(json_answer(200, _header(400305)))]
    with pytest.raises(ExternalRejectedError) as caught:
        client.send(a_message(), "key-1")
    assert caught.value.code == REPEATED


def test_too_many_calls(client: NhnBizmessageClient, vendor: FakeNhn) -> None:
    vendor.faults = [faults.BUSY]
    with pytest.raises(ExternalUnavailableError) as caught:
        client.send(a_message(), "key-1")
    assert (caught.value.maybe_done, caught.value.retry_after_s) == (False, 7.0)


def test_the_list_of_a_request(client: NhnBizmessageClient, vendor: FakeNhn) -> None:
    vendor.pending_looks = 1
    vendor.fates = {PHONE: "failed"}
    vendor.text_fates = {PHONE: "failed"}
    request_id = client.send(a_message(), "key-1")
    client.send(a_message(mark="mark-2"), "key-2")
    [row] = client.in_request(request_id)
    assert (row.status, row.result) == ("READY", "")
    [row] = client.in_request(request_id)
    assert (row.status, row.result, row.text_status) == ("FAILED", "MRC02", "RSC05")
    assert (row.request_id, row.mark) == (request_id, "mark-1")


def test_a_search_by_recipient_mark_and_time(client: NhnBizmessageClient) -> None:
    now = SystemClock().now()
    start, end = now - timedelta(minutes=2), now + timedelta(minutes=2)
    request_id = client.send(a_message(), "key-1")
    client.send(a_message(mark="mark-2"), "key-2")
    assert [row.request_id for row in client.find(PHONE, "mark-1", start, end)] == [request_id]
    assert client.find("01000000999", "mark-1", start, end) == ()
    early = now - timedelta(days=2)
    assert client.find(PHONE, "mark-1", early, early + timedelta(days=1)) == ()


def test_a_search_over_more_than_a_month(client: NhnBizmessageClient) -> None:
    now = SystemClock().now()
    with pytest.raises(ExternalRejectedError) as caught:
        client.find(PHONE, "mark-1", now - timedelta(days=40), now)
    assert caught.value.code == "nhn_-4003"


@pytest.mark.parametrize(
    "answer",
    [_header(0, well=True), _header(0, well=True) | {"messageSearchResultResponse": {}}, []],
    ids=["no body", "no messages", "no object"],
)
def test_a_list_that_cannot_be_read(
    client: NhnBizmessageClient, vendor: FakeNhn, answer: Any
) -> None:
    vendor.look_faults = [Fault(json_answer(200, answer))]
    with pytest.raises(ExternalUnavailableError):
        client.in_request("r")


def test_nothing_personal_is_logged(
    client: NhnBizmessageClient, vendor: FakeNhn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    vendor.faults = [faults.CRASHED, Fault(json_answer(400, {"x": PHONE}))]
    for _ in range(2):
        with pytest.raises((ExternalUnavailableError, ExternalRejectedError)) as caught:
            client.send(a_message(), "key-1")
        assert PHONE not in str(caught.value)
    now = SystemClock().now()
    client.find(PHONE, "mark-1", now - timedelta(minutes=1), now)
    for secret in ("내일", PHONE, SECRET, APP_KEY):
        assert secret not in caplog.text
        assert secret not in repr(a_message())
