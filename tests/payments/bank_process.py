"""A process that asks banks once and ends, to be killed in the middle of a call.

`python -m tests.payments.bank_process DATABASE_URL BANK_URL` loads everything once and begins
such a process for each line that it reads, a moment in ISO format, answering with its number.
"""

import os
import signal
import sys
from datetime import datetime

from bot.clients.account_service import AccountService
from bot.services import payments
from models import crypto
from models.session import Database
from tests.databases import PATIENCE, TEST_KEYS
from tests.fakes.account_bank import KEY
from tests.patience import PATIENT


def work(url: str, bank: str, now: datetime) -> None:
    """Do what is due, once."""
    database = Database(url, PATIENCE)
    database.keep_every_commit()
    service = AccountService(bank, KEY, PATIENT)
    payments.check_accounts(database, service, now)
    payments.send_won(database, service, now)


def mother(url: str, bank: str) -> None:
    """Begin a process for each line, until there are no more."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                work(url, bank, datetime.fromisoformat(line.strip()))
            finally:
                os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    crypto.use(crypto.KeyRing.from_setting(TEST_KEYS))
    mother(sys.argv[1], sys.argv[2])
