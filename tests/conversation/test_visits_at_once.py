"""Several merchants want the same time: one has it, the others hear so and get other times."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from bot.web.webhook import TROUBLE
from models.states import VisitState
from models.visit import Visit
from tests import town
from tests.talk import House, Merchant, Said, house
from tests.transcript import register

MERCHANTS = 5
PATIENCE = 5
"""How often somebody says it again when we are too busy."""


@pytest.fixture(params=["sqlite", "postgres"])
def building(request: pytest.FixtureRequest) -> Iterator[House]:
    url: str = request.getfixturevalue(f"{request.param}_url")
    with house(url) as made:
        town.hire(made, [{}])
        yield made


def at_the_choice(building: House, number: int) -> Merchant:
    """Bring a merchant to the question which of the offered times it is to be."""
    person = Merchant(building, f"merchant-{number}")
    register(person, {"phone": f"0100000{number:04}", "store_name": f"가게{number}"})
    for text in ("방문신청", "1", "1", "모레 3시"):
        said = person.say(text)
    assert "1. 11월 25일(수) 오후 3시" in said.text
    return person


def all_at_once(people: list[Merchant], text: str) -> list[Said]:
    """Let everybody say the same at the same moment; who is told to say it later does so.

    On a busy machine SQLite lets one write after the other for longer than we wait.
    """
    start = threading.Barrier(len(people))
    said: dict[str, Said] = {}

    def speak(person: Merchant) -> None:
        start.wait()
        for _ in range(PATIENCE):
            said[person.user] = person.say(text)
            if said[person.user].body != TROUBLE:
                return

    threads = [threading.Thread(target=speak, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [said[person.user] for person in people]


def standing(building: House) -> list[Visit]:
    """Return what takes up the supporter's time, in order."""
    states = (VisitState.HELD, VisitState.CONFIRMED)
    with building.database.reading() as session:
        rows = session.scalars(select(Visit).where(Visit.state.in_(states)))
        return sorted(rows, key=lambda visit: visit.starts_at)


def test_one_has_the_time_and_the_others_hear_so(building: House) -> None:
    people = [at_the_choice(building, number) for number in range(1, MERCHANTS + 1)]
    answers = all_at_once(people, "1")
    assert all(answer.body != TROUBLE for answer in answers)
    lucky = [person for person in people if person.asked == "visit.confirm"]
    others = [p for p in people if p.asked == "visit.slot_choice"]
    assert len(lucky) == 1
    assert len(others) == MERCHANTS - 1
    for person in others:
        assert person.last is not None
        assert "방금 다른 분이 그 시간을 잡았어요" in person.last.text
        assert "오후 3시\n" not in person.last.text.split("골라 주세요.")[-1]
        assert "1. 11월" in person.last.text


def test_everybody_gets_a_time_and_nobody_twice(building: House) -> None:
    people = [at_the_choice(building, number) for number in range(1, MERCHANTS + 1)]
    for _ in range(MERCHANTS + 1):
        choosing = [person for person in people if person.asked == "visit.slot_choice"]
        if not choosing:
            break
        all_at_once(choosing, "1")
    assert {person.asked for person in people} == {"visit.confirm"}
    all_at_once(people, "네")
    visits = standing(building)
    assert [visit.state for visit in visits] == [VisitState.CONFIRMED] * MERCHANTS
    for before, after in pairwise(visits):
        assert before.ends_at + timedelta(minutes=3) <= after.starts_at


def test_a_stale_look_is_forgotten_between_two_attempts(building: House) -> None:
    person = at_the_choice(building, 1)
    town.rival_books(person, "2026-11-25 15:00", register)
    said = person.say("1")
    assert "방금 다른 분이 그 시간을 잡았어요" in said.text
    assert person.asked == "visit.slot_choice"
    assert len(standing(building)) == 1
