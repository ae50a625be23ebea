"""Printed matter at the console: found, looked at, counted."""

import re
from collections.abc import Callable
from datetime import date

from sqlalchemy import select

from bot.console import kit_words
from bot.console.desk import Desk
from bot.services.kits import short_link
from kits import errors
from kits.preflight.check import FAULTS, WARNINGS
from models.kit import KitScan
from models.merchant import Store
from models.states import KitState
from tests.console.browser import Person
from tests.console.kit_shop import Shop
from tests.console.looks import log_of
from tests.fakes.rows import NOW
from tests.use_cases.kit_people import find

BASE = "https://bot.example.org/k"


def test_the_list_is_narrowed(operator: Person, shop: Shop) -> None:
    first = shop.order(shop.store(market="망원시장"), delivery="file")
    other = shop.order(
        shop.store(market="통인시장", brn="1234567891", phone="01000009999"), delivery="pickup"
    )
    shop.bring(other, KitState.PROBLEM)
    for query, found in (
        ("", {first, other}),
        ("state=confirmed", {first}),
        ("state=problem", {other}),
        ("state=to_revoke", set()),
        ("state=nonsense", {first, other}),
        ("market=망원", {first}),
        ("market=%25", set()),
        ("delivery=pickup", {other}),
        ("delivery=nonsense", {first, other}),
        ("delivery=file&market=통인", set()),
        ("page=2", set()),
        ("page=x", {first, other}),
    ):
        page = operator.get(f"/console/kits?{query}").text
        assert {number for number in (first, other) if number in page} == found, query
    digits = other.removeprefix("K-")
    for said in (other, digits, f"k{digits}", f"+{other}+"):
        page = operator.get(f"/console/kits?number={said}").text
        assert (other in page, first in page) == (True, False), said
    assert "찾은 홍보물이 없어요" in operator.get("/console/kits?market=없음").text


def test_pages_of_the_list_keep_the_filter(operator: Person, shop: Shop) -> None:
    talk = shop.store()
    for _ in range(51):
        shop.order(talk, delivery="file")
    page = operator.get("/console/kits?delivery=file&state=confirmed").text
    assert "delivery=file" in page
    onward = re.search(r'href="(/console/kits\?page=2[^"]+)"', page)
    assert onward
    assert operator.get(onward[1].replace("&amp;", "&")).text.count(">열기</a>") == 1


def test_an_order_is_shown_and_that_is_on_record(
    operator: Person, desk: Desk, shop: Shop, rendered: str
) -> None:
    path = f"/console/kits/{shop.id(rendered)}"
    page = operator.get(path).text
    for text in ("행복과일", rendered, "검사 통과", "A4 포스터 2장", "명함 95장", "찾으러 옴"):
        assert text in page
    assert log_of(desk)[-1] == ("view", f"kit_order:{shop.id(rendered)}", "masked", 1)
    assert "poster-a4.outlined.pdf" in page
    assert "kit.zip" in page
    assert "style=" not in page
    assert "<script" not in page


def test_pictures_and_files(operator: Person, desk: Desk, shop: Shop, rendered: str) -> None:
    path = f"/console/kits/{shop.id(rendered)}"
    picture = operator.get(f"{path}/pictures/poster-a4")
    assert (picture.mimetype, picture.data) == ("image/png", b"PNG poster-a4")
    before = len(log_of(desk))
    answer = operator.get(f"{path}/files/poster-a4.print.pdf")
    assert answer.data.startswith(b"%PDF")
    expected = f'attachment; filename="{rendered}-poster-a4.print.pdf"'
    assert answer.headers["Content-Disposition"] == expected
    assert log_of(desk)[before:] == [("download", f"kit_order:{shop.id(rendered)}", "print", 1)]
    for wrong in ("files/preflight.json", "files/x.pdf", "pictures/x", "pictures/..%2f"):
        assert operator.get(f"{path}/{wrong}").status_code == 404
    for wrong in ("", "/files/kit.zip", "/pictures/poster-a4"):
        assert operator.get(f"/console/kits/999{wrong}").status_code == 404


def test_an_auditor_looks_and_takes_nothing(
    person: Callable[[str], Person], shop: Shop, rendered: str
) -> None:
    auditor = person("auditor")
    path = f"/console/kits/{shop.id(rendered)}"
    page = auditor.get(path).text
    assert "인쇄 대기로" not in page
    assert "/files/" not in page
    assert auditor.get(f"{path}/files/kit.zip").status_code == 403


