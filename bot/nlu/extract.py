"""Several answers in one message: strict reading of any wanted slot, digits used once.

Order of use: business number, phone, account, money, date, time, count; then words. Only
what cannot be anything else is taken; the open question is read elsewhere, with priors.
"""

import re
from collections.abc import Callable, Collection, Mapping

from bot.nlu.banks import bank_mentions, find_bank, looks_like_account
from bot.nlu.business_numbers import find_business_numbers
from bot.nlu.channel_refs import find_handle, find_public_id
from bot.nlu.digits import digit_runs
from bot.nlu.endings import bare
from bot.nlu.extract_values import closed, employees, holder, hours, sales, when
from bot.nlu.markets import find_market
from bot.nlu.names import find_labelled_name, parse_name
from bot.nlu.normalise import normalise
from bot.nlu.phones import find_phones
from bot.nlu.result import Context, Found
from bot.nlu.stalls import find_unit

Reader = Callable[[str, Context], Found | None]


def _brn(text: str, context: Context) -> Found | None:
    del context
    found = find_business_numbers(text)
    return Found("brn", found[-1].value, found[-1].start, found[-1].end) if found else None


def _phone(text: str, context: Context) -> Found | None:
    del context
    found = find_phones(text)
    return Found("phone", found[-1].value, found[-1].start, found[-1].end) if found else None


def _account(text: str, context: Context) -> Found | None:
    """Read digits near a bank name or the word for account."""
    del context
    if not (find_bank(re.sub(r"\s", "", text).lower()) or re.search("계좌|통장", text)):
        return None
    runs = [run for run in digit_runs(text, least=10) if looks_like_account(run)]
    return Found("account", runs[-1].digits, runs[-1].start, runs[-1].end) if runs else None


def _bank(text: str, context: Context) -> Found | None:
    del context
    code = find_bank(re.sub(r"\s", "", text).lower())
    if not code:
        return None
    word = next(m.word for m in bank_mentions(re.sub(r"\s", "", text).lower()) if m.code == code)
    start = max(0, text.lower().find(word[:2]))
    return Found("bank", code, start, start + len(word))


def _public_id(text: str, context: Context) -> Found | None:
    del context
    found = find_public_id(text)
    return Found("channel_public_id", found.value, found.start, found.end) if found else None


def _search_id(text: str, context: Context) -> Found | None:
    del context
    handle = find_handle(text)
    if not handle:
        return None
    start = text.find(handle)
    return Found("search_id", handle, start, start + len(handle))


_LIST_END = re.compile(
    r"^\s*(?:저는\s)?([가-힣]{3})(?:(?:이?고요?|이?구요?|이며|이에요|예요|입니다|이라고 합니다|인데요?|이요)(?=[\s,.]|$)|\s?,|(?=\s0\d))"
)


def _owner(text: str, context: Context) -> Found | None:
    """Read a name that the text calls one, or that opens a list of answers."""
    del context
    labelled = find_labelled_name(text)
    if labelled:
        return Found("owner_name", *labelled)
    first = _LIST_END.match(text)
    if first:
        name = first.group(1)
        if parse_name(name) == name and not name.endswith(("네", "집", "점", "장", "님")):
            return Found("owner_name", name, first.start(1), first.start(1) + len(name))
    return None


_STORE_LABEL = re.compile(
    r"(?:가게\s?이름은?|가게명은?|상호명?은?|점포\s?이름은?|매장\s?이름은?|간판은|가게는)\s*:?\s*(?P<name>[가-힣A-Za-z0-9 ]{1,20}?)"
    r"(?=이고|고요|고\s|이구|구요|이며|이에요|예요|입니다|이라고|라고|이요|요\b|인데|[,.]|$)"
)
_STORE_WORD = re.compile(
    r"(?P<name>[가-힣A-Za-z0-9]{1,12}(?:\s?(?:반찬|수산|정육점|떡집|떡방앗간|방앗간|청과|야채|과일|식당|분식|국밥|상회|상점|상사|농산|축산|건어물|김밥|통닭|치킨|꽃집|한복|의류|신발|마트|슈퍼|빵집|제과|식품|국수|칼국수|만두|족발|순대|곱창|횟집|이불|그릇|철물|잡화|미용실|세탁소|약초|건강원|두부|전집|호떡|카페|커피|족발집|반찬가게|닭강정|기름집|쌀집|수선)))(?=이고|고|이구|구|이며|이에요|예요|입니다|이라고|라고|이요|요|인데|이|가|를|도|[,.\s]|$)"
)


def _store(text: str, context: Context) -> Found | None:
    """Read the name of a store: labelled, or ending in a word that store names end in."""
    match = _STORE_LABEL.search(text)
    if match:
        name = bare(match.group("name"))
        return Found("store_name", name, match.start("name"), match.start("name") + len(name))
    market = find_market(text, context.markets)
    for match in _STORE_WORD.finditer(text):
        start, end = match.span("name")
        name = match.group("name").strip()
        if market and start < market.end and market.start < end:
            continue
        if name.startswith(("저희 ", "우리 ")) or len(name) < 3:  # noqa: PLR2004 - a plain count
            continue
        return Found("store_name", name, start, end)
    return None


def _market(text: str, context: Context) -> Found | None:
    found = find_market(text, context.markets)
    return Found("market", found.name, found.start, found.end) if found else None


def _stall(text: str, context: Context) -> Found | None:
    del context
    found = find_unit(text)
    return Found("stall", *found) if found else None


_READERS: Mapping[str, Reader] = {
    "brn": _brn,
    "phone": _phone,
    "account": _account,
    "channel_public_id": _public_id,
    "search_id": _search_id,
    "bank": _bank,
    "market": _market,
    "stall": _stall,
    "store_name": _store,
    "owner_name": _owner,
}
Group = Callable[[str, Context], tuple[Found, ...]]
_GROUPS: tuple[tuple[frozenset[str], Group], ...] = (
    (frozenset({"monthly_sales", "annual_sales"}), sales),
    (frozenset({"employees"}), employees),
    (frozenset({"open", "close"}), hours),
    (frozenset({"closed"}), closed),
    (frozenset({"date", "time"}), when),
)
"""Readers of several slots at once, after those of single values."""


def _overlaps(found: Found, taken: list[Found]) -> bool:
    return any(found.start < other.end and other.start < found.end for other in taken)


def _blanked(text: str, taken: list[Found]) -> str:
    """Return the text with what was used replaced by blanks of the same length."""
    for found in taken:
        text = text[: found.start] + "＿" * (found.end - found.start) + text[found.end :]
    return text


def extract(text: str, wanted: Collection[str], context: Context) -> dict[str, Found]:
    """Return the wanted slots that a message states beyond doubt.

    Args:
        text: the original message.
        wanted: slot keys to look for; unknown keys are ignored.
        context: the closed lists and the present moment.

    Returns:
        Slot -> value with its place in the original text; every stretch is used once.
    """
    normal = normalise(text[:1000])
    taken: list[Found] = []
    if "holder" in wanted:
        taken += holder(normal.text, context)
    for slot, reader in _READERS.items():
        if slot not in wanted:
            continue
        found = reader(_blanked(normal.text, taken), context)
        if found and not _overlaps(found, taken):
            taken.append(found)
    for slots, group in _GROUPS:
        if slots.isdisjoint(wanted):
            continue
        several = group(_blanked(normal.text, taken), context)
        taken += [f for f in several if f.slot in wanted and not _overlaps(f, taken)]
    spans = {f.slot: normal.original_span(f.start, f.end) for f in taken}
    return {f.slot: Found(f.slot, f.value, *spans[f.slot]) for f in taken}
