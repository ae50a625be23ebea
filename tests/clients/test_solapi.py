"""SOLAPI: signatures, refusals inside a 200, lists, and answers that never come."""

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.clients.solapi import Alimtalk, SolapiClient
from bot.clock import SystemClock
from bot.errors import ExternalRejectedError, ExternalUnavailableError
from tests.fakes import faults
from tests.fakes.approved import Approved, json_answer
from tests.fakes.faults import Fault
from tests.fakes.loopback import LoopbackServer
from tests.fakes.solapi import FROM, KEY, PF_ID, SECRET, FakeSolapi
from tests.patience import PATIENT, hanging_up

PHONE = "01000000123"
TEMPLATE = "KA01TP000000000000000000000000ab"
TEMPLATES = {TEMPLATE: Approved("#{때}에 가요.", (("WL", "길 보기", "https://#{길}"),))}


def a_message(**changes: Any) -> Alimtalk:
    given: dict[str, Any] = {
        "to": PHONE,
        "template_id": TEMPLATE,
        "variables": {"#{때}": "내일 오후 3시", "#{길}": "bot.example.org/k/a"},
        "mark": "mark-1",
        "text_from": FROM,
        "text_title": "방문 안내",
    }
    return Alimtalk(**(given | changes))


@pytest.fixture
def vendor() -> FakeSolapi:
    return FakeSolapi(TEMPLATES)


@pytest.fixture
def server(vendor: FakeSolapi) -> Iterator[LoopbackServer]:
    with LoopbackServer(vendor.answer) as serving:
        yield serving


@pytest.fixture
def client(server: LoopbackServer, vendor: FakeSolapi) -> SolapiClient:
    patient = SolapiClient(server.url, KEY, SECRET, PF_ID, PATIENT)
    return hanging_up(patient, server, lambda _: vendor.faults)


def test_a_message_is_registered(client: SolapiClient, vendor: FakeSolapi) -> None:
    group_id = client.send(a_message())
    [row] = vendor.rows.values()
    assert row["groupId"] == group_id
    assert [(one.to, one.text, one.mark) for one in vendor.arrived] == [
        (PHONE, "내일 오후 3시에 가요.", "mark-1")
    ]
    sent = json.loads(vendor.calls[0].body)
    assert sent["messages"] == [
        {
            "to": PHONE,
            "from": FROM,
            "type": "ATA",
            "country": "82",
            "subject": "방문 안내",
            "kakaoOptions": {
                "pfId": PF_ID,
                "templateId": TEMPLATE,
                "variables": {"#{때}": "내일 오후 3시", "#{길}": "bot.example.org/k/a"},
                "disableSms": False,
            },
            "customFields": {"mark": "mark-1"},
        }
    ]


def test_without_a_number_of_ours_no_text_message(client: SolapiClient, vendor: FakeSolapi) -> None:
    vendor.fates = {PHONE: "3104"}
    client.send(a_message(text_from="", text_title=""))
    [message] = json.loads(vendor.calls[0].body)["messages"]
    assert message["kakaoOptions"]["disableSms"] is True
    assert "from" not in message
    assert vendor.arrived == []


def test_every_call_has_its_own_salt(client: SolapiClient, vendor: FakeSolapi) -> None:
    group_id = client.send(a_message())
    client.in_group(group_id)
    client.send(a_message())
    assert len(vendor.salts) == 3


