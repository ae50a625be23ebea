from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bot.clock import AdjustableClock
from bot.config import Settings
from bot.services.kit_links import KitLinks
from bot.services.kits import Thumbnails
from bot.services.kits.gallery import CappedFiles, Gallery
from bot.services.kits.signposts import Signposts
from bot.web.kits import KitDesk, kits_blueprint
from bot.web.short_links import short_links_blueprint
from models import crypto
from models.session import Database
from tests.fakes.press import FakePress
from tests.patience import PATIENCE_S
from tests.use_cases.kit_people import Customer, customer
from tests.use_cases.people import NOW


@pytest.fixture
def clock() -> AdjustableClock:
    return AdjustableClock(NOW)


@pytest.fixture
def press() -> FakePress:
    return FakePress()


@pytest.fixture
def buyer(sqlite_database: Database, tmp_path: Path) -> Customer:
    return customer(sqlite_database, tmp_path)


@pytest.fixture
def desk(
    sqlite_database: Database,
    buyer: Customer,
    clock: AdjustableClock,
    press: FakePress,
    tmp_path: Path,
) -> KitDesk:
    cache = CappedFiles(tmp_path / "pictures", crypto.ring())
    return KitDesk(
        settings=Settings(office_phone="02-000-0000"),
        clock=clock,
        database=sqlite_database,
        links=KitLinks("secret", "", clock),
        files=buyer.files,
        gallery=Gallery(Thumbnails(sqlite_database, press, cache), patience_s=PATIENCE_S),
    )


@pytest.fixture
def client(desk: KitDesk, clock: AdjustableClock) -> FlaskClient:
    app = Flask(__name__)
    app.register_blueprint(kits_blueprint(desk))
    app.register_blueprint(short_links_blueprint(clock, Signposts(desk.database)))
    return app.test_client()
