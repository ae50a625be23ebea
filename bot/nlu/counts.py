"""Counts of people: staff besides the owner, and friends who receive a message."""

import re

from bot.nlu.choice import last_statement
from bot.nlu.numbers import NumberSpan, find_numbers, find_vague
from bot.nlu.spacing import TEN_OR_TWELVE, space_counts

_PEOPLE = frozenset({"명", "사람", "인", "식구", None})
_NOBODY = re.compile(
    r"없|혼자|나\s?홀로|나홀로|저만|나만|저\s?하나|나\s?하나|저\s?뿐|저뿐|나뿐|영\s?명|빵\s?명|1인|일인\s?사업|단독|독수공방|제로|한\s?명도|아무도|하나도|안\s?써|안써|못\s?써|뿐이"
)
_WITH_OWNER = re.compile(
    r"(?:저|나|사장|제|내|본인)\S{0,3}\s?(?:포함|까지|해서|합쳐|껴서|랑\s?합)|(?:남편|아내|와이프|신랑|딸|아들|엄마|아버지|부부|마누라|언니|동생|며느리|친구)(?:이?랑|하고|과|와)?\s?(?:저랑|나랑|제가|저하고)?\s?(?:둘이|셋이|넷이|둘이서|셋이서)|부부(?:가|끼리)?\s?(?:둘|둘이|해|하|같이)|(?:둘|셋|넷)이서"
)
_COUPLE = re.compile(
    r"부부|남편이?랑(?:만)?\s?(?:해|하|같이|둘|$|요)|아내랑|와이프랑|(?:딸|아들|며느리|엄마|언니|동생)(?:이?랑|하고)\s?(?:같이|해|하|둘)"
)
_WITHOUT = re.compile(r"빼고|제외|말고|외에|밖에|뺴고")
_ZERO_FRIENDS = re.compile(r"없|한\s?(?:명|사람)도|0\s?명|영\s?명|아무도|빵|하나도|제로")
_UNITS = re.compile(r"몇|수십|수백|수천|여러|많|다\b|전부|모두|글쎄|모르|몰라|대충")
_HAVE = frozenset({"명", "사람", "분", "인", None})


def _people(text: str, counters: frozenset[str | None]) -> list[NumberSpan]:
    """Return the numbers that count people."""
    return [n for n in find_numbers(text) if n.counter in counters and isinstance(n.value, int)]


def parse_employees(text: str) -> tuple[int | None, bool]:
    """Read how many work there besides the owner: the number, and whether it was left vague.

    >>> parse_employees("직원 둘"), parse_employees("혼자 해요"), parse_employees("두세명")
    ((2, False), (0, False), (None, True))
    """
    text = space_counts(text)
    wanted = last_statement(text) if not _WITHOUT.search(text) else text
    if find_vague(wanted):
        return None, True
    found = _people(wanted, _PEOPLE)
    nobody = _NOBODY.search(wanted)
    if _WITH_OWNER.search(wanted) and found:
        return max(0, int(found[-1].value) - 1), False
    if nobody and (not found or re.search(r"저\s?하나|나\s?하나|한\s?명도|하나도", wanted)):
        return 0, False
    if found:
        return sum(int(n.value) for n in found), False
    if _COUPLE.search(wanted):
        return 1, False
    return None, bool(
        re.search(r"많|글쎄|모르|몰라|그때그때|왔다\s?갔다|바쁠|들쭉|가끔|주말", wanted)
    )


def parse_recipients(text: str) -> tuple[int | None, bool]:
    """Read how many people a message goes to: the number, and whether it was left vague.

    >>> parse_recipients("단골이 한 백명 돼요"), parse_recipients("아직 한명도 없는데")
    ((100, False), (0, False))
    """
    wanted = last_statement(space_counts(text))
    if find_vague(wanted) or TEN_OR_TWELVE.search(wanted):
        return None, True
    found = _people(wanted, _HAVE)
    if _ZERO_FRIENDS.search(wanted) and all(n.value in (0, 1) for n in found):
        return 0, False
    if len({n.value for n in found}) > 1 and re.search(r"에서|~|부터|이나|아니면", wanted):
        return None, True
    if found:
        return int(found[-1].value), False
    return None, bool(_UNITS.search(wanted))
