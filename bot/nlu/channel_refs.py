"""Channel addresses and search ids.

Rules of KakaoTalk Channel: a public id is an underscore and Latin letters, case-sensitive;
a search id (검색용 아이디) is at most 15 of Hangul, lower-case Latin, digits, - and _.
"""

import re
from dataclasses import dataclass

from bot.nlu.endings import bare, trim

_IN_URL = re.compile(
    r"(?:pf|피에프|피엪)\s?[.점]\s?(?:kakao|카카오)\s?[.점]\s?(?:com|컴|닷컴)\s?/\s?(_[A-Za-z]{3,20})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_ALONE = re.compile(r"(?<![A-Za-z0-9/_])(_[A-Za-z]{3,20})(?![A-Za-z0-9_])")
_LOOSE = re.compile(r"kakao\.?com/+(_[A-Za-z]{3,20})(?![A-Za-z0-9])", re.IGNORECASE)
_AT = re.compile(r"[@＠]\s?([가-힣A-Za-z0-9_-]+)")
_URLISH = re.compile(r"https?://|www\.|\.com|\.kr|\.net|kakao", re.IGNORECASE)
SEARCH_ID_MAX = 15
_SEARCH_ID = re.compile(r"[가-힣ㄱ-ㅎㅏ-ㅣa-z0-9_-]+")
_LATIN_THEN_KOREAN = re.compile(
    r"^@?([A-Za-z0-9_-]{2,})\s*(?:으로|로|이요|요|입니다|이에요|예요|이여|여|라고|이라고|임|유|이유)?(?:\s*(?:할게요|해주세요|해줘요?|할래요|합니다|부탁해요|부탁드려요|정할게요))?$"
)
_ID_LABEL = re.compile(r"^(?:검색용\s?)?(?:아이디|id)\s*(?:는|은|:|로는)?\s*(?=\S)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PublicId:
    """The public id of a channel and where it stood."""

    value: str
    start: int
    end: int


def find_public_id(text: str) -> PublicId | None:
    """Return the public id in any form of address that people paste.

    >>> find_public_id("http://pf.kakao.com/_xaBcDe/friend?from=qr").value
    '_xaBcDe'
    """
    for pattern in (_IN_URL, _LOOSE, _ALONE):
        match = pattern.search(text)
        if match:
            return PublicId(match.group(1), match.start(1), match.end(1))
    return None


def has_address(text: str) -> bool:
    """Tell whether the text holds some web address."""
    return _URLISH.search(text) is not None


def find_handle(text: str) -> str | None:
    """Return the search id written with @, endings removed.

    >>> find_handle("@대박수산이요")
    '대박수산'
    """
    match = _AT.search(text)
    return bare(match.group(1), 2) if match else None


def parse_search_id(text: str) -> tuple[str | None, str | None]:
    """Read an answer to "검색용 아이디를 정해주세요": the id, or an error code.

    >>> parse_search_id("@영자네반찬"), parse_search_id("Young Ja")
    (('영자네반찬', None), (None, 'search_id_format'))
    """
    wanted = _ID_LABEL.sub("", trim(text))
    latin = _LATIN_THEN_KOREAN.match(wanted)
    wanted = (latin.group(1) if latin else bare(wanted, 2)).lstrip("@＠").strip("'\"‘’“” ")
    if not wanted or not _SEARCH_ID.fullmatch(wanted):
        return None, "search_id_format" if wanted else None
    if len(wanted) > SEARCH_ID_MAX:
        return None, "search_id_too_long"
    return wanted, None
