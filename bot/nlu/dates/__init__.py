"""Dates and times in Korean chat messages."""

from bot.nlu.dates.answer import parse_datetime
from bot.nlu.dates.expressions import find
from bot.nlu.dates.model import Appointment, Prefs, TimeExpression

__all__ = ["Appointment", "Prefs", "TimeExpression", "find", "parse_datetime"]