@pytest.mark.parametrize(("key", "secret"), [("NCSOTHER", SECRET), (KEY, "other")])
def test_a_wrong_key(server: LoopbackServer, key: str, secret: str) -> None:
    with pytest.raises(ExternalRejectedError) as caught:
        SolapiClient(server.url, key, secret, PF_ID).send(a_message())
    assert caught.value.code == "http_403"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to": "010-0000-0123"}, "solapi_1011"),
        ({"template_id": "KA01TPunknown"}, "solapi_1042"),
        ({"variables": {"#{때}": "내일"}}, "solapi_1043"),
        ({"text_from": "0299999999"}, "solapi_1062"),
        ({"mark": "m" * 101}, "solapi_1032"),
        ({"text_title": "가" * 21}, "solapi_1014"),
    ],
)
def test_what_is_refused_inside_a_200(
    client: SolapiClient, vendor: FakeSolapi, changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(ExternalRejectedError) as caught:
        client.send(a_message(**changes))
    assert caught.value.code == code
    assert vendor.arrived == []


def test_a_channel_that_is_not_ours(server: LoopbackServer) -> None:
    with pytest.raises(ExternalRejectedError) as caught:
        SolapiClient(server.url, KEY, SECRET, "KA01PFother").send(a_message())
    assert caught.value.code == "solapi_1041"


def test_an_error_of_theirs_inside_a_200(client: SolapiClient, vendor: FakeSolapi) -> None:
    failed = [{"statusCode": "1024", "to": PHONE}]
    body = {"groupInfo": {"groupId": "G"}, "failedMessageList": failed}
    vendor.faults = [Fault(json_answer(200, body))]
    with pytest.raises(ExternalUnavailableError) as caught:
        client.send(a_message())
    assert (caught.value.code, caught.value.maybe_done) == ("solapi_1024", False)


ODD_ANSWERS: list[Any] = [
    None,
    [],
    {},
    {"groupInfo": None},
    {"groupInfo": {}},
    {"groupInfo": {"groupId": ""}},
    {"groupInfo": {"groupId": 3}, "failedMessageList": []},
]
TROUBLES = [*faults.UNCLEAR, *(Fault(json_answer(200, answer)) for answer in ODD_ANSWERS)]


@pytest.mark.parametrize("trouble", TROUBLES, ids=range(len(TROUBLES)))
def test_what_may_have_been_taken(client: SolapiClient, vendor: FakeSolapi, trouble: Fault) -> None:
    vendor.faults = [trouble]
    with pytest.raises(ExternalUnavailableError) as caught:
        client.send(a_message())
    assert caught.value.maybe_done


def test_too_many_calls(client: SolapiClient, vendor: FakeSolapi) -> None:
    vendor.faults = [faults.BUSY]
    with pytest.raises(ExternalUnavailableError) as caught:
        client.send(a_message())
    assert (caught.value.maybe_done, caught.value.retry_after_s) == (False, 7.0)


def test_a_failure_without_a_code_is_a_refusal(client: SolapiClient, vendor: FakeSolapi) -> None:
    body = {"groupInfo": {"groupId": "G"}, "failedMessageList": [{"statusCode": f"{PHONE}!"}]}
    vendor.faults = [Fault(json_answer(200, body))]
    with pytest.raises(ExternalRejectedError) as caught:
        client.send(a_message())
    assert caught.value.code == "solapi_unknown"


def test_the_list_of_a_group(client: SolapiClient, vendor: FakeSolapi) -> None:
    vendor.fates = {PHONE: "3104"}
    vendor.pending_looks = 1
    group_id = client.send(a_message())
    client.send(a_message(to="01000000124"))
    assert [(row.code, row.is_text) for row in client.in_group(group_id)] == [
        ("3000", False),
        ("3000", True),
    ]
    rows = client.in_group(group_id)
    assert [(row.code, row.is_text) for row in rows] == [("3104", False), ("4000", True)]
    assert {row.mark for row in rows} == {"mark-1"}


def test_a_search_by_recipient_and_time(client: SolapiClient) -> None:
    now = SystemClock().now()
    group_id = client.send(a_message())
    client.send(a_message(to="01000000124", mark="mark-2"))
    found = client.find(PHONE, now - timedelta(minutes=1))
    assert [(row.group_id, row.mark) for row in found] == [(group_id, "mark-1")]
    assert client.find("01000000999", now - timedelta(minutes=1)) == ()


@pytest.mark.parametrize("answer", [[], {}, {"messageList": "none"}, None], ids=str)
def test_a_list_that_cannot_be_read(client: SolapiClient, vendor: FakeSolapi, answer: Any) -> None:
    vendor.look_faults = [Fault(json_answer(200, answer))]
    with pytest.raises(ExternalUnavailableError):
        client.in_group("G")


def test_a_list_of_odd_rows(client: SolapiClient, vendor: FakeSolapi) -> None:
    rows = [3, {}, {"statusCode": None, "customFields": {"mark": 5}, "groupId": "G"}]
    vendor.look_faults = [Fault(json_answer(200, {"messageList": rows}))]
    assert [(row.code, row.mark) for row in client.in_group("G")] == [("unknown", "")] * 2


def test_nothing_personal_is_logged(
    client: SolapiClient, vendor: FakeSolapi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    vendor.faults = [faults.CRASHED, Fault(json_answer(400, {"errorMessage": PHONE}))]
    for _ in range(2):
        with pytest.raises((ExternalUnavailableError, ExternalRejectedError)) as caught:
            client.send(a_message())
        assert PHONE not in str(caught.value)
    client.find(PHONE, SystemClock().now() - timedelta(minutes=1))
    for secret in ("내일", PHONE, SECRET, KEY):
        assert secret not in caplog.text
        assert secret not in repr(a_message())
