from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.security import generate_password_hash

from bot.clients.nts import BusinessStatus
from bot.clock import AdjustableClock
from bot.config import Settings
from bot.console.desk import Desk
from bot.console.pages import console_blueprint
from bot.services.documents import DocumentStore
from bot.services.sealed_files import SealedFiles
from handlers.pay.words import sentence
from models import crypto
from models.session import Database
from models.staff import Role, Staff
from tests.console.browser import PASSWORD, Person
from tests.console.kit_shop import Shop
from tests.fakes import rows
from tests.fakes.rows import NOW


@pytest.fixture
def clock() -> AdjustableClock:
    return AdjustableClock(NOW)


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Return the hash of everybody's password; cheaper to compare than in production."""
    return generate_password_hash(PASSWORD, method="scrypt:1024:8:1")


@pytest.fixture
def desk(
    sqlite_database: Database, clock: AdjustableClock, tmp_path: Path, password_hash: str
) -> Desk:
    with sqlite_database.transaction() as session:
        for role in Role:
            values = {"login": role.value, "name": "김담당", "role": role}
            staff = Staff(**values, password_hash=password_hash, created_at=NOW, updated_at=NOW)
            session.add(staff)
    return Desk(
        settings=Settings(),
        clock=clock,
        database=sqlite_database,
        documents=DocumentStore(SealedFiles(tmp_path / "files", crypto.ring())),
        kit_files=SealedFiles(tmp_path / "kits", crypto.ring()),
        flows={"registration": "채널 등록"},
        labels={"phone": "전화번호"},
        pay_sentence=sentence,
    )


@pytest.fixture
def app(desk: Desk) -> Flask:
    made = Flask(__name__)
    made.config.update(SECRET_KEY="secret", SESSION_COOKIE_SAMESITE="Lax")
    made.register_blueprint(console_blueprint(desk))
    return made


@pytest.fixture
def person(app: Flask) -> Callable[[str], Person]:
    """Return somebody with this role, logged in; "" for nobody."""

    def arrive(role: str) -> Person:
        made = Person(app.test_client())
        if role:
            assert made.log_in(role).status_code == 303
        return made

    return arrive


@pytest.fixture
def operator(person: Callable[[str], Person]) -> Person:
    return person("operator")


@pytest.fixture
def registered(desk: Desk) -> int:
    """Return the id of a registration whose tax office did not answer."""
    with desk.database.transaction() as session:
        status = BusinessStatus("suspended", "", None, NOW)
        return rows.registration(session, status, store_name="<b>행복과일</b>")[1]


@pytest.fixture
def shop(desk: Desk) -> Shop:
    return Shop(desk)


@pytest.fixture
def rendered(shop: Shop) -> str:
    """Return the number of an order whose files are ready."""
    number = shop.order(shop.store(), items={"poster": 2, "card": 95})
    shop.render()
    return number
