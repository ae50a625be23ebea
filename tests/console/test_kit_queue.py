"""What goes to the printer, and the list to take along."""

import csv
import io
import zipfile

from bot.console.desk import Desk
from models.states import KitState
from tests.console.browser import Person
from tests.console.kit_shop import Shop, told
from tests.console.looks import log_of
from tests.use_cases.kit_people import find


def test_the_queue_is_grouped_by_product(operator: Person, shop: Shop) -> None:
    talk = shop.store()
    first = shop.order(talk, items={"poster": 3, "card": 95})
    second = shop.order(talk, items={"poster": 1})
    file = shop.order(talk, items={"tent": 1})
    shop.render()
    for number in (first, second):
        shop.bring(number, KitState.QUEUED_PRINT)
    page = operator.get("/console/kits/queue").text
    posters, cards = page.index("<h2>A4 포스터"), page.index("<h2>명함 10장")
    assert posters < cards
    assert '<h2>A4 포스터 <span class="count">4장' in page
    assert '<h2>명함 10장 <span class="count">10장' in page
    assert "(95장)" in page
    assert file not in page
    assert "인쇄를 기다리는 홍보물이 없어요" not in page


def test_an_empty_queue(operator: Person) -> None:
    assert "인쇄를 기다리는 홍보물이 없어요" in operator.get("/console/kits/queue").text


def _bundle(person: Person, orders: list[int], variant: str = "outlined") -> zipfile.ZipFile:
    data = {"csrf": person.csrf(), "variant": variant, "order": [str(one) for one in orders]}
    answer = person.client.post("/console/kits/queue/bundle.zip", data=data)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="print-2026-11-24.zip"'
    return zipfile.ZipFile(io.BytesIO(answer.data))


def test_one_archive_holds_what_was_chosen(operator: Person, desk: Desk, shop: Shop) -> None:
    talk = shop.store(store_name="=행복/과일")
    numbers = [shop.order(talk, items={"poster": 3, "card": 95}) for _ in range(3)]
    shop.render()
    ids = [shop.bring(number, KitState.QUEUED_PRINT) for number in numbers]
    with desk.database.transaction() as session:
        key = find(session, numbers[1]).storage_key
    assert key
    desk.kit_files.delete(key)
    archive = _bundle(operator, ids[:2])
    assert archive.testzip() is None
    assert set(archive.namelist()) == {
        f"A4 포스터/{numbers[0]}_=행복 과일_3장.pdf",
        f"명함 10장/{numbers[0]}_=행복 과일_10장.pdf",
        "목록.csv",
    }
    assert b"outlined" in archive.read(archive.namelist()[0])
    assert log_of(desk)[-1] == ("download", "*", "print", 2)
    text = archive.read("목록.csv").decode()
    assert text.startswith("\ufeff")
    lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [line[1] for line in lines[1:]] == [numbers[0], numbers[1]] * 2
    assert lines[1][2] == "'=행복/과일"
    assert lines[2][6] == "파일 없음"
    plain = _bundle(operator, ids[:1], "print")
    assert b"poster-a4 print" in plain.read(plain.namelist()[0])
    assert [shop.state(number) for number in numbers] == [KitState.QUEUED_PRINT] * 3


def test_an_archive_of_another_kind_is_refused(operator: Person) -> None:
    answer = operator.post("/console/kits/queue/bundle.zip", variant="home")
    assert answer.status_code == 400


def test_what_was_printed_is_ticked_off_together(operator: Person, shop: Shop) -> None:
    talk = shop.store()
    numbers = [shop.order(talk) for _ in range(3)]
    ids = [shop.bring(number, KitState.QUEUED_PRINT) for number in numbers]
    told(operator, f"/console/kits/{ids[2]}/move", to="preflighted")
    data = {"csrf": operator.csrf(), "once": "k", "order": [*map(str, ids), "999", "x"]}
    answer = operator.client.post("/console/kits/queue/printed", data=data)
    assert "2건을" in operator.get(answer.location).text
    assert [shop.state(number) for number in numbers] == ["printed", "printed", "preflighted"]


def test_the_export_needs_a_reason_and_is_harmless(
    operator: Person, desk: Desk, shop: Shop
) -> None:
    number = shop.order(
        shop.store(store_name="@행복"), items={"poster": 2, "tent": 1}, phrase="비밀 문구"
    )
    shop.render()
    path = "/console/exports/kits.csv"
    assert operator.post(path, reason=" ").status_code == 400
    answer = operator.post(path, reason="월간 보고")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(answer.data.decode().removeprefix("\ufeff"))))
    assert len(lines) == 3
    assert len({len(line) for line in lines}) == 1
    assert lines[1][0] == number
    assert lines[1][4] == "'@행복"
    assert "비밀 문구" not in answer.text
    assert "01000001234" not in answer.text
    assert log_of(desk)[-1] == ("export", "kit_order:*", "월간 보고", 1)
    assert "홍보물 목록 (CSV)" in operator.get("/console/exports").text
