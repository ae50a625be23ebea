"""The end of a call is not forgotten while the database is away."""

import threading

import pytest
from sqlalchemy.exc import OperationalError

from bot.outbox.away import KEPT, KEPT_AT_END, insist
from models.errors import BusyError
from tests.fakes.post import StillWatch

GONE = OperationalError("UPDATE", {}, Exception("gone"))


class Writer:
    """Fails so often, and counts."""

    def __init__(self, *failures: Exception) -> None:
        self.failures, self.calls = list(failures), 0

    def __call__(self) -> None:
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)


def test_what_could_not_be_written_is_written_again() -> None:
    writer = Writer(GONE, BusyError("locked"), GONE)
    insist(writer, StillWatch(), threading.Event())
    assert writer.calls == 4


def test_another_error_is_none_of_its_business() -> None:
    writer = Writer(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        insist(writer, StillWatch(), threading.Event())
    assert writer.calls == 1


def test_it_does_not_wait_for_ever() -> None:
    watch = StillWatch()
    with pytest.raises(OperationalError):
        insist(Writer(*[GONE] * 1000), watch, threading.Event())
    assert KEPT < watch.passed < KEPT + 1


def test_a_process_that_is_to_end_waits_less() -> None:
    watch, ending = StillWatch(), threading.Event()
    ending.set()
    with pytest.raises(OperationalError):
        insist(Writer(*[GONE] * 1000), watch, ending)
    assert KEPT_AT_END < watch.passed < KEPT_AT_END + 1
