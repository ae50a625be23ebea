"""Banks as people name them -> the three-digit bank code, and accounts.

Codes: 금융결제원 participant codes (Korea Financial Telecommunications and Clearings
Institute). The lengths of account numbers are kept wide: old numbers are still in use, and
the provider checks the owner anyway.
"""

import re
from dataclasses import dataclass

from bot.nlu.digits import DigitRun, digit_runs
from bot.nlu.phones import FoundNumber, is_mobile
from bot.nlu.tables import read_rows

_ROWS = read_rows("banks.tsv", 4)
NAMES = {code: name for code, name, _, _ in _ROWS}
"""Bank code -> its name for showing."""
_ALIAS = {alias.replace(" ", ""): code for code, _, words, _ in _ROWS for alias in words.split(",")}
_LENGTHS = {code: tuple(map(int, span.split("-"))) for code, _, _, span in _ROWS}
_ANY_LENGTH = (10, 14)
_WEAK = frozenset({"우리", "하나", "기업", "제일", "산업", "대구", "부산", "광주", "제주", "전북", "경남",
                   "카카오", "토스", "시티", "금고", "산림", "아이엠", "sc", "im", "mg", "kb", "nh", "새마을"})  # fmt: skip
_ANY = re.compile("|".join(sorted(map(re.escape, _ALIAS), key=len, reverse=True)))
_NOT_BANK = re.compile(
    r"카카오(?:페이|톡|채널)|토스페이|우리(?=가게|시장|집|엄마|남편|동네|딸|아들)|산업단지"
)
_DROPPED = re.compile(r".*(?:말고|아니고|아니라|아니고요)")
_EITHER = re.compile(r"(?:이나|아니면|또는|이든|거나|든지)")


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
    """
    mentions = bank_mentions(_DROPPED.sub("", flat) or flat)
    codes = list(dict.fromkeys(mention.code for mention in mentions))
    if len(codes) > 1 and _EITHER.search(flat):
        return None, True
    return (codes[-1], False) if codes else (None, False)


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


def account_length_ok(digits: str, bank: str | None = None) -> bool:
    """Tell whether an account of this bank can have that many digits.

    >>> account_length_ok("1234", None), account_length_ok("12345601123456", "004")
    (False, True)
    """
    low, high = _LENGTHS.get(bank or "", _ANY_LENGTH)
    return low <= len(digits) <= high


def _longest(text: str) -> DigitRun | None:
    """Return the run most likely to be the account: the last of the longest."""
    runs = digit_runs(text, least=3)
    return max(runs, key=lambda run: (len(run.digits), run.start)) if runs else None


def parse_account(text: str, bank: str | None = None) -> tuple[FoundNumber | None, str | None]:
    """Read an answer to "계좌번호를 알려주세요": the digits, or an error code, or neither.

    >>> parse_account("일이삼사오육 공일 일이삼사오육")[0].value
    '12345601123456'
    >>> parse_account("1234")
    (None, 'account_length')
    """
    runs = [run for run in digit_runs(text, least=3) if account_length_ok(run.digits, bank)]
    if runs:
        last = runs[-1]
        return FoundNumber(last.digits, last.start, last.end), None
    run = _longest(text)
    if run is None:
        return None, None
    for digits in run.readings():
        if account_length_ok(digits, bank):
            return FoundNumber(digits, run.start, run.end), None
    return None, "account_length"


def looks_like_account(run: DigitRun) -> bool:
    """Tell whether a run beside a bank name is an account and not a telephone number."""
    return account_length_ok(run.digits) and not is_mobile(run.digits)
