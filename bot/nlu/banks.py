"""Banks as people name them -> the three-digit bank code, and accounts.

Codes: 금융결제원 participant codes (Korea Financial Telecommunications and Clearings
Institute). The lengths of account numbers are kept wide: old numbers are still in use, and
the provider checks the owner anyway.
"""

import re
from dataclasses import dataclass, replace

from bot.nlu.business_numbers import checksum_ok
from bot.nlu.digits import DigitRun, digit_runs
from bot.nlu.phones import FoundNumber, is_mobile, is_phone
from bot.nlu.tables import read_rows

_ROWS = read_rows("banks.tsv", 4)
NAMES = {code: name for code, name, _, _ in _ROWS}
"""Bank code -> its name for showing."""
_ALIAS = {alias.replace(" ", ""): code for code, _, words, _ in _ROWS for alias in words.split(",")}
_LENGTHS = {code: tuple(map(int, span.split("-"))) for code, _, _, span in _ROWS}
_ANY_LENGTH = (10, 14)
_WEAK = frozenset({"우리", "하나", "기업", "제일", "산업", "대구", "부산", "광주", "제주", "전북", "경남",
                   "카카오", "토스", "시티", "금고", "산림", "아이엠", "sc", "im", "mg", "kb", "nh", "새마을"})  # fmt: skip
_ALIASES = "|".join(sorted(map(re.escape, _ALIAS), key=len, reverse=True))
_ANY = re.compile(_ALIASES)
_NOT_BANK = re.compile(
    r"카카오(?:페이|톡|채널)|토스페이|우리(?=가게|시장|집|엄마|남편|동네|딸|아들)|산업단지"
    r"|국민(?=연금|건강|체조)|(?:국민|신한|우리|하나|기업|농협|제일)카드"
)
_DROPPED = re.compile(r".*(?:말고|아니고|아니라|아니고요)")
_EITHER = re.compile(r"(?:이나|아니면|또는|이든|거나|든지)")
_AND = re.compile(r"(?:은행|통장)?(?:이?랑|하고|과|와|도|,)")
_DENIED = re.compile(
    r"(?:은행|통장|계좌)?(?:은|는|이|가|도|에는|에)?(?:아니(?!면)|아닙|아닌|아녀|아녜|아이[다라]|안[써쓰씁]|없|싫|못[써쓰])"
)
"""What follows a bank that is named only to be denied (농협 아니에요, 농협은 없어요)."""
_WEAK_TAIL = re.compile(
    r"도?은행|통장|계좌|지점|(?:이?[요여유야죠지]|이?에[요여유]|예[요여유]|이?라[예요고]|입니[다더]|임|으?로(?:요|할|해|받)?\S{0,5}|인데[요유]?"
    r"|이?고요?|이?랑|하고|[써쓰씁]\S{1,4}|[꺼거]\S{0,2}|이나)?(?=$|[^가-힣])"
)
"""What follows an everyday word (하나, 제일) where it is the name of a bank."""
_ACCOUNT_DIGITS = 8
"""With so many digits beside it even an everyday word is the name of a bank."""
_ONLY = re.compile(
    rf"(?:{_ALIASES})(?:(?:{_AND.pattern}|{_EITHER.pattern})?(?:{_ALIASES}))*"
    r"(?:은행|통장|계좌)?(?:이?[요여유야임]|이?에[요여유]|예[요여유]|이?라[예요]|입니[다더])?[.!?~]*"
)
"""Banks and nothing else: 국민은행이요, 농협이랑 국민."""
_AMOUNT = re.compile(r"\s?[만천백억원]")
_TAKEN_BACK = re.compile(r"아니|아이[다라]|아녀|말고|정정|수정|틀|잘못|참")
_COVERED = re.compile(r"\s?-?\s?[xX*○●□]")
_BRN_WIDTHS = (3, 2, 5)


@dataclass(frozen=True, slots=True)
class BankMention:
    """One bank named in a text: its code, the words used, where they end in the flat text."""

    code: str
    word: str
    end: int


def bank_mentions(flat: str) -> tuple[BankMention, ...]:
    """Return the banks named in a text without blanks, lower case, left to right.

    >>> [b.code for b in bank_mentions("국민이나신한")]
    ['004', '088']
    """
    masked = _NOT_BANK.sub(lambda m: "＿" * len(m.group()), flat)
    return tuple(BankMention(_ALIAS[m.group()], m.group(), m.end()) for m in _ANY.finditer(masked))


def parse_bank(flat: str) -> tuple[str | None, bool]:
    """Read an answer to "어느 은행이세요?": the code, and whether several were left open.

    >>> parse_bank("마을금고"), parse_bank("국민이나신한"), parse_bank("국민말고신한")
    (('045', False), (None, True), ('088', False))
    >>> parse_bank("하나밖에없는데"), parse_bank("농협아니에요"), parse_bank("농협이랑국민있는데")
    ((None, False), (None, False), (None, True))
    """
    said = _DROPPED.sub("", flat)
    mentions = [mention for mention in bank_mentions(said) if _is_meant(said, mention)]
    codes = list(dict.fromkeys(mention.code for mention in mentions))
    if len(codes) > 1 and (_EITHER.search(flat) or _side_by_side(said, mentions)):
        return None, True
    return (codes[-1], False) if codes else (None, False)


