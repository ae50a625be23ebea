"""Applications at the console: what is listed, what is shown, what a person may set."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from bot.clock import AdjustableClock
from bot.console import payment_words, words
from bot.console.desk import Desk
from bot.console.pages import console_blueprint
from bot.services import payments
from bot.services.fixes import FIXES
from bot.services.payments.moving import BY_HAND, WITH_REASON
from bot.services.payments.staff_board import WAITS
from handlers.pay.words import sentence
from models.payment import (
    CheckResult,
    HolderMatch,
    LinkPurpose,
    PayCheck,
    PayKind,
    PayNote,
    TaxType,
)
from models.requirement import DocumentKind
from models.staff import Staff
from models.states import PayState
from tests.console.browser import Person
from tests.console.kit_shop import told
from tests.console.looks import log_of
from tests.console.pay_desk import ACCOUNTS, SECRETS, PayDesk
from tests.payments.applicants import Applicant
from tests.payments.test_won import Bank


@pytest.fixture
def pay(desk: Desk) -> PayDesk:
    return PayDesk(desk.database)


def path_of(who: Applicant) -> str:
    return f"/console/payments/{who.id}"


def test_every_code_has_a_word() -> None:
    assert set(payment_words.STATES) == set(PayState)
    assert set(payment_words.WAITS) == set(WAITS)
    assert set(payment_words.FIX_ACTIONS) == set(FIXES.values())
    assert set(FIXES) <= set(payment_words.REASONS)
    assert set(payment_words.KINDS) == set(PayKind)
    assert set(payment_words.TAXES) == set(TaxType)
    assert set(payment_words.MATCHES) == set(HolderMatch)
    assert set(payment_words.RESULTS) == set(CheckResult)
    assert set(payment_words.PURPOSES) == set(LinkPurpose)
    assert {*payment_words.STEPS, PayState.TERMINATED} == set(BY_HAND)
    assert all(payment_words.codes_of(key) for key in payment_words.FINDINGS)


def test_what_is_due_is_said_as_the_chat_says_it(operator: Person, pay: PayDesk) -> None:
    papers, wrong, agent = pay.applied(), pay.applied(), pay.applied(role="agent")
    told(operator, f"{path_of(wrong)}/finding", found="holder:holder_mismatch")
    listed = operator.get("/console/payments").text
    for who in (papers, wrong, agent):
        said = sentence(who.overview())
        assert said
        assert said in listed
        assert f"“{said}”" in operator.get(path_of(who)).text
    assert "우리: 주인 확인" in listed


def test_the_list_is_narrowed(operator: Person, pay: PayDesk) -> None:
    first, second = pay.applied(store_name="<b>행복과일</b>"), pay.ready()
    page = operator.get("/console/payments").text
    assert "&lt;b&gt;행복과일" in page
    assert page.count("console/payments/") >= 2
    assert [secret for secret in SECRETS if secret in page] == []
    for query, found in (
        ("state=collecting", {first.id}),
        ("state=ready", {second.id}),
        ("waits=merchant", {first.id}),
        ("waits=us&state=ready", {second.id}),
        (f"number={second.overview().number.lower()}", {second.id}),
        (f"number={first.overview().number[2:]}", {first.id}),
        ("number=x", set()),
        ("market=망원", {first.id, second.id}),
        ("market=%25", set()),
        ("state=nonsense&waits=cats&page=x", {first.id, second.id}),
        ("page=2", set()),
    ):
        text = operator.get(f"/console/payments?{query}").text
        assert {int(one) for one in re.findall(r"payments/(\d+)\"", text)} == found, query


def test_an_account_is_masked_until_a_reason_is_written(
    operator: Person, person: Callable[[str], Person], desk: Desk, pay: PayDesk
) -> None:
    who = pay.applied()
    page = operator.get(path_of(who)).text
    assert [secret for secret in SECRETS if secret in page] == []
    assert "****3456" in page
    assert log_of(desk)[-1] == ("view", f"pay_application:{who.id}", "masked", 1)
    before = len(log_of(desk))
    for reason in ("", "  "):
        assert operator.post(f"{path_of(who)}/show", reason=reason).status_code == 400
    assert person("auditor").post(f"{path_of(who)}/show", reason="감사").status_code == 403
    assert "view_account" not in str(log_of(desk)[before:])
    shown = operator.post(f"{path_of(who)}/show", reason="상인과 통화").text
    assert ACCOUNTS[0] in shown
    assert log_of(desk)[-1] == (
        "view_account",
        f"pay_application:{who.id}",
        "상인과 통화",
        1,
    )
    assert ACCOUNTS[0] not in operator.get(path_of(who)).text
    assert operator.get("/console/payments/999").status_code == 404


def test_what_a_person_found_asks_for_one_repair(operator: Person, pay: PayDesk) -> None:
    who = pay.applied()
    finding = f"{path_of(who)}/finding"
    page = told(operator, finding, found="holder:holder_mismatch")
    assert words.DONE in page
    assert who.due() == ("holder", "holder_mismatch", "choose_account")
    assert "예금주가 주인도 가게도 아님" in page
    assert "상인이 다른 계좌를 알려 줌" in page
    assert words.ALREADY in told(operator, finding, found="holder:holder_mismatch")
    assert words.DONE in told(operator, finding, found="holder:")
    assert who.due() == ("brc", None, None)
    for wrong in ("", "holder:brn_closed", "brc:", "trade:cats"):
        assert operator.post(finding, found=wrong).status_code == 400, wrong
    with pay.database.reading() as session:
        sources = session.scalars(select(PayCheck.source).where(PayCheck.kind == "holder")).all()
    assert sources == ["staff:operator"] * 2


def test_a_paper_is_decided_about_on_the_page(operator: Person, pay: PayDesk) -> None:
    who = pay.applied()
    paper = who.send(DocumentKind.BRC)
    page = operator.get(path_of(who)).text
    assert f"/console/papers/{paper}/decide" in page
    fields = {"application": str(who.id), "reason": "doc_cropped"}
    page = told(operator, f"/console/papers/{paper}/decide", **fields)
    assert who.overview().number in page
    assert who.due() == ("brc", "doc_cropped", "send_again")
    again = who.send(DocumentKind.BRC, "b")
    told(operator, f"/console/papers/{again}/decide", application=str(who.id))
    assert "brc" not in who.open_keys()
    assert f"payments/{who.id}" in operator.get(f"/console/papers/{again}").text


def test_the_owner_was_called(operator: Person, desk: Desk, pay: PayDesk) -> None:
    who = pay.applied(role="agent")
    assert "주인 확인함" in operator.get(path_of(who)).text
    assert operator.post(f"{path_of(who)}/owner").status_code == 400
    assert words.DONE in told(operator, f"{path_of(who)}/owner", reason="주인과 통화")
    assert "owner_confirmation" not in who.open_keys()
    assert log_of(desk)[-2] == ("check", f"pay_application:{who.id}", "주인과 통화", 1)
    assert "주인 확인함" not in operator.get(path_of(who)).text
    other = pay.applied()
    page = told(operator, f"{path_of(other)}/owner", reason="통화")
    assert payment_words.MESSAGES["no_agent"] in page


def test_one_won_is_sent_where_banks_can_be_asked(
    operator: Person, clock: AdjustableClock, desk: Desk, pay: PayDesk
) -> None:
    who = pay.applied()
    assert "1원 보내기" not in operator.get(path_of(who)).text
    assert operator.post(f"{path_of(who)}/won").status_code == 404
    settings = replace(desk.settings, account_check_url="https://bank.example")
    page = Flask(__name__)
    page.config.update(SECRET_KEY="secret", SESSION_COOKIE_SAMESITE="Lax")
    bank = Bank("unclear")
    page.register_blueprint(console_blueprint(replace(desk, settings=settings, accounts=bank)))
    office = Person(page.test_client())
    office.log_in("operator")
    assert "1원 보내기" in office.get(path_of(who)).text
    assert words.DONE in told(office, f"{path_of(who)}/won")
    assert payment_words.MESSAGES["won_not_now"] in told(office, f"{path_of(who)}/won")
    assert payments.send_won(desk.database, bank, desk.clock.now()) == 1
    clock.advance(timedelta(days=1))
    office.log_in("operator")
    assert payment_words.MESSAGES["won_unknown"] in told(office, f"{path_of(who)}/won")
    assert len(bank.asked_about) == 1
    with who.person.turn("digits", desk.clock.now()) as tx:
        assert payments.tell_won_code(tx, who.id, bank.memos[0]) == "right"
    proved = office.get(path_of(who)).text
    assert "1원 보내기</button>" not in proved
    assert "1원 송금" in proved


def test_steps_by_hand_want_words_and_a_code(operator: Person, desk: Desk, pay: PayDesk) -> None:
    who = pay.applied()
    move = f"{path_of(who)}/move"
    assert operator.post(move, to="handed_off").status_code == 400  # no reason in words
    assert operator.post(move, to="collecting", reason="x").status_code == 400
    assert payment_words.MESSAGES["illegal_move"] in told(
        operator, move, to="handed_off", reason="메일로 보냄"
    )
    for kind in (DocumentKind.BRC, DocumentKind.BANKBOOK):
        who.accept(who.send(kind))
    assert words.DONE in told(operator, move, to="handed_off", reason="메일로 보냄")
    assert log_of(desk)[-2] == ("move", f"pay_application:{who.id}", "메일로 보냄", 1)
    for step in WITH_REASON:
        if step is not PayState.SUSPENDED:
            page = told(operator, move, to=step, reason="전화로 들음")
            assert payment_words.MESSAGES["reason_needed"] in page
    page = told(
        operator,
        move,
        to="rejected",
        code="holder_mismatch",
        ref="KP-77",
        raw="예금주 불일치로 반려",
        retry_after="2026-12-24",
        reason="전화로 들음",
    )
    for shown in ("KP-77", "예금주 불일치로 반려", "2026-12-24부터", "예금주가 주인도"):
        assert shown in page
    assert (who.overview().state, who.overview().reason) == (PayState.REJECTED, "holder_mismatch")


def test_a_button_pressed_twice_does_it_once(operator: Person, pay: PayDesk) -> None:
    who = pay.ready()
    fields = {"to": "handed_off", "reason": "보냄", "once": "same"}
    for _ in range(2):
        told(operator, f"{path_of(who)}/move", **fields)
    assert [to for _, to in who.history()].count("handed_off") == 1
    for _ in range(2):
        told(operator, f"{path_of(who)}/note", text="두 번 누름", once="twice")
    with pay.database.reading() as session:
        assert len(session.scalars(select(PayNote)).all()) == 1


def test_a_note_is_kept_sealed_and_escaped(operator: Person, pay: PayDesk) -> None:
    who = pay.applied()
    note = f"{path_of(who)}/note"
    page = told(operator, note, text="<b>내일</b> 다시 전화")
    assert "&lt;b&gt;내일&lt;/b&gt; 다시 전화" in page
    assert operator.post(note, text="  ").status_code == 400
    assert ACCOUNTS[0] not in told(operator, note, text=f"국민은행 {ACCOUNTS[0]}")
    with pay.database.read.connect() as connection:
        held = connection.exec_driver_sql("SELECT text FROM pay_note").scalars().all()
    assert len(held) == 2
    assert not [text for text in held if "전화".encode() in text]


def test_a_link_is_shown_once_and_used_once(operator: Person, desk: Desk, pay: PayDesk) -> None:
    who = pay.applied(role="agent")
    link = f"{path_of(who)}/link"
    page = operator.post(link, purpose="owner").text
    found = re.search(r"/once/[\w.-]+", page)
    assert found
    assert ("grant", f"pay_application:{who.id}", "pay_link", 1) in log_of(desk)
    later = operator.get(path_of(who)).text
    assert found[0] not in later
    assert 'data-name="무엇">주인 확인' in later
    assert "/once/" in operator.post(link, purpose="photo", paper="bankbook").text
    for fields in ({"purpose": "trial"}, {"purpose": "photo", "paper": "cat"}, {}):
        assert operator.post(link, **fields).status_code == 400, fields


def test_today_lists_what_waits_for_us_the_late_first(
    operator: Person, clock: AdjustableClock, pay: PayDesk
) -> None:
    outside, ready, merchant = pay.ready(), pay.ready(), pay.applied()
    outside.hand_off()
    page = operator.get("/console/today").text
    section = page.split("결제: 우리 차례")[1].split("</section>")[0]
    assert f"payments/{ready.id}" in section
    for other in (outside, merchant):
        assert f'payments/{other.id}"' not in section
    clock.advance(timedelta(days=30))
    operator.log_in("operator")
    section = operator.get("/console/today").text.split("결제: 우리 차례")[1].split("</section>")[0]
    assert section.count("늦음") == 2
    assert f'payments/{outside.id}"' in section  # the provider, too, is late
    assert f'payments/{merchant.id}"' not in section


def test_who_sees_one_market_sees_no_other(operator: Person, desk: Desk, pay: PayDesk) -> None:
    here, there = pay.ready(), pay.approved()
    market = pay.put_in_market(here, "통인시장")
    pay.put_in_market(there, "망원시장")
    there.issue()
    with desk.database.transaction() as session:
        row = session.scalars(select(Staff).where(Staff.login == "operator")).one()
        row.market_id = market
    for page in ("/console/payments", "/console/today"):
        text = operator.get(page).text
        assert f'payments/{here.id}"' in text
        assert f'payments/{there.id}"' not in text
    assert operator.get(path_of(here)).status_code == 200
    code = pay.codes(there)[0].id
    assert operator.get(path_of(there)).status_code == 404
    assert operator.get(f"/console/payments/codes/{code}/picture").status_code == 404
    for step, fields in (
        ("show", {"reason": "x"}),
        ("finding", {"found": "brn:"}),
        ("owner", {"reason": "x"}),
        ("move", {"to": "live", "reason": "x"}),
        ("end", {"code": "closed", "reason": "x"}),
        ("note", {"text": "x"}),
        ("link", {"purpose": "owner"}),
    ):
        assert operator.post(f"{path_of(there)}/{step}", **fields).status_code == 404, step
    assert operator.post(f"/console/payments/codes/{code}/down").status_code == 404
    assert operator.get("/console/payments/exchange").status_code == 403
    for step in ("export", "import", "import/confirm", "batches/1"):
        assert operator.post(f"/console/payments/{step}", reason="x").status_code == 403, step


def test_auditors_look_and_change_nothing(person: Callable[[str], Person], pay: PayDesk) -> None:
    who = pay.approved()
    who.issue()
    who.send(DocumentKind.SEAL)
    auditor = person("auditor")
    for page in ("/console/payments", path_of(who), "/console/payments/codes"):
        main = auditor.get(page).text.split("<main>")[1]
        assert 'method="post"' not in main, page
