"""Certificates that became too old before they were handed over, and those that did not."""

from datetime import date, timedelta

import pytest

from bot.services import document_review, payments
from models.requirement import DocumentKind
from models.session import Database
from models.states import Level, PayState
from tests.payments.applicants import Applicant, applicant, staff
from tests.use_cases.people import NOW

DAY = timedelta(days=1)
OLD = ("brc", "doc_old", "send_new_brc")


def expire(who: Applicant, days: int) -> int:
    return payments.expire_papers(who.database, NOW + days * DAY)


def accept(who: Applicant, paper: int, issued_on: date) -> None:
    with who.database.transaction() as session:
        document_review.accept(session, paper, staff("accept:dated"), issued_on=issued_on)


def test_after_three_months_a_new_one_is_asked_for(database: Database) -> None:
    who = applicant(database)
    who.complete()
    assert (expire(who, 90), who.state) == (0, PayState.READY)
    assert (expire(who, 91), who.state) == (1, PayState.COLLECTING)
    assert who.due() == OLD
    channel = {line.key: line.level for line in who.person.overview().requirements}
    assert channel.get("brc") is not Level.CURRENTLY_DUE, "the channel is content with it"
    assert expire(who, 92) == 0
    who.accept(who.send(DocumentKind.BRC, "new", NOW + 92 * DAY), NOW + 92 * DAY)
    assert who.state is PayState.READY
    assert expire(who, 93) == 0


def test_the_day_that_stands_on_it_counts(database: Database) -> None:
    who = applicant(database)
    who.agree()
    who.apply()
    accept(who, who.send(DocumentKind.BRC), date(2026, 10, 1))
    assert expire(who, 37) == 0
    assert expire(who, 38) == 1
    assert who.due() == OLD


@pytest.mark.parametrize("step", ["handed_off", "live"])
def test_what_the_provider_has_does_not_age(database: Database, step: str) -> None:
    who = applicant(database)
    if step == "live":
        who.live()
    else:
        who.complete()
        who.hand_off()
    state = who.state
    assert expire(who, 400) == 0
    assert (who.due(), who.state) == (None, state)


def test_a_registration_for_the_channel_knows_no_such_limit(database: Database) -> None:
    who = applicant(database)
    who.accept(who.send(DocumentKind.BRC))
    assert expire(who, 400) == 0
