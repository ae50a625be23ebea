"""Names of people: the owner of the store, the holder of the account.

A Korean name is a surname of the list and one to three syllables (mostly two); foreign
names are kept as written. The surnames are those of the 2015 census with 1,000 bearers or
more (Statistics Korea, 성씨·본관별 인구).
"""

import re

from bot.nlu.dialect import standard_end
from bot.nlu.endings import bare, strip_copula, trim
from bot.nlu.hangul import is_of_verb
from bot.nlu.spacing import space_names

_SURNAMES = frozenset(
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구나민진지엄채원천방공현함변염여추"
    "도소석선설마길연위표명기반왕금옥육인맹제모탁국어은편용예경봉사부가복태목형계피두감호음빈동온"
    "팽승간견상시류라갈좌단범화창"
)
_DOUBLE = ("남궁", "황보", "제갈", "선우", "독고", "사공", "서문", "동방")
_LENGTHS, _DOUBLE_LENGTHS = range(2, 5), range(3, 5)
"""Syllables of a whole name, with a surname of one and of two syllables."""
_LABEL = re.compile(
    r"(?:예금주|대표자?|사장님?|주인|이름|성함|성명|명의|저|전|나|난|본인)\s*(?:이름|명의|성함)?\s*"
    r"(?:은|는|이|가|으로|로|:|는요|은요)?\s+(?=[가-힣A-Za-z])"
)
_BEFORE_NAME = re.compile(
    r"(?:이름|성함|명의|통장|계좌|남편|아내|와이프|엄마|어머니|아버지|아빠|딸|아들|며느리|안사람|집사람|바깥양반)"
)
_TITLE = re.compile(r"\s*(?:사장님?|대표님?|씨|님|이사|여사님?|아줌마|아저씨|할머니|할매)$")
_REPAIR = re.compile(
    r".+?(?:[\s,.~]+아\s?[니이](?:다|야|고|라|지|구)?(?:\s?아니)*|[이가]?\s?아니(?:라|고|구)|말고|[\s,.]+아\s?참)[\s,.~]+(?=\S)"
)
_BRACKETS = re.compile(r"\s*\([^)]*\)")
_FAMILY = re.compile(
    r"성(?:은|이)\s?([가-힣]{1,2}?)(?:이?가?고|이고|씨고|가이고)?[,\s]*이름(?:은|이)\s?([가-힣]{1,3})"
)
_SPACED = re.compile(r"^([가-힣])\s([가-힣])\s?([가-힣])$")
_TOKEN = re.compile(r"[가-힣]+|[A-Za-z][A-Za-z'.-]*(?:\s[A-Za-z][A-Za-z'.-]*)*")
_TAILS = re.compile(
    r"(?:이라고|라고|이라구|라구)(?:합니다|해요|해|요|하는데요|불러요)?$|(?:이라|라)$|(?<=[가-힣]{3})이다$|(?:이고|이구|이며|인데)$|(?:이)?(?:세요|십니다|셔요|시고요?)$|(?:이름으로|명의로|앞으로|꺼로|껄로|으로|로)$"
)
_STOP = frozenset(
    [
        "제이름",
        "내이름",
        "대표자",
        "사장님",
        "본인",
        "본인이름",
        "저예요",
        "저요",
        "나요",
        "우리가게",
        "이름이요",
        "그대로",
        "똑같아요",
        "같아요",
        "같은사람",
        "몰라요",
        "안녕하세요",
        "맞아요",
        "아니요",
        "아니오",
        "네네",
        "저희",
        "공동",
        "사람",
        "우리집",
        "하세요",
        "해요",
        "뭐예요",
        "나중에",
        "천천히",
        "잠깐만",
        "안돼요",
        "도와줘요",
        "남편이름",
        "아내이름",
        "엄마이름",
        "본인명의",
        "제명의",
        "가게이름",
        "이래요",
        "주세요",
        "해주세요",
        "아니",
        "아뇨",
        "사업자등록증",
    ]
)
"""Whole answers that only look like a name."""
_KIN = (
    "남편|신랑|아내|마누라|마누|와이프|집사람|안사람|바깥양반|영감|엄마|어머니|어무이|아빠|아버지|아부지|할머니|할매|할아버지|할배"
    "|아들|딸|며느리|사위|손자|손녀|동생|언니|누나|오빠|시어머니|시아버지|장모|장인|이모|고모|삼촌|식구|가족"
)
_THINGS = (
    "주인|통장|계좌|은행|예금주|이름|성함|명의|대표|사장|가게|상호|사업자|법인|개인|회사|번호|카드|사진|전화|전화번호|연락처|주소|시장|손님|사람|오늘|어제|모레|등록증|서류|매출|결제|신청"
    "|한달|매달|하루|아까|그냥|아직|지금|이제|빨리|일단|전에|저번|방금|다시|이거|이것|저거|그거|여기|우리|정말|진짜"
)
_COMMON = re.compile(
    rf"(?:{_KIN}|{_THINGS})(?:은|는|이|가|을|를|도|에|의|만|로|으로|거|것|꺼|껀|건|한테|이랑|랑|하|하고|야|여|이야|이여|라|요)?"
)
"""Words of everyday that begin like a surname or sound like a foreign name, with a particle."""
_BECAUSE = re.compile(r"[가-힣](?:[어아여워]서|니까|는데|지만)$")
"""How a reason ends (길어서, 바쁜데)."""
_ASKS = re.compile(r"뭐|뭔|무슨|무엇|누구|어디|언제|어떻|어째|왜|얼마|몇")
_VERBISH = re.compile(
    r"(?:어요|아요|해요|세요|니다|을게요|할게요|할래요|데요|나요|까요|죠|지요|네요|려요|워요|줘요|라요|래요|겠어|하고|있는|없는|하는|싶어|싶은데|더라|던가|는지|을까)$|누구|글쎄"
)
_NOT_NAME = re.compile(
    r"이에요|이예요|입니다|전화|연락|번호|도와|왜|하는|있는|없는|그런|이런|하고|해서|한다|라고|이라|이름|.*이랑|.*같아|똑같"
)
_SAID = re.compile(
    r"(?:는데|은데|던데|인데|거든|니까|잖아|다니|라니|네|지|야|노|냐|까|면|려고|라고|을래|할래|께|게|봐|줘|해|돼|되|자|다|라)$"
)
"""How a sentence of several words ends; foreign names of several words hardly do."""
_SENTENCE = 3
"""So many words are a sentence; in fewer of them a name may stand anywhere."""
_CUE = re.compile(
    rf"이름|성함|존함|성명|명의|대표|사장|예금주|주인|통장|계좌|본인|등록증|(?<![가-힣])(?:저는|저희|제|전)(?![가-힣])"
    rf"|(?:이?라고|이?라\s?하)|적(?:힌|혀)|매출|한\s?달에|\d{3}|(?<![가-힣])(?:{_KIN})(?![가-힣]{{3}})"
)
"""What stands in a sentence that tells a name."""
_SOLE = re.compile(
    r"^(?:네|예)?(?:본인|저|나|제|사장)(?:이|가)?(?:요|예요|에요|입니다|이에요|임|이름이요|이름으로요?)*$"
)


