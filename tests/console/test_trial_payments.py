"""Test payments at the console: what is unclear is in plain sight, what succeeded is on record."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.console.desk import Desk
from models.payment import CheckResult, PayCheck, PayTrial
from models.staff import Staff
from models.states import TrialState
from tests.console.browser import Person
from tests.console.pay_desk import PayDesk
from tests.payments.applicants import Applicant
from tests.use_cases.people import NOW

HOUR = timedelta(hours=1)


@pytest.fixture
def pay(desk: Desk) -> PayDesk:
    return PayDesk(desk.database)


def tried(desk: Desk, who: Applicant, state: TrialState, code: str | None) -> int:
    now = desk.clock.now()
    with desk.database.transaction() as session:
        row = PayTrial(
            application_id=who.id,
            order_id=f"trial-{state}",
            tid="T-secret",
            amount=100,
            state=state,
            code=code,
            attempts=5,
            look_at=now + HOUR,
            paid_at=now - HOUR,
            expires_at=now,
            created_at=now - HOUR,
            updated_at=now - HOUR,
        )
        check = PayCheck(
            application_id=who.id,
            kind="trial",
            result=CheckResult.PASS,
            source="trial_payment",
            at=NOW,
        )
        session.add_all((row, check))
        session.flush()
        return row.id


def test_unclear_money_is_in_plain_sight(desk: Desk, operator: Person, pay: PayDesk) -> None:
    who = pay.applied()
    trial_id = tried(desk, who, TrialState.UNCLEAR, "cancelling")
    assert "돌려줬는지 모르는 100원" in operator.get("/console/today").text
    listed = operator.get("/console/payments/trials").text
    for word in (who.overview().number, "trial-unclear", "돌려주다 멈춤", "결제는 됐어요"):
        assert word in listed
    assert "T-secret" not in listed
    operator.post(f"/console/payments/trials/{trial_id}/look")
    with desk.database.reading() as session:
        assert session.get_one(PayTrial, trial_id).look_at == desk.clock.now()
    assert operator.post("/console/payments/trials/999/look").status_code == 404


def test_what_came_out_is_on_the_page(desk: Desk, operator: Person, pay: PayDesk) -> None:
    who = pay.applied()
    before = operator.get(f"/console/payments/{who.id}").text
    assert "아직 안 해 봤어요" in before
    tried(desk, who, TrialState.CANCELLED, None)
    page = operator.get(f"/console/payments/{who.id}").text
    for word in ("돌려줌 (휴대폰 잘 됨)", "휴대폰 결제", "100원 결제"):
        assert word in page
    assert "돌려줬는지 모르는" not in operator.get("/console/today").text
    assert "모두 돌려줬어요" in operator.get("/console/payments/trials").text
    with desk.database.reading() as session:
        assert len(session.scalars(select(PayCheck).where(PayCheck.kind == "trial")).all()) == 1


def test_another_market_is_not_seen(
    desk: Desk, person: Callable[[str], Person], pay: PayDesk
) -> None:
    who = pay.applied()
    trial_id = tried(desk, who, TrialState.UNCLEAR, "approving")
    market = pay.put_in_market(pay.applied(), "다른시장")
    scoped = person("operator")
    with desk.database.transaction() as session:
        for row in session.scalars(select(Staff)):
            row.market_id = market
    assert who.overview().number not in scoped.get("/console/payments/trials").text
    assert scoped.post(f"/console/payments/trials/{trial_id}/look").status_code == 404
