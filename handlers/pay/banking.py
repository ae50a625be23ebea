"""Bank, account and holder: how they are taken, alone or all in one message."""

import re

from bot import nlu
from bot.dialogue.phrases import ERRORS
from bot.dialogue.state import JsonValue
from bot.dialogue.view import Accepted, Problem, View
from bot.nlu.banks import NAMES, account_length_ok
from bot.nlu.result import Context, Understanding
from bot.services import payments
from models.payment import HolderMatch, PayKind

NO_BANK = "{bank} 통장으로는 아직 돈을 못 받아요.\n다른 은행 이름을 알려 주세요."
TOGETHER = "{what} — 적었어요."
WRONG_LENGTH = "{bank} — 적었어요.\n" + ERRORS["account_length"]
SEND_PHOTO = "네, 통장 사진은 나중에 따로 받을게요.\n지금은 글자로 적어 주세요."
DIFFERS = "통장 주인이 사장님이나 가게여야 돈이 들어와요."
DIFFERS_CORP = "법인은 회사 이름으로 된 통장이어야 돈이 들어와요."
OTHER_ACCOUNT = (
    "{why}\n그런 통장이 있으면 은행과 계좌번호를 새로 보내 주세요.\n"
    "이 통장뿐이면 주인 이름을 한 번 더 보내 주세요."
)
WRITE_NAME = "대신 하시는 분이 아니라, 통장 앞면에 적힌 이름을 적어 주세요."
PHOTO, MYSELF = "photo", "myself"
"""Instead of an account a picture is offered; instead of a name somebody says "me"."""
WARNED = "warned"
"""Slot with the bank or the name that was warned of: whoever says it again means it."""
_PICTURES = frozenset({"doc_sent", "doc_later"})
_SAME = re.compile(r"같|동일|본인|그대로|제이름|내이름|저예요|저에요|저요|나예요|나에요")
_BANK = re.compile(r"(?:은행|금고|뱅크|우체국|신협|농협|수협|축협)(?:이에요|예요|이요|요|입니다)?$")
_OWNER = re.compile(r"사장|대표|주인")
_GROUP = 4


def show_bank(_view: View, value: JsonValue) -> str:
    """Return the name of a bank."""
    return NAMES.get(str(value), str(value))


def show_account(_view: View, value: JsonValue) -> str:
    """Return the digits in groups, to be compared with the bankbook.

    >>> show_account(None, "12345601123456")
    '1234-5601-1234-56'
    """
    digits = str(value)
    return "-".join(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))


def meant_bank(_view: View, understood: Understanding) -> JsonValue:
    """Return the bank, or that a picture is offered instead."""
    is_picture = understood.intent in _PICTURES or understood.slots.get("doc")
    return understood.slots.get("bank") or (PHOTO if is_picture else None)


def accept_bank(view: View, value: JsonValue) -> Accepted | Problem:
    """Take the bank, and account and holder where they stand in the same message."""
    if value == PHOTO:
        return Problem("photo", SEND_PHOTO)
    bank, before = str(value), view.get("bank")
    refused = _unsupported(view, bank)
    if refused:
        return refused
    understood = _understood(view)
    said = {key: found for key, found in _told(understood).items() if key != "bank"}
    account = said.get("account")
    if isinstance(account, str) and account_length_ok(account, bank):
        return Accepted(bank, sets=said, say=_echo(view, {"bank": bank, **said}))
    is_wrong_length = understood.error == "account_length"
    say = WRONG_LENGTH.format(bank=show_bank(view, bank)) if is_wrong_length else ""
    is_other = before not in (None, bank)  # the account was one of the other bank
    return Accepted(bank, sets={"account": None} if is_other else {}, say=say)


def meant_account(_view: View, understood: Understanding) -> JsonValue:
    """Return the digits, or that a picture is offered instead."""
    return understood.slots.get("account") or (PHOTO if understood.slots.get("doc") else None)