def test_the_inspection_is_readable_to_a_printer(
    operator: Person, desk: Desk, shop: Shop, rendered: str
) -> None:
    code = {
        "expected": f"{BASE}/abcdef",
        "decoded": f"{BASE}/abcdef",
        "page": 1,
        "where": [30.8, 161.8, 78.4, 78.4],
        "module_mm": 2.7,
        "distance_m": 1.05,
        "quiet_modules": 4,
        "contrast": 16.3,
        "spare": 0.5,
        "grade": 3.0,
    }
    wrong = {**code, "decoded": None, "grade": 0.0}
    fault = {"code": "quiet_zone", "message": "Too near.", "page": 1, "where": [1, 2, 3.5, 4]}
    unknown = {"code": "brand_new_rule", "message": "Nobody knows.", "page": 0, "where": None}
    report = {
        "ok": False,
        "items": [
            {
                "product": "poster-a4",
                "variant": "print",
                "ok": False,
                "score": 0.0,
                "codes": [code, wrong],
                "problems": [fault, unknown],
                "warnings": [{**fault, "code": "code_contrast_low", "message": "Pale."}],
            }
        ],
    }
    with desk.database.transaction() as session:
        find(session, rendered).report = report
    page = operator.get(f"/console/kits/{shop.id(rendered)}").text
    for text in (
        "걸린 규칙 2개",
        "2.7 mm (",
        "1.1 m (",
        "4칸",
        "16.3 : 1",
        "50 %",
        "B (3.0)",
        "안 읽힘",
        "QR 둘레 흰 자리",
        "Too near. (x 1, y 2, 3.5 × 4 mm)",
        "brand_new_rule",
        "Pale.",
        "재단 210 × 297 mm, 여백 3 mm",
        "300 %까지",
    ):
        assert text in page, text
    assert '<details class="card check" open>' in page


def test_every_rule_and_every_way_to_fail_has_a_name() -> None:
    for rule in (*FAULTS, *WARNINGS):
        assert rule.__name__ in kit_words.RULES
    assert errors.__doc__
    refused, made, file = re.split(r"(?m)^Codes of .*$", errors.__doc__)[1:]
    codes = [re.findall(r"(?m)^    ([a-z_]+)  ", part) for part in (refused, made, file)]
    assert all(codes)
    from_orders = {code for code in codes[0] if code.startswith("text_")} | set(codes[1])
    assert from_orders <= set(kit_words.FAILURES)
    assert set(codes[2]) <= set(kit_words.RULES)


def test_scans_are_shown_by_product_and_day(operator: Person, desk: Desk, shop: Shop) -> None:
    number = shop.order(shop.store())
    with desk.database.transaction() as session:
        store_id = session.scalars(select(Store.id)).one()
        code = short_link(session, store_id, "poster-a4", NOW)
        for day, count in ((24, 7), (23, 3), (1, 90)):
            session.add(KitScan(link_id=1, day=date(2026, 11, day), count=count))
    page = operator.get(f"/console/kits/{shop.id(number)}").text
    assert f"/k/{code}" in page
    assert "<title>11-24: 7번</title>" in page
    assert "<title>11-22: 0번</title>" in page
    assert '<td data-name="14일">10</td><td data-name="모두"><b>100</b></td>' in page


def test_today_counts_what_waits(operator: Person, shop: Shop) -> None:
    talk = shop.store()
    for state in (
        KitState.FAILED,
        KitState.PROBLEM,
        KitState.PREFLIGHTED,
        KitState.QUEUED_PRINT,
        KitState.SHIPPED,
        KitState.READY_PICKUP,
        KitState.REVOKE_REQUIRED,
        KitState.DELIVERED,
        KitState.CONFIRMED,
    ):
        shop.bring(shop.order(talk), state)
    shop.bring(shop.order(talk, delivery="file"), KitState.PREFLIGHTED)
    page = operator.get("/console/today").text
    counts = dict(re.findall(r'state=(\w+)"><b>(\d+)</b>', page))
    assert counts == {
        "failed": "1",
        "problem": "1",
        "to_print": "2",
        "to_hand_over": "2",
        "to_revoke": "1",
    }
    for duty, count in counts.items():
        listed = operator.get(f"/console/kits?state={duty}").text
        assert listed.count(">열기</a>") == int(count), duty


def test_every_code_has_words() -> None:
    from models.kit import KitDelivery, KitProblem  # noqa: PLC0415 -- only here

    for table, codes in (
        (kit_words.STATES, KitState),
        (kit_words.DELIVERIES, KitDelivery),
        (kit_words.PROBLEMS, KitProblem),
    ):
        assert {code.value for code in codes} == set(table)
