"""Visits of supporters: offering times, booking, the day in the market.

Pure, without a database:
travel     how long from one place to another
worked     the working time of a day as one line
timeline   one supporter's day: what still fits between the visits of it
calendar   holidays, market days, closed days
kinds      the sorts of visits
team       supporters and when they work
wish       what is wanted and what is offered
slots      which times can be offered, and why others cannot
ranking    which of them to name
admission  whether one certain time can be had

With the tables:
board      what changes seldom
needs      what decides about a wish
days       supporters' days, read or kept
offering   offers for a wish
ledger     the one way in which days change
journal    changing one visit, and its history
placing    putting a visit onto a day
booking    keeping a time, saying yes, moving it
letting_go giving a time back
overview   what a merchant has before him
fieldwork  the day in the market
waiting    the waiting list; freed: who of it is asked
series     standing slots
availability  when supporters work, and what that leaves in the air
supporters    supporters out of a file
roads      measuring ways ahead of time
erasing    what an erasure makes of visits
"""

from bot.services.visits.booking import book, change, confirm, hold, reassign, refresh_hold
from bot.services.visits.days import Diary
from bot.services.visits.kinds import SKILLS, VisitKind, kind_for, load_kinds
from bot.services.visits.letting_go import cancel, release
from bot.services.visits.offering import offers
from bot.services.visits.overview import VisitOverview, VisitView, WaitView, visit_overview
from bot.services.visits.reasons import Reason, SlotTakenError, VisitRuleError
from bot.services.visits.wish import Offer, Offered, Refusal, VisitWish

__all__ = [
    "SKILLS",
    "Diary",
    "Offer",
    "Offered",
    "Reason",
    "Refusal",
    "SlotTakenError",
    "VisitKind",
    "VisitOverview",
    "VisitRuleError",
    "VisitView",
    "VisitWish",
    "WaitView",
    "book",
    "cancel",
    "change",
    "confirm",
    "hold",
    "kind_for",
    "load_kinds",
    "offers",
    "reassign",
    "refresh_hold",
    "release",
    "visit_overview",
]
