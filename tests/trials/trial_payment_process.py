"""Processes that open, approve and finish test payments, quickly begun, for trials.

`python -m tests.trials.trial_payment_process DATABASE_URL KAKAOPAY_URL` forks a process for each
line that it reads and answers with its number. A line is JSON: what to do, the id (of the
application to `open`, of the test payment to `pay`), the token, the moment.
"""

import json
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.clients.kakaopay import KakaoPayClient
from bot.clock import AdjustableClock
from bot.config import KAKAOPAY_TEST_CID
from bot.services.trial_links import TrialLinks
from bot.services.trial_payments import Till, finish_trials, open_trial, pay
from models import crypto
from models.session import Database
from tests.databases import PATIENCE, TEST_KEYS
from tests.fakes.kakaopay import KEY
from tests.patience import PATIENT


def work(task: dict[str, Any], url: str, kakaopay: str) -> None:
    """Do one thing, as a process of its own."""
    now = datetime.fromisoformat(task["now"])
    client = KakaoPayClient(kakaopay, KEY, KAKAOPAY_TEST_CID, PATIENT)
    links = TrialLinks("secret", "https://bot.example.org", AdjustableClock(now))
    till = Till(Database(url, PATIENCE), client, links)
    if task["do"] == "open":
        open_trial(till, task["id"], now)
    elif task["do"] == "pay":
        pay(till, task["id"], task["token"], now)
    else:
        finish_trials(till, now)


def mother(url: str, kakaopay: str) -> None:
    """Begin a process for each line, until there are no more; then end them all."""
    children: list[int] = []
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                work(json.loads(line), url, kakaopay)
            finally:
                os._exit(0)
        children.append(child)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
    for child in children:
        if Path(f"/proc/{child}").exists():
            os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    crypto.use(crypto.KeyRing.from_setting(TEST_KEYS))
    mother(sys.argv[1], sys.argv[2])
