"""KakaoPay: what is sent, what its errors mean, and which of them leave open what was done."""

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.clients.kakaopay import KakaoPayClient, Purchase, kakaopay_client
from bot.clients.kakaopay_answers import CODES, STATUSES
from bot.config import KAKAOPAY_TEST_CID, Settings
from bot.errors import ExternalRejectedError, ExternalUnavailableError, SosinError
from tests.fakes import faults
from tests.fakes.faults import Fault
from tests.fakes.kakaopay import KEY, FakeKakaoPay, refusal
from tests.fakes.loopback import LoopbackServer, Scripted, serving
from tests.patience import PATIENT, hanging_up

PURCHASE = Purchase(
    order_id="O-1",
    user_id="U-1",
    item="휴대폰 결제 확인",
    amount=100,
    paid_url="https://bot.example.org/paid",
    stopped_url="https://bot.example.org/stopped",
    failed_url="https://bot.example.org/failed",
)
EITHER = (ExternalUnavailableError, ExternalRejectedError)
MONEY_MOVES = {"approve", "cancel"}
TOO_LONG = Fault(Scripted(200, b" " * 300_000, faults.JSON_TYPE), taken=True)
ELSEWHERE = Fault(Scripted(302, b"", {"Location": "/elsewhere"}), taken=True)


@pytest.fixture
def pay() -> FakeKakaoPay:
    return FakeKakaoPay()


@pytest.fixture
def server(pay: FakeKakaoPay) -> Iterator[LoopbackServer]:
    with LoopbackServer(pay.answer) as serving_pay:
        pay.url = serving_pay.url
        yield serving_pay


@pytest.fixture
def client(server: LoopbackServer, pay: FakeKakaoPay) -> KakaoPayClient:
    patient = KakaoPayClient(server.url, KEY, KAKAOPAY_TEST_CID, PATIENT)
    return hanging_up(patient, server, pay.waiting)


def agreed(client: KakaoPayClient, pay: FakeKakaoPay) -> tuple[str, str]:
    tid = client.ready(PURCHASE).tid
    pay.agree(pay.payments[tid])
    return tid, pay.payments[tid].token


def hides(error: SosinError) -> bool:
    assert isinstance(error, EITHER)
    return error.maybe_done


def test_a_payment_from_its_opening_to_giving_it_back(
    client: KakaoPayClient, pay: FakeKakaoPay, server: LoopbackServer
) -> None:
    opened = client.ready(PURCHASE)
    assert client.order(opened.tid).status == "waiting"
    assert opened.redirect_url == f"{server.url}/pay/{opened.tid}"
    pay.agree(pay.newest)
    aid = client.approve(opened.tid, PURCHASE, pay.newest.token)
    standing = client.order(opened.tid)
    assert (standing.status, standing.left, standing.aid) == ("paid", 100, aid)
    client.cancel(opened.tid, 100)
    standing = client.order(opened.tid)
    assert (standing.status, standing.left, pay.kept) == ("cancelled", 0, 0)
    sent = [json.loads(call.body) for call in server.calls]
    assert {body["cid"] for body in sent} == {KAKAOPAY_TEST_CID}
    assert sent[0]["tax_free_amount"] == sent[0]["total_amount"] == 100
    assert {call.headers["Authorization"] for call in server.calls} == {f"SECRET_KEY {KEY}"}


@pytest.mark.parametrize(("number", "code"), CODES.items())
@pytest.mark.parametrize("what", ["ready", "approve", "order", "cancel"])
def test_every_documented_error(
    client: KakaoPayClient, pay: FakeKakaoPay, what: str, number: int, code: str
) -> None:
    tid, token = agreed(client, pay)
    calls: dict[str, Callable[[], Any]] = {
        "ready": lambda: client.ready(PURCHASE),
        "approve": lambda: client.approve(tid, PURCHASE, token),
        "order": lambda: client.order(tid),
        "cancel": lambda: client.cancel(tid, 100),
    }
    pay.faults[what].append(refusal(number))
    with pytest.raises(EITHER) as caught:
        calls[what]()
    assert caught.value.code == code
    assert caught.value.retryable is (number in {-429, -500, -503})
    assert hides(caught.value) is (what in MONEY_MOVES)


