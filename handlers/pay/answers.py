"""How the answers of an application for easy payment are taken, and how they read."""

import re

from bot import nlu
from bot.dialogue.state import JsonValue
from bot.dialogue.view import Accepted, Choice, Choices, Effect, Problem, View
from bot.dialogue.wording import business_number
from bot.nlu.result import Context, Understanding
from bot.nlu.sales import sales_a_month
from bot.services import consents, payments
from bot.services.business import infer_kind
from bot.services.pay_rules.waiting import ENDED
from bot.services.registration import StoreView
from handlers.pay.words import ERRORS, HOW_FAR, KINDS, TAXES, label_of
from models.merchant import BusinessKind
from models.states import StoreState

CONSENT = "third_party_payment"
CONSENT_ASK = "{summary}\n동의하세요?"
AGREED = "네, 동의하신 것 적었어요."
CONSENT_NEEDED = (
    "네, 알겠어요. 동의가 없으면 결제 신청만 못 해요. 나머지는 그대로예요.\n"
    "마음이 바뀌면 ‘쉬운 결제’라고 보내 주세요."
)
NOT_NOW = "네, 나중에 하셔도 돼요. 하실 때 ‘쉬운 결제’라고 보내 주세요."
STORE_HAS_ONE = (
    "‘{store}’ 벌써 신청하셨어요.\n‘{how_far}’라고 보내시면 어디까지 됐는지 알려 드려요."
)
STORE_IN = "{name} ({market})"
NUMBER_KEPT = "네, {brn} 그대로 할게요."
REUSE = "전에 적어 주신 번호예요: {brn}\n이 번호로 신청할까요?"
GO_ON_ANYWAY = "{what}\n그대로 하셔도 돼요. 담당자가 확인할게요."
TAX_OFFICE_SAYS = {
    "closed": "brn_closed",
    "suspended": "brn_suspended",
    "unregistered": "brn_not_found_new",
}
"""State at the tax office -> code of the table of fixes."""
TYPE_NOTED = "{what} — 적었어요."
ASK_TYPE = "네, 그럼 여쭤볼게요."
IF_UNSURE = "모르시면 1번을 보내 주세요. 담당자가 한 번 더 확인해요."
TYPE_OK = "번호를 보니 {what}예요. 맞으세요?"
AS_KNOWN, KIND_ONLY, OTHERWISE = "as_known", "kind_only", "otherwise"
"""What is kept of a yes or no to what is known: the summary shows the thing, not the yes."""
SHORT_NAME = 8
"""Old phones cut longer labels."""
_GONE = (StoreState.CLOSED, StoreState.ERASED)


def consent_text(view: View) -> str:
    """Return the question for the consent, with the short form of its text."""
    return CONSENT_ASK.format(summary=view.facts.consent_summary(CONSENT))


def decided(key: str, *, agreed: bool) -> tuple[Effect, ...]:
    """Return what follows from a yes or no to the hand-over to a provider."""
    record = Effect(consents.record, {"key": key, "decision": agreed})
    return (record, Effect(payments.consent_changed))


def refused(key: str) -> Problem:
    """Take a no: it is kept, there is no application without a yes, and nothing is lost."""
    effects = decided(key, agreed=False)
    return Problem("consent_refused", CONSENT_NEEDED, ends=True, effects=effects)


def accept_consent(_view: View, value: JsonValue) -> Accepted | Problem:
    """Take the decision."""
    if value != "yes":
        return refused(CONSENT)
    return Accepted("yes", say=AGREED, effects=decided(CONSENT, agreed=True))


def accept_register(_view: View, value: JsonValue) -> Accepted | Problem:
    """Let the registration come first; the application goes on after it."""
    if value == "yes":
        return Accepted(None, start="channel")
    return Problem("not_registered", NOT_NOW, ends=True)


def stores(view: View) -> tuple[StoreView, ...]:
    """Return the stores that could be paid."""
    overview = view.facts.overview()
    found = overview.stores if overview else ()
    return tuple(store for store in found if store.state not in _GONE)


def has_one(view: View, store_id: int) -> bool:
    """Tell whether a store has an application that stands."""
    known = (pay for pay in view.facts.pays() if pay.store_id == store_id)
    return any(pay.state not in ENDED for pay in known)


