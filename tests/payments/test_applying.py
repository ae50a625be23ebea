from models.session import Database
from models.states import PayState
from tests.payments.applicants import applicant


def test_from_the_first_wish_to_ready(database: Database) -> None:
    who = applicant(database)
    who.complete()
    assert who.history() == [
        (None, "draft"),
        ("draft", "collecting"),
        ("collecting", "ready"),
    ]


def test_to_live(database: Database) -> None:
    who = applicant(database)
    who.live()
    assert who.state is PayState.LIVE
