"""What a turn about easy payment costs in CPU time, beside the least a turn can cost.

The same floor and the same way to count as `turn_cost`: of each message of the script the
cheapest of many runs. The people have a store already; that is not counted.
Run: python -m tests.benchmarks.pay_turn_cost
"""

import logging
import shutil
import tempfile
import time
from pathlib import Path
from statistics import mean

from flask import Flask

from models import crypto, migrations
from tests.benchmarks.floor import Floor
from tests.benchmarks.turn_cost import ANSWER_BYTES, MICRO, STATE_BYTES, TARGET, call, environment
from tests.databases import TEST_KEYS
from tests.talk import House, Merchant, furnish
from tests.transcript import register
from tests.trials.registrations import business_number, phone

ROUNDS, PEOPLE = 8, 8
ASKING = range(2, 8)
"""Places of the script where an answer is taken and the next question asked, nothing else."""
SUBMIT_AT = 8
LAST = ("결제 어떻게 됐어요?", "free")
"""What is said at the end, and what is asked then: nothing is, because all was sent in."""


def messages(number: int) -> tuple[str, ...]:
    """Return everything that one applicant says, from the wish to the question how it stands."""
    return (
        "저도 QR로 받고 싶어요",
        "네",
        business_number(number),
        "네",
        "새마을금고",
        f"9002{number:09}",
        "저예요",
        "오백쯤이요",
        "네",
        LAST[0],
    )


def _round(app: Flask, first: int) -> list[tuple[int, float]]:
    """Play the script for everybody; return (place in the script, CPU seconds) of every turn."""
    taken = []
    for number in range(first, first + PEOPLE):
        for place, text in enumerate(messages(number)):
            request = environment(f"user-{number}", text, f"{number}-{place}")
            began = time.process_time()
            call(app, request)
            taken.append((place, time.process_time() - began))
    return taken


def _moved_in(house: House, first: int) -> None:
    for number in range(first, first + PEOPLE):
        own = {"phone": phone(number), "store_name": f"복순상회{number}", "channel_public_id": None}
        register(Merchant(house, f"user-{number}"), own)


def _all_applied(house: House, first: int) -> None:
    """Refuse figures of people who were asked something else than the script answers."""
    for number in range(first, first + PEOPLE):
        who = Merchant(house, f"user-{number}")
        assert who.asked == LAST[1]
        assert [each["state"] for each in who.record["payments"]] == ["collecting"]


def measure(folder: Path) -> dict[str, dict[int, float]]:
    """Return CPU seconds by candidate and place in the script."""
    for name in ("floor.db", "ours.db"):
        migrations.upgrade(f"sqlite:///{folder / name}")
    floor = Floor(folder / "floor.db", STATE_BYTES, ANSWER_BYTES)
    house = House(f"sqlite:///{folder / 'ours.db'}")
    furnish(house.database)
    best: dict[str, dict[int, float]] = {"floor": {}, "ours": {}}
    try:
        for first in range(1, ROUNDS * PEOPLE, PEOPLE):
            _moved_in(house, first)
            for name, app in (("floor", floor.app), ("ours", house.app)):
                for place, seconds in _round(app, first):
                    best[name][place] = min(best[name].get(place, seconds), seconds)
            _all_applied(house, first)
    finally:
        floor.close()
        house.close()
    return best


def report() -> dict[str, float]:
    """Measure and print; return how many floors a turn costs, by kind of turn."""
    crypto.use(crypto.KeyRing.from_setting(TEST_KEYS))
    logging.getLogger().setLevel(logging.WARNING)
    folder = Path(tempfile.mkdtemp(prefix="pay-turn-cost"))
    try:
        best = measure(folder)
    finally:
        shutil.rmtree(folder)
    floor, ours = mean(best["floor"].values()), best["ours"]
    print("\nCPU of one turn about easy payment")
    for place, text in enumerate(messages(1)):
        print(f"  {ours[place] * MICRO:6.0f} us {ours[place] / floor:6.1f} x floor  {text}")
    figures = {
        "an answer": mean(ours[place] for place in ASKING) / floor,
        "sending it in": ours[SUBMIT_AT] / floor,
        "all turns": mean(ours.values()) / floor,
    }
    told = ", ".join(f"{name} {figure:.1f}" for name, figure in figures.items())
    print(f"  floor {floor * MICRO:.0f} us; x floor: {told} (target <= {TARGET})")
    return figures


if __name__ == "__main__":
    report()
