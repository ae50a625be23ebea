"""Answers to "이대로 신청할까요?": yes, no, or which part is to be changed."""

import re
from functools import cache

from bot.nlu.answers.kinds import vague, value, values, wish
from bot.nlu.choice import pick
from bot.nlu.message import Message
from bot.nlu.result import Context, Understanding
from bot.nlu.yesno import parse_yes_no, whole_answer

_TIME = r"시간|몇시|시각|[0-9한두세네섯일곱여덟아홉열]+시(?!장|작|간)|오전|오후|새벽"
_DATE = r"날짜|날을|날로|날만|날이|요일|며칠|하루|내일|모레|다음주|담주|[0-9]+일|[월화수목금토]욜|딴날|다른날|일정"
_PHONE = r"전화|핸드폰|휴대폰|연락처|폰번호|01[0-9]"
_BRN = r"사업자(?:등록)?번호|등록번호|사업자"
_NAME = r"이름|성함|대표|성명"
_MARKET = r"시장|상점가"
EDIT_LABELS: dict[str, tuple[tuple[str, str], ...]] = {
    "channel": (
        ("search_id", r"아이디|검색용"),
        ("store_name", r"가게이름|가게명|상호|점포이름|매장이름|가게(?!전화|위치|주소|시간)|간판|점포명"),
        ("brn", _BRN + r"|사업자등록증번호"),
        ("phone", _PHONE + r"|번호"),
        ("market", _MARKET),
        ("stall", r"위치|호수|자리|동호|주소|몇호|어디쯤"),
        ("category", r"업종|파는|품목|종류|카테고리|장사종류|취급"),
        ("closed", r"쉬는|휴무|휴일|정기휴"),
        ("hours", r"시간|영업|여는|닫는|문여|[0-9]+시"),
        ("role", r"본인|대리|대신"),
        ("owner_name", _NAME),
        ("channel_public_id", r"채널주소|주소"),
    ),
    "visit": (
        ("time", _TIME),
        ("date", _DATE),
        ("place", r"장소|어디|곳|위치|가게말고|상인회|가게|카페"),
        ("topic", r"내용|주제|도움|도와|배울|항목|용건|결제|채널|홍보물"),
        ("phone", _PHONE),
    ),
    "kit": (
        ("languages", r"영어|영문|일본어|일본말|중국어|중국말|외국어|외국말"),
        ("qty", r"개수|갯수|수량|장수|매수|몇장|[0-9]+장|[0-9]+개|장으로|개로|[한두세네섯]장|(?:다섯|여섯|일곱|여덟|아홉|열|스무|서른|백)(?:장|개)|더많이|더적게|줄여|늘려"),
        ("size", r"크기|사이즈|a[346]|에이포|큰|작은|더크|더작"),
        ("channel_public_id", r"채널"),
        ("theme", r"모양|색|디자인|그림|노란|노랑|파란|파랑|빨간|초록|분홍|하얀|까만|주황"),
        ("phrase", r"문구|글씨|글자|글(?!쎄)|내용"),
        ("delivery", r"배송|배달|택배|파일|받는|수령|받을|찾으러|찾아|갖다|주소"),
        ("items", r"종류|품목|스티커|포스터|명함|세움판|물건|다른거|딴거|홍보물"),
    ),
    "pay": (
        ("bank", r"은행|농협|신한|국민|우리|하나|신협|수협|금고|카뱅|토스"),
        ("account", r"계좌|통장"),
        ("holder", r"예금주|통장주인|이름|명의"),
        ("brn", _BRN),
        ("monthly_sales", r"매출"),
        ("tax_type", r"과세|간이|면세|세금"),
        ("business_type", r"종류|법인|개인"),
        ("doc", r"사진|등록증|서류"),
        ("phone", _PHONE),
    ),
    "cost": (
        ("annual_sales", r"매출|금액|[0-9]+만|[0-9]+억"),
        ("employees", r"직원|종업원|알바|명수|인원|사람|[0-9]+명"),
        ("channel_url", r"채널|주소|아이디|링크"),
        ("recipients", r"받는사람|손님|몇명|친구"),
    ),
}  # fmt: skip
"""Flow -> (slot, words that name it without blanks), the more specific first."""


