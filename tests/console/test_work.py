"""What operators do at the console besides."""

import csv
import io
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from bot.console import exports, words
from bot.console.desk import Desk
from bot.services.access_log import verify
from bot.services.handoff import open_ticket
from models.conversation import Conversation, Owner, StepEvent, StepKind
from models.market import Market
from tests.console.browser import Person
from tests.console.looks import SECRETS, log_of, send_paper, talk_of
from tests.fakes import rows
from tests.fakes.rows import NOW
from tests.uploads.pictures import photo


def test_today_shows_what_waits(operator: Person, desk: Desk, registered: int) -> None:
    talk = talk_of(desk)
    with desk.database.transaction() as session:
        open_ticket(rows.turn(session, talk), "trust")
    send_paper(desk, photo())
    page = operator.get("/console/today").text
    for text in ("사기 의심", "급함", "신청 받음", "사업자등록증", "국세청에 휴업으로 나옴"):
        assert text in page
    assert f"/console/registrations/{registered}" in page
    assert "자동 작업이 멈춰 있어요" in page
    assert "&lt;b&gt;행복과일" in page
    assert "<b>행복과일" not in page


def test_an_empty_day(operator: Person) -> None:
    assert "기다리는 대화가 없어요" in operator.get("/console/today").text


def test_a_handoff_is_taken_and_given_back(operator: Person, desk: Desk) -> None:
    with desk.database.transaction() as session:
        talk = rows.conversation(session)
        rows.said(session, talk.id, 1, "제 번호는 ***-****-1234예요", "네, 확인했어요.")
        ticket = open_ticket(
            rows.turn(session, talk.id), "complaint", asked="phone", summary="두 번 물어봄"
        )
        revision = talk.revision
    path = f"/console/handoffs/{ticket}"
    page = operator.get(path).text
    for text in ("불만", "급함", "두 번 물어봄", "***-****-1234", "네, 확인했어요.", "봇은 조용"):
        assert text in page
    assert "김담당" in operator.get(operator.post(path + "/take").location).text
    page = operator.get(operator.post(path + "/back", note="통화함").location).text
    assert "[처리] 통화함" in page
    assert words.DONE in page
    with desk.database.reading() as session:
        row = session.scalars(select(Conversation)).one()
        assert row.owner == Owner.BOT
        assert row.revision == revision + 1
    assert words.ALREADY in operator.get(operator.post(path + "/back", note="또").location).text
    assert "지금 상태에서는" in operator.get(operator.post(path + "/take").location).text


@pytest.mark.parametrize(
    "path",
    ["handoffs/9/take", "handoffs/9/back", "papers/9/decide", "registrations/9/move"],
)
def test_changing_what_is_not_there(operator: Person, path: str) -> None:
    assert operator.post(f"/console/{path}", to="live", note="x").status_code == 404


@pytest.mark.parametrize("path", ["handoffs/9", "papers/9", "registrations/9", "nowhere"])
def test_looking_at_what_is_not_there(operator: Person, path: str) -> None:
    assert operator.get(f"/console/{path}").status_code == 404


def test_markets(operator: Person, desk: Desk) -> None:
    with desk.database.transaction() as session:
        for name, city, days in (("중앙시장", "강릉시", []), ("중앙시장", "안성시", [2, 7])):
            row = Market(source_key=city, name=name, city=city, market_days=days)
            row.created_at = row.updated_at = NOW
            session.add(row)
    page = operator.get("/console/markets?q=중앙").text
    assert "강릉시" in page
    assert "2·7일장" in page
    assert "강릉시" not in operator.get("/console/markets?q=안성").text
    assert "찾은 시장이 없어요" in operator.get("/console/markets?q=%25").text
    assert operator.get("/console/markets").status_code == 200


def test_where_people_stop(operator: Person, desk: Desk) -> None:
    asked = StepKind.ASKED
    with desk.database.transaction() as session:
        for number in range(4):
            talk = rows.conversation(session).id
            steps = [("owner_name", asked), ("owner_name", StepKind.ANSWERED), ("phone", asked)]
            for step, kind in steps[: 3 if number else 1]:
                values = {"conversation_id": talk, "at": NOW, "flow": "registration", "version": 1}
                session.add(StepEvent(**values, step=step, kind=kind))
    page = operator.get("/console/stops").text
    assert "전화번호" in page
    assert "3 (100%)" in page
    assert "w20" in page
    assert "w15" in page
    assert "아직 기록이 없어요" in operator.get("/console/stops?flow=other").text


@pytest.mark.usefixtures("registered")
def test_the_export_is_masked_harmless_and_on_record(operator: Person, desk: Desk) -> None:
    with desk.database.transaction() as session:
        rows.registration(session, store_name="=1+1", market="@시장", phone="01000009999")
    assert operator.post("/console/exports/registrations.csv").status_code == 400
    answer = operator.post("/console/exports/registrations.csv", reason="월간 보고")
    text = answer.data.decode()
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert not [secret for secret in SECRETS if secret in text]
    found = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert found[0] == list(exports.COLUMNS)
    assert found[2][2:4] == ["'@시장", "'=1+1"]
    assert found[1][4:7] == ["홍*동", "***-****-1234", "120-**-***67"]
    assert log_of(desk)[-1] == ("export", "*", "월간 보고", 2)


def test_the_record_and_its_check(
    app: Flask, person: Callable[[str], Person], desk: Desk, registered: int
) -> None:
    del app
    auditor = person("auditor")
    auditor.post(f"/console/registrations/{registered}/show", reason="감사")
    page = auditor.get("/console/audit").text
    assert f"channel_registration:{registered}" in page
    assert "감사" in page
    assert "모두 이어져 있어요" in auditor.post("/console/audit/check").text
    with desk.database.reading() as session:
        assert verify(session).broken_at is None
    assert auditor.get("/console/audit?before=1").status_code == 200


def test_a_broken_record_is_shown(person: Callable[[str], Person], desk: Desk) -> None:
    auditor = person("auditor")
    with desk.database.write.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER IF EXISTS access_log_no_update")
        for (name,) in _triggers(connection):
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql("UPDATE access_log SET actor = 'staff:nobody'")
    assert "1번에서 끊겨" in auditor.post("/console/audit/check").text


def _triggers(connection: object) -> Iterator[tuple[str]]:
    execute = connection.exec_driver_sql  # type: ignore[attr-defined]  # a Connection
    yield from execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'access_log'"
    ).all()


def test_a_handoff_leads_to_the_registration(operator: Person, desk: Desk, registered: int) -> None:
    with desk.database.transaction() as session:
        talk = session.scalars(select(Conversation.id)).one()
        ticket = open_ticket(rows.turn(session, talk), "asked")
    page = operator.get(f"/console/handoffs/{ticket}").text
    assert f"/console/registrations/{registered}" in page
