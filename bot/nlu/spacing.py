"""Blanks put back where a message has none and a reader needs them: before counts and names."""

import re

_NUMBER = (
    r"(?:스무|스물|서른|마흔|쉰)?(?:하나|한|둘|두|셋|세|넷|네|다섯|여섯|일곱|여덟|아홉)|열(?:하나|한|둘|두|세|네|다섯)?"
    r"|스무|스물|서른|마흔|쉰|[일이삼사오육칠팔구]?[백천만십](?:[일이삼사오육칠팔구]?[백십])?[일이삼사오육칠팔구]?|\d+"
)
_COUNT = re.compile(
    rf"(?<=[가-힣])(?<![일이삼사오육칠팔구십백천만한두세네섯덟홉곱열물무른흔쉰서너])((?:{_NUMBER})(?:장|개|명|부|매|씩|통|사람)(?=씩|만|쯤|정도|이|요|여|돼|되|한|예|임|주|써|$|으|하|보))"
)
_STAFF = re.compile(
    r"(직원|알바|종업원|사람|단골이|단골|손님|친구)(한)?(?=(?:하나|둘|셋|넷|다섯|여섯|일곱|여덟|아홉|열|한|두|세|네|백|천|만|[일이삼사오육칠팔구][백천십]))"
)
_NAME_AHEAD = re.compile(
    r"(이름으로|이름은|통장인데|이름이에요|이름이요|대표자는|대표는|예금주는|저는|^저|아니|말고|이름)(?=[가-힣]{2,})"
)
TEN_OR_TWELVE = re.compile(r"(?<![가-힣\d])[이삼사오육칠팔구]?십이(?:요|에요|예요|유)")
"""십이요 is ten with an ending, or twelve: asked again."""


def space_counts(text: str) -> str:
    """Return the text with a blank before counted numbers, when it has no blanks at all.

    >>> space_counts("명함백장"), space_counts("직원둘")
    ('명함 백장', '직원 둘')
    """
    if " " in text:
        return text
    return _COUNT.sub(r" \1", _STAFF.sub(r"\1 ", text))


def space_names(text: str) -> str:
    """Return the text with a blank where a name begins, when it has no blanks at all.

    >>> space_names("남편통장인데정대성")
    '남편통장인데 정대성'
    """
    return text if " " in text else _NAME_AHEAD.sub(r"\1 ", text)
