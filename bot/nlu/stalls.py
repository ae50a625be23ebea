"""Where a stall is inside the market: a unit number (가동 12호) or a description."""

import re
from dataclasses import dataclass

from bot.nlu.endings import bare, trim
from bot.nlu.numbers import parse_number

_UNIT = re.compile(
    r"(?:(?:지하|B)\s?\d?\s?층?\s?)?(?:[가-하A-Za-z]|[가-힣]{1,3}|\d{1,3})\s?(?:동|열|블럭|블록|구역|라인|관)\s?-?\s?(?:\d{1,2}\s?층\s?)?(?:[A-Za-z가-하]\s?-?\s?)?\d{1,4}(?:\s?-\s?\d{1,4})?\s?(?:호|번지|번|호실)?"
    r"|(?:(?:지하|지상|B)\s?)?\d{1,2}\s?층\s?(?:[A-Za-z가-하]\s?-?\s?)?\d{1,4}(?:\s?-\s?\d{1,4})?\s?(?:호|번)?"
    r"|(?:[A-Za-z가나다라마바사아자차카타파하]\s?-?\s?)?\d{1,4}(?:\s?-\s?\d{1,4})?\s?(?:호실|호|번지)"
    r"|[A-Za-z가나다라마바사아자차카타파하]\s?-\s?\d{1,4}|\d{1,4}\s?-\s?\d{1,4}"
)
_WORD_NUMBER = re.compile(r"([일이삼사오육칠팔구십백]{1,6})(?=\s?(?:호|번지|동|층))")
_NONE = re.compile(
    r"호수(?:가|는|도)?\s?없|번호(?:가|는)?\s?없|노점|좌판|없어요?$|없습니다$|없는데요?$|없음$|^없|길바닥|난전|행상|동호수(?:가|는)?\s?없|주소(?:가|는)?\s?없"
)
_NOTE = re.compile(
    r"옆|앞|뒤|맞은편|건너편|건너|입구|출구|골목|정문|후문|왼쪽|오른쪽|가운데|중간|끝|번째|쪽|안쪽|사거리|삼거리|코너|모퉁이|근처|방면|들어와|들어가|들어오|다리|주차장|화장실|은행|약국|층|사이|위"
)
_BESIDE = frozenset({"옆", "앞", "뒤", "맞은편", "건너편", "옆집", "앞집", "근처", "사이", "위"})
_DOUBT = re.compile(r"모르|몰라|글쎄|기억")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stall is: the unit, a description, or both None when nothing was said."""

    stall: str | None = None
    note: str | None = None


def _digits_for_words(text: str) -> str:
    """Write number words before 호 and 동 as digits: 십이호 -> 12호."""

    def digits(match: re.Match[str]) -> str:
        value = parse_number(match.group(1))
        return match.group(1) if value is None else str(int(value))

    return _WORD_NUMBER.sub(digits, text)


def parse_stall(text: str) -> Place:
    """Read an answer to "시장 안 어디쯤인가요?".

    >>> parse_stall("가동 십이호요")
    Place(stall='가동 12호', note=None)
    >>> parse_stall("호수 없는 노점이에요").stall
    'none'
    """
    cleaned = _digits_for_words(bare(trim(text)))
    if _DOUBT.search(cleaned):
        after = re.split(r"(?:모르|몰라)[가-힣]*\s*", cleaned, maxsplit=1)[-1]
        return Place(None, after if _NOTE.search(after) else None)
    units = list(_UNIT.finditer(cleaned))
    if len(units) > 1:
        return Place(cleaned)
    unit = units[0] if units else None
    if unit:
        rest = trim((cleaned[: unit.start()] + " " + cleaned[unit.end() :]).strip(" ,"))
        rest = re.sub(
            r"^(?:이고|이구|인데|에|고|요|저희는|우리는|저희|우리|시장)\s?", "", rest
        ).strip()
        if rest in _BESIDE:
            return Place(None, cleaned)
        return Place(unit.group().strip(), rest if _NOTE.search(rest) else None)
    if _NONE.search(cleaned) or _NONE.search(trim(text)):
        left = re.split(r"없(?:고|는데|구|지만|어요?)\s*,?\s*", cleaned, maxsplit=1)
        note = left[1] if len(left) > 1 and _NOTE.search(left[1]) else None
        return Place("none", note)
    return Place(None, cleaned) if cleaned else Place()


def find_unit(text: str) -> tuple[str, int, int] | None:
    """Return a unit number written with 호 or 번지 anywhere in a text.

    >>> find_unit("자양시장 가동 12호 영자네")[0]
    '가동 12호'
    """
    for match in _UNIT.finditer(text):
        if re.search(r"(?:호|번지|호실)$", match.group()):
            return match.group().strip(), match.start(), match.end()
    return None
