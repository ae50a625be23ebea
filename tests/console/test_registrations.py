"""Registrations at the console: found, shown with a reason, moved on."""

import re

import pytest
from sqlalchemy import select

from bot.console import words
from bot.console.desk import Desk
from bot.services.registration.overview import subject
from bot.services.requirements import Need, items, put
from models.merchant import ChannelRegistration, MerchantAgent, Store
from models.states import ChannelState, Level
from tests.console.browser import Person
from tests.console.looks import SECRETS, log_of, state_of


def test_data_is_masked_until_a_reason_is_given(
    operator: Person, desk: Desk, registered: int
) -> None:
    path = f"/console/registrations/{registered}"
    for page in ("/console/registrations", path, "/console/today"):
        text = operator.get(page).text
        assert not [secret for secret in SECRETS if secret in text]
    assert "홍*동" in operator.get(path).text
    before = len(log_of(desk))
    assert operator.post(path + "/show").status_code == 400
    assert operator.post(path + "/show", reason="  ").status_code == 400
    assert len(log_of(desk)) == before
    shown = operator.post(path + "/show", reason="상인과 통화").text
    for secret in ("홍길동", "010-0000-1234", "120-88-00767"):
        assert secret in shown
    assert log_of(desk)[-1] == ("view", f"channel_registration:{registered}", "상인과 통화", 1)
    assert "홍길동" not in operator.get(path).text


@pytest.mark.parametrize("who", ["홍길동", " 010-0000-1234 ", "120-88-00767"])
def test_finding_by_name_or_number(operator: Person, desk: Desk, registered: int, who: str) -> None:
    page = operator.post("/console/registrations/find", who=who).text
    assert f"/console/registrations/{registered}" in page
    assert who.strip() not in str(log_of(desk))
    for other in ("홍길", "", "010"):
        assert "찾은 등록이 없어요" in operator.post("/console/registrations/find", who=other).text


def test_the_list_is_narrowed(operator: Person, registered: int) -> None:
    link = f"/console/registrations/{registered}"
    for query, found in (
        ("state=submitted", True),
        ("state=live", False),
        ("state=nonsense", True),
        ("market=없는", True),
        ("market=%25", False),
        ("page=2", False),
        ("page=-1", True),
        ("page=x", True),
    ):
        assert (link in operator.get(f"/console/registrations?{query}").text) == found, query


def test_milestones(operator: Person, desk: Desk, registered: int) -> None:
    path = f"/console/registrations/{registered}/move"
    for to in ("opened", "biz_review", "live"):
        assert words.DONE in operator.get(operator.post(path, to=to).location).text
        assert state_of(desk, registered) == to
    page = operator.get(operator.post(path, to="opened").location).text
    assert "지금 상태에서는 할 수 없어요" in page
    assert "staff:operator" in page


def test_the_same_form_twice_is_one_milestone(
    operator: Person, desk: Desk, registered: int
) -> None:
    page = operator.get(f"/console/registrations/{registered}").text
    found = re.search(r'name="once" value="([^"]+)"', page)
    assert found
    path = f"/console/registrations/{registered}/move"
    operator.post(path, to="opened", once=found[1])
    again = operator.post(path, to="opened", once=found[1])
    assert words.ALREADY in operator.get(again.location).text
    other = operator.post(path, to="biz_review", once=found[1])
    assert "이미 처리한 화면" in operator.get(other.location).text
    assert state_of(desk, registered) == ChannelState.OPENED


def test_asking_for_a_fix_needs_a_reason(operator: Person, desk: Desk, registered: int) -> None:
    path = f"/console/registrations/{registered}/move"
    page = operator.get(operator.post(path, to="needs_fix").location).text
    assert "이유를 골라 주세요" in page
    assert state_of(desk, registered) == ChannelState.SUBMITTED
    page = operator.get(operator.post(path, to="needs_fix", reason="name_mismatch").location).text
    assert "고칠 것: 가게 이름이 등록증과 다름" in page


@pytest.mark.parametrize("to", ["", "erased", "withdrawn", "nonsense"])
def test_no_other_milestone_can_be_sent(operator: Person, registered: int, to: str) -> None:
    assert operator.post(f"/console/registrations/{registered}/move", to=to).status_code == 400


def test_what_waits_for_a_person_can_be_checked(
    operator: Person, desk: Desk, registered: int
) -> None:
    place = subject(registered)
    with desk.database.transaction() as session:
        put(session, place, [Need("market", Level.PENDING_VERIFICATION)], desk.clock.now())
    path = f"/console/registrations/{registered}/checked"
    assert words.DONE in operator.get(operator.post(path, key="market").location).text
    with desk.database.reading() as session:
        levels = {item.key: item.level for item in items(session, [place])[place]}
    assert levels["market"] is Level.MET
    assert words.ALREADY in operator.get(operator.post(path, key="market").location).text
    assert operator.post("/console/registrations/999/checked", key="market").status_code == 404


def test_an_owner_who_agreed_has_agreed_to_everything(
    operator: Person, desk: Desk, registered: int
) -> None:
    place = subject(registered)
    with desk.database.transaction() as session:
        registration = session.get_one(ChannelRegistration, registered)
        merchant_id = session.get_one(Store, registration.store_id).merchant_id
        session.add(MerchantAgent(merchant_id=merchant_id, created_at=desk.clock.now()))
        need = Need("owner_confirmation", Level.PENDING_VERIFICATION, "owner_confirmation_missing")
        put(session, place, [need], desk.clock.now())
    path = f"/console/registrations/{registered}/checked"
    assert words.DONE in operator.get(operator.post(path, key="owner_confirmation").location).text
    with desk.database.reading() as session:
        levels = {item.key: item.level for item in items(session, [place])[place]}
        agent = session.scalars(select(MerchantAgent)).one()
    assert levels["owner_confirmation"] is Level.MET
    assert agent.owner_confirmed_at == desk.clock.now()
