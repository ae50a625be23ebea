"""Everybody at once: no overlap, no way too short, nothing counted wrong, nobody sees a deadlock."""

import pytest
from sqlalchemy import func, select

from models.session import Database
from models.visit import OCCUPYING, Visit
from tests.visits.storm import Storm, crowd, faults

ORDINARY = {"done", "taken", "already_booked", "wrong_state"}


def standing(database: Database) -> int:
    with database.reading() as session:
        statement = select(func.count()).select_from(Visit).where(Visit.state.in_(OCCUPYING))
        return session.scalar(statement) or 0


def run(database: Database, threads: int, attempts: int, supporters: int, minds: float) -> Storm:
    storm = Storm(crowd(database, supporters, attempts), 2 if minds else 1, minds)
    storm.rage(threads, attempts)
    storm.close()
    print(f"\n{database.url.get_backend_name()}: {storm}")  # noqa: T201 -- the trial's figures
    assert faults(database, storm.place.supporters) == []
    assert set(storm.outcomes) <= ORDINARY, storm.outcomes
    assert storm.outcomes["taken"] > 0
    return storm


def test_a_few_at_once(database: Database) -> None:
    run(database, 12, 120, 2, minds=0.0)
    assert standing(database) >= 2


def test_a_few_who_change_their_minds(database: Database) -> None:
    run(database, 12, 120, 3, minds=0.6)


@pytest.mark.long
def test_fifty_threads_two_thousand_attempts(database: Database) -> None:
    run(database, 50, 2000, 5, minds=0.0)
    assert standing(database) >= 5 * 3


@pytest.mark.long
def test_fifty_threads_who_change_their_minds(database: Database) -> None:
    run(database, 50, 2000, 5, minds=0.5)