def _is_speech(word: str) -> bool:
    """Tell whether a word is surely part of a sentence and no name.

    >>> _is_speech("적었잖아"), _is_speech("남편거"), _is_speech("주인은"), _is_speech("이지은")
    (True, True, True, False)
    """
    if any(map(is_of_verb, word)):
        return True
    return bool(_COMMON.fullmatch(word) or _ASKS.match(word) or _BECAUSE.search(word))


def is_korean_name(word: str) -> bool:
    """Tell whether the word can be a Korean name with a known surname."""
    if word in _STOP or not re.fullmatch(r"[가-힣]{2,5}", word) or _is_speech(word):
        return False
    if word.startswith(_DOUBLE):
        return len(word) in _DOUBLE_LENGTHS
    return word[0] in _SURNAMES and len(word) in _LENGTHS


def _clean_token(token: str) -> str:
    """Return a token without title, quoting, copula."""
    token = token if len(token) < 4 else standard_end(token)  # noqa: PLR2004 - 이지예 is a name
    token = _TAILS.sub("", token)
    token = _TITLE.sub("", token)
    if not token:
        return ""
    if is_korean_name(token) and len(token) == 3:  # noqa: PLR2004 - the usual length of a name
        return token
    stripped = strip_copula(token, 3 if token[0] in _SURNAMES else 2)
    if len(stripped) >= 4 and stripped[-1] in "이가":  # noqa: PLR2004 - 김복순이, 김복순가
        stripped = stripped[:-1]
    return _TITLE.sub("", stripped)


