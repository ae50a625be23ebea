"""Somebody who talks and is registered already."""

from collections.abc import Iterator

import pytest

from tests.talk import Merchant, house
from tests.transcript import register


@pytest.fixture
def merchant(sqlite_url: str) -> Iterator[Merchant]:
    """Return a registered merchant at the webhook alone."""
    with house(sqlite_url, has_pages=False) as building:
        person = Merchant(building)
        register(person, {})
        yield person
