"""Ways by road from an OSRM server."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from bot.clients.osrm import OsrmClient, Way
from tests.fakes.loopback import Call, LoopbackServer, Scripted

HERE, THERE = (37.5572, 126.9060), (37.5701, 126.9997)
OK = {"code": "Ok", "durations": [[0, 1500.4]], "distances": [[0, 11250.6]]}


class FakeRoads(LoopbackServer):
    """An OSRM that says what it was told to."""

    def __init__(self) -> None:
        self.answer: Any = OK
        self.trouble: Scripted | None = None
        super().__init__(self._answer)

    def _answer(self, _call: Call) -> Scripted:
        return self.trouble or Scripted(body=json.dumps(self.answer).encode())


@pytest.fixture
def roads() -> Iterator[FakeRoads]:
    with FakeRoads() as fake:
        yield fake


def test_a_table(roads: FakeRoads) -> None:
    table = OsrmClient(roads.url + "/").table([HERE], [HERE, THERE])
    assert table == [[Way(0, 0), Way(1500, 11251)]]
    path = roads.calls[0].path
    assert path.startswith(
        "/table/v1/driving/126.90600,37.55720;126.90600,37.55720;126.99970,37.57010?"
    )
    assert "annotations=duration%2Cdistance" in path
    assert "sources=0&destinations=1%3B2" in path


def test_a_place_without_a_road(roads: FakeRoads) -> None:
    roads.answer = {"code": "Ok", "durations": [[None]], "distances": [[None]]}
    assert OsrmClient(roads.url).table([HERE], [THERE]) == [[None]]


@pytest.mark.parametrize(
    "answer",
    [
        {"code": "InvalidQuery"},
        {"code": "Ok"},
        {"code": "Ok", "durations": [[1]], "distances": [[1, 2]]},
        {"code": "Ok", "durations": [[1, 2]], "distances": [[1, 2]]},
        {"code": "Ok", "durations": [["soon"]], "distances": [[1]]},
        {"code": "Ok", "durations": 5, "distances": 5},
        [],
    ],
)
def test_an_odd_answer_is_none(roads: FakeRoads, answer: object) -> None:
    roads.answer = answer
    assert OsrmClient(roads.url).table([HERE], [THERE]) is None


@pytest.mark.parametrize("trouble", [Scripted(500), Scripted(400), Scripted(drop=True)])
def test_trouble_is_no_answer(roads: FakeRoads, trouble: Scripted) -> None:
    roads.trouble = trouble
    assert OsrmClient(roads.url).table([HERE], [THERE]) is None
