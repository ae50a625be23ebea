"""Korean text as market traders write it -> values. Pure functions, no I/O, no clock."""

from bot.nlu.correction import find_correction
from bot.nlu.extract import extract
from bot.nlu.pii import find_pii, mask
from bot.nlu.understand import understand
from bot.nlu.warm import warm_up

__all__ = ["extract", "find_correction", "find_pii", "mask", "understand", "warm_up"]
