"""The command that prints a sign-in link."""

import pytest

from bot.services.field_links import FieldLinks
from tests.talk import house
from tests.visits.rows import add_supporter


@pytest.mark.parametrize("who", ["010-0000-0001", "01000000001", "1"])
def test_a_link_by_telephone_or_id(sqlite_url: str, who: str) -> None:
    with house(sqlite_url) as building:
        with building.database.transaction() as session:
            supporter_id = add_supporter(session, 1)
        result = building.app.test_cli_runner().invoke(args=["supporters", "link", who])
        assert result.exit_code == 0
        address = result.output.strip()
        links = FieldLinks(building.app.config["SECRET_KEY"], "", building.clock)
        assert links.read(address.rsplit("/", 1)[1]).supporter_id == supporter_id
        assert building.app.test_client().post(address).status_code == 303


@pytest.mark.parametrize("who", ["010-0000-0009", "99", "nobody", ""])
def test_nobody_of_that_name(sqlite_url: str, who: str) -> None:
    with house(sqlite_url) as building:
        result = building.app.test_cli_runner().invoke(args=["supporters", "link", who])
        assert result.exit_code == 1
        assert "no supporter" in result.output
