"""A moment reads the same in the chat and in what we send."""

from datetime import datetime, timedelta

from bot.clock import KST
from bot.services.reminders.wording import when_text
from handlers.visit.words import when

YEAR = datetime(2026, 1, 1, tzinfo=KST)


def test_the_chat_and_the_messages_write_moments_alike() -> None:
    for number in range(24 * 7 * 4):
        moment = YEAR + timedelta(minutes=number * 30, days=number)
        assert when_text(moment) == when(moment)


def test_a_promised_part_of_the_day_reads_as_one() -> None:
    first = datetime(2026, 11, 25, 13, 0, tzinfo=KST)
    last = first + timedelta(hours=4)
    assert when_text(first, last) == "11월 25일(수) 오후 1시~오후 5시 사이"
