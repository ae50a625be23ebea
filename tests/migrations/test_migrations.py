import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import NullPool, create_engine, inspect, text

from models import migrations
from models.errors import ModelError
from models.session import normal_url
from models.tables import METADATA
from tests.databases import Cluster

VERSIONS = Path(migrations.__file__).parent / "versions"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new' / 'sosin.db'}"
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    name = cluster.create()
    yield cluster.address(name)
    cluster.drop(name)


def tables(url: str) -> set[str]:
    engine = create_engine(normal_url(url), poolclass=NullPool)
    with engine.connect() as connection:
        return set(inspect(connection).get_table_names())


def triggers(url: str) -> int:
    engine = create_engine(normal_url(url), poolclass=NullPool)
    statement = {
        "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal",
    }
    with engine.connect() as connection:
        return int(connection.execute(text(statement[engine.dialect.name])).scalar_one())


def test_up_down_and_up_again(empty_url: str) -> None:
    assert migrations.current(empty_url) is None
    migrations.upgrade(empty_url)
    assert migrations.current(empty_url) == migrations.head()
    assert tables(empty_url) == {*METADATA.tables, "alembic_version"}
    made = triggers(empty_url)
    assert made > 0
    migrations.downgrade(empty_url, "base")
    assert migrations.current(empty_url) is None
    assert tables(empty_url) == {"alembic_version"}
    assert triggers(empty_url) == 0
    migrations.upgrade(empty_url)
    assert migrations.current(empty_url) == migrations.head()
    assert triggers(empty_url) == made


def test_one_step_down_and_up_from_every_revision(empty_url: str) -> None:
    for number in range(1, len(revisions()) + 1):
        migrations.upgrade(empty_url, f"{number:04}")
        migrations.downgrade(empty_url, f"{number - 1:04}" if number > 1 else "base")
        migrations.upgrade(empty_url, f"{number:04}")
    assert migrations.current(empty_url) == migrations.head()


def test_the_tables_are_those_of_the_models(empty_url: str) -> None:
    migrations.upgrade(empty_url)
    engine = create_engine(normal_url(empty_url), poolclass=NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, METADATA) == []


def test_upgrading_twice_changes_nothing(empty_url: str) -> None:
    migrations.upgrade(empty_url)
    migrations.upgrade(empty_url)
    assert migrations.current(empty_url) == migrations.head()


def test_several_processes_may_start_at_once(empty_url: str) -> None:
    code = "import sys; from models import migrations; migrations.upgrade(sys.argv[1])"
    started = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", code, empty_url],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    results = [(process.communicate()[1], process.returncode) for process in started]
    assert results == [("", 0)] * 3
    assert migrations.current(empty_url) == migrations.head()


def test_a_row_that_points_nowhere_stops_the_upgrade(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'sosin.db'}"
    migrations.upgrade(url)
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO market_alias (market_id, name) VALUES (99, 'x')"))
    with pytest.raises(ModelError, match="market_alias"):
        migrations.upgrade(url)


def revisions() -> list[str]:
    return sorted(path.name for path in VERSIONS.glob("[0-9]*.py"))


def test_migrations_are_numbered_without_a_gap() -> None:
    for number, name in enumerate(revisions(), start=1):
        assert re.fullmatch(rf"{number:04}_[a-z_]+\.py", name)
    assert migrations.head() == revisions()[-1][:4]