def _candidates(text: str) -> list[str]:
    """Return the words of a text that may be a name, in order."""
    words = []
    for match in _TOKEN.finditer(text):
        token = match.group()
        word = _clean_token(token) if not token.isascii() else token
        if _NOT_NAME.match(word):
            continue
        if is_korean_name(word) and not _VERBISH.search(token if token.endswith(word) else ""):
            words.append(word)
    return words


def _told(text: str) -> list[str]:
    """Return the words that may be a name; in a sentence about something else only the last."""
    words = text.split()
    if len(words) < _SENTENCE or _CUE.search(text):
        return _candidates(text)
    return [name for name in _candidates(words[-1]) if len(name) >= 3]  # noqa: PLR2004 - a plain count


def parse_name(text: str) -> str | None:
    """Read an answer that should be the name of a person, None when there is none.

    >>> parse_name("저 최영자라고 합니다~"), parse_name("김복숙 아니 김복순")
    ('최영자', '김복순')
    >>> parse_name("사업자는 남편 이름으로 정대성이요"), parse_name("김 복 순")
    ('정대성', '김복순')
    """
    text = _BRACKETS.sub("", text) or text
    text = trim(_REPAIR.sub("", space_names(trim(text))))
    family = _FAMILY.search(text)
    if family:
        return family.group(1).removesuffix("씨") + strip_copula(family.group(2), 1)
    spaced = _SPACED.fullmatch(bare(text))
    if spaced and spaced.group(1) in _SURNAMES:
        return "".join(spaced.groups())
    if _SOLE.match(text.replace(" ", "")):
        return None
    labelled = find_labelled_name(text)
    if labelled:
        return labelled[0]
    found = _told(text)
    if found:
        return max(found, key=lambda name: (len(name) == 3, found.index(name)))  # noqa: PLR2004 - a plain count
    return _foreign(text)


def _foreign(text: str) -> str | None:
    """Return a foreign name: Latin words, or one longer Hangul word standing alone."""
    labelled = _LABEL.sub("", text, count=1)
    latin = re.search(r"[A-Za-z][A-Za-z'.-]+(?:\s[A-Za-z][A-Za-z'.-]*)*", labelled)
    if latin:
        return latin.group().strip(" .-")
    word = bare(labelled)
    if any(map(_is_speech, word.split())) or _SAID.search(word):
        return None
    if re.fullmatch(r"[가-힣]{2,12}(?:\s[가-힣]{1,8}){0,2}", word) and not _VERBISH.search(word):
        return None if word.replace(" ", "") in _STOP or _BEFORE_NAME.search(word) else word
    return None


_LABELLED_NAME = re.compile(
    r"(?:제\s?이름은|내\s?이름은|이름은|이름이|성함은|대표자?(?:는|은|가|이름은)?|사장(?:은|님은)"
    r"|(?<![가-힣])(?:저는|전|나는|저|나)(?=\s)|이름(?=\s))\s*:?\s*([가-힣]{2,8})"
)


def find_labelled_name(text: str) -> tuple[str, int, int] | None:
    """Return a name that the text itself calls one (이름은 …, 저는 …), with its span.

    >>> find_labelled_name("이름은 김복순이고 010-1234-5678")[0]
    '김복순'
    """
    for match in _LABELLED_NAME.finditer(text):
        said = re.sub(r"(?:이고요?|고요?|이구요?|구요?|인데요?)$", "", match.group(1))
        word = _clean_token(said)
        if _VERBISH.search(said) and not said.startswith(word + "이"):
            continue
        if is_korean_name(word) and len(word) >= 2:  # noqa: PLR2004 - shortest Korean name
            start = match.start(1)
            return word, start, start + len(word)
    return None
