"""Forms, kits, channels and visits made: planned once, ahead of time, by whoever comes first."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.services import privacy
from bot.services.handoff import open_ticket
from bot.services.kits import KitWish, move_order, place, report_problem
from bot.services.registration import move_channel
from bot.services.reminders.activity import plan_activity
from bot.services.reminders.forms import Unfinished, plan_forms
from models.conversation import Conversation, Friend, StepEvent, StepKind
from models.kit import KitLink, KitOrder, KitScan
from models.merchant import Merchant
from models.session import Database
from models.states import Cause, ChannelState, KitState, MerchantState, ReminderState, VisitState
from models.supporter import Supporter
from models.visit import Visit, VisitRequest
from tests.outbox.journey import Journey, kst
from tests.visits.rows import add_supporter

BEGAN = "2026-11-23 10:00"


class KitForm:
    """A dialogue in which a kit is being ordered."""

    recalled = ("kit",)

    def __init__(self, left: int = 2) -> None:
        self.left = left

    def unfinished(self, conversation_id: int) -> Unfinished | None:
        assert conversation_id > 0
        return Unfinished("홍보물 받기", self.left)


@pytest.fixture
def journey(database: Database) -> Journey:
    return Journey(database)


def _answers(journey: Journey, at: str, *kinds: StepKind, flow: str = "kit") -> None:
    """Let the merchant go through these steps of a form."""
    now = kst(at)
    with journey.database.transaction() as session:
        for kind in kinds:
            event = StepEvent(
                conversation_id=journey.person.conversation_id,
                at=now,
                flow=flow,
                version=1,
                kind=kind,
            )
            session.add(event)
            session.flush()
        values = {"flow": flow, "last_seen_at": now, "expires_at": now + timedelta(days=30)}
        session.execute(update(Conversation).values(values))


def _plan_forms(journey: Journey, at: str, left: int = 2) -> int:
    return plan_forms(journey.database, KitForm(left), kst(at))


def test_a_form_is_planned_for_one_three_and_seven_days_and_once(journey: Journey) -> None:
    _answers(journey, BEGAN, StepKind.STARTED, StepKind.ANSWERED)
    assert _plan_forms(journey, "2026-11-23 10:29") == 0, "still at it"
    assert _plan_forms(journey, "2026-11-23 10:31") == 3
    assert _plan_forms(journey, "2026-11-23 10:41") == 0
    assert [row.due_at for row in journey.rows("form.unfinished")] == [
        kst(f"2026-11-{day} 10:00") for day in (24, 26, 30)
    ]


def test_twins_plan_it_once(journey: Journey) -> None:
    _answers(journey, BEGAN, StepKind.STARTED, StepKind.ANSWERED)
    done: list[int] = []
    both = [
        threading.Thread(target=lambda: done.append(_plan_forms(journey, "2026-11-23 11:00")))
        for _ in range(4)
    ]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sum(done) == 3
    assert journey.states("form.unfinished") == [ReminderState.SCHEDULED] * 3


def test_answers_of_an_earlier_form_are_none_of_this_one(journey: Journey) -> None:
    _answers(journey, BEGAN, StepKind.STARTED, StepKind.ANSWERED, StepKind.SUBMITTED)
    _answers(journey, "2026-11-23 12:00", StepKind.STARTED)
    assert _plan_forms(journey, "2026-11-23 13:00") == 0
    _answers(journey, "2026-11-23 14:00", StepKind.ANSWERED, StepKind.RESTARTED)
    assert _plan_forms(journey, "2026-11-23 15:00") == 0


def test_other_forms_are_not_recalled(journey: Journey) -> None:
    _answers(journey, BEGAN, StepKind.STARTED, StepKind.ANSWERED, flow="privacy_erase")
    assert _plan_forms(journey, "2026-11-23 11:00") == 0


def test_a_further_answer_counts_anew_and_calls_off_the_old_ones(journey: Journey) -> None:
    _answers(journey, BEGAN, StepKind.STARTED, StepKind.ANSWERED)
    _plan_forms(journey, "2026-11-23 11:00")
    _answers(journey, "2026-11-25 15:00", StepKind.ANSWERED)
    assert _plan_forms(journey, "2026-11-25 16:00", left=0) == 3
    assert journey.states("form.unfinished")[:3] == [ReminderState.CANCELLED] * 3
    assert journey.at("2026-11-26 10:00") == ["form.unfinished"]
    assert "마지막 확인만" in journey.post.arrived[-1].text


def test_a_day_without_planner_swallows_a_step_and_doubles_none(journey: Journey) -> None:
    _answers(journey, BEGAN, StepKind.STARTED, StepKind.ANSWERED)
    assert _plan_forms(journey, "2026-11-25 12:00") == 2
    assert _plan_forms(journey, "2026-12-02 12:00") == 0


@pytest.mark.parametrize("way", ["person", "blocked", "erased", "submitted"])
def test_nobody_is_asked_back_who_cannot_or_should_not(journey: Journey, way: str) -> None:
    _answers(journey, BEGAN, StepKind.STARTED, StepKind.ANSWERED)
    assert _plan_forms(journey, "2026-11-23 11:00") == 3
    with journey.person.turn(way, kst("2026-11-23 12:00")) as tx:
        if way == "person":
            open_ticket(tx, "asked")
        elif way == "blocked":
            tx.session.execute(update(Conversation).values(friend=Friend.BLOCKED))
        elif way == "erased":
            privacy.erase(tx)
        else:
            tx.session.execute(update(Conversation).values(flow=None, expires_at=None))
    assert journey.at("2026-11-24 10:00") == []
    if way == "person":
        assert journey.states("form.unfinished") == [ReminderState.SCHEDULED] * 3, "it waits"


def _ordered(journey: Journey, delivery: str) -> int:
    with journey.person.turn("kit") as tx:
        place(tx, KitWish(items={"sticker": 2}, theme="sea", delivery=delivery))
        return tx.session.scalars(select(KitOrder.id)).one()


def _moved(journey: Journey, order_id: int, at: str, *steps: KitState) -> None:
    with journey.database.transaction() as session:
        if session.get_one(KitOrder, order_id).state is KitState.CONFIRMED:
            session.get_one(KitOrder, order_id).state = KitState.PREFLIGHTED
        for step in steps:
            cause = Cause(actor="staff:kim", key=f"{step}:{at}", now=kst(at))
            move_order(session, order_id, step, cause)


SENT = (KitState.QUEUED_PRINT, KitState.PRINTED, KitState.SHIPPED, KitState.DELIVERED)


def test_one_parcel_is_told_of_twice(journey: Journey) -> None:
    order_id = _ordered(journey, "delivery")
    _moved(journey, order_id, "2026-11-24 11:00", *SENT)
    assert journey.at("2026-11-24 11:01") == ["kit.delivered"]
    assert journey.at("2026-11-27 10:30") == ["kit.scan_check"]
    assert journey.at("2026-12-15 10:30") == []


def test_who_reported_a_problem_is_not_asked_to_scan(journey: Journey) -> None:
    order_id = _ordered(journey, "delivery")
    _moved(journey, order_id, "2026-11-24 11:00", *SENT)
    journey.at("2026-11-24 11:01")
    with journey.person.turn("problem", kst("2026-11-25 11:00")) as tx:
        report_problem(tx, order_id, "damaged")
    assert journey.at("2026-11-27 10:30") == []
    assert [row.reason for row in journey.rows("kit.scan_check")] == ["problem_reported"]


def test_whose_code_was_scanned_is_not_asked_to_scan(journey: Journey) -> None:
    order_id = _ordered(journey, "delivery")
    _moved(journey, order_id, "2026-11-24 11:00", *SENT)
    now = kst("2026-11-25 11:00")
    with journey.database.transaction() as session:
        link = KitLink(code="abc234", store_id=journey.store_id, product="sticker", created_at=now)
        session.add(link)
        session.flush()
        session.add(KitScan(link_id=link.id, day=now.date(), count=1))
    journey.at("2026-11-24 11:01")
    assert journey.at("2026-11-27 10:30") == []
    assert [row.reason for row in journey.rows("kit.scan_check")] == ["scanned"]


def test_an_order_called_off_is_told_of_no_more(journey: Journey) -> None:
    order_id = _ordered(journey, "pickup")
    steps = (KitState.QUEUED_PRINT, KitState.PRINTED, KitState.READY_PICKUP)
    _moved(journey, order_id, "2026-11-24 22:00", *steps)
    assert journey.at("2026-11-24 22:01") == []
    _moved(journey, order_id, "2026-11-24 23:00", KitState.DELIVERED)
    assert journey.at("2026-11-25 09:00") == []
    assert journey.states("kit.ready") == [ReminderState.CANCELLED]


def test_a_milestone_is_told_once_and_a_repeated_key_changes_nothing(journey: Journey) -> None:
    now = kst("2026-11-24 11:00")
    for _ in range(2):
        with journey.database.transaction() as session:
            cause = Cause(actor="staff:kim", key="opened", now=now)
            move_channel(session, journey.registration_id, ChannelState.OPENED, cause)
    assert journey.at("2026-11-24 11:01") == ["channel.opened"]
    assert journey.at("2026-11-25 11:01") == []


def _visited(journey: Journey, at: str, state: VisitState = VisitState.COMPLETED) -> int:
    """Put a visit of the merchant into the tables, as it stands in the end."""
    starts = kst(at)
    merchant_id = journey.person.overview().merchant_id
    with journey.database.transaction() as session:
        known = session.scalars(select(Supporter.id)).first()
        request = VisitRequest(
            merchant_id=merchant_id,
            type_code="channel",
            idempotency_key=at,
            created_at=starts,
            updated_at=starts,
        )
        session.add(request)
        session.flush()
        visit = Visit(
            request_id=request.id,
            merchant_id=merchant_id,
            supporter_id=known or add_supporter(session),
            type_code="channel",
            day=starts.date(),
            starts_at=starts,
            ends_at=starts + timedelta(hours=1),
            promise_from=starts,
            promise_to=starts,
            latitude=37.5,
            longitude=127.0,
            state=state,
            created_at=starts,
            updated_at=starts,
        )
        session.add(visit)
        session.flush()
        return visit.id


def test_after_the_last_visit_and_not_when_another_is_booked(journey: Journey) -> None:
    _visited(journey, "2026-11-24 14:00")
    assert plan_activity(journey.database, kst("2026-11-24 18:00")) == 3
    assert plan_activity(journey.database, kst("2026-11-24 18:10")) == 0
    booked = _visited(journey, "2026-12-03 14:00", VisitState.CONFIRMED)
    assert journey.at("2026-12-01 10:00") == []
    with journey.database.transaction() as session:
        session.execute(update(Visit).where(Visit.id == booked).values(state=VisitState.COMPLETED))
    assert plan_activity(journey.database, kst("2026-12-03 18:00")) == 3
    reasons = [row.reason for row in journey.rows("activity.month")]
    assert reasons == ["newer_visit", None]
    assert journey.at("2026-12-10 10:00") == ["activity.week"]
    assert journey.at("2027-01-02 10:00") == ["activity.month"]
    assert journey.at("2027-03-03 10:00") == ["activity.quarter"]


def test_who_left_is_not_asked_how_it_goes(journey: Journey) -> None:
    _visited(journey, "2026-11-24 14:00")
    plan_activity(journey.database, kst("2026-11-24 18:00"))
    with journey.person.turn("left") as tx:
        merchant_id = journey.person.overview().merchant_id
        tx.session.get_one(Merchant, merchant_id).state = MerchantState.WITHDRAWN
    assert journey.at("2026-12-01 10:00") == []
