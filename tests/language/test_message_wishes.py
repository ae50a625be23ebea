"""Wishes about our messages: heard at every question, and hours read as they were said."""

import pytest

from bot.nlu import understand
from bot.nlu.answers.table import QUESTIONS
from bot.nlu.message_hours import message_hours
from tests.language.questions import NOW, context

SAID = ("수신거부", "수신 거부할게요", "무료수신거부", "수신거부해주이소", "수신 거부 부탁드려요!")
OFFERED = {"consent.marketing", "consent.night"}
"""Where advertising is what is asked about, it is the answer."""


@pytest.mark.parametrize("asked", ["free", "main_menu", *QUESTIONS])
@pytest.mark.parametrize("text", SAID)
def test_an_opt_out_is_heard_at_every_question(asked: str, text: str) -> None:
    found = understand(text, context(asked)).as_result()
    assert found == ({"consent": "no"} if asked in OFFERED else {"intent": "opt_out_marketing"})


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("아침 10시에 보내줘", ("10:00", "11:00")),
        ("아침 열 시 반에", ("10:30", "11:30")),
        ("오전에만", ("08:00", "12:00")),
        ("아침에 보내주세요", ("08:00", "11:00")),
        ("낮에만", ("09:00", "18:00")),
        ("점심때", ("12:00", "14:00")),
        ("저녁 6시 이후로", ("18:00", "21:00")),
        ("9시부터 6시까지", ("09:00", "18:00")),
        ("6시까지만 보내줘", ("08:00", "18:00")),
        ("9시 지나서 보내줘", ("09:00", "21:00")),
        ("밤 11시에", ("23:00", "24:00")),
        ("밤 10시부터 아침 7시까지", ("22:00", "24:00")),
        ("아무 때나", ("08:00", "21:00")),
        ("저녁 8시 이후로는 보내지 마", ("08:00", "20:00")),
        ("9시 전에는 보내지 마세요", ("09:00", "21:00")),
        ("오전에는 보내지 마세요", ("12:00", "21:00")),
        ("저녁에는 안 보냈으면 좋겠어요", ("08:00", "18:00")),
        ("아침 일찍은 보내지 마세요", ("09:00", "21:00")),
        ("밤 10시부터 아침 7시까지는 보내지 마", ("07:00", "22:00")),
        ("12시부터 2시까지는 보내지 마", "clarify"),
        ("점심때는 보내지 마", "clarify"),
        ("3시에는 보내지 마세요", "clarify"),
        ("25시에 보내줘", "time_invalid"),
        ("알림 시간 바꿔줘", None),
    ],
)
def test_hours_are_read_as_they_were_said(text: str, hours: tuple[str, str] | str | None) -> None:
    assert message_hours(text, NOW) == hours
