"""What has to be asked to mend an application, and the steps that mend it."""

from collections.abc import Mapping

from bot.dialogue.view import Effect, View
from bot.services import payments
from bot.services.business import infer_kind
from bot.services.payments import PayOverview
from handlers.pay.answers import decided
from handlers.pay.which import may_come_again
from handlers.pay.words import PAPERS
from models.merchant import BusinessKind
from models.payment import PayKind
from models.states import PayState

CONSENT = "consent_third_party"
ACCOUNT = ("bank", "account", "holder")
ASKS: Mapping[str, tuple[str, ...]] = {
    "correct_brn": ("brn",),
    "register_business": ("brn",),
    "correct_owner_name": ("owner_name",),
    "use_own_phone": ("phone",),
    "correct_account": ("account",),
    "choose_account": ACCOUNT,
    "give_consent": (CONSENT,),
}
"""Fix -> the slots of the questions that mend it."""
BY_PAPER = frozenset({"send_again", "send_new_brc", "send_permit"})
"""Fixes for which a photo is sent over the link."""
MISSING: Mapping[str, tuple[str, ...]] = {
    "business_type": ("business_type",),
    "brn": ("brn",),
    "owner_name": ("owner_name",),
    "phone": ("phone",),
    "bank": ACCOUNT,
    "account": ("account",),
    "holder": ("holder",),
    CONSENT: (CONSENT,),
}
"""Requirement that nothing is wrong with but that is missing -> slots of its questions."""
CHANGES = ("business_type", "brn", "owner_name", "phone", *ACCOUNT)


def asked_slots(view: View, known: PayOverview) -> tuple[str, ...]:
    """Return the slots that have to be asked for, in order; () when a paper or nothing is due."""
    if known.state is PayState.WITHDRAWN or may_come_again(view, known):
        return ("again",)
    due = known.next_due
    if due is None:
        proven = not any(line.key == "account" for line in known.waiting)
        return () if known.won_sent_at is None or proven else ("won",)
    if due.key in PAPERS:
        return ()
    if due.fix_action:
        return ASKS.get(due.fix_action, ())
    return MISSING.get(due.key, ())


def steps(view: View, known: PayOverview) -> tuple[Effect, ...]:
    """Return what has to be done with the answers that were given, () when that is nothing."""
    if view.get("again") == "yes":
        taken_up = payments.Application(store_id=known.store_id, provider=known.provider.key)
        return (Effect(payments.apply, {"application": taken_up}),)
    if view.get(CONSENT) == "yes":
        return decided(known.provider.consent, agreed=True)
    given = {slot: view.get(slot) for slot in CHANGES if view.get(slot)}
    if set(ACCOUNT) <= set(given):
        account = {slot: given[slot] for slot in ACCOUNT}
        return (Effect(payments.change_account, {"application_id": known.id, **account}),)
    if "brn" in given and known.business_kind in (None, PayKind.NONE):
        given["business_type"] = kind_of(str(given["brn"]))
    args = {"application_id": known.id, "changes": given}
    return (Effect(payments.repair, args),) if given else ()


def kind_of(brn: str) -> str:
    """Return the sort of business that a number tells, the usual one where it tells none.

    >>> kind_of("1238967891"), kind_of("1234567891"), kind_of("1230067891")
    ('corp', 'sole', 'sole')
    """
    return "corp" if infer_kind(brn) is BusinessKind.CORP else "sole"


def certificate_came(view: View, known: PayOverview) -> bool:
    """Tell whether a new certificate was sent since the business was found to be closed."""
    due, overview = known.next_due, view.facts.overview()
    if due is None or due.due_since is None or overview is None:
        return False
    since = due.due_since
    return any(paper.kind == "brc" and paper.received_at > since for paper in overview.documents)


def opened_again(known: PayOverview) -> tuple[Effect, ...]:
    """Return what follows from the new certificate: the tax office is asked once more."""
    return (Effect(payments.repair, {"application_id": known.id, "changes": {}}),)
