"""Where scanned codes lead, and that nothing of whoever scans is kept."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from bot.clock import KST, AdjustableClock
from bot.services.kits import short_link
from bot.services.kits.signposts import Signposts
from bot.web import kit_texts
from bot.web.kits import kits_blueprint
from bot.web.short_links import short_links_blueprint
from models.kit import KitLink, KitScan
from models.merchant import ChannelRegistration
from models.session import Database
from models.states import ChannelState
from tests.use_cases.kit_people import Customer, customer
from tests.use_cases.people import NOW

TARGET = "https://pf.kakao.com/_SunjaB/friend"


@pytest.fixture
def clock() -> AdjustableClock:
    return AdjustableClock(NOW)


@pytest.fixture
def buyer(database: Database, tmp_path: Path) -> Customer:
    return customer(database, tmp_path)


@pytest.fixture
def code(buyer: Customer) -> str:
    with buyer.database.transaction() as session:
        return short_link(session, 1, "poster-a4", NOW)


@pytest.fixture
def client(buyer: Customer, clock: AdjustableClock) -> FlaskClient:
    app = Flask(__name__)
    app.config["SECRET_KEY"] = "secret"
    app.register_blueprint(short_links_blueprint(clock, Signposts(buyer.database)))
    app.register_blueprint(kits_blueprint(None))  # type: ignore[arg-type]  # only its style sheet
    return app.test_client()


def _counts(database: Database) -> dict[date, int]:
    with database.reading() as session:
        return {scan.day: scan.count for scan in session.scalars(select(KitScan))}


def test_a_scan_leads_to_the_channel_and_is_counted_once(
    client: FlaskClient, buyer: Customer, code: str
) -> None:
    answer = client.get(f"/k/{code}", headers={"User-Agent": "Somebody/1.0"})
    assert (answer.status_code, answer.location) == (302, TARGET)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers
    assert _counts(buyer.database) == {date(2026, 11, 23): 1}


def test_days_are_days_in_korea(
    client: FlaskClient, buyer: Customer, code: str, clock: AdjustableClock
) -> None:
    midnight = datetime(2026, 11, 24, tzinfo=KST)
    for moment in (midnight - timedelta(seconds=1), midnight, midnight + timedelta(hours=23)):
        clock.advance(moment - clock.now())
        client.get(f"/k/{code}")
    assert _counts(buyer.database) == {date(2026, 11, 23): 1, date(2026, 11, 24): 2}


def test_probes_are_led_but_not_counted(client: FlaskClient, buyer: Customer, code: str) -> None:
    assert client.head(f"/k/{code}").location == TARGET
    for header in ("Purpose", "Sec-Purpose"):
        assert client.get(f"/k/{code}", headers={header: "prefetch;prerender"}).location == TARGET
    for method in ("post", "put", "delete"):
        assert client.open(f"/k/{code}", method=method).status_code == 405
    assert _counts(buyer.database) == {}


def test_a_code_that_is_typed_in_capitals_works(client: FlaskClient, code: str) -> None:
    assert client.get(f"/k/{code.upper()}").location == TARGET


@pytest.mark.parametrize(
    "wrong",
    [
        "zzzzzz",
        "a",
        "x" * 4000,
        "%EA%B0%80%EB%82%98%EB%8B%A4%EB%9D%BC%EB%A7%88%EB%B0%94",
        "' or 1=1",
        "%00%00%00%00%00%00",
    ],
)
def test_an_unknown_code_says_what_to_do(client: FlaskClient, buyer: Customer, wrong: str) -> None:
    answer = client.get(f"/k/{wrong}")
    assert answer.status_code == 404
    assert kit_texts.UNKNOWN_CODE.title in answer.text
    assert "가게 이름을 찾아보세요" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert _counts(buyer.database) == {}


def test_a_code_that_was_ended_says_what_to_do(
    client: FlaskClient, buyer: Customer, code: str
) -> None:
    with buyer.database.transaction() as session:
        session.execute(update(KitLink).values(revoked_at=NOW))
    answer = client.get(f"/k/{code}")
    assert answer.status_code == 410
    assert kit_texts.ENDED_CODE.title in answer.text
    assert "홍보물" in answer.text
    assert _counts(buyer.database) == {}


@pytest.mark.parametrize("state", ChannelState)
def test_only_a_channel_that_can_be_added_is_led_to(
    client: FlaskClient, buyer: Customer, code: str, state: ChannelState
) -> None:
    with buyer.database.transaction() as session:
        session.execute(update(ChannelRegistration).values(state=state))
    leads = state not in {ChannelState.BLOCKED, ChannelState.ERASED}
    assert client.get(f"/k/{code}").status_code == (302 if leads else 410)


def test_a_store_without_a_channel_is_no_dead_end(
    client: FlaskClient, buyer: Customer, code: str
) -> None:
    with buyer.database.transaction() as session:
        session.execute(update(ChannelRegistration).values(channel_public_id=None))
    answer = client.get(f"/k/{code}")
    assert answer.status_code == 410
    assert "가게 이름을 찾아보세요" in answer.text


def test_the_channel_that_a_store_moved_to_is_followed(
    client: FlaskClient, buyer: Customer, code: str
) -> None:
    with buyer.database.transaction() as session:
        session.execute(update(ChannelRegistration).values(channel_public_id="_NewOne"))
    assert client.get(f"/k/{code}").location == "https://pf.kakao.com/_NewOne/friend"


def test_nobody_is_forgotten_in_a_crowd(buyer: Customer, code: str) -> None:
    signposts = Signposts(buyer.database, patience_s=30)
    found = signposts.find(code)
    assert found is not None
    with ThreadPoolExecutor(8) as crowd:
        for done in [crowd.submit(signposts.count, found.link_id, NOW) for _ in range(200)]:
            done.result()
    assert sum(_counts(buyer.database).values()) == 200


def test_a_busy_database_still_leads_the_way(
    sqlite_database: Database, tmp_path: Path, clock: AdjustableClock
) -> None:
    customer(sqlite_database, tmp_path)
    with sqlite_database.transaction() as session:
        code = short_link(session, 1, "tent", NOW)
    app = Flask(__name__)
    app.register_blueprint(short_links_blueprint(clock, Signposts(sqlite_database)))
    with sqlite_database.transaction():
        assert app.test_client().get(f"/k/{code}").location == TARGET
    assert _counts(sqlite_database) == {}