def accept_account(view: View, value: JsonValue) -> Accepted | Problem:
    """Take the digits; how many there may be is known of each bank."""
    if value == PHOTO:
        return Problem("photo", SEND_PHOTO)
    digits, said = str(value), _told(_understood(view))
    bank = said.get("bank") or view.get("bank")
    refused = _unsupported(view, str(bank)) if bank else None
    if refused:
        return refused
    if not account_length_ok(digits, str(bank) if bank else None):
        return Problem("account_length", ERRORS["account_length"])
    beside = {key: found for key, found in said.items() if key != "account"}
    say = _echo(view, {**beside, "account": digits}) if beside else ""
    return Accepted(digits, sets=beside, say=say)


def _unsupported(view: View, bank: str) -> Problem | None:
    """Say once that a provider does not pay to a bank; whoever insists is asked by a person."""
    config = payments.provider(payments.USUAL)
    if bank not in config.unsupported or view.get(WARNED) == bank:
        return None
    said = NO_BANK.format(bank=NAMES.get(bank, bank))
    return Problem("bank_unsupported", said, sets={WARNED: bank})


def _told(understood: Understanding) -> dict[str, JsonValue]:
    """Return bank, account and holder as far as they stand in the message."""
    slots = understood.slots
    return {key: slots[key] for key in ("bank", "account", "holder") if slots.get(key)}


def _understood(view: View) -> Understanding:
    return nlu.understand(view.text, Context(now=view.facts.now, asked="pay.account"))


def _echo(view: View, said: dict[str, JsonValue]) -> str:
    shown = []
    if said.get("bank"):
        shown.append(show_bank(view, said["bank"]))
    if said.get("account"):
        shown.append(show_account(view, said["account"]))
    holder = said.get("holder")
    if holder:
        shown.append(str(holder))
    lines = [TOGETHER.format(what=", ".join(shown))]
    if holder and not _fits(view, str(holder)):
        lines.append(_why_not(view))
    return "\n".join(lines)


def holders(view: View) -> tuple[str, ...]:
    """Return whose account it usually is: the owner's, for a company the store's."""
    overview = view.facts.overview()
    if overview is None:
        return ()
    names = (overview.owner_name, overview.store_name)
    return names[::-1] if view.get("business_type") == "corp" else names


def meant_holder(view: View, understood: Understanding) -> JsonValue:
    """Make the holder's name out of the words: a name, or "the same as the owner"."""
    text = view.text.strip()
    if text in holders(view):
        return text
    beside = _understood(view).slots
    if beside.get("doc"):
        return PHOTO
    if _BANK.search(text) or beside.get("account"):  # another account instead
        return None
    named = understood.slots.get("holder")
    if named is not None and not _SAME.search(str(named).replace(" ", "")):
        return named
    return None if understood.intent else _same_as_owner(view)


def _same_as_owner(view: View) -> JsonValue:
    """Return the owner's name where the words say so; of somebody else, "me" says nothing."""
    overview, bare = view.facts.overview(), view.text.replace(" ", "")
    if overview is None or not _SAME.search(bare):
        return None
    is_owner = _OWNER.search(bare) or overview.role != "agent"
    return overview.owner_name if is_owner else MYSELF


def accept_holder(view: View, value: JsonValue) -> Accepted | Problem:
    """Take the name; one that is neither owner nor store is asked for once more."""
    if value == PHOTO:
        return Problem("photo", SEND_PHOTO)
    if value == MYSELF:
        return Problem("holder_self", WRITE_NAME)
    if _fits(view, str(value)) or view.get(WARNED) == value:
        return Accepted(value)
    said = OTHER_ACCOUNT.format(why=_why_not(view))
    return Problem("holder_mismatch", said, sets={WARNED: value})


def _fits(view: View, holder: str) -> bool:
    overview = view.facts.overview()
    if overview is None:
        return True
    names = [store.name for store in overview.stores]
    match = payments.same_holder(holder, overview.owner_name, names)
    kind = PayKind(view.get("business_type") or "sole")
    return match is HolderMatch.UNKNOWN or payments.provider(payments.USUAL).takes(match, kind)


def _why_not(view: View) -> str:
    return DIFFERS_CORP if view.get("business_type") == "corp" else DIFFERS
