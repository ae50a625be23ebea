"""What operators do at the console."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from bot.clients.nts import BusinessStatus
from bot.console import exports, masking, words
from bot.console.desk import Desk
from bot.services.access_log import verify
from bot.services.documents import Sent
from bot.services.handoff import open_ticket
from models.conversation import Conversation, Owner, StepEvent, StepKind
from models.events import AccessLog
from models.market import Market
from models.merchant import ChannelRegistration
from models.requirement import Document, DocumentKind
from models.states import ChannelState, DocumentState
from tests.console.browser import Person
from tests.fakes import rows
from tests.fakes.rows import NOW
from tests.uploads.pictures import heic, pdf, photo

SECRETS = ("홍길동", "01000001234", "010-0000-1234", "1208800767", "120-88-00767")


@pytest.fixture
def registered(desk: Desk) -> int:
    """Return the id of a registration whose tax office did not answer."""
    with desk.database.transaction() as session:
        status = BusinessStatus("suspended", "", None, NOW)
        return rows.registration(session, status, store_name="<b>행복과일</b>")[1]


def _talk(desk: Desk) -> int:
    with desk.database.reading() as session:
        return session.scalars(select(Conversation.id).order_by(Conversation.id)).one()


def _state(desk: Desk, registration: int) -> ChannelState:
    with desk.database.reading() as session:
        return session.get_one(ChannelRegistration, registration).state


def _log(desk: Desk) -> list[tuple[str, str, str, int]]:
    with desk.database.reading() as session:
        found = session.scalars(select(AccessLog).order_by(AccessLog.id))
        return [(row.action, row.subject, row.reason, row.row_count) for row in found]


def _paper(desk: Desk, data: bytes, kind: DocumentKind = DocumentKind.BRC) -> int:
    stored = desk.documents.prepare(data)
    talk = _talk(desk)
    with desk.database.transaction() as session:
        return desk.documents.record(session, stored, Sent(talk, kind, "upload:x"), NOW).id


def test_today_shows_what_waits(operator: Person, desk: Desk, registered: int) -> None:
    talk = _talk(desk)
    with desk.database.transaction() as session:
        open_ticket(rows.turn(session, talk), "trust")
    _paper(desk, photo())
    page = operator.get("/console/today").text
    for text in ("사기 의심", "급함", "신청 받음", "사업자등록증", "국세청에 휴업으로 나옴"):
        assert text in page
    assert f"/console/registrations/{registered}" in page
    assert "자동 작업이 멈춰 있어요" in page
    assert "&lt;b&gt;행복과일" in page
    assert "<b>행복과일" not in page


def test_an_empty_day(operator: Person) -> None:
    assert "기다리는 대화가 없어요" in operator.get("/console/today").text


def test_data_is_masked_until_a_reason_is_given(
    operator: Person, desk: Desk, registered: int
) -> None:
    path = f"/console/registrations/{registered}"
    for page in ("/console/registrations", path, "/console/today"):
        text = operator.get(page).text
        assert not [secret for secret in SECRETS if secret in text]
    assert "홍*동" in operator.get(path).text
    before = len(_log(desk))
    assert operator.post(path + "/show").status_code == 400
    assert operator.post(path + "/show", reason="  ").status_code == 400
    assert len(_log(desk)) == before
    shown = operator.post(path + "/show", reason="상인과 통화").text
    for secret in ("홍길동", "010-0000-1234", "120-88-00767"):
        assert secret in shown
    assert _log(desk)[-1] == ("view", f"channel_registration:{registered}", "상인과 통화", 1)
    assert "홍길동" not in operator.get(path).text


@pytest.mark.parametrize("who", ["홍길동", " 010-0000-1234 ", "120-88-00767"])
def test_finding_by_name_or_number(operator: Person, desk: Desk, registered: int, who: str) -> None:
    page = operator.post("/console/registrations/find", who=who).text
    assert f"/console/registrations/{registered}" in page
    assert who.strip() not in str(_log(desk))
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
        assert _state(desk, registered) == to
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
    assert _state(desk, registered) == ChannelState.OPENED


def test_asking_for_a_fix_needs_a_reason(operator: Person, desk: Desk, registered: int) -> None:
    path = f"/console/registrations/{registered}/move"
    page = operator.get(operator.post(path, to="needs_fix").location).text
    assert "이유를 골라 주세요" in page
    assert _state(desk, registered) == ChannelState.SUBMITTED
    page = operator.get(operator.post(path, to="needs_fix", reason="name_mismatch").location).text
    assert "고칠 것: 가게 이름이 등록증과 다름" in page


@pytest.mark.parametrize("to", ["", "erased", "withdrawn", "nonsense"])
def test_no_other_milestone_can_be_sent(operator: Person, registered: int, to: str) -> None:
    assert operator.post(f"/console/registrations/{registered}/move", to=to).status_code == 400


def test_a_paper_is_opened_with_a_reason(operator: Person, desk: Desk, registered: int) -> None:
    paper = _paper(desk, photo())
    assert operator.post(f"/console/papers/{paper}/open").status_code == 400
    before = len(_log(desk))
    answer = operator.post(f"/console/papers/{paper}/open", reason="서류 확인")
    assert answer.mimetype == "image/jpeg"
    assert answer.data.startswith(b"\xff\xd8")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert _log(desk)[before:] == [("view", f"document:{paper}", "서류 확인", 1)]
    assert f"/console/papers/{paper}" in operator.get(f"/console/registrations/{registered}").text


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize(
    ("data", "ending"), [(pdf(), "pdf"), (heic(), "heic")], ids=["pdf", "heic"]
)
def test_what_a_browser_might_run_is_only_handed_over(
    operator: Person, desk: Desk, data: bytes, ending: str
) -> None:
    paper = _paper(desk, data)
    answer = operator.post(f"/console/papers/{paper}/open", reason="서류 확인")
    disposition = answer.headers["Content-Disposition"]
    assert disposition == f'attachment; filename="paper-{paper}.{ending}"'
    assert answer.data == data


def _needs(page: str) -> dict[str, str]:
    found = re.findall(r'data-name="항목">([^<]+)</td>.*?<span class="tag (\w+)"', page, re.DOTALL)
    return {name: level for name, level in found}  # noqa: C416 -- pairs of one pattern


def test_deciding_about_a_paper_moves_what_is_needed(
    operator: Person, desk: Desk, registered: int
) -> None:
    path = f"/console/registrations/{registered}"
    assert _needs(operator.get(path).text)["사업자등록증"] == "eventually_due"
    paper = _paper(desk, photo())
    assert _needs(operator.get(path).text)["사업자등록증"] == "pending_verification"
    page = operator.get(
        operator.post(f"/console/papers/{paper}/decide", reason="doc_cropped").location
    ).text
    assert "귀퉁이가 잘림" in page
    assert _needs(operator.get(path).text)["사업자등록증"] == "currently_due"
    second = _paper(desk, photo((65, 48)))
    operator.post(f"/console/papers/{second}/decide")
    assert _needs(operator.get(path).text)["사업자등록증"] == "met"
    again = operator.post(f"/console/papers/{second}/decide")
    assert "지금 상태에서는" in operator.get(again.location).text
    wrong = operator.post(f"/console/papers/{second}/decide", reason="nonsense")
    assert "이유를 골라" in operator.get(wrong.location).text


def test_a_purged_paper_says_so(operator: Person, desk: Desk, registered: int) -> None:
    del registered
    paper = _paper(desk, photo())
    with desk.database.transaction() as session:
        session.get_one(Document, paper).storage_key = None
    answer = operator.post(f"/console/papers/{paper}/open", reason="서류 확인")
    assert "파일이 없어요" in operator.get(answer.location).text


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
    assert _log(desk)[-1] == ("export", "*", "월간 보고", 2)


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(sign: str) -> None:
    text = exports.as_csv([[f"{sign}HYPERLINK(1)", "-", f"a{sign}b"]])
    assert text.startswith(f"{exports.BOM}\"'{sign}")
    assert '"-"' in text
    assert f'"a{sign}b"' in text


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


def test_an_auditor_sees_no_buttons(
    person: Callable[[str], Person], desk: Desk, registered: int
) -> None:
    paper = _paper(desk, photo())
    auditor = person("auditor")
    for path in (f"/console/registrations/{registered}", f"/console/papers/{paper}"):
        page = auditor.get(path).text
        assert "/move" not in page
        assert "/decide" not in page


@pytest.mark.parametrize(
    ("mask", "value", "masked"),
    [
        (masking.name, "홍길동", "홍*동"),
        (masking.name, "김철", "김*"),
        (masking.name, "김", "김*"),
        (masking.name, "남궁민수", "남**수"),
        (masking.name, None, "-"),
        (masking.phone, "01012345678", "***-****-5678"),
        (masking.phone, "5678", "-"),
        (masking.phone, None, "-"),
        (masking.brn, "1208800767", "120-**-***67"),
        (masking.brn, "12", "-"),
        (masking.full_phone, "01012345678", "010-1234-5678"),
        (masking.full_phone, "021234567", "02-123-4567"),
        (masking.full_phone, "", "-"),
        (masking.full_brn, "1208800767", "120-88-00767"),
        (masking.full_brn, None, "-"),
    ],
)
def test_masks(mask: Callable[[str | None], str], value: str | None, masked: str) -> None:
    assert mask(value) == masked


def test_every_code_has_a_word() -> None:
    assert set(words.CHANNEL_STATES) == set(ChannelState)
    assert set(words.DOCUMENT_STATES) == set(DocumentState)
    assert set(words.DOCUMENTS) == set(DocumentKind)


def test_a_handoff_leads_to_the_registration(operator: Person, desk: Desk, registered: int) -> None:
    with desk.database.transaction() as session:
        talk = session.scalars(select(Conversation.id)).one()
        ticket = open_ticket(rows.turn(session, talk), "asked")
    page = operator.get(f"/console/handoffs/{ticket}").text
    assert f"/console/registrations/{registered}" in page


def test_the_same_decision_twice_is_one(operator: Person, desk: Desk, registered: int) -> None:
    del registered
    paper = _paper(desk, photo())
    for reason in ("doc_old", ""):
        path = f"/console/papers/{paper if reason else _paper(desk, photo((65, 48)))}/decide"
        fields = {"once": f"key-{reason}"} | ({"reason": reason} if reason else {})
        operator.post(path, **fields)
        page = operator.get(operator.post(path, **fields).location).text
        assert words.ALREADY in page


@pytest.mark.parametrize(
    ("time", "text"),
    [
        (timedelta(seconds=-5), "0분"),
        (timedelta(minutes=59, seconds=59), "59분"),
        (timedelta(minutes=60), "1시간"),
        (timedelta(hours=23), "23시간"),
        (timedelta(days=2, hours=5), "2일"),
    ],
)
def test_how_long(time: timedelta, text: str) -> None:
    assert words.span(time) == text


def test_moments_are_korean() -> None:
    assert words.moment(NOW) == "2026-11-24(화) 12:00"
    assert words.moment(None) == "-"