def _is_meant(said: str, mention: BankMention) -> bool:
    """Tell whether a word is the name of a bank here, and no bank that is denied."""
    if _DENIED.match(said, mention.end):
        return False
    if mention.word not in _WEAK or sum(map(str.isdigit, said)) >= _ACCOUNT_DIGITS:
        return True
    return _WEAK_TAIL.match(said, mention.end) is not None


def _side_by_side(said: str, mentions: list[BankMention]) -> bool:
    """Tell whether the last two banks are joined (농협이랑 국민), so that none is chosen."""
    first, last = mentions[-2:]
    between = said[first.end : last.end - len(last.word)]
    return _AND.fullmatch(between) is not None and said[last.end : last.end + 2] != "으로"


def find_bank(flat: str) -> str | None:
    """Return the bank named anywhere in a text; everyday words (우리, 하나) need 은행 after them.

    >>> find_bank("우리가게"), find_bank("우리은행이요"), find_bank("카뱅123")
    (None, '020', '090')
    """
    for mention in bank_mentions(flat):
        if mention.word not in _WEAK or flat[mention.end : mention.end + 2] in (
            "은행",
            "통장",
            "계좌",
        ):
            return mention.code
    return None


def is_bank(flat: str) -> bool:
    """Tell whether a text without blanks is nothing but the name of a bank.

    >>> is_bank("국민은행"), is_bank("농협이요"), is_bank("이하나"), is_bank("우리김하나")
    (True, True, False, False)
    """
    return _ONLY.fullmatch(flat) is not None


def account_length_ok(digits: str, bank: str | None = None) -> bool:
    """Tell whether an account of this bank can have that many digits.

    >>> account_length_ok("1234", None), account_length_ok("12345601123456", "004")
    (False, True)
    """
    low, high = _LENGTHS.get(bank or "", _ANY_LENGTH)
    return low <= len(digits) <= high


def parse_account(text: str, bank: str | None = None) -> tuple[FoundNumber | None, str | None]:
    """Read an answer to "계좌번호를 알려주세요": the digits, or an error code, or neither.

    A telephone or business number is no account unless its bank is named beside it.

    >>> parse_account("일이삼사오육 공일 일이삼사오육")[0].value
    '12345601123456'
    >>> parse_account("1234"), parse_account("010-1234-5678")
    ((None, 'account_length'), (None, None))
    """
    told = tuple(_without_amount(run, text) for run in digit_runs(text, least=3))
    fitting = [run for run in told if account_length_ok(run.digits, bank)]
    if fitting:
        return _of_fitting(fitting, text, is_bank_told=bank is not None)
    run = max(told, key=lambda run: (len(run.digits), run.start), default=None)
    if run is None:
        return None, None
    for digits in run.readings():
        if account_length_ok(digits, bank):
            return FoundNumber(digits, run.start, run.end), None
    return None, "account_length"


def _of_fitting(
    fitting: list[DigitRun], text: str, *, is_bank_told: bool
) -> tuple[FoundNumber | None, str | None]:
    """Return the account among the runs that are long enough to be one."""
    runs = [run for run in fitting if not _is_other_number(run)]
    runs = runs or (fitting if is_bank_told else [])
    if not runs or _is_one_of_two(runs, text):
        return None, None
    last = runs[-1]
    if _is_covered(last, text):
        return None, "account_length"
    return FoundNumber(last.digits, last.start, last.end), None


def _is_one_of_two(runs: list[DigitRun], text: str) -> bool:
    """Tell whether two accounts are told and neither is taken back (… 하고 …)."""
    if len({run.digits for run in runs}) == 1:
        return False
    return _TAKEN_BACK.search(text[runs[-2].end : runs[-1].start]) is None


def _without_amount(run: DigitRun, text: str) -> DigitRun:
    """Return a run without its last group where that is an amount (… 93 300만원)."""
    if len(run.groups) == 1 or not _AMOUNT.match(text, run.end):
        return run
    groups = run.groups[:-1]
    return replace(run, digits="".join(groups), groups=groups, open_tail=False)


def _is_other_number(run: DigitRun) -> bool:
    """Tell whether a run is written like a telephone number or a business number."""
    if is_mobile(run.digits):
        return True
    widths = tuple(map(len, run.groups))
    if widths == _BRN_WIDTHS:
        return checksum_ok(run.digits)
    return len(widths) == len(_BRN_WIDTHS) and is_phone(run.digits) and run.digits[0] == "0"


def _is_covered(run: DigitRun, text: str) -> bool:
    """Tell whether digits are left out: 352-****-5678-93, 352-1234-5678-9x."""
    return "*" in text[run.start : run.end] or _COVERED.match(text, run.end) is not None


def looks_like_account(run: DigitRun) -> bool:
    """Tell whether a run beside a bank name is an account and not a telephone number."""
    return account_length_ok(run.digits) and not is_mobile(run.digits)
