import pytest
from flask import Flask

from bot.clock import AdjustableClock
from bot.config import Settings
from bot.dialogue.message import Inbound
from bot.services.field_links import FieldLinks
from bot.web.field import FieldDesk, field_blueprint
from models.session import Database
from tests.field.phone import Field, Phone, field_of, morning


class Listener:
    """Stands where the engine stands, and answers in few words."""

    def __init__(self) -> None:
        self.heard: list[Inbound] = []

    def handle(self, inbound: Inbound) -> bytes:
        self.heard.append(inbound)
        return b'{"template": {"outputs": [{"simpleText": {"text": "ok"}}]}}'


@pytest.fixture
def ground(sqlite_database: Database) -> Field:
    return field_of(sqlite_database)


@pytest.fixture
def both(database: Database) -> Field:
    """Return the same on both databases."""
    return field_of(database)


@pytest.fixture
def clock() -> AdjustableClock:
    return AdjustableClock(morning())


@pytest.fixture
def links(clock: AdjustableClock) -> FieldLinks:
    return FieldLinks("secret", "https://bot.example", clock)


@pytest.fixture
def engine() -> Listener:
    return Listener()


@pytest.fixture
def app(ground: Field, clock: AdjustableClock, links: FieldLinks, engine: Listener) -> Flask:
    made = Flask(__name__)
    made.config.update(SECRET_KEY="secret", SESSION_COOKIE_SAMESITE="Lax")
    desk = FieldDesk(
        settings=Settings(public_url="https://bot.example", office_phone="02-000-0000"),
        clock=clock,
        database=ground.database,
        links=links,
        conversation=engine,
    )
    made.register_blueprint(field_blueprint(desk))
    return made


@pytest.fixture
def stranger(app: Flask, links: FieldLinks, clock: AdjustableClock) -> Phone:
    return Phone(app.test_client(), links, clock)


@pytest.fixture
def phone(stranger: Phone, ground: Field) -> Phone:
    assert stranger.sign_in(ground.supporter).status_code == 303
    return stranger
