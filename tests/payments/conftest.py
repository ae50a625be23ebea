"""A bank on this machine, and our way to it."""

from collections.abc import Iterator

import pytest

from bot.clients.account_service import AccountService
from tests.fakes.account_bank import KEY, FakeAccountBank
from tests.patience import PATIENT, hanging_up
from tests.payments.applicants import ACCOUNT


@pytest.fixture
def bank() -> Iterator[FakeAccountBank]:
    """Return a bank that knows one account."""
    with FakeAccountBank({ACCOUNT: "김순자"}, keyed=False) as fake:
        yield fake


@pytest.fixture
def service(bank: FakeAccountBank) -> AccountService:
    """Return a client that gives up on silence alone."""
    patient = AccountService(bank.url, KEY, PATIENT)
    return hanging_up(patient, bank.server, lambda _: bank.faults)
