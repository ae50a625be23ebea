"""The job that has kits made: crashes, rivals, and what happens meanwhile."""

import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.jobs.runner import run_one
from bot.jobs.schedule import Job
from bot.services import privacy
from bot.services.kits import Sheet, cancel, rendering
from bot.services.registration import correct
from models.kit import KitOrder
from models.merchant import Store
from models.session import Database
from tests.databases import TEST_KEYS
from tests.fakes.press import FakePress
from tests.use_cases.kit_people import Customer, customer, history, sealed_in
from tests.use_cases.people import NOW

ROOT = Path(__file__).resolve().parents[2]
BASE = "https://bot.example.org/k"
DONE = [
    (None, "confirmed", None),
    ("confirmed", "rendered", None),
    ("rendered", "preflighted", None),
]
AFTER_LEASE = NOW + rendering.LEASE


@pytest.fixture
def buyer(database: Database, tmp_path: Path) -> Customer:
    return customer(database, tmp_path)


def test_nobody_waits_while_a_kit_is_made(buyer: Customer) -> None:
    def write(_sheet: Sheet) -> None:
        with buyer.database.transaction(within=1.5) as session:
            session.execute(update(Store).values(category="seafood"))

    buyer.press = FakePress(during=write)
    buyer.order()
    assert buyer.render() == 1


class CrashError(Exception):
    """What a library throws when it breaks."""


def _crash(_sheet: Sheet) -> None:
    raise CrashError


def test_a_crash_costs_the_order_a_while_and_nobody_else(buyer: Customer) -> None:
    number = buyer.order("a")
    buyer.press = FakePress(during=_crash)
    job = Job("render_kits", timedelta(seconds=2), buyer.render)
    assert run_one(job, NOW) is None
    other = buyer.order("b")
    buyer.press = FakePress()
    assert buyer.render(AFTER_LEASE - timedelta(seconds=1)) == 1
    assert (buyer.state(number), buyer.state(other)) == ("confirmed", "preflighted")
    assert buyer.render(AFTER_LEASE) == 1
    assert history(buyer.database, number) == DONE


def test_what_crashes_again_and_again_is_given_up(buyer: Customer) -> None:
    number = buyer.order()
    buyer.press = FakePress(during=_crash)
    for turn in range(rendering.MAX_ATTEMPTS):
        with pytest.raises(CrashError):
            buyer.render(NOW + turn * rendering.LEASE)
    later = NOW + rendering.MAX_ATTEMPTS * rendering.LEASE
    assert buyer.render(later) == 0
    assert len(buyer.press.rendered) == rendering.MAX_ATTEMPTS
    assert history(buyer.database, number)[1:] == [("confirmed", "failed", "render_crashed")]


def test_of_several_runners_each_order_has_one(buyer: Customer, tmp_path: Path) -> None:
    numbers = [buyer.order(f"turn {n}") for n in range(8)]
    with ThreadPoolExecutor(4) as pool:
        done = sum(pool.map(lambda _: buyer.render(), range(8)))
    assert done == len(numbers)
    assert len(buyer.press.rendered) == len(numbers)
    for number in numbers:
        assert history(buyer.database, number) == DONE
    assert sealed_in(tmp_path / "kits") == len(numbers)


def test_who_lost_the_claim_records_nothing(buyer: Customer, tmp_path: Path) -> None:
    number = buyer.order()
    rival = FakePress()

    def overtaken(_sheet: Sheet) -> None:
        second = Customer(buyer.person, buyer.files, rival)
        assert second.render(AFTER_LEASE) == 1

    buyer.press = FakePress(during=overtaken)
    assert buyer.render() == 0
    assert len(rival.rendered) == 1
    assert history(buyer.database, number) == DONE
    with buyer.look(number) as order:
        assert buyer.files.get(order.storage_key or "")
        assert order.attempts == 2
    assert sealed_in(tmp_path / "kits") == 1


def test_a_rival_that_is_still_at_work_is_not_disturbed(buyer: Customer, tmp_path: Path) -> None:
    number = buyer.order()
    later = iter((NOW + timedelta(hours=1), NOW + timedelta(hours=9)))

    def claimed(_sheet: Sheet) -> None:
        with buyer.database.transaction() as session:
            session.execute(update(KitOrder).values(claimed_until=next(later)))

    buyer.press = FakePress(during=claimed)
    assert buyer.render() == 0
    assert sealed_in(tmp_path / "kits") == 0
    buyer.press = FakePress(during=claimed, refusals={"순자네 반찬": "text_glyph"})
    assert buyer.render(NOW + timedelta(hours=2)) == 0
    assert history(buyer.database, number) == DONE[:1]


def test_who_lost_the_claim_fails_nothing(buyer: Customer) -> None:
    number = buyer.order()

    def overtaken(_sheet: Sheet) -> None:
        Customer(buyer.person, buyer.files, FakePress()).render(AFTER_LEASE)

    buyer.press = FakePress(during=overtaken, refusals={"순자네 반찬": "text_glyph"})
    assert buyer.render() == 0
    assert history(buyer.database, number) == DONE


def _called_off(buyer: Customer) -> None:
    with buyer.person.turn("off") as tx:
        cancel(tx, 1)


def _erased(buyer: Customer) -> None:
    with buyer.person.turn("erase") as tx:
        privacy.erase(tx)


@pytest.mark.parametrize(("act", "state"), [(_called_off, "cancelled"), (_erased, "erased")])
def test_what_is_taken_back_meanwhile_stays_so(
    buyer: Customer, tmp_path: Path, act: Callable[[Customer], None], state: str
) -> None:
    number = buyer.order()
    buyer.press = FakePress(during=lambda _: act(buyer))
    assert buyer.render() == 0
    with buyer.look(number) as order:
        assert (order.state, order.storage_key) == (state, None)
    assert sealed_in(tmp_path / "kits") == 0


def test_a_name_that_changes_meanwhile_outdates_what_was_made(buyer: Customer) -> None:
    def rename(_sheet: Sheet) -> None:
        with buyer.person.turn("rename") as tx:
            correct(tx, "store_name", "순자네 손맛")

    buyer.press = FakePress(during=rename)
    number = buyer.order()
    assert buyer.render() == 1
    with buyer.look(number) as order:
        assert (order.store_name, order.is_outdated) == ("순자네 반찬", True)


HANGS = """
import sys, time
from datetime import datetime
from pathlib import Path
from bot.services.kits import render_due
from bot.services.sealed_files import SealedFiles
from models import crypto
from models.session import Database
from tests.fakes.press import FakePress

url, folder, now, keys = sys.argv[1:]
crypto.use(crypto.KeyRing.from_setting(keys))

def hang(_sheet):
    print("begun", flush=True)
    time.sleep(60)

files = SealedFiles(Path(folder), crypto.ring())
render_due(Database(url), files, FakePress(during=hang), datetime.fromisoformat(now))
"""


def test_a_killed_renderer_costs_nothing_but_time(buyer: Customer, tmp_path: Path) -> None:
    number = buyer.order()
    url = buyer.database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", HANGS, url, str(tmp_path / "kits"), NOW.isoformat(), TEST_KEYS]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    assert buyer.render(AFTER_LEASE - timedelta(seconds=1)) == 0
    assert buyer.state(number) == "confirmed"
    assert buyer.render(AFTER_LEASE) == 1
    assert history(buyer.database, number) == DONE
    assert sealed_in(tmp_path / "kits") == 1
