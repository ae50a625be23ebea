"""People of the programme: adding them, letting them in, keeping guessers out.

Granting, changing and taking away access is on record (safety standard: three years). A
try is counted before the password is looked at, so that a thousand guesses at the same
moment are still counted. An unknown login takes as long as a wrong password.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.security import check_password_hash, generate_password_hash

from bot.errors import InvalidInputError, RuleBrokenError
from bot.services.access_log import Access, write
from models.market import Market
from models.session import Database
from models.staff import Role, Staff

MAX_FAILURES = 5
LOCK_FOR = timedelta(minutes=15)
MIN_PASSWORD = 10
MAX_PASSWORD = 200
MIN_LOGIN = 2
MAX_LOGIN = 40
_LOGIN_SIGNS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-_@")
_METHOD = "scrypt:32768:8:1"
"""N=2^15, r=8, p=1: 32 MB and some 60 ms for each guess (Werkzeug's own choice)."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who may work here.

    Attributes:
        stamp: changes with the password; a session with an older one is over.
        market_id: sees payments of this market alone; None for all.
    """

    id: int
    login: str
    name: str
    role: Role
    stamp: str
    market_id: int | None = None

    @property
    def actor(self) -> str:
        """How this person is named in events and logs."""
        return f"staff:{self.login}"


def add_staff(
    session: Session, login: str, name: str, role: str, password: str, *, now: datetime
) -> int:
    """Add a person and return the id.

    Raises:
        InvalidInputError: code `login` (2-40 letters, digits, `.`, `-`, `_`, `@`),
            `login_taken`, `role`, or `password` (10-200 characters, not the login).
    """
    login = _normal(login)
    if not MIN_LOGIN <= len(login) <= MAX_LOGIN or not set(login) <= _LOGIN_SIGNS:
        raise InvalidInputError("a login is 2-40 letters, digits or .-_@", code="login")
    if role not in set(Role):
        raise InvalidInputError(f"a role is one of {', '.join(Role)}", code="role")
    if session.execute(select(Staff.id).where(Staff.login == login)).first():
        raise InvalidInputError("this login is taken", code="login_taken")
    staff = Staff(
        login=login,
        name=name.strip() or login,
        password_hash=hashed(login, password),
        role=Role(role),
        created_at=now,
        updated_at=now,
    )
    session.add(staff)
    session.flush()
    write(session, Access("system", "grant", f"staff:{staff.id}", role), now)
    return staff.id


def set_password(session: Session, login: str, password: str, *, now: datetime) -> None:
    """Give a person a new password; every session of the old one is over, a lock is lifted.

    Raises:
        InvalidInputError: code `no_staff` or `password`.
    """
    staff = _known(session, login)
    staff.password_hash = hashed(staff.login, password)
    staff.failed_logins = 0
    staff.locked_until = None
    staff.updated_at = now
    write(session, Access("system", "password", f"staff:{staff.id}"), now)


def set_market(session: Session, login: str, market_id: int | None, *, now: datetime) -> None:
    """Let a person see the payments of one market alone, or of all again.

    Raises:
        InvalidInputError: code `no_staff` or `no_market`.
    """
    staff = _known(session, login)
    if market_id is not None and session.get(Market, market_id) is None:
        raise InvalidInputError("no such market", code="no_market")
    staff.market_id = market_id
    staff.updated_at = now
    scope = f"market:{market_id}" if market_id is not None else "every market"
    write(session, Access("system", "grant", f"staff:{staff.id}", scope), now)


def set_active(session: Session, login: str, *, active: bool, now: datetime) -> None:
    """Take a person's access away, at once, or give it back; the row stays for the records.

    Raises:
        InvalidInputError: code `no_staff`.
    """
    staff = _known(session, login)
    staff.active = active
    staff.updated_at = now
    action = "grant" if active else "revoke"
    write(session, Access("system", action, f"staff:{staff.id}", staff.role.value), now)


def hashed(login: str, password: str) -> str:
    """Return the hash to keep.

    Raises:
        InvalidInputError: code `password`.
    """
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD or login in password.lower():
        raise InvalidInputError(
            f"a password has {MIN_PASSWORD}-{MAX_PASSWORD} characters and not the login in it",
            code="password",
        )
    return generate_password_hash(password, method=_METHOD)


def log_in(database: Database, login: str, password: str, now: datetime) -> Member:
    """Let somebody in.

    Raises:
        RuleBrokenError: code `login_locked` after five failures, for 15 minutes;
            `login_failed` for everything else, without saying what was wrong.
    """
    found = _counted(database, _normal(login), now)
    kept = found.password_hash if found else _nobody()
    fits = check_password_hash(kept, password[:MAX_PASSWORD])
    if found is None or not fits or not found.active:
        raise RuleBrokenError(code="login_failed")
    with database.transaction() as session:
        staff = session.get_one(Staff, found.id, with_for_update=True)
        staff.failed_logins = 0
        staff.locked_until = None
        staff.last_login_at = now
        return _member(staff)


def member(session: Session, staff_id: int, stamp: str) -> Member | None:
    """Return who a session belongs to; None when the person may not go on."""
    staff = session.get(Staff, staff_id)
    if staff is None or not staff.active:
        return None
    found = _member(staff)
    return found if hmac.compare_digest(found.stamp, stamp) else None


def _counted(database: Database, login: str, now: datetime) -> Staff | None:
    """Count a try as failed until it proves to be right."""
    with database.transaction() as session:
        statement = select(Staff).where(Staff.login == login).with_for_update()
        staff = session.execute(statement).scalar_one_or_none()
        if staff is None:
            return None
        if staff.locked_until is not None and now < staff.locked_until:
            raise RuleBrokenError(code="login_locked")
        staff.failed_logins += 1
        if staff.failed_logins >= MAX_FAILURES:
            staff.failed_logins = 0
            staff.locked_until = now + LOCK_FOR
        return staff


@cache
def _nobody() -> str:
    """Return a hash that costs as much to compare as a real one."""
    return generate_password_hash("nobody has this password", method=_METHOD)


def _known(session: Session, login: str) -> Staff:
    staff = session.scalars(select(Staff).where(Staff.login == _normal(login))).one_or_none()
    if staff is None:
        raise InvalidInputError("no such login", code="no_staff")
    return staff


def _member(staff: Staff) -> Member:
    stamp = hashlib.sha256(staff.password_hash.encode()).hexdigest()[:16]
    return Member(staff.id, staff.login, staff.name, staff.role, stamp, staff.market_id)


def _normal(login: str) -> str:
    return login.strip().lower()
