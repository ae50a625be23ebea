"""Answers of the payment application."""

import re

from bot.nlu.answers import confirming
from bot.nlu.answers.kinds import vague, value, values, wish, wrong
from bot.nlu.banks import bank_mentions, find_bank, is_bank, parse_account, parse_bank
from bot.nlu.choice import pick
from bot.nlu.digits import digit_runs
from bot.nlu.endings import bare, is_copula, strip_copula, trim
from bot.nlu.message import Message
from bot.nlu.money import parse_won
from bot.nlu.names import is_korean_name, parse_name
from bot.nlu.result import Context, Understanding
from bot.nlu.sales import MONTHLY_UNIT, is_of_another_stretch
from bot.nlu.spelling import repair
from bot.nlu.yesno import whole_answer

_UNSURE = re.compile(
    r"모르|몰라|글쎄|들쭉|날쭉|그때그때|달라|일정하지|일정치|대중없|왔다갔다|계산안|안해봐|장사가안|별로|얼마안|조금|많이|적어요|정확|기억"
)
_REFUSE = re.compile(
    r"말하기싫|말안|안알려|알려주기싫|밝히기|비밀|말못|답하기싫|대답안|대답하기|왜알려|알려주고싶지|말하고싶지|답안|말해야|안쓸래|안적|적기싫|쓰기싫|안가르쳐|가르쳐주기싫|말하기좀|말하기그|공개|노코멘트|싫어|싫은|곤란|부담"
)
_COMPANY = re.compile(r"\(주\)|㈜|주식회사|유한회사|법인|협동조합|상인회")
_SAME = re.compile(
    r"똑같|같은|같아|동일|그대로|위와|아까|본인|저예요|저에요|저요|나예요|나에요|^(?:나|저)(?:다|지|야|여|임|유|라고)?$|제이름|내이름|대표자(?:랑|이름|와|하고)"
)
_NO_BANK_NAMED = re.compile(r"통장|아무|주거래|여러|은행|글쎄|페이|카드")
_STORE_LABEL = re.compile(r"^(?:우리\s?|저희\s?)?(?:가게|상호)\s?이?름?\S{0,2}\s+(?=[가-힣]{2})")
_NO_NAME = re.compile(
    r"(?:법인|회사|주식회사|개인|사업자)(?:통장|계좌|이름|명의|거|꺼)?(?:으로|로)?(?:이?에?[요여유]|예요|임|입니다|인데요?)?$"
)
"""Whose account it is, and no name (법인 통장이요)."""
_ASKS_BACK = re.compile(r"뭐|뭔|무슨|누구|머[여야]|모르|몰라|기억")
_LEAST_SALES = 100_000
_SPAN = re.compile(
    r"많을.{0,8}적을|적을.{0,8}많을|잘될.{0,8}안될|[십백천만\d]\s?(?:에서|~|부터|이나|내지)\s?[일이삼사오육칠팔구\d]"
)


def business_type(message: Message, context: Context) -> Understanding | None:
    """Read sole, corporation or none; a tax type said with it is kept."""
    picked = pick(context.asked, message.text, context.options, context.labels)
    if picked.out_of_range:
        return wrong("option_range")
    if re.search(r"인지|모르|몰라|글쎄|헷갈", message.core):
        return vague("business_type")
    if not picked.keys or re.search(r"뭐예요|뭐에요|차이|뭔가요|뭔데", message.core):
        return None
    kinds = list(dict.fromkeys(picked.keys))
    if len(kinds) > 1:
        return vague("business_type")
    slots: dict[str, object] = {"business_type": kinds[0]}
    tax = _tax_word(message.core) if kinds[0] == "sole" else None
    if tax:
        slots["tax_type"] = tax
    return values(slots)


def _tax_word(core: str) -> str | None:
    """Return the tax type named in a text without blanks."""
    for key, word in (("simplified", r"간이"), ("exempt", r"면세"), ("general", r"일반과세")):
        if re.search(word, core):
            return key
    return None


def bank(message: Message, context: Context) -> Understanding | None:
    """Read the bank."""
    del context
    code, several = parse_bank(message.flat)
    if not (code or several):
        code, several = parse_bank(repair(message.flat))
    if several:
        return vague("bank")
    if code:
        return value("bank", code)
    about_book = _bankbook(message)
    if about_book and (about_book.slots or about_book.intent):
        return about_book
    unsure = bank_mentions(message.flat) or _NO_BANK_NAMED.search(message.core)
    return vague("bank") if unsure else None


