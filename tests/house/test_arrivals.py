"""What the transcripts count on when messages arrive: nothing is overlooked, nothing twice."""

from datetime import timedelta

import pytest

from tests import office, town
from tests.arrivals import Mailbox
from tests.talk import House, Merchant, house
from tests.transcript import register

AT = "2026-11-25 15:00"


def booked(building: House) -> Mailbox:
    merchant = Merchant(building)
    town.hire(building, [{}])
    register(merchant, {})
    office.acts(merchant, {"books": AT})
    return Mailbox(building, merchant.user)


def test_what_arrives_is_all_of_it_and_in_order(sqlite_url: str) -> None:
    with house(sqlite_url) as building:
        post = booked(building)
        post.live(office.moment(AT))
        kinds = ["visit.confirmed", "visit.day_before", "visit.same_day"]
        post.compare({"arrives": [{"kind": kind} for kind in kinds]})
        assert post.labels == ("방문 확인",)
        for wrong in ([], kinds[:2], [*kinds, kinds[0]], kinds[::-1]):
            with pytest.raises(AssertionError):
                post.compare({"arrives": [{"kind": kind} for kind in wrong]})
        post.read()
        post.compare({"arrives": []})


@pytest.mark.parametrize(
    "wrong",
    [{"at": "11-23 10:01"}, {"says": ["오후 4시"]}, {"not": ["오후 3시"]}, {"buttons": []}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_message_is_compared_in_every_part(wrong: dict[str, object], sqlite_url: str) -> None:
    with house(sqlite_url) as building:
        post = booked(building)
        post.send(plan=True)
        post.compare({"arrives": [{"kind": "visit.confirmed", "at": "11-23 10:00"}]})
        with pytest.raises(AssertionError):
            post.compare({"arrives": [{"kind": "visit.confirmed", **wrong}]})


def test_a_message_that_arrives_twice_is_an_error(sqlite_url: str) -> None:
    with house(sqlite_url) as building:
        post = booked(building)
        post.live(building.clock.now() + timedelta(minutes=1))
        post.refuse_twice()
        building.post.arrived.append(building.post.arrived[0])
        with pytest.raises(AssertionError, match="arrived twice"):
            post.refuse_twice()
