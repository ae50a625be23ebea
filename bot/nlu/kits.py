"""Promotional items: which ones, how many, and the words to print."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.nlu.choice import ALL_OF_THEM, last_statement
from bot.nlu.endings import bare, trim
from bot.nlu.numbers import NumberSpan, find_numbers, find_vague, parse_number
from bot.nlu.spacing import TEN_OR_TWELVE, space_counts

ITEMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("sticker", re.compile(r"스\s?티\s?[커카컷]|스틱커|스티거|딱지|유리(?:문)?에\s?붙|(?<!벽에 )(?<!벽에)붙이는\s?[거것]|(?<![가-힣])문에\s?붙")),
    ("tent", re.compile(r"세움\s?판|테이블\s?텐트|텐트|세워\s?놓|탁상|입식|세우는|세워두|탁자|테이블|상에\s?놓|삼각|받침대|스탠드|거치대|계산대에\s?놓|꽂이")),
    ("poster", re.compile(r"포스터|포스타|포스트(?!잇)|벽보|벽에\s?(?:붙|거는|걸)|대자보")),
    ("card", re.compile(r"명함|카드(?!번호|결제|단말|사)|명암")),
)  # fmt: skip
MIN_QTY, MAX_QTY = 1, 300
"""The programme prints 1 to 300 of one item for a store."""

_EACH = re.compile(r"씩|각각|각\s")
_EVERY_SORT = re.compile(r"네\s?가지|4\s?가지|종류별|세트로")
_COUNTED = re.compile(r"(?:둘|셋|두\s?개|세\s?개|두\s?가지|세\s?가지)\s?다(?![가-힣]*른)")
_COUNTERS = frozenset({"장", "개", "부", "매", "통", "세트", "묶음", "권", None})
_MANY = re.compile(
    r"많이|넉넉|적당|조금|몇\s?(?:장|개)|여러|되는\s?대로|알아서|최대한|있는\s?대로|푸짐|쪼끔|약간"
)
_NONE = re.compile(r"^(?:안|필요\s?없)|한\s?(?:장|개)도\s?(?:안|필요|없)")
_EXCEPT = re.compile(r"빼고|말고|제외|됐고|필요\s?없고|안\s?하고")
_REPAIRED = re.compile(
    r"(.+?)(?:은|는|이|가)?\s?(?:말고|빼고|아니고|아니라|아이라|필요\s?없고|됐고|되었고|관두고|싫고|안\s?하고|대신)"
)
_REFUSED = re.compile(
    r"\s?(?:은|는|이|가|도|을|를|만|이?야)?\s?(?:한\s?(?:장|개)도\s?)?(?:됐|되었|필요\s?(?:는\s?)?없|안\s?(?:해|할|하|받|주|줘|사|써|쓸|필요)"
    r"|빼|말고|싫|아니|아이[다라]|관두|없어도|제외|있어(?!야))"
)
"""What behind an item says that it is not wanted (세움판 두 개, 스티커는 됐어요)."""
_QUOTE = re.compile(r"[\"'“‘「『](.+?)[\"'”’」』]")
_PHRASE_TAIL = re.compile(
    r"\s*(?:이?라고|이?라구|이?라는\s?(?:말|문구)|으로|로|이렇게)?\s*(?:만|좀|하나)?\s*"
    r"(?:(?:넣어|써|적어|박아|새겨|인쇄해|올려)\s?(?:주세요|줘요|줘|주이소|주십시오|주셔요)"
    r"|(?<=라고)\s?해\s?(?:주세요|줘요|줘)|(?<=로)\s?(?:해\s?(?:주세요|줘요|줘)|할게요|부탁(?:해요|드려요|드립니다)))$"
)
_PHRASE_LEAD = re.compile(r"^(?:문구는|문구|글은|글귀는|내용은|그냥)\s+(?=\S)")
LANGUAGES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("en", re.compile(r"영어|영문|잉글리시")),
    ("ja", re.compile(r"일본어|일본말|일어")),
    ("zh", re.compile(r"중국어|중국말|중문")),
)
_ANY_LANGUAGE = re.compile(r"외국어|외국말")
_LANGUAGE = r"(?:영어|영문|일본어|일본말|일어|중국어|중국말|중문|외국어|외국말)"
_LANGUAGE_WISH = re.compile(
    rf"^(?:거기(?:에|다)?|그리고|저기요?|혹시)?(?:{_LANGUAGE}(?:하고|이랑|랑|과|와|로도|로|도|까지)?(?:글씨|글자|글|말|안내|설명)?(?:도|로|을|를)?)+(?:같이|함께|좀|다)*"
    r"(?:넣어|써|적어|추가|인쇄|필요|있으면|해|돼|되|들어가|나오)\S*$"
)
_NO_LANGUAGE = re.compile(r"(?:은|는|도)?(?:빼|필요없|안넣|없어도|없애|말고|됐)")


@dataclass(frozen=True, slots=True)
class Ordered:
    """Items with their counts (None: not said), none when all were refused, or an error."""

    items: Mapping[str, int | None]
    error: str | None = None


def qty_error(count: int) -> str | None:
    """Return the error of a quantity outside 1..300, None inside.

    >>> qty_error(0), qty_error(300)
    ('qty_range', None)
    """
    return None if MIN_QTY <= count <= MAX_QTY else "qty_range"


def _kept(text: str) -> list[tuple[int, int, str]] | None:
    """Return the items left when some are refused in the same breath, None when none is."""
    named = _mentions(text)
    kept = [mention for mention in named if not _REFUSED.match(text, mention[1])]
    return None if len(kept) == len(named) else kept


def _mentions(text: str) -> list[tuple[int, int, str]]:
    """Return (start, end, item) of every item named, in order."""
    found = []
    for item, pattern in ITEMS:
        match = pattern.search(text)
        if match:
            found.append((match.start(), match.end(), item))
    return sorted(found)


def _means_all(text: str) -> bool:
    return bool(ALL_OF_THEM.search(text) or _EVERY_SORT.search(text))


_ONLY = re.compile(r"만(?=\s?[\d한두세네다여일이삼사오육칠팔구십백열스서])")


def _without_only(text: str) -> str:
    """Blank the 만 behind an item: 명함만 200장 are not ten thousand and two hundred."""
    for _, end, _ in _mentions(text):
        if _ONLY.match(text, end):
            text = f"{text[:end]} {text[end + 1 :]}"
    return text


def _counts(text: str) -> list[NumberSpan]:
    """Return the numbers that can count items."""
    return [n for n in find_numbers(text) if n.counter in _COUNTERS and isinstance(n.value, int)]


def _with_counts(text: str, named: list[tuple[int, int, str]]) -> dict[str, int | None]:
    """Give every named item the number that follows it before the next item."""
    counts = _counts(text)
    each = counts[-1] if counts and _EACH.search(text) and len(counts) == 1 else None
    items: dict[str, int | None] = {}
    for position, (start, end, item) in enumerate(named):
        limit = named[position + 1][0] if position + 1 < len(named) else len(text) + 1
        after = [n for n in counts if end <= n.start < limit]
        before = [n for n in counts if n.end <= start] if len(named) == 1 else []
        chosen = each or (
            (after[-1] if len(named) == 1 else after[0])
            if after
            else before[-1]
            if before
            else None
        )
        items[item] = int(chosen.value) if chosen else None
    return items


def parse_items(text: str) -> Ordered | None:
    """Read which items are ordered, None when none is named.

    >>> parse_items("명함100장하고 스티커5장").items
    {'card': 100, 'sticker': 5}
    >>> parse_items("전부 하나씩").items["poster"]
    1
    """
    text = _without_only(space_counts(text))
    kept = _kept(text)
    later = last_statement(text)
    if kept is None and later != text and _mentions(later):
        text = later
    if _means_all(text) and _EXCEPT.search(text) and _mentions(text):
        left_out = {item for _, _, item in _mentions(text)}
        return Ordered({item: None for item, _ in ITEMS if item not in left_out})
    if kept is None:
        dropped = _REPAIRED.sub("", text)
        text = dropped if _mentions(dropped) else text
    named = _mentions(text)
    if not named and _means_all(text) and not _COUNTED.search(text):
        counts = _counts(text)
        each = int(counts[-1].value) if counts and counts[-1].value != len(ITEMS) else None
        return Ordered({item: each for item, _ in ITEMS})
    if not named:
        return None
    items = _with_counts(_COUNTED.sub("  ", text), kept if kept is not None else named)
    errors = [qty_error(count) for count in items.values() if count is not None]
    wrong = next((error for error in errors if error), None)
    return Ordered(items, wrong)


def orders_items(text: str) -> bool:
    """Tell whether a text orders or refuses items, so that it is not meant to be printed.

    >>> orders_items("명함은 빼주세요"), orders_items("스티커 10장 더요"), orders_items("명함 주세요")
    (True, True, False)
    """
    named = _mentions(text)
    if not named:
        return False
    return _kept(text) is not None or any(count for count in _with_counts(text, named).values())


def parse_qty(text: str) -> tuple[int | None, bool]:
    """Read an answer to "몇 장 필요하세요?": the number, and whether it was left vague.

    >>> parse_qty("3장 아니 5장"), parse_qty("두어장")
    ((5, False), (None, True))
    """
    wanted = last_statement(text)
    if find_vague(wanted) or TEN_OR_TWELVE.search(wanted) or _NONE.search(wanted):
        return None, True
    counts = _counts(wanted)
    if counts and not re.search(r"에서|~|-|부터|이나|아니면", wanted):
        return int(counts[-1].value), False
    whole = parse_number(bare(re.sub(r"(?:쯤|정도|만)$", "", trim(wanted)), 1))
    if isinstance(whole, int):
        return whole, False
    return None, bool(counts) or bool(_MANY.search(wanted))


def parse_languages(flat: str) -> list[str] | None:
    """Return the further languages that are wished for; None when none is named.

    >>> parse_languages("영어랑일본어도넣어주세요"), parse_languages("영어는빼주세요")
    (['en', 'ja'], [])
    """
    named = [language for language, pattern in LANGUAGES if pattern.search(flat)]
    if not named and not _ANY_LANGUAGE.search(flat):
        return None
    if not named and not _NO_LANGUAGE.search(flat):
        return [language for language, _ in LANGUAGES] if wishes_languages(flat) else None
    return [] if _NO_LANGUAGE.search(flat) else named


def wishes_languages(flat: str) -> bool:
    """Tell whether a text only asks for further languages: it is not meant to be printed.

    >>> wishes_languages("영어도같이넣어주세요"), wishes_languages("영어메뉴있어요")
    (True, False)
    """
    return bool(_LANGUAGE_WISH.match(flat))


def parse_phrase(text: str) -> str:
    """Return the words to print, without "라고 넣어주세요" around them.

    >>> parse_phrase("'싱싱한 하루'라고 써주세요")
    '싱싱한 하루'
    """
    text = text.strip()
    quoted = _QUOTE.search(text)
    if quoted:
        return quoted.group(1).strip()
    return _PHRASE_LEAD.sub("", _PHRASE_TAIL.sub("", text)).strip() or text
