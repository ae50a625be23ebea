"""Silence is given up at once, and everything else has time: what the other tests rest on."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.clients.account_service import AccountService
from tests.fakes.account_bank import KEY, FakeAccountBank
from tests.fakes.faults import LOST, SLOW, Fault
from tests.patience import AT_ONCE_S, PATIENCE_S, PATIENT, hanging_up

BANK, ACCOUNT = "004", "12345601123456"
BUSY_MACHINE = Fault(delay_s=5 * AT_ONCE_S)


def test_only_the_call_that_meets_silence_is_given_up() -> None:
    with FakeAccountBank({ACCOUNT: "김순자"}) as bank:
        service = AccountService(bank.url, KEY, PATIENT)
        hanging_up(service, bank.server, lambda _: bank.faults)
        bank.faults = [BUSY_MACHINE, SLOW, BUSY_MACHINE]
        outcomes = [
            service.send_won(BANK, ACCOUNT, "소신1234", f"key-{number}").outcome
            for number in range(3)
        ]
        assert outcomes == ["sent", "unclear", "sent"]
        assert len(bank.transfers) == 3, "the answer was given up, and the work was done"


@pytest.mark.parametrize("faults", [[SLOW] * 3, [LOST, SLOW, LOST], [Fault(), SLOW, SLOW]])
def test_calls_at_the_same_time_meet_each_their_own(faults: list[Fault]) -> None:
    with FakeAccountBank({ACCOUNT: "김순자"}) as bank, ThreadPoolExecutor(4) as pool:
        service = AccountService(bank.url, KEY, PATIENT)
        hanging_up(service, bank.server, lambda _: bank.faults)
        bank.faults = list(faults)
        asking = [pool.submit(service.holder, BANK, ACCOUNT) for _ in range(8)]
        outcomes = [one.result(PATIENCE_S).outcome for one in asking]
        unclear = sum(fault in (LOST, SLOW) for fault in faults)
        assert sorted(outcomes) == ["found"] * (8 - unclear) + ["unavailable"] * unclear
