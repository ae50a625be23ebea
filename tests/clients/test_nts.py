import socket
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from bot.clients.nts import THREADS, NtsClient
from bot.clock import AdjustableClock
from tests.fakes.loopback import Scripted
from tests.fakes.nts import GATEWAY_XML, KEY, MAINTENANCE, ODD_BYTES, Business, FakeTaxOffice
from tests.patience import AT_ONCE_S, PATIENCE_S

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
OPEN, RESTING, CLOSED, UNKNOWN = "1208800767", "1018116741", "2208139938", "1248100998"
BUSINESSES = {
    OPEN: Business("01", "부가가치세 일반과세자"),
    RESTING: Business("02", "부가가치세 간이과세자"),
    CLOSED: Business("03", "부가가치세 간이과세자", "20250331"),
}
TROUBLES = [
    MAINTENANCE,
    GATEWAY_XML,
    ODD_BYTES,
    Scripted(500),
    Scripted(429),
    Scripted(302, b"", {"Location": "/sorry"}),
    Scripted(drop=True),
    Scripted(body=b"[]"),
    Scripted(body=b"null"),
    Scripted(body=b'"text"'),
    Scripted(body=b"{}"),
    Scripted(body=b'{"status_code":"OK","data":"none"}'),
    Scripted(body=b'{"status_code":"OK","data":[null, 3]}'),
    Scripted(body=b'{"status_code":"OK","data":[{"b_no":"0000000000","b_stt_cd":"01"}]}'),
    Scripted(body=b'{"status_code":"INTERNAL_ERROR"}'),
    Scripted(body=b'{"status_code":"OK","data":[{"b_no":"1208800767","b_stt_cd":"09"}]}'),
    Scripted(body=b'{"status_code":"OK","data":[{"b_no":"1208800767","b_stt_cd":["01"]}]}'),
    Scripted(body=b'{"status_code":"OK","data":[{"b_no":"1208800767","b_stt_cd":""}]}'),
    Scripted(body=b"x" * 2_000_000),
]


@pytest.fixture
def office() -> Iterator[FakeTaxOffice]:
    with FakeTaxOffice(BUSINESSES) as fake:
        yield fake


@pytest.fixture
def client(office: FakeTaxOffice) -> NtsClient:
    return NtsClient(office.url, KEY, PATIENCE_S, AdjustableClock(NOW))


@pytest.mark.parametrize(
    ("brn", "state", "tax_type", "end_date"),
    [
        (OPEN, "continuing", "부가가치세 일반과세자", None),
        (RESTING, "suspended", "부가가치세 간이과세자", None),
        (CLOSED, "closed", "부가가치세 간이과세자", date(2025, 3, 31)),
        (UNKNOWN, "unregistered", "", None),
    ],
)
def test_states(
    client: NtsClient, brn: str, state: str, tax_type: str, end_date: date | None
) -> None:
    status = client.status(brn)
    assert (status.state, status.tax_type, status.end_date) == (state, tax_type, end_date)
    assert status.checked_at == NOW


@pytest.mark.parametrize("trouble", TROUBLES, ids=range(len(TROUBLES)))
def test_trouble_is_never_a_verdict(
    client: NtsClient, office: FakeTaxOffice, trouble: Scripted
) -> None:
    office.trouble = trouble
    assert client.status(OPEN).state == "unavailable"
    assert client.validate(OPEN, date(2020, 1, 2), "홍길동") == "unavailable"


@pytest.mark.parametrize(
    "trouble", [Scripted(silent=True), Scripted(body=b" " * 100_000, trickle_s=0.05)]
)
def test_silence_is_never_a_verdict(office: FakeTaxOffice, trouble: Scripted) -> None:
    office.trouble = trouble
    client = NtsClient(office.url, KEY, AT_ONCE_S, AdjustableClock(NOW))
    assert client.status(OPEN).state == "unavailable"
    assert client.validate(OPEN, date(2020, 1, 2), "홍길동") == "unavailable"


def test_validation(client: NtsClient) -> None:
    assert client.validate(OPEN, date(2020, 1, 2), "홍길동") == "valid"
    assert client.validate(OPEN, date(2020, 1, 2), "홍길순") == "invalid"
    assert client.validate(UNKNOWN, date(2020, 1, 2), "홍길동") == "invalid"


def test_a_strange_end_date_is_no_date(client: NtsClient, office: FakeTaxOffice) -> None:
    office.businesses = {CLOSED: Business("03", end_date="2025-13-77")}
    assert client.status(CLOSED).end_date is None


def test_the_key_survives_its_signs(client: NtsClient, office: FakeTaxOffice) -> None:
    client.status(OPEN)
    assert "serviceKey=a%2Bkey%2Fwith%3Dsigns%3D%3D" in office.server.calls[0].path


def test_a_wrong_key_is_an_outage(office: FakeTaxOffice) -> None:
    wrong = NtsClient(office.url, "other", PATIENCE_S, AdjustableClock(NOW))
    assert wrong.status(OPEN).state == "unavailable"


def test_without_a_key_nothing_is_asked(office: FakeTaxOffice) -> None:
    keyless = NtsClient(office.url, "", PATIENCE_S, AdjustableClock(NOW))
    assert keyless.status(OPEN).state == "unavailable"
    assert keyless.validate(OPEN, date(2020, 1, 2), "홍길동") == "unavailable"
    assert office.calls == 0


def test_nobody_answers() -> None:
    with FakeTaxOffice() as office:
        url = office.url
    gone = NtsClient(url, KEY, PATIENCE_S, AdjustableClock(NOW))
    assert gone.status(OPEN).state == "unavailable"


def test_a_name_that_cannot_be_looked_up_does_not_hold_anybody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stuck = threading.Event()
    looked_up: list[object] = []
    ended: list[object] = []

    def never(*where: object) -> list[object]:
        looked_up.append(where)
        stuck.wait(PATIENCE_S)
        ended.append(where)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", never)
    client = NtsClient("https://tax.invalid/v1", KEY, AT_ONCE_S, AdjustableClock(NOW))
    while len(looked_up) < THREADS:
        assert client.status(OPEN).state == "unavailable"
    for _ in range(2):
        assert client.status(OPEN).state == "unavailable"
    assert (len(looked_up), ended) == (THREADS, []), "nobody waited for a look-up"
    stuck.set()
