"""What is told to people who did not ask, and when: the one table of all notices.

Each file beside this one holds the notices of one subject and how the world is looked at when
their time has come. Changes of the world plan them (`on_visit`, …), and `PLANNERS` find what
falls due by itself. Services call the hooks here, so the files here read the tables and never
import a service that has a hook in it.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.outbox.notice import Book, Notice
from bot.services.reminders import (
    activity,
    channels,
    consent,
    documents,
    forms,
    kits,
    pay_office,
    payments,
    retention,
    supporters,
    visit_series,
    visit_waiting,
    visits,
)
from bot.services.reminders.activity import plan_activity
from bot.services.reminders.consent import plan_consents
from bot.services.reminders.documents import plan_documents
from bot.services.reminders.pay_promise import plan_pay_words
from bot.services.reminders.retention import plan_retention
from bot.services.reminders.supporter_days import plan_supporter_days
from bot.services.reminders.visits_to_come import plan_visits
from models.session import Database

Planner = Callable[[Database, datetime], int]
"""Plans what falls due soon, each thing once; returns how much it planned."""

NOTICES: tuple[Notice, ...] = (
    *visits.NOTICES,
    *visit_series.NOTICES,
    *visit_waiting.NOTICES,
    *supporters.NOTICES,
    *forms.NOTICES,
    *documents.NOTICES,
    *channels.NOTICES,
    *kits.NOTICES,
    *payments.NOTICES,
    *pay_office.NOTICES,
    *activity.NOTICES,
    *consent.NOTICES,
    *retention.NOTICES,
)
"""Every notice, in the order in which operators read them."""

BOOK: Book = {notice.kind: notice for notice in NOTICES}
"""Every notice by its kind."""

PLANNERS: Mapping[str, Planner] = {
    "plan_visits": plan_visits,
    "plan_supporter_days": plan_supporter_days,
    "plan_documents": plan_documents,
    "plan_activity": plan_activity,
    "plan_consents": plan_consents,
    "plan_retention": plan_retention,
    "plan_pay_words": plan_pay_words,
}
"""The jobs that plan, by name; each may run twice, or late."""
