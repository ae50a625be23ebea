"""Which function reads the answer to which question, and what is tried before it."""

from dataclasses import dataclass
from typing import Literal

from bot.nlu.answers import (
    choosing,
    confirming,
    cost,
    education,
    kit,
    notices,
    payment,
    place,
    registration,
    schedule,
)
from bot.nlu.answers.kinds import Answer

Manner = Literal["strict", "choice", "text", "phrase"]


@dataclass(frozen=True, slots=True)
class Question:
    """How one question is read.

    Attributes:
        read: the reader of its answer.
        manner: strict — the value is unmistakable and goes before commands; choice — words
            of command and questions go first; text — anything may be the answer, so every
            stem goes first; phrase — as text, but only words of command go first.
    """

    read: Answer
    manner: Manner = "strict"


QUESTIONS: dict[str, Question] = {
    "channel.has_channel": Question(choosing.polar("has_channel"), "choice"),
    "channel.role": Question(choosing.one_of("role"), "choice"),
    "channel.owner_name": Question(registration.owner_name, "text"),
    "channel.phone": Question(registration.phone),
    "channel.store_name": Question(registration.store_name, "text"),
    "channel.market": Question(registration.market, "text"),
    "channel.stall": Question(registration.stall, "text"),
    "channel.category": Question(registration.category, "choice"),
    "channel.has_brn": Question(choosing.polar("has_brn"), "choice"),
    "channel.brn": Question(registration.brn),
    "channel.hours": Question(schedule.hours),
    "channel.closed_days": Question(schedule.closed_days),
    "channel.search_id": Question(registration.search_id, "text"),
    "channel.url": Question(registration.channel_url, "text"),
    "channel.confirm": Question(confirming.confirm, "choice"),
    "visit.topic": Question(choosing.several_of("topic"), "choice"),
    "visit.date": Question(schedule.visit_date),
    "visit.time": Question(schedule.visit_time),
    "visit.slot_choice": Question(place.slot_choice, "choice"),
    "visit.place": Question(place.place, "choice"),
    "visit.confirm": Question(confirming.confirm, "choice"),
    "visit.wait": Question(confirming.yes_no, "choice"),
    "visit.cancel": Question(place.cancelling, "choice"),
    "visit.absent": Question(place.absent),
    "visit.rating": Question(place.rating, "choice"),
    "kit.items": Question(kit.items, "choice"),
    "kit.qty": Question(kit.qty),
    "kit.size": Question(choosing.one_of("size"), "choice"),
    "kit.phrase": Question(kit.phrase, "phrase"),
    "kit.theme": Question(choosing.one_of("theme"), "choice"),
    "kit.languages": Question(kit.languages, "choice"),
    "kit.delivery": Question(choosing.one_of("delivery"), "choice"),
    "kit.confirm": Question(kit.confirm, "choice"),
    "kit.problem": Question(choosing.one_of("problem"), "choice"),
    "kit.fresh": Question(kit.fresh, "choice"),
    "kit.again": Question(kit.again, "choice"),
    "kit.cancel": Question(kit.cancelling, "choice"),
    "pay.business_type": Question(payment.business_type, "choice"),
    "pay.brn": Question(registration.brn),
    "pay.tax_type": Question(choosing.one_of("tax_type"), "choice"),
    "pay.bank": Question(payment.bank, "choice"),
    "pay.account": Question(payment.account),
    "pay.holder": Question(payment.holder, "text"),
    "pay.monthly_sales": Question(payment.monthly_sales),
    "pay.doc": Question(payment.document, "strict"),
    "pay.confirm": Question(confirming.confirm, "choice"),
    "pay.problem": Question(choosing.one_of("problem"), "choice"),
    "pay.still": Question(payment.still),
    "pay.change": Question(payment.changing, "choice"),
    "edu.lesson": Question(education.lesson, "choice"),
    "edu.format": Question(choosing.one_of("format"), "choice"),
    "edu.quiz": Question(education.quiz),
    "edu.remind_time": Question(schedule.remind_time),
    "cost.annual_sales": Question(cost.annual_sales),
    "cost.employees": Question(cost.employees),
    "cost.recipients": Question(cost.recipients),
    "cost.channel_url": Question(registration.cost_channel, "text"),
    "cost.confirm": Question(confirming.confirm, "choice"),
    "consent.collect": Question(confirming.consent, "choice"),
    "consent.marketing": Question(confirming.consent, "choice"),
    "consent.night": Question(confirming.consent, "choice"),
    "consent.third_party": Question(confirming.consent, "choice"),
    "notices.window": Question(notices.window),
    "ask.yes_no": Question(confirming.yes_no, "choice"),
}
"""Question key -> how it is read; docs/vocabulary.md says what each asks."""

PLAIN = Question(choosing.generic, "choice")
PLAIN_TEXT = Question(choosing.generic, "text")


def question_of(asked: str, *, with_options: bool) -> Question:
    """Return how a question is read; unknown keys are a plain choice or a plain text."""
    known = QUESTIONS.get(asked)
    if known:
        return known
    return PLAIN if with_options else PLAIN_TEXT
