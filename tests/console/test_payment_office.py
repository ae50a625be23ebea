"""What the office does for a merchant who telephones: links that are sent, ends that are asked for."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from bot.console import payment_words, words
from bot.console.desk import Desk
from bot.console.pages import console_blueprint
from bot.services.reminders.pay_office import BY, HOW
from bot.services.trial_links import PATH, TrialLinks
from models.outbox import Reminder
from models.payment import PayApplication, PayNote
from models.staff import Staff
from models.states import PayState
from tests.console.browser import Person
from tests.console.kit_shop import told
from tests.console.looks import log_of
from tests.console.pay_desk import PayDesk
from tests.payments.applicants import Applicant

PHONED = {"by": "owner", "how": "phone", "reason": "가게를 쉬신대요"}


@pytest.fixture
def pay(desk: Desk) -> PayDesk:
    return PayDesk(desk.database)


def path_of(who: Applicant) -> str:
    return f"/console/payments/{who.id}"


def sent(desk: Desk) -> list[str]:
    with desk.database.reading() as session:
        return list(session.scalars(select(Reminder.kind).where(Reminder.subject == "pay_link")))


def test_every_wish_has_its_words() -> None:
    assert set(payment_words.WISH_BY) == set(BY)
    assert set(payment_words.WISH_HOW) == set(HOW)


def test_a_link_is_sent_once_and_its_message_stands_beside_it(
    operator: Person, desk: Desk, pay: PayDesk
) -> None:
    who = pay.applied(role="agent")
    fields = {"purpose": "owner", "how": "send", "phone": "010-0000-9999", "once": "same"}
    link = f"{path_of(who)}/link"
    page = told(operator, link, **fields)
    assert words.DONE in page
    assert "/once/" not in page
    assert 'data-name="보냈나요"><a href="/console/outbox/' in page
    assert "기다림</a>" in page
    assert "010-0000-9999" not in page
    assert words.ALREADY in told(operator, link, **fields)
    assert sent(desk) == ["payment.owner_link"]
    assert ("grant", f"pay_application:{who.id}", "pay_link_sent", 1) in log_of(desk)
    photo = {"purpose": "photo", "paper": "bankbook", "how": "send", "once": "other"}
    assert words.DONE in told(operator, link, **photo)
    assert sent(desk) == ["payment.owner_link", "payment.photo_link"]
    for phone, code in (("", "phone_needed"), ("01000001234", "not_the_owner")):
        said = told(operator, link, purpose="owner", how="send", phone=phone)
        assert payment_words.MESSAGES[code] in said
    assert len(sent(desk)) == 2


def test_an_end_that_was_asked_for_is_asked_back_and_on_record(
    operator: Person, desk: Desk, pay: PayDesk
) -> None:
    who = pay.applied()
    behalf = f"{path_of(who)}/behalf"
    for missing in ({"by": "owner"}, {**PHONED, "reason": " "}, {**PHONED, "by": "cat"}):
        for path in (behalf, f"{behalf}/confirm"):
            assert operator.post(path, **missing).status_code == 400, missing
    page = operator.post(behalf, **PHONED).text
    for word in ("신청을 거둘까요?", "사장님 · 전화로", "가게를 쉬신대요", "카카오톡으로 한 번"):
        assert word in page
    assert who.history()[-1][1] == "collecting", "nothing has happened yet"
    fields = {**PHONED, "once": "same"}
    assert words.DONE in told(operator, f"{behalf}/confirm", **fields)
    assert words.ALREADY in told(operator, f"{behalf}/confirm", **fields)
    assert who.state is PayState.WITHDRAWN
    done = "사장님, 전화로: 가게를 쉬신대요"
    assert ("behalf", f"pay_application:{who.id}", done, 1) in log_of(desk)
    page = operator.get(path_of(who)).text
    assert done in page
    assert "그만두겠다고 하면" not in page
    with desk.database.reading() as session:
        assert [note.by for note in session.scalars(select(PayNote))] == ["staff:operator"]
        kinds = session.scalars(select(Reminder.kind).where(Reminder.state == "scheduled"))
        assert list(kinds) == ["payment.ended"]
    assert payment_words.MESSAGES["pay_over"] in told(operator, behalf, **PHONED)


def test_who_asks_for_the_end_again_in_the_same_words_is_heard(
    operator: Person, pay: PayDesk
) -> None:
    who = pay.applied()
    confirm = f"{path_of(who)}/behalf/confirm"
    assert words.DONE in told(operator, confirm, **PHONED)
    who.apply("anew")
    assert words.DONE in told(operator, confirm, **PHONED)
    assert who.state is PayState.WITHDRAWN


def test_what_is_agreed_is_ended_on_the_same_page(operator: Person, pay: PayDesk) -> None:
    who = pay.approved()
    who.issue()
    page = operator.post(f"{path_of(who)}/behalf", **PHONED).text
    assert "결제를 끝낼까요?" in page
    assert "걷을 QR 목록" in page
    told(operator, f"{path_of(who)}/behalf/confirm", **PHONED)
    assert who.state is PayState.TERMINATED
    assert who.overview().reason == "asked"


def test_the_link_of_the_test_payment_is_of_the_application_of_the_page(
    operator: Person, desk: Desk, pay: PayDesk
) -> None:
    first = pay.applied()
    assert "100원 결제 주소 만들기" not in operator.get(path_of(first)).text
    assert operator.post(f"{path_of(first)}/trial-link").status_code == 404
    page = Flask(__name__)
    page.config.update(SECRET_KEY="secret", SESSION_COOKIE_SAMESITE="Lax")
    settings = replace(desk.settings, kakaopay_key="key", kakaopay_cid="cid")
    page.register_blueprint(console_blueprint(replace(desk, settings=settings)))
    office = Person(page.test_client())
    office.log_in("operator")
    older = first.id
    first.person.register("second", store_name="순자네 떡집", search_id="순자네떡집")
    first.apply("second")
    assert first.id != older, "the merchant has two"
    links = TrialLinks(settings.secret_key, settings.public_url, desk.clock)
    for application_id in (older, first.id):
        made = office.post(f"/console/payments/{application_id}/trial-link").text
        token = re.search(rf"{PATH}/([\w.-]+)", made)
        assert token
        assert links.read(token[1]).application_id == application_id
    assert ("grant", f"pay_application:{older}", "trial_link", 1) in log_of(desk)
    told(office, f"/console/payments/{older}/behalf/confirm", **PHONED)
    said = told(office, f"/console/payments/{older}/trial-link")
    assert payment_words.MESSAGES["trial_not_called_for"] in said


def test_nobody_does_this_in_another_market(
    person: Callable[[str], Person], desk: Desk, pay: PayDesk
) -> None:
    there = pay.applied(role="agent")
    market = pay.put_in_market(pay.applied(), "통인시장")
    with desk.database.transaction() as session:
        for row in session.scalars(select(Staff)):
            row.market_id = market
    operator = person("operator")
    for step, fields in (
        ("behalf", PHONED),
        ("behalf/confirm", PHONED),
        ("link", {"purpose": "owner", "how": "send", "phone": "010-0000-9999"}),
        ("link", {"purpose": "owner"}),
    ):
        assert operator.post(f"{path_of(there)}/{step}", **fields).status_code == 404, step
    assert sent(desk) == []


def test_a_picture_that_has_to_be_asked_for_stands_on_a_list(
    operator: Person, desk: Desk, pay: PayDesk
) -> None:
    who = pay.approved()
    assert "<b>0</b> 받을 QR 그림" in operator.get("/console/today").text
    with desk.database.transaction() as session:
        session.get_one(PayApplication, who.id).merchant_code = "M-7"
    assert "<b>1</b> 받을 QR 그림" in operator.get("/console/today").text
    assert "받을 QR 그림 1" in operator.get("/console/payments").text
    listed = operator.get("/console/payments/codes").text.split("받을 QR 그림")[1]
    for word in (who.overview().number, "M-7", "번호만"):
        assert word in listed
    assert 'value="M-7"' in operator.get(path_of(who)).text, "nobody types it again"
    who.issue()
    assert "받을 그림이 없어요" in operator.get("/console/payments/codes").text