def account(message: Message, context: Context) -> Understanding | None:
    """Read the account; bank and holder said beside it are kept."""
    del context
    code = _bank_beside(message)
    found, error = parse_account(message.text, code)
    if error:
        return wrong(error)
    if not found:
        return _bankbook(message) or (vague("account") if digit_runs(message.text) else None)
    slots: dict[str, object] = {"account": found.value}
    if code:
        slots["bank"] = code
    holder = _holder_beside(message.text, found.start, found.end)
    if holder:
        slots["holder"] = holder
    return values(slots)


def _bank_beside(message: Message) -> str | None:
    """Return the bank named before or after the digits."""
    words = re.sub(r"[\d\-]", "", message.flat)
    strict = find_bank(message.flat)
    return strict or (parse_bank(message.flat)[0] if len(words) <= 16 else None)  # noqa: PLR2004 - a plain count


def _holder_beside(text: str, start: int, end: int) -> str | None:
    """Return the name of the holder that stands beside the digits."""
    for side in (text[end:], text[:start]):
        words = [w for w in re.findall(r"[가-힣]+", side) if not (is_bank(w) or find_bank(w))]
        rest = " ".join(w for w in words if w not in _FILLER and not is_copula(w))
        name = parse_name(rest) if rest and not _TALK.search(rest) else None
        if (
            name
            and len(name) >= _SHORTEST_BESIDE
            and ((name == rest.strip() and " " not in name) or is_korean_name(name))
        ):
            return name
    return None


_SHORTEST_BESIDE = 3
"""Syllables of a name that nobody called one: shorter words beside a number are mere words."""
_TALK = re.compile(r"맞(?:나|지|죠|아|는)|인가|일까|모르|될까|되나|돼")


_FILLER = frozenset({"입니다", "이요", "요", "이에요", "예요", "여", "이여", "은행", "계좌", "계좌번호", "계좌번호는",
                     "번호는", "번호", "임", "으로", "로", "해주세요", "보내주세요", "통장", "예", "네", "유", "이유", "계좌는", "은", "는",
                     "이고", "고", "제", "통장은", "이걸로", "여기로", "맞나요", "이거", "이게", "아", "아니", "다시"})  # fmt: skip


def _bankbook(message: Message) -> Understanding | None:
    """Read "I send a photo of the bankbook" instead of digits."""
    if re.search(r"(?:통장|사본|사진).{0,8}(?:보냈|올렸|찍었|첨부)", message.core):
        return wish("doc_sent", doc="bankbook")
    if re.search(
        r"(?:통장|사본|사진).{0,10}(?:보낼|찍어|올릴|보내드|보내도|대신|첨부|보내면)", message.core
    ):
        later = re.search(r"나중|이따|내일|있다가|집에|다음|저녁", message.core)
        return wish("doc_later", doc="bankbook") if later else value("doc", "bankbook")
    if re.search(r"모르|몰라|기억|못외|안보여", message.core):
        return vague("account")
    return None


def holder(message: Message, context: Context) -> Understanding | None:
    """Read the name of the account holder: a person, or a company."""
    del context
    if is_bank(message.flat):
        return vague("holder")
    if _COMPANY.search(message.text) and not _NO_NAME.match(message.core):
        return value("holder", bare(message.text))
    text = _STORE_LABEL.sub("", message.text)
    name = None if _NO_NAME.match(message.core) else parse_name(text)
    if name:
        return value("holder", name)
    unsure = _SAME.search(message.core) or _ASKS_BACK.search(message.core)
    return vague("holder") if unsure else None


def monthly_sales(message: Message, context: Context) -> Understanding | None:
    """Read the sales of a month, or that the person would rather not say."""
    del context
    whole = whole_answer(message.core)  # 네 is no four
    if whole == "no" or _REFUSE.search(message.core):
        return wish("decline", slot="monthly_sales")
    if whole or _SPAN.search(message.text):
        return vague("monthly_sales")
    won = parse_won(strip_copula(trim(message.text)), bare_unit=MONTHLY_UNIT, per="month")
    is_of_another = is_of_another_stretch(message.text)
    is_doubtful = won is not None and 0 < won < _LEAST_SALES  # 5 is 50, 500, or five
    if won is not None and not (is_of_another or is_doubtful):
        return value("monthly_sales", won)
    if won is not None or is_of_another or re.search(r"\d|[십백천만억]", message.core):
        return vague("monthly_sales")
    return vague("monthly_sales") if _UNSURE.search(message.core) else None