@pytest.mark.parametrize("fault", [*faults.UNCLEAR, faults.BUSY, TOO_LONG, ELSEWHERE])
def test_whatever_hides_an_approval_says_so(
    client: KakaoPayClient, pay: FakeKakaoPay, fault: Fault
) -> None:
    tid, token = agreed(client, pay)
    pay.faults["approve"].append(fault)
    with pytest.raises(EITHER) as caught:
        client.approve(tid, PURCHASE, token)
    assert hides(caught.value)
    assert client.order(tid).status == ("paid" if pay.kept else "waiting")


def test_what_never_left_was_not_done(client: KakaoPayClient, server: LoopbackServer) -> None:
    server.close()
    with pytest.raises(ExternalUnavailableError) as caught:
        client.cancel("T1", 100)
    assert not caught.value.maybe_done


def test_a_second_approval_or_cancellation_is_refused(
    client: KakaoPayClient, pay: FakeKakaoPay
) -> None:
    tid, token = agreed(client, pay)
    client.approve(tid, PURCHASE, token)
    with pytest.raises(ExternalRejectedError) as caught:
        client.approve(tid, PURCHASE, token)
    assert caught.value.code == "kakaopay_approved_before"
    client.cancel(tid, 100)
    with pytest.raises(ExternalRejectedError, match="method USER_LOCKED"):
        client.cancel(tid, 100)
    assert (pay.newest.approvals, pay.newest.cancellations) == (1, 1)


@pytest.mark.parametrize(
    "change",
    [{"order_id": ""}, {"user_id": "x" * 101}, {"paid_url": "https://" + "a" * 250}, {"amount": 0}],
)
def test_what_does_not_fit_is_not_sent(
    client: KakaoPayClient, pay: FakeKakaoPay, change: dict[str, Any]
) -> None:
    with pytest.raises(ExternalRejectedError) as caught:
        client.ready(replace(PURCHASE, **change))
    assert caught.value.code == "kakaopay_bad_request"
    assert pay.asked == []


@pytest.mark.parametrize(
    "change",
    [
        {"tid": "other"},
        {"aid": ""},
        {"aid": 5},
        {"amount": {"total": 200}},
        {"amount": {"total": True}},
        {"amount": None},
    ],
)
def test_an_approval_of_something_else_is_none(change: dict[str, Any]) -> None:
    good = {"tid": "T1", "aid": "A1", "amount": {"total": 100}}
    with serving(Scripted(200, json.dumps(good | change).encode())) as server:
        client = KakaoPayClient(server.url, KEY, KAKAOPAY_TEST_CID, PATIENT)
        with pytest.raises(ExternalUnavailableError) as caught:
            client.approve("T1", PURCHASE, "token")
    assert (caught.value.code, caught.value.maybe_done) == ("odd_answer", True)


@pytest.mark.parametrize(("raw", "status"), [*STATUSES.items(), ("NEW_WORD", "unknown")])
def test_every_word_for_a_payment(
    client: KakaoPayClient, pay: FakeKakaoPay, raw: str, status: str
) -> None:
    tid = client.ready(PURCHASE).tid
    pay.newest.status = raw
    assert client.order(tid).status == status


def test_a_telephone_is_only_sent_to_a_safe_page() -> None:
    answer = {"tid": "T1", "next_redirect_mobile_url": "javascript:alert(1)"}
    with serving(Scripted(200, json.dumps(answer).encode())) as server:
        client = KakaoPayClient(server.url, KEY, KAKAOPAY_TEST_CID, PATIENT)
        with pytest.raises(ExternalUnavailableError, match="unexpected"):
            client.ready(PURCHASE)


def test_nothing_secret_is_logged_or_shown(
    client: KakaoPayClient, pay: FakeKakaoPay, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="bot")
    tid, token = agreed(client, pay)
    pay.faults["approve"].append(refusal(-780))
    with pytest.raises(ExternalRejectedError) as caught:
        client.approve(tid, PURCHASE, token)
    told = caplog.text + repr(caught.value) + repr(PURCHASE) + repr(client.ready(PURCHASE))
    for secret in (KEY, tid, token, "잠김", PURCHASE.paid_url):
        assert secret not in told


def test_without_a_key_there_is_no_client() -> None:
    assert kakaopay_client(Settings()) is None
    assert kakaopay_client(Settings(kakaopay_key=KEY)) is not None
