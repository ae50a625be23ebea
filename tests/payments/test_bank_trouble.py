"""Banks over the wire that are slow, lose answers, or see us die: nothing twice, nothing lost."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.clients.account_service import AccountService
from bot.services import payments
from models.payment import PayCheck
from models.session import Database
from tests.fakes.account_bank import FakeAccountBank
from tests.fakes.faults import FAULTS, SLOW, Fault
from tests.patience import PATIENCE_S
from tests.payments.applicants import Applicant, applicant
from tests.use_cases.people import NOW

ROOT = Path(__file__).parents[2]
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
EVERY = {**FAULTS, "slow": SLOW}
LATER = (11, 31, 71, 151, 311, 631)
"""Minutes after which every pause of an outage is over, one after the other."""


def waiting(database: Database, *, won: bool = False) -> Applicant:
    who = applicant(database)
    who.agree()
    who.apply()
    if won:
        ask_for_won(who)
    return who


def ask_for_won(who: Applicant, now: datetime = NOW) -> bool:
    with who.person.turn(f"won {now}", now) as tx:
        return payments.ask_for_won(tx.session, who.id, tx.now)


def tell(who: Applicant, memo: str, now: datetime) -> str:
    with who.person.turn(f"tell {memo}", now) as tx:
        return payments.tell_won_code(tx, who.id, memo)


def twins(work: Callable[[], int]) -> None:
    """Let two tickers do the same at the same time."""
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(work), pool.submit(work)]:
            done.result(PATIENCE_S)


def pass_the_day(who: Applicant, service: AccountService) -> None:
    for minutes in (0, *LATER):
        now = NOW + minutes * MINUTE
        twins(lambda now=now: payments.check_accounts(who.database, service, now))  # type: ignore[misc]  # a lambda with a default
        twins(lambda now=now: payments.send_won(who.database, service, now))  # type: ignore[misc]  # a lambda with a default


@pytest.mark.parametrize("fault", EVERY.values(), ids=EVERY)
def test_no_trouble_leaves_an_account_unlooked_at(
    database: Database, bank: FakeAccountBank, service: AccountService, fault: Fault
) -> None:
    who = waiting(database)
    bank.faults = [fault] * 3
    pass_the_day(who, service)
    lines = {line.key: line for line in who.overview().requirements}
    if "account" in lines:  # an answer of no meaning is for people
        assert lines["account"].error_code == "provider_unknown"
    assert who.overview().waits_for in ("us", "merchant")
    with database.reading() as session:
        found = session.scalars(select(PayCheck.kind).where(PayCheck.result == "pass")).all()
    assert len(found) == len(set(found)), "two tickers leave one finding"


@pytest.mark.parametrize("fault", EVERY.values(), ids=EVERY)
def test_no_trouble_sends_a_won_twice(
    database: Database, bank: FakeAccountBank, service: AccountService, fault: Fault
) -> None:
    who = waiting(database, won=True)
    bank.forced = {"004": "bank_unsupported"}
    payments.check_accounts(database, service, NOW)
    bank.forced, bank.faults = {}, [fault]
    pass_the_day(who, service)
    assert len(bank.transfers) <= 1
    if bank.transfers:
        assert tell(who, bank.transfers[0].memo, NOW + DAY) == "right", "answered or not"
        return
    assert ask_for_won(who, NOW + 2 * DAY), "who got none may ask again"
    payments.send_won(database, service, NOW + 2 * DAY)
    assert tell(who, bank.transfers[0].memo, NOW + 2 * DAY) == "right"


@pytest.fixture
def killed(database: Database, bank: FakeAccountBank) -> Iterator[Callable[[datetime], None]]:
    """Return what begins a process at a moment and kills it while the bank works for it."""
    url = database.url.render_as_string(hide_password=False)
    mother = subprocess.Popen(
        [sys.executable, "-m", "tests.payments.bank_process", url, bank.url],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert mother.stdin is not None
    assert mother.stdout is not None

    def kill(now: datetime) -> None:
        assert mother.stdin is not None
        assert mother.stdout is not None
        before = bank.calls
        mother.stdin.write(f"{now.isoformat()}\n")
        mother.stdin.flush()
        child = int(mother.stdout.readline())
        _until(lambda: bank.calls > before)
        os.kill(child, signal.SIGKILL)
        _until(lambda: not Path(f"/proc/{child}").exists())

    yield kill
    mother.communicate(timeout=PATIENCE_S)


def _until(done: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < ends, "it does not come"
        time.sleep(0.005)


def test_who_dies_while_the_bank_works(
    database: Database,
    bank: FakeAccountBank,
    service: AccountService,
    killed: Callable[[datetime], None],
) -> None:
    who = waiting(database, won=True)
    bank.faults = [SLOW]
    killed(NOW)
    assert len(bank.asked("real_name")) == 1
    bank.forced = {"004": "bank_unsupported"}
    payments.check_accounts(database, service, NOW)
    assert len(bank.asked("real_name")) == 2, "what nobody heard is asked again"
    bank.forced, bank.faults = {}, [SLOW]
    killed(NOW)
    pass_the_day(who, service)
    assert len(bank.transfers) == 1, "a won that may have been sent is not sent again"
    assert who.overview().won_sent_at == NOW
    assert ask_for_won(who, NOW + MINUTE) is False
    assert tell(who, bank.transfers[0].memo, NOW + DAY) == "right"
