"""The provider at the console: files that leave, results looked at first, codes in and down."""

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from bot.clock import AdjustableClock
from bot.console import payment_words, words
from bot.console.desk import Desk
from bot.services.payments.waiting_files import LIFETIME
from bot.services.spreadsheets import table_of
from models.outbox import Reminder
from models.payment import PayHandover, PayImport
from models.states import PayState
from tests.console.browser import Person
from tests.console.kit_shop import told
from tests.console.looks import log_of
from tests.console.pay_desk import ACCOUNTS, PayDesk, picture
from tests.payments.applicants import Applicant

EXCHANGE = "/console/payments/exchange"


@pytest.fixture
def pay(desk: Desk) -> PayDesk:
    return PayDesk(desk.database)


def send(person: Person, path: str, **fields: object) -> TestResponse:
    """Send a form with files."""
    edge, body = encode_multipart({"csrf": person.csrf(), **fields})
    return person.client.post(path, data=body, content_type=f"multipart/form-data; boundary={edge}")


def file(data: bytes, name: str) -> FileStorage:
    return FileStorage(io.BytesIO(data), name)


def token_of(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found
    return found[1]


def files_kept(desk: Desk, clock: AdjustableClock) -> int:
    return len(list(desk.documents.files.names_before(clock.now() + timedelta(days=9999))))


def results(*lines: str) -> bytes:
    return ("신청번호,상태,가맹점코드,QR그림,사유\n" + "\n".join(lines)).encode()


def test_a_file_leaves_once_with_a_reason_and_can_be_fetched_again(
    operator: Person, desk: Desk, pay: PayDesk
) -> None:
    who, other = pay.ready(), pay.applied()
    assert "카카오페이 1건" in operator.get(EXCHANGE).text
    assert operator.post("/console/payments/export").status_code == 400
    assert operator.post("/console/payments/export", reason=" ").status_code == 400
    answer = operator.post("/console/payments/export", reason="월요일 묶음", format="xlsx")
    assert answer.content_type.endswith("spreadsheetml.sheet")
    assert answer.headers["Content-Disposition"].endswith('.xlsx"')
    assert answer.headers["Cache-Control"] == "no-store"
    table = [cells for _, cells in table_of(answer.data, "x")]
    assert [row[0] for row in table[1:]] == [who.overview().number]
    assert ACCOUNTS[0] in table[1]
    assert (who.state, other.state) == (PayState.HANDED_OFF, PayState.COLLECTING)
    with desk.database.reading() as session:
        batch = session.scalars(select(PayHandover)).one().public_id
    assert log_of(desk)[-1] == ("export", f"pay_handover:{batch}", "월요일 묶음", 1)
    page = told(operator, "/console/payments/export", reason="또")
    assert payment_words.NOTHING_READY in page
    assert "월요일 묶음" in page
    again = f"/console/payments/batches/{batch}"
    assert operator.post(again).status_code == 400
    csv = operator.post(again, reason="파일을 잃어버림", format="csv")
    assert ACCOUNTS[0] in csv.data.decode()
    assert log_of(desk)[-1] == ("export", f"pay_handover:{batch}", "파일을 잃어버림", 1)
    assert operator.post(again, reason="x", format="doc").status_code == 400
    gone = told(operator, f"/console/payments/batches/{'0' * 32}", reason="x")
    assert payment_words.MESSAGES["no_batch"] in gone
    assert operator.post("/console/payments/batches/x", reason="x").status_code == 404


def test_results_are_looked_at_before_they_count(
    operator: Person, desk: Desk, clock: AdjustableClock, pay: PayDesk
) -> None:
    first, second = pay.ready(), pay.ready()
    for who in (first, second):
        who.hand_off()
    table = results(
        f"{first.overview().number},QR발급,M-1,a.png,",
        f"{second.overview().number},보완요청,,,서류 잘림",
        "P-0000,승인,,,",
        f"{second.overview().number},뭐라고,,,",
    )
    fields = {"table": file(table, "결과.csv"), "pictures": file(picture("pay://1"), "a.png")}
    page = send(operator, "/console/payments/import", **fields).text
    for shown in ("미리 보기", "<b>2</b> 바뀔 줄", "<b>2</b> 못 쓰는 줄", "그림 1개"):
        assert shown in page
    assert payment_words.ROW_ERRORS["no_application"] in page
    assert payment_words.ROW_ERRORS["unknown_status"] in page
    assert (first.state, second.state) == (PayState.HANDED_OFF, PayState.HANDED_OFF)
    token = token_of(page)
    done = operator.post("/console/payments/import/confirm", token=token).text
    assert "<b>2</b> 바뀐 줄" in done
    assert (first.state, second.state) == (PayState.QR_ISSUED, PayState.ADDITIONAL_REQUIRED)
    assert second.due() == ("brc", "doc_cropped", "send_again")
    assert files_kept(desk, clock) == 1  # the code; the file of results is gone
    assert log_of(desk)[-1][0] == "import"
    gone = told(operator, "/console/payments/import/confirm", token=token)
    assert payment_words.MESSAGES["file_missing"] in gone
    fields = {"table": file(table, "결과.csv"), "pictures": file(picture("pay://1"), "a.png")}
    page = send(operator, "/console/payments/import", **fields).text
    assert "<b>0</b> 바뀔 줄" in page
    with desk.database.reading() as session:
        assert session.scalars(select(PayImport.by)).all() == ["staff:operator"]


def test_a_file_that_is_none_is_explained(operator: Person, pay: PayDesk) -> None:
    del pay
    for data, code in (
        (b"", "file_empty"),
        ("번호,결과\n1,2".encode(), "columns_missing"),
        (b"a" * (5 * 1024 * 1024 + 1), "file_size"),
    ):
        answer = send(operator, "/console/payments/import", table=file(data, "a.csv"))
        assert payment_words.MESSAGES[code] in operator.get(answer.location).text, code
    answer = send(operator, "/console/payments/import", table=file(b"PK\3\4 broken", "a.xlsx"))
    assert answer.status_code == 303
    assert send(operator, "/console/payments/import", provider="x").status_code == 400


def test_nobody_else_confirms_and_nobody_too_late(
    operator: Person, person: Callable[[str], Person], clock: AdjustableClock, pay: PayDesk
) -> None:
    who = pay.ready()
    who.hand_off()
    table = results(f"{who.overview().number},심사중,,,")
    page = send(operator, "/console/payments/import", table=file(table, "a.csv")).text
    token = token_of(page)
    admin = person("admin")
    confirm = "/console/payments/import/confirm"
    assert admin.post(confirm, token=token).status_code == 400
    assert payment_words.MESSAGES["link_invalid"] in told(operator, confirm, token="x")
    clock.advance(LIFETIME + timedelta(seconds=1))
    operator.log_in("operator")
    assert payment_words.MESSAGES["link_expired"] in told(operator, confirm, token=token)
    assert who.state is PayState.HANDED_OFF


def read(person: Person, who: Applicant, data: bytes, code: str = "M-42") -> TestResponse:
    """Upload the picture of a code."""
    path = f"/console/payments/{who.id}/code"
    return send(person, path, merchant_code=code, picture=file(data, "qr.png"))


def test_a_code_is_read_before_it_counts(
    operator: Person, desk: Desk, clock: AdjustableClock, pay: PayDesk
) -> None:
    who, other = pay.approved(), pay.approved()
    page = read(operator, who, picture("pay://right")).text
    for shown in ("pay://right", "M-42", who.overview().number):
        assert shown in page
    assert pay.codes(who) == []
    keep = f"/console/payments/{who.id}/code/keep"
    stolen = f"/console/payments/{other.id}/code/keep"
    assert operator.post(stolen, token=token_of(page)).status_code == 400
    assert words.DONE in told(operator, keep, token=token_of(page))
    assert who.state is PayState.QR_ISSUED
    code = pay.codes(who)[0]
    assert (code.merchant_code, code.payload) == ("M-42", "pay://right")
    assert ("code", f"pay_application:{who.id}", code.sha256[:16], 1) in log_of(desk)
    seen = operator.get(f"/console/payments/codes/{code.id}/picture")
    assert (seen.mimetype, seen.data) == ("image/png", picture("pay://right"))
    page = read(operator, other, picture("pay://right"), "M-43").text
    told_back = told(operator, stolen, token=token_of(page))
    assert payment_words.MESSAGES["qr_of_another"] in told_back
    assert pay.codes(other) == []
    with desk.database.transaction() as session:
        later = clock.now() + timedelta(days=9999)
        assert desk.documents.sweep(session, later) == 1  # what nobody may use


def test_a_code_that_replaces_another_is_told_to_the_merchant(
    operator: Person, desk: Desk, pay: PayDesk
) -> None:
    who = pay.approved()
    keep = f"/console/payments/{who.id}/code/keep"
    for number in (1, 1, 2):
        page = read(operator, who, picture(f"pay://{number}")).text
        operator.post(keep, token=token_of(page))
    first, second = pay.codes(who)
    assert (first.revoked_at is None, second.revoked_at) == (False, None)
    with desk.database.reading() as session:
        planned = session.scalars(select(Reminder).where(Reminder.kind == "payment.revoked")).all()
    assert [message.params for message in planned] == [{"code": second.id}]


def test_what_is_no_code_is_not_taken(operator: Person, pay: PayDesk) -> None:
    who, early = pay.approved(), pay.ready()
    for whose, data, code, told_back in (
        (who, b"no picture", "M", "qr_unreadable"),
        (who, picture("pay://1"), "  ", "merchant_code_missing"),
        (who, b"", "M", "file_empty"),
        (early, picture("pay://1"), "M", "not_expected"),
    ):
        answer = read(operator, whose, data, code)
        assert payment_words.MESSAGES[told_back] in operator.get(answer.location).text, told_back
    assert read(operator, who, b"a" * (5 * 1024 * 1024 + 1)).status_code == 303


def test_a_code_that_ended_is_taken_down_and_ticked_off(
    operator: Person, person: Callable[[str], Person], desk: Desk, pay: PayDesk
) -> None:
    who = pay.approved()
    who.issue()
    end = f"/console/payments/{who.id}/end"
    assert operator.post(end, code="asked").status_code == 400
    assert operator.post(end, code="cat", reason="x").status_code == 400
    page = told(operator, end, code="provider_ended", reason="전화로 들음")
    assert "결제 회사가 해지함" in page
    assert "아직 안 걷음" in page
    assert who.state is PayState.TERMINATED
    assert re.search(r"<b>1</b> 걷을 결제 QR", operator.get("/console/today").text)
    listed = operator.get("/console/payments/codes").text
    assert who.overview().number in listed
    assert "걷었어요" not in person("auditor").get("/console/payments/codes").text
    code = pay.codes(who)[0]
    down = f"/console/payments/codes/{code.id}/down"
    assert words.DONE in told(operator, down)
    assert words.ALREADY in told(operator, down)
    after = operator.get("/console/payments/codes").text
    assert "걷을 것이 없어요" in after
    assert "staff:operator" in after.split("걷은 것")[1]
    assert ("check", f"pay_qr:{code.id}", "taken_down", 1) in log_of(desk)
    assert pay.codes(who)[0].taken_down_by == "staff:operator"
    assert operator.post("/console/payments/codes/99/down").status_code == 404
    standing = pay.approved()
    standing.issue()
    still = pay.codes(standing)[0].id
    page = told(operator, f"/console/payments/codes/{still}/down")
    assert words.MESSAGES["illegal_move"] in page