def store_choices(view: View) -> Choices:
    """Return the stores as choices; two of one name are told apart by their market."""
    found = stores(view)
    names = [store.name for store in found]
    return tuple(
        Choice(str(store.id), _store_label(store, names), short=store.name[:SHORT_NAME])
        for store in found
    )


def _store_label(store: StoreView, names: list[str]) -> str:
    if names.count(store.name) == 1:
        return store.name
    return STORE_IN.format(name=store.name, market=store.market)


def accept_store(view: View, value: JsonValue) -> Accepted | Problem:
    """Take a store that has no application yet."""
    store = next((one for one in stores(view) if str(one.id) == str(value)), None)
    if store is None:
        return Problem("no_store", ERRORS_STORE)
    if has_one(view, store.id):
        said = STORE_HAS_ONE.format(store=store.name, how_far=HOW_FAR.message)
        return Problem("has_one", said, ends=True)
    return Accepted(store.id)


ERRORS_STORE = "그 가게는 이제 없어요. 보기 중에서 골라 주세요."


def show_store(view: View, value: JsonValue) -> str:
    """Return the name of a store."""
    return next((store.name for store in stores(view) if store.id == value), "")


def known_brn(view: View) -> str | None:
    """Return the business number that was told before."""
    overview, pay = view.facts.overview(), view.facts.pay()
    return (pay.brn if pay else None) or (overview.brn if overview else None)


def reuse_text(view: View) -> str:
    """Return the question whether the number is to be used again."""
    return REUSE.format(brn=business_number(known_brn(view) or ""))


def accept_reuse(view: View, value: JsonValue) -> Accepted:
    """Take the number that is known, or ask for another."""
    brn = known_brn(view)
    if value != "yes" or not brn:
        return Accepted(OTHERWISE, sets={"brn": None})
    told = accept_brn(view, brn)
    sets = {key: said for key, said in told.sets.items() if key != "reuse"}
    say = told.say or NUMBER_KEPT.format(brn=business_number(brn))
    return Accepted(AS_KNOWN, sets={**sets, "brn": brn}, say=say)


def show_reused(view: View, value: JsonValue) -> str:
    """Return the number that is used again, "" when another one was told."""
    return business_number(str(view.get("brn") or "")) if value == AS_KNOWN else ""


def meant_brn(view: View, understood: Understanding) -> JsonValue:
    """Make the number out of the words: ten digits, or "the one I told you"."""
    if understood.slots.get("reuse"):
        return known_brn(view)
    return understood.slots.get("brn")


def accept_brn(view: View, value: JsonValue) -> Accepted:
    """Take a number and what the tax office says of it; what was said of another is gone."""
    brn = str(value)
    status = view.facts.business_status(brn)
    code = TAX_OFFICE_SAYS.get(status.state)
    sets: dict[str, JsonValue] = {
        "has_brn": "yes",
        "reuse": OTHERWISE,
        "brn_state": status.state,
        "tax_words": status.tax_type,
    }
    if brn != view.get("brn"):
        sets |= {"type_ok": None, "business_type": None, "tax_type": None}
    say = GO_ON_ANYWAY.format(what=ERRORS[code]) if code else ""
    return Accepted(brn, sets=sets, say=say)


def show_brn(_view: View, value: JsonValue) -> str:
    """Return the number with hyphens."""
    return business_number(str(value))


def inferred(view: View) -> dict[str, JsonValue]:
    """Return business type and tax type as far as number and tax office tell them."""
    brn = str(view.get("brn") or "")
    kind = infer_kind(brn)
    if kind not in (BusinessKind.SOLE, BusinessKind.CORP):
        return {}
    if kind is BusinessKind.CORP:
        return {"business_type": kind.value, "tax_type": None}
    tax = payments.tax_type_of(str(view.get("tax_words") or ""), brn).value
    return {"business_type": kind.value, "tax_type": None if tax == "unknown" else tax}


def type_text(view: View) -> str:
    """Return the question whether what the number tells is right."""
    found = inferred(view)
    return TYPE_OK.format(what=_kind_words(found.get("business_type"), found.get("tax_type")))


