"""Dates and times in Korean chat messages."""

from bot.nlu.dates.answer import parse_datetime
from bot.nlu.dates.appointment import parse_appointment
from bot.nlu.dates.closed_days import parse_closed_days
from bot.nlu.dates.expressions import find
from bot.nlu.dates.hours import parse_hours
from bot.nlu.dates.model import Appointment, Prefs, TimeExpression

__all__ = [
    "Appointment",
    "Prefs",
    "TimeExpression",
    "find",
    "parse_appointment",
    "parse_closed_days",
    "parse_datetime",
    "parse_hours",
]