_PHOTO = re.compile(r"^[\[(]?(?:사진|이미지|파일)[\])]?$|사진을 보냈습니다")
_URL = re.compile(r"https?://\S+")


_UPLOAD = re.compile(
    r"안올라|안보내|못보내|못올|안돼|안되|어떻게보|어떻게올|어디로보|어디에올|전송이|업로드|안가요"
)
_MISSING = re.compile(r"없(?:어|는|음|습|네|다|지)|안냈|잃어|분실|못찾")
_NOT_NOW = re.compile(
    r"나중|이따|있다가|내일|낼|집에|다음에|찾아서|지금|가져와|떼|저녁|준비되면|없어서|당장|여기|손에"
)
_SENT = re.compile(r"보냈|올렸|찍었|첨부했|전송했|보내드렸|드렸|부쳤|다했|보낸거")


def document(message: Message, context: Context) -> Understanding | None:
    """Read the photo of the certificate (its address), or what is said about it."""
    del context
    url = _URL.search(message.text)
    if url:
        return value("document", url.group())
    core = message.core
    if _PHOTO.search(message.text):
        return wish("doc_sent")
    if _UPLOAD.search(core):
        return wish("help", topic="upload")
    return _about_document(core)


def _about_document(core: str) -> Understanding | None:
    """Read "sent", "later" or "I have none"."""
    if _SENT.search(core):
        return wish("doc_sent")
    if _MISSING.search(core) and not _NOT_NOW.search(core):
        return vague("doc")
    return wish("doc_later") if _NOT_NOW.search(core) else None


_NOT_THERE = re.compile(r"안들어|못들어|아직|그래도|여전히|계속안|안돼|안되|안찍|안먹|안와|못받")
_THERE = re.compile(
    r"들어왔|들어와있|찍혔|찍혀요|찍히네|^(?:이제|인제)?(?:잘)?(?:됐|되네|돼요|되요)|해결|괜찮"
)


_LEAVES_IT = re.compile(r"안(?:알려|알리|전해)[가-힣]{0,2}(?:돼|되|됩|괜찮)")
_SAY_AGAIN = re.compile(r"(?:다시|한번더|또).{0,3}(?:말|얘기|보여|알려|설명|읽)")


def still(message: Message, context: Context) -> Understanding | None:
    """Read the answer to "그래도 안 되면 담당자에게 알릴까요?": that it is well now is a no."""
    if _LEAVES_IT.search(message.core):
        return value("answer", "no")
    if _NOT_THERE.search(message.core):
        return value("answer", "yes")
    if _THERE.search(message.core):
        return value("answer", "no")
    return None if _SAY_AGAIN.search(message.core) else confirming.yes_no(message, context)


_AGREES_TO_CHANGE = re.compile(
    r"^(?:네|예|넵|응|어|그래요?|좋아요?)?(?:그걸로|이걸로|그렇게)?(?:바꿔|바꾸|변경)"
    r"(?:요|줘|줘요|주세요|주쇼|할게요|할께요|해줘|해줘요|해주세요|어요|라)?$"
)


_LETS_BE = re.compile(
    r"^(?:아니|아뇨|아니요)?(?:그냥|그대로|이대로|일단)(?:놔|둬|두|냅|내비)|바꾸지(?:마|말)|안바(?:꿀|꿔도|꾸)"
)
"""The account is to stay as it is, which is more than a no to the one that was told."""
_ASKS_ABOUT_IT = re.compile(
    r"^(?:그럼|근데)?(?:언제|어디로|며칠|얼마나)|어디로들어|언제(?:부터|바뀌)"
)


def changing(message: Message, context: Context) -> Understanding | None:
    """Read the answer to "이 통장으로 바꿀까요?": here "네 바꿔 주세요" is a yes."""
    if _LETS_BE.search(message.core):
        return wish("cancel")
    if _AGREES_TO_CHANGE.match(message.core):
        return value("confirm", "yes")
    if _ASKS_ABOUT_IT.search(message.core):
        return None
    return confirming.confirm(message, context)
