"""Whose account it is, over HTTP: every answer, every trouble, and nothing told to the logs."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import default_deps
from bot.clients.account_holder import NoAccountChecker
from bot.clients.account_service import AccountService
from bot.config import Settings
from tests.fakes.account_bank import KEY, FakeAccountBank, Transfer
from tests.fakes.faults import FAULTS, LOST, SLOW, UNCLEAR, Fault
from tests.fakes.loopback import Scripted
from tests.patience import PATIENT, hanging_up

BANK, ACCOUNT = "004", "12345601123456"


@pytest.fixture(scope="module")
def server() -> Iterator[FakeAccountBank]:
    with FakeAccountBank() as fake:
        yield fake


@pytest.fixture
def bank(server: FakeAccountBank) -> FakeAccountBank:
    server.holders, server.forced, server.faults = {ACCOUNT: "김순자"}, {}, []
    server.transfers.clear()
    server.server.calls.clear()
    return server


@pytest.fixture
def service(bank: FakeAccountBank) -> AccountService:
    patient = AccountService(bank.url, KEY, PATIENT)
    return hanging_up(patient, bank.server, lambda _: bank.faults)


@pytest.mark.parametrize(
    ("forced", "holder", "won"),
    [
        ("", "found", "sent"),
        ("other_holder", "found", "sent"),
        ("no_account", "not_found", "not_found"),
        ("length", "bad_length", "not_found"),
        ("bank_unsupported", "unsupported", "unsupported"),
        ("maintenance", "unavailable", "unavailable"),
        ("busy", "unavailable", "unavailable"),
        ("timeout", "unavailable", "unclear"),
        ("unclear", "unclear", "unclear"),
        ("no_name", "unclear", "sent"),
        ("other_account", "unclear", "sent"),
    ],
)
def test_what_an_answer_means(
    service: AccountService, bank: FakeAccountBank, forced: str, holder: str, won: str
) -> None:
    bank.forced = {ACCOUNT: forced} if forced else {}
    assert service.holder(BANK, ACCOUNT).outcome == holder
    assert service.send_won(BANK, ACCOUNT, "소신1234", "key-1").outcome == won
    assert len(bank.transfers) == (won == "sent")


def test_the_holder_and_the_memo_arrive_as_they_are(
    service: AccountService, bank: FakeAccountBank
) -> None:
    assert service.holder(BANK, ACCOUNT).holder == "김순자"
    service.send_won(BANK, ACCOUNT, "소신1234", "key-1")
    assert service.send_won(BANK, ACCOUNT, "소신1234", "key-1").outcome == "sent"
    assert bank.transfers == [Transfer(BANK, ACCOUNT, "소신1234", "key-1")]


@pytest.mark.parametrize("fault", [*FAULTS.values(), SLOW], ids=[*FAULTS, "slow"])
def test_trouble_is_no_answer_and_no_promise(
    service: AccountService, bank: FakeAccountBank, fault: Fault
) -> None:
    bank.faults = [fault, fault]
    assert service.holder(BANK, ACCOUNT).outcome in {"unavailable", "unclear"}
    outcome = service.send_won(BANK, ACCOUNT, "소신1234", "key-1").outcome
    assert outcome == ("unclear" if fault in UNCLEAR else "unavailable")


@pytest.mark.parametrize("status", [302, 400, 404, 409, 422])
def test_a_refusal_leaves_open_whether_the_won_was_sent(
    service: AccountService, bank: FakeAccountBank, status: int
) -> None:
    refused = Fault(Scripted(status, b"{}"), taken=True)
    bank.faults = [refused, refused]
    assert service.holder(BANK, ACCOUNT).outcome == "unclear"
    assert service.send_won(BANK, ACCOUNT, "소신1234", "key-1").outcome == "unclear"


def test_a_wrong_key_and_a_dead_server_did_nothing(bank: FakeAccountBank) -> None:
    wrong = AccountService(bank.url, "other", PATIENT)
    with FakeAccountBank() as gone:
        url = gone.url
    dead = AccountService(url, KEY, PATIENT)
    for service in (wrong, dead):
        assert service.holder(BANK, ACCOUNT).outcome == "unavailable"
        assert service.send_won(BANK, ACCOUNT, "소신1234", "key-1").outcome == "unavailable"
    assert bank.transfers == []


def test_accounts_names_and_keys_stand_in_no_address_and_no_log(
    service: AccountService, bank: FakeAccountBank, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    bank.faults = [Fault(), LOST, Fault(), SLOW]
    for number in range(2):
        service.holder(BANK, ACCOUNT)
        service.send_won(BANK, ACCOUNT, "소신1234", f"key-{number}")
    told = caplog.text + "".join(call.path for call in bank.server.calls)
    assert "inquiry/real_name" in caplog.text
    for secret in (ACCOUNT, "김순자", "소신1234", KEY, "key-1"):
        assert secret not in told


def test_without_a_key_people_look(tmp_path: Path) -> None:
    settings = {"APP_ENV": "test", "DATABASE_URL": f"sqlite:///{tmp_path / 'house.db'}"}
    nobody = default_deps(Settings.from_env(settings))
    assert isinstance(nobody.accounts, NoAccountChecker)
    asked = {"ACCOUNT_CHECK_URL": "http://127.0.0.1:1", "ACCOUNT_CHECK_KEY": KEY}
    somebody = default_deps(Settings.from_env(settings | asked))
    assert isinstance(somebody.accounts, AccountService)
