"""A day on the page: the order, what a card says, and what it leaves out."""

from datetime import date, timedelta
from urllib.parse import unquote

from sqlalchemy import func, select

from bot.clock import AdjustableClock
from bot.services.visits.field_day import days_of, stall_key
from bot.web.field.view import clock as spoken
from bot.web.field.view import map_link
from models.events import AccessLog
from models.states import VisitState
from models.visit import Visit
from tests.field.phone import PHONE, TODAY, Field, Phone, later, morning


def test_stalls_go_by_number() -> None:
    stalls = ["나동 1호", "가동 12호", "가동 9호", "12호", "3호", "지하 2호", ""]
    assert sorted(stalls, key=stall_key) == [
        "", "3호", "12호", "가동 9호", "가동 12호", "나동 1호", "지하 2호",
    ]  # fmt: skip


def test_walking_order_is_start_then_market_then_stall(both: Field) -> None:
    far = both.book(both.stall("통인시장", stall="1호"), 990)
    stalls = [both.stall(stall=name) for name in ("12호", "9호", "가동 2호")]
    ids = [both.book(stall, start) for stall, start in zip(stalls, (600, 780, 870), strict=True)]
    with both.database.transaction() as session:
        for visit_id in ids:  # three at the same time
            visit = session.get_one(Visit, visit_id)
            visit.state = VisitState.REPORTED
            visit.starts_at = morning(10)
    with both.database.reading() as session:
        found = days_of(session, both.supporter, TODAY, morning())
    assert [visit.stall for visit in found] == ["9호", "12호", "가동 2호", "1호"]
    assert found[-1].id == far


def test_a_card_says_where_when_and_what_for(phone: Phone, ground: Field) -> None:
    stall = ground.stall(name="순자네 <반찬>", stall="가동 12호", location_note="정문 왼쪽")
    ground.book(stall, 630, topics=("channel", "kit"))
    page = phone.get("/field").text
    for words in (
        "오전 10:30", "순자네 &lt;반찬&gt;", "망원시장 가동 12호", "정문 왼쪽",
        "채널 만들기, 홍보물", f"tel:{PHONE}", "갈 곳", "<b>1곳</b> 남았어요",
    ):  # fmt: skip
        assert words in page, words


def test_map_links_are_percent_encoded() -> None:
    link = map_link("순자네, 반찬/1호", 37.55601, 126.906)
    assert link.isascii()
    assert link.startswith("https://map.kakao.com/link/to/")
    name, latitude, longitude = link.removeprefix("https://map.kakao.com/link/to/").split(",")
    assert (unquote(name), latitude, longitude) == ("순자네, 반찬/1호", "37.556010", "126.906000")


def test_the_telephone_is_shown_on_the_day_only(phone: Phone, ground: Field) -> None:
    ground.book(ground.stall(), 600)
    ground.book(ground.stall(), 600, TODAY + timedelta(days=1))
    assert phone.get("/field").text.count(PHONE) == 1
    assert PHONE not in phone.get("/field/week").text
    phone.clock.advance(-timedelta(days=1))
    phone.sign_in(ground.supporter)
    assert PHONE not in phone.get("/field").text


def test_the_telephone_goes_when_the_visit_is_over(phone: Phone, ground: Field) -> None:
    visit_id = ground.book(ground.stall(), 600)
    later(phone.clock, morning(10))
    phone.press(visit_id, "arrive")
    assert PHONE in phone.get("/field").text
    phone.press(visit_id, "done")
    assert PHONE not in phone.get("/field").text


def test_that_numbers_were_seen_is_on_record_once_an_hour(phone: Phone, ground: Field) -> None:
    ground.book(ground.stall(), 600)
    ground.book(ground.stall(), 840)

    def looks() -> int:
        with ground.database.reading() as session:
            views = select(func.count()).where(AccessLog.action == "view")
            return session.execute(views).scalar_one()

    for _ in range(3):
        phone.get("/field")
    assert looks() == 1
    phone.clock.advance(timedelta(minutes=61))
    phone.get("/field")
    assert looks() == 2


def test_somebody_elses_visits_are_not_there(phone: Phone, ground: Field) -> None:
    ground.book(ground.stall(name="남의 가게"), 600)
    phone.sign_in(ground.town.supporters[1])
    page = phone.get("/field").text
    assert "남의 가게" not in page
    assert "오늘은 방문이 없어요" in page


def test_the_week_is_a_plain_list(phone: Phone, ground: Field) -> None:
    ground.book(ground.stall(name="내일가게"), 780 + 60, TODAY + timedelta(days=1))
    ground.book(ground.stall(name="일주일뒤"), 600, date(2026, 12, 1))
    ground.book(ground.stall(name="더뒤"), 600, date(2026, 12, 2))
    page = phone.get("/field/week").text
    assert "내일 11월 25일 (수)" in page
    assert "오후 2:00" in page
    assert page.index("내일가게") < page.index("일주일뒤")
    assert "더뒤" not in page
    assert "방문 없음" in page


def test_the_day_is_summed_up(phone: Phone, ground: Field) -> None:
    first, second, third = (ground.book(ground.stall(), start) for start in (600, 720 + 60, 900))
    later(phone.clock, morning(10))
    phone.press(first, "done")
    later(phone.clock, morning(13, 20))
    phone.press(second, "missing")
    page = phone.get("/field/summary").text
    assert "아직 <b>1곳</b> 남았어요" in page
    for words in ("끝났어요", "안 계셨어요"):
        assert f"<li><span>{words}</span> <b>1곳</b></li>" in page
    phone.press(third, "postpone")
    page = phone.get("/field/summary").text
    assert "다 마치셨어요" in page
    assert "<li><span>미뤘어요</span> <b>1곳</b></li>" in page
    assert "하루 정리 보기" in phone.get("/field").text


def test_times_are_spoken(clock: AdjustableClock) -> None:
    del clock
    moments = [morning(0, 5), morning(9), morning(12, 30), morning(23, 59)]
    assert [spoken(m) for m in moments] == ["오전 12:05", "오전 9:00", "오후 12:30", "오후 11:59"]