def _kind_words(kind: object, tax: object) -> str:
    what, how = label_of(KINDS, kind), label_of(TAXES, tax)
    return f"{what}({how})" if how else what


def accept_type_ok(view: View, value: JsonValue) -> Accepted:
    """Take over what the number tells, and what is said to be different."""
    told = _type_said(view)
    if told or value == "yes":
        sets = told or inferred(view)
        words = _kind_words(sets.get("business_type"), sets.get("tax_type"))
        return Accepted(_settled(sets), sets=sets, say=TYPE_NOTED.format(what=words))
    return Accepted(OTHERWISE, sets={"business_type": None, "tax_type": None}, say=ASK_TYPE)


def _settled(told: dict[str, JsonValue]) -> str:
    """Return whether the tax type is still to be asked."""
    is_open = told.get("business_type") == "sole" and told.get("tax_type") is None
    return KIND_ONLY if is_open else AS_KNOWN


def show_type(view: View, value: JsonValue) -> str:
    """Return sort of business and tax type, "" when they were told otherwise."""
    if value not in (AS_KNOWN, KIND_ONLY):
        return ""
    tax = view.get("tax_type") if value == AS_KNOWN else None
    return _kind_words(view.get("business_type"), tax)


def _type_said(view: View) -> dict[str, JsonValue]:
    """Return what stands beside the yes or no (네 근데 간이예요, 아니요 법인이에요)."""
    tax = _understood(view, "pay.tax_type").get("tax_type")
    if tax in ("general", "simplified", "exempt"):
        return {"business_type": "sole", "tax_type": tax}
    kind = _understood(view, "pay.business_type").get("business_type")
    return {"business_type": kind, "tax_type": None} if kind in ("sole", "corp") else {}


def _understood(view: View, asked: str) -> dict[str, JsonValue]:
    return dict(nlu.understand(view.text, Context(now=view.facts.now, asked=asked)).slots)


def accept_type(view: View, value: JsonValue) -> Accepted:
    """Take the sort of business; without one there is no number."""
    if value == "none":
        return Accepted("none", sets={"has_brn": "no", "brn": None})
    sets: dict[str, JsonValue] = {} if value == "sole" else {"tax_type": None}
    if view.get("type_ok") != OTHERWISE:  # said instead of a yes or no
        sets["type_ok"] = KIND_ONLY if value == "sole" else AS_KNOWN
    return Accepted(value, sets=sets)


def accept_tax(view: View, value: JsonValue) -> Accepted | Problem:
    """Take the tax type; only a person is asked for it, not a company."""
    if value == "unknown" and view.asked == "pay.type_ok":  # no yes and no no
        return Problem("vague", IF_UNSURE)
    settled = view.get("type_ok") or AS_KNOWN
    return Accepted(value, sets={"business_type": "sole", "type_ok": settled})


UNSURE = "unsure"
SKIPPED = "네, 넘어갈게요."
MAN = 10_000
EOK_OF_MAN = 10_000
_UNSURE = re.compile(r"모르|몰라|몰러|모름|글쎄|없")


def meant_sales(view: View, understood: Understanding) -> JsonValue:
    """Make the won of a month out of the words; who does not know need not tell."""
    won = understood.slots.get("monthly_sales")
    if won is None and understood.clarify:  # 석 달에 9백, 하루 30
        won = sales_a_month(view.text)
    if won is not None or understood.intent in {"decline", "skip"}:
        return won
    return UNSURE if _UNSURE.search(view.text) else None


def accept_sales(_view: View, value: JsonValue) -> Accepted:
    """Take the sales of a month, or none."""
    return Accepted(None, say=SKIPPED) if value == UNSURE else Accepted(value)


def show_sales(_view: View, value: JsonValue) -> str:
    """Return what is sold in a month, as people say it.

    >>> show_sales(None, 3_000_000), show_sales(None, 120_000_000), show_sales(None, 100_000_000)
    ('300만원쯤', '1억 2,000만원쯤', '1억원쯤')
    """
    eok, man = divmod(int(value or 0) // MAN, EOK_OF_MAN)
    parts = (f"{eok}억" if eok else "", f"{man:,}만" if man else "")
    said = " ".join(part for part in parts if part)
    return f"{said}원쯤" if said else ""
