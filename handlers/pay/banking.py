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
SEND_PHOTO = "네, 통장 사진은 나중에 따로 받을게요.\n지금은 숫자만 적어 주세요."
DIFFERS = "통장 주인이 사장님이나 가게여야 돈이 들어와요."
DIFFERS_CORP = "법인은 회사 이름으로 된 통장이어야 돈이 들어와요."
OTHER_ACCOUNT = (
    "{why}\n그런 통장이 있으면 은행과 계좌번호를 새로 보내 주세요.\n"
    "이 통장뿐이면 주인 이름을 한 번 더 보내 주세요."
)
PHOTO = "photo"
"""Instead of an account: a picture was offered."""
_SAME = re.compile(r"같|동일|본인|그대로|제이름|내이름|저예요|저에요|저요|나예요|나에요")
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


def accept_bank(view: View, value: JsonValue) -> Accepted | Problem:
    """Take the bank, and account and holder where they stand in the same message."""
    bank, before = str(value), view.get("bank")
    refused = _unsupported(view, bank)
    if refused:
        return refused
    said = {key: found for key, found in _read(view).items() if key != "bank"}
    account = said.get("account")
    if isinstance(account, str) and account_length_ok(account, bank):
        return Accepted(bank, sets=said, say=_echo(view, {"bank": bank, **said}))
    if before not in (None, bank):  # the account was one of the other bank
        return Accepted(bank, sets={"account": None})
    return Accepted(bank)


def meant_account(_view: View, understood: Understanding) -> JsonValue:
    """Return the digits, or that a picture is offered instead."""
    return understood.slots.get("account") or (PHOTO if understood.slots.get("doc") else None)


def accept_account(view: View, value: JsonValue) -> Accepted | Problem:
    """Take the digits; how many there may be is known of each bank."""
    if value == PHOTO:
        return Problem("photo", SEND_PHOTO)
    digits, said = str(value), _read(view)
    bank = said.get("bank") or view.get("bank")
    refused = _unsupported(view, str(bank)) if bank else None
    if refused:
        return refused
    if not account_length_ok(digits, str(bank) if bank else None):
        return Problem("account_length", ERRORS["account_length"])
    beside = {"bank": bank, "holder": said.get("holder") or view.get("holder")}
    told = {key: said[key] for key in ("bank", "holder") if said.get(key)}
    say = _echo(view, {**told, "account": digits}) if told else ""
    return Accepted(digits, sets=beside, say=say)


def _unsupported(view: View, bank: str) -> Problem | None:
    """Say once that a provider does not pay to a bank; whoever insists is asked by a person."""
    if bank in payments.provider(payments.USUAL).unsupported and not view.tries:
        return Problem("bank_unsupported", NO_BANK.format(bank=NAMES.get(bank, bank)))
    return None


def _read(view: View) -> dict[str, JsonValue]:
    """Return bank, account and holder as far as they stand in the message."""
    context = Context(now=view.facts.now, asked="pay.account")
    slots = nlu.understand(view.text, context).slots
    return {key: slots[key] for key in ("bank", "account", "holder") if slots.get(key)}


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
    named = understood.slots.get("holder")
    if named is not None and not _SAME.search(str(named).replace(" ", "")):
        return named
    overview = view.facts.overview()
    if overview is None or understood.intent:
        return None
    bare = text.replace(" ", "")
    of_owner = _OWNER.search(bare) or overview.role != "agent"
    return overview.owner_name if _SAME.search(bare) and of_owner else None


def accept_holder(view: View, value: JsonValue) -> Accepted | Problem:
    """Take the name; one that is neither owner nor store is asked for once more."""
    if view.tries or _fits(view, str(value)):
        return Accepted(value)
    return Problem("holder_mismatch", OTHER_ACCOUNT.format(why=_why_not(view)))


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