@cache
def _patterns(flow: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the patterns of EDIT_LABELS for one flow, compiled when first asked for."""
    return tuple((slot, re.compile(words)) for slot, words in EDIT_LABELS.get(flow, ()))


_CHANGE = re.compile(
    r"바꾸|바꿔|바꿀|바까|바뀌|바꼈|고치|고쳐|고칠|수정|변경|틀렸|틀려|틀린|잘못|다시|아니|아닌|아녜|말고|다르|달라|정정|(?:으로|로)(?:해|할|요|바|부탁|변|하|가|주|$)|미뤄|미루|당겨|늦춰|뒤로|앞으로|옮|빼|추가|더|줄여|늘려|만$|만요$|이요$|요$"
)
_STRONG_CHANGE = re.compile(
    r"바꾸|바꿔|바꿀|바까|바뀌|바꼈|고치|고쳐|고칠|수정|변경|틀렸|틀려|틀린|틀리|잘못|정정|다시(?:할|쓸|적|입력|해|요|$)|아닌데|아니고|아니라|다른데|달라요|오타"
)
_STOP = re.compile(r"취소|안할|안해|그만|관둘|관둬|포기|없던|안합|하기싫|안시킬|안시켜|안받을래")
_LIKES = re.compile(r"괜찮|좋|맞")
_NOTHING_WRONG = re.compile(
    r"^(?:네|예|아니|응)?(?:더)?(?:고칠|틀린|바꿀|잘못된)(?:거|것|게|건|데|곳|점)(?:이|가|은|는|도)?(?:하나도)?없(?!나|냐|을까)|맞게(?:적|잘|됐|되|했)"
)
_DOUBTS = re.compile(r"모르|몰라|몰러|모름|글쎄|헷갈|는지|은지|건지|긴가|가물")
_BARE_FINE = 5
"""Characters of 괜찮습니다: a longer text says what is fine."""


def edit_slot(flow: str, core: str) -> str | None:
    """Return the slot whose label or kind of value is named in a text without blanks.

    >>> edit_slot("channel", "가게이름만바꿔줘요"), edit_slot("visit", "날짜를하루뒤로")
    ('store_name', 'date')
    """
    hits = [
        (match.start() if flow == "channel" else 0, slot)
        for slot, pattern in _patterns(flow)
        if (match := pattern.search(core))
    ]
    return min(hits, key=lambda hit: hit[0])[1] if hits else None


def wants_edit(flow: str, core: str) -> bool:
    """Tell whether the text asks beyond doubt that a named part be changed."""
    return bool(edit_slot(flow, core) and _STRONG_CHANGE.search(core))


def _denied(flow: str, core: str) -> Understanding | None:
    """Read "change this", None when nothing is to be changed."""
    slot = edit_slot(flow, core)
    if slot and _CHANGE.search(core):
        return values({"confirm": "no", "edit": slot})
    if _STRONG_CHANGE.search(core):
        return value("confirm", "no")
    return None


def confirm(message: Message, context: Context) -> Understanding | None:
    """Read the answer to a summary."""
    flow = context.asked.partition(".")[0]
    core = message.core
    whole = None if _pardon(message) else whole_answer(core)
    if _NOTHING_WRONG.search(core):
        return value("confirm", "yes")
    if whole in ("yes", "no"):
        stopped = whole == "no" and _STOP.search(core)
        return wish("cancel") if stopped else value("confirm", whole)
    if _pardon(message):
        return wish("repeat")
    if _STOP.search(core) and not edit_slot(flow, core):
        return None if message.question else wish("cancel")
    said = parse_yes_no(message.text)
    denied = _denied(flow, core)
    if denied and not (said == "yes" and not _contrasted(message.text)):
        return denied
    return _plainly(said, message, context) or _with_label(flow, core)


def _plainly(said: str | None, message: Message, context: Context) -> Understanding | None:
    """Read yes, no, a number, or a "fine" that is about the day or time (그날 괜찮아요)."""
    core = message.core
    polite = whole_answer(core) == "maybe" and core.startswith(("네", "예", "넵"))
    if said == "yes" or polite:
        return value("confirm", "yes")
    picked = pick(context.asked, message.text, context.options, context.labels)
    if said == "no" or picked.keys:
        return value("confirm", "no" if said == "no" or picked.keys[0] != "yes" else "yes")
    if said != "maybe":
        return None
    about_it = len(core) > _BARE_FINE and _LIKES.search(core) and not _DOUBTS.search(core)
    return value("confirm", "yes") if about_it else vague("confirm")


def _contrasted(text: str) -> bool:
    """Tell whether a yes is followed by a change (네 근데 시간은 4시로)."""
    return bool(
        re.search(
            r"근데|그런데|는데|은데|지만|대신|다만|만\s|말고|(?<![대걸])로\s?(?:할|해|바|와|부탁|변)|[는은만]\s?\S*(?:로|으로)|바꿔|바꾸|고쳐|수정|틀|잘못|변경",
            text,
        )
    )


def _with_label(flow: str, core: str) -> Understanding | None:
    """Read the bare name of a part (전화번호) as the part to change."""
    slot = edit_slot(flow, core)
    return values({"confirm": "no", "edit": slot}) if slot and len(core) <= 12 else None  # noqa: PLR2004 - a plain count


_DETAIL = re.compile(
    r"자세|내용(?:이|을|은|좀)|전문|약관|뭔데|뭔내용|뭔동의|누구한테|누구에게|어디에주|어디로주|어디에제공|뭐예요|뭐에요|뭔가요|무슨(?:내용|뜻|말|동의|정보)|어떤(?:정보|내용|거|걸)|무엇을|뭘(?:동의|수집|주|제공|가져)|읽어|보여|설명|뭔지|뭐를|뭐에동의|어떻게쓰|어디에쓰|어디다쓰|언제까지보관|보고(?:결정|나서|동의)|알려"
)
_NOT_DETAIL = re.compile(r"보내|받")
_QUESTION = re.compile(
    r"(?:나요|까요|가요|는지|돼요|되요|되나|돼나|하나|해야돼|해야되|해요|예요|에요|죠)\??$"
)
_DAY_ONLY = re.compile(
    r"낮에만|낮에는|낮만|낮으로|낮에보|아침에만|밤말고|밤은빼|밤빼고|밤에는?(?:자|안|말|그만|시끄|곤란|좀)|주무|자야|자는데|잠"
)
_MUST = re.compile(r"꼭|안하면|무조건|반드시|필수|해야|안해도|동의안하면|동의해야")


def consent(message: Message, context: Context) -> Understanding | None:
    """Read the answer to a consent: strict, anything doubtful is asked again."""
    if _pardon(message):
        return wish("repeat")
    whole = whole_answer(message.core)
    if whole:
        return _consent_value(whole)
    if _DETAIL.search(message.core) and not _NOT_DETAIL.search(message.core):
        return wish("consent_detail")
    return _consent_number(message, context) or _consent_words(message, context)


def _consent_number(message: Message, context: Context) -> Understanding | None:
    """Read the number or the place of an option."""
    picked = pick("", message.text, context.options, context.labels)
    if picked.out_of_range:
        return Understanding(error="option_range", layer="slot")
    placed = re.search(r"\d|번|째|위|아래|마지막", message.core)
    return value("consent", picked.keys[0]) if len(picked.keys) == 1 and placed else None


_AGREES = re.compile(r"동의(?:해요|합니다|할게|할께|한다|하고|하지만|는하|는해)")
"""Beside a no that may be about something else (동의하는데 광고는 싫어요): asked again."""


def _consent_words(message: Message, context: Context) -> Understanding | None:
    """Read a sentence; "must I?" is a question and no answer."""
    if _MUST.search(message.core) and (message.question or _QUESTION.search(message.core)):
        return None
    day_only = context.asked == "consent.night" and _DAY_ONLY.search(message.core)
    said = "no" if day_only else parse_yes_no(message.text)
    return _consent_value("maybe" if said == "no" and _AGREES.search(message.core) else said)


def _pardon(message: Message) -> bool:
    """Tell whether a yes is a question back (네?)."""
    return message.question and message.core in {"네", "예", "응", "에", "뭐", "네네", "어"}


def _consent_value(said: str | None) -> Understanding | None:
    """Return a consent or its refusal; anything between is asked again."""
    if said is None:
        return None
    return vague("consent") if said == "maybe" else value("consent", said)


def yes_no(message: Message, context: Context) -> Understanding | None:
    """Read the answer to a plain yes/no question, slot `answer`."""
    whole = whole_answer(message.core)
    if whole:
        return value("answer", whole) if whole != "maybe" else vague("answer")
    picked = pick("", message.text, context.options, context.labels)
    if len(picked.keys) == 1 and picked.keys[0] in ("yes", "no"):
        return value("answer", picked.keys[0])
    said = parse_yes_no(message.text)
    if said is None:
        return None
    return vague("answer") if said == "maybe" else value("answer", said)
