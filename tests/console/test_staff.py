"""Adding people and letting them in, on both databases."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.errors import InvalidInputError, RuleBrokenError
from bot.services import staff
from bot.services.access_log import verify
from bot.services.staff import (
    LOCK_FOR,
    MAX_FAILURES,
    add_staff,
    log_in,
    member,
    set_active,
    set_market,
    set_password,
)
from models.events import AccessLog
from models.session import Database
from models.staff import Role, Staff
from tests.console.browser import PASSWORD
from tests.fakes.rows import NOW
from tests.use_cases.people import add_market


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spend less on each guess than production does."""
    monkeypatch.setattr(staff, "_METHOD", "scrypt:1024:8:1")


def _add(database: Database, login: str = "kim", password: str = PASSWORD) -> int:
    with database.transaction() as session:
        return add_staff(session, login, "김담당", "operator", password, now=NOW)


def _code(database: Database, login: str, password: str) -> str:
    try:
        return log_in(database, login, password, NOW).login
    except RuleBrokenError as error:
        return error.code


def test_somebody_sees_one_market_and_all_again(database: Database) -> None:
    _add(database)
    with database.transaction() as session:
        market = add_market(session)
        set_market(session, "Kim", market, now=NOW)
    assert log_in(database, "kim", PASSWORD, NOW).market_id == market
    with database.transaction() as session:
        for login, number, code in (("kim", 99, "no_market"), ("lee", market, "no_staff")):
            with pytest.raises(InvalidInputError) as error:
                set_market(session, login, number, now=NOW)
            assert error.value.code == code
        set_market(session, "kim", None, now=NOW)
    assert log_in(database, "kim", PASSWORD, NOW).market_id is None
    with database.reading() as session:
        granted = session.scalars(select(AccessLog.reason).order_by(AccessLog.id)).all()
    assert granted[1:] == [f"market:{market}", "every market"]


def test_somebody_comes_in(database: Database) -> None:
    staff_id = _add(database, " Kim ")
    who = log_in(database, "KIM", PASSWORD, NOW)
    assert (who.id, who.login, who.name, who.role) == (staff_id, "kim", "김담당", Role.OPERATOR)
    assert who.actor == "staff:kim"
    with database.reading() as session:
        assert member(session, staff_id, who.stamp) == who
        assert member(session, staff_id, "0" * 16) is None
        assert member(session, 987654, who.stamp) is None
        row = session.scalars(select(Staff)).one()
        assert row.last_login_at == NOW
        assert row.password_hash.startswith("scrypt:")
        assert PASSWORD not in row.password_hash


@pytest.mark.parametrize(
    ("login", "role", "password", "code"),
    [
        ("k", "operator", PASSWORD, "login"),
        ("한글", "operator", PASSWORD, "login"),
        ("a b", "operator", PASSWORD, "login"),
        ("k" * 41, "operator", PASSWORD, "login"),
        ("lee", "boss", PASSWORD, "role"),
        ("lee", "operator", "short", "password"),
        ("lee", "operator", "x" * 201, "password"),
        ("lee", "operator", "Lee-1234567", "password"),
        ("kim", "operator", PASSWORD, "login_taken"),
    ],
)
def test_who_cannot_be_added(
    database: Database, login: str, role: str, password: str, code: str
) -> None:
    _add(database)
    with database.transaction() as session, pytest.raises(InvalidInputError) as caught:
        add_staff(session, login, "이름", role, password, now=NOW)
    assert caught.value.code == code


def test_locked_after_five_and_open_again(database: Database) -> None:
    _add(database)
    for _ in range(MAX_FAILURES):
        assert _code(database, "kim", "wrong") == "login_failed"
    assert _code(database, "kim", PASSWORD) == "login_locked"
    with pytest.raises(RuleBrokenError):
        log_in(database, "kim", PASSWORD, NOW + LOCK_FOR - timedelta(seconds=1))
    assert log_in(database, "kim", PASSWORD, NOW + LOCK_FOR).login == "kim"


def test_the_fifth_try_may_be_right(database: Database) -> None:
    _add(database)
    for _ in range(MAX_FAILURES - 1):
        _code(database, "kim", "wrong")
    assert _code(database, "kim", PASSWORD) == "kim"
    assert _code(database, "kim", PASSWORD) == "kim"


def test_guesses_at_the_same_moment_are_all_counted(database: Database) -> None:
    _add(database)
    codes: list[str] = []
    guessers = [
        threading.Thread(target=lambda: codes.append(_code(database, "kim", "wrong")))
        for _ in range(20)
    ]
    for guesser in guessers:
        guesser.start()
    for guesser in guessers:
        guesser.join()
    assert codes.count("login_failed") == MAX_FAILURES
    assert codes.count("login_locked") == 20 - MAX_FAILURES


def test_a_new_password_ends_the_old_one_and_a_lock(database: Database) -> None:
    _add(database)
    stamp = log_in(database, "kim", PASSWORD, NOW).stamp
    for _ in range(MAX_FAILURES):
        _code(database, "kim", "wrong")
    with database.transaction() as session:
        set_password(session, "Kim", "another good one", now=NOW)
    assert _code(database, "kim", PASSWORD) == "login_failed"
    assert log_in(database, "kim", "another good one", NOW).stamp != stamp


def test_access_is_taken_away_and_given_back_on_record(database: Database) -> None:
    staff_id = _add(database)
    for active, outcome in ((False, "login_failed"), (True, "kim")):
        with database.transaction() as session:
            set_active(session, "kim", active=active, now=NOW)
        assert _code(database, "kim", PASSWORD) == outcome
    with database.reading() as session:
        log = session.scalars(select(AccessLog).order_by(AccessLog.id)).all()
        assert [row.action for row in log] == ["grant", "revoke", "grant"]
        assert {row.subject for row in log} == {f"staff:{staff_id}"}
        assert verify(session).broken_at is None


def test_nobody_of_that_name(database: Database) -> None:
    with database.transaction() as session:
        with pytest.raises(InvalidInputError):
            set_password(session, "lee", PASSWORD, now=NOW)
        with pytest.raises(InvalidInputError):
            set_active(session, "lee", active=False, now=NOW)


def test_nobody_learns_which_logins_exist(database: Database) -> None:
    _add(database)
    with database.transaction() as session:
        session.scalars(select(Staff)).one().active = False
    assert {_code(database, login, PASSWORD) for login in ("kim", "lee", "")} == {"login_failed"}
