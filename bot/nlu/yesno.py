"""Yes or no to the question that is open, with the traps of Korean politeness.

괜찮아요 may be "fine" or "no, thank you"; 됐어요 to an offer is no; "네 … 아니 안할래요" is no.
The whole-message table decides first; then the last clause that says yes or no.
"""

import re
from typing import Literal

from bot.nlu.dialect import standard
from bot.nlu.tables import read_rows

Answer = Literal["yes", "no", "maybe"]

_WHOLE: dict[str, Answer] = {}
for _answer, _words in read_rows("yesno.tsv", 2):
    for _word in _words.split(","):
        _WHOLE[_word] = "yes" if _answer == "yes" else "no" if _answer == "no" else "maybe"

_NO = re.compile(
    r"싫|거절|거부|사양|필요(?:는|도)?없|필요(?:는|도)?안|안할|안하(?!면|나)|안해(?!도|주)|안합|않(?!을까|나요|아도)|안받|안돼(?!나)|안됩|못하|못해|못받|하지마|지마|지말|지맙"
    r"|관둬|관둘|그만둘|비동의|미동의|아니요|아니오|아뇨|아닙니다|됐어|됐습|됐네|됬어|됫어|빼주|빼줘|빼고|원하지|원치|말아주|안보내도|안원|꺼주|꺼줘|끄고|귀찮|하기싫|안내킬|안내켜|안주고|안줄|주기싫|시끄러|안할란|^노|ㄴㄴ"
)
_YES = re.compile(
    r"동의(?:해|합|할|함|하(?!지|기)|$)|좋아|좋습|좋죠|좋지요|받을(?:게|께|래|꺼|거)|받겠|받아볼|받고싶|받는걸로|보내(?:줘|주|요$|세요|도돼|도되|도됩|달라|이소)|할게|할께|할래|하겠|할겨"
    r"|해주|해줘|해달라|해도돼|해도되|진행|신청해|맞아|맞습|맞음|맞네|맞는|그렇게|그러세|그럽|그러죠|알겠|알았|오케이|오키|ok|ㅇㅇ|ㅇㅋ|ㄱㄱ|이대로|그대로|찬성|허락|수락|승낙|당연|물론|그럼요|넵|콜"
)
_STOPPING = re.compile(
    r"(?:그만|취소|포기|중단|중지|철회|탈퇴)(?:을|를)?(?:좀)?(?:할|하|해)|때려칠|때려치"
)
"""To stop is to do something, and no yes to what was asked (그만할래요)."""
_CONTRARY = re.compile(r"^(?:아니요?|아뇨|아니오)(?:동의(?:해|합|할)|좋아요|받을게|할게요)")
_MAYBE = re.compile(
    r"좋을대로|맘대로|마음대로|해야지|해야죠|어쩔수|괜찮|갠찮|괜찬|글쎄|모르겠|몰라|생각해|생각좀|고민|상관없|아무거나|알아서|헷갈|나중에|아직"
)
_INSISTED = re.compile(r"다니까요?$|다고요$|다구요$")
"""됐다니까요 is 됐다."""
_DELAY = re.compile(
    r"생각(?:을|좀)?(?:좀)?(?:해보|해볼|하고)|고민(?:좀|을)?(?:해|하)|상의|물어보고|의논|(?:보고|봐서|알아보고)(?:나서|서)?(?:말|얘기|이야기|결정|정할|할게|하겠|할래)|결정(?:은|을)?(?:나중|이따|못)"
)
"""Putting the answer off is no answer, whatever 할게요 ends it."""
_LEAD = re.compile(
    r"^(?:네+|예+|넵+|넹|응+|어|그래요?|그려|ㅇㅇ|옙|좋아요|오케이|맞아요)(?=[\s,.~!]|$)"
)
_LEAD_NO = re.compile(r"^(?:아니(?:요|오)?|아뇨|아녀|아니여|아니유|ㄴㄴ|노|싫어요?)(?=[\s,.~!]|$)")
_CLAUSE = re.compile(
    r"[.,!~\n]+|(?<=데)\s|(?<=만)\s|(?<=고)\s|\s(?=아니(?:다|요|오|야|지|\s|$)|아뇨|근데|그런데|그냥)"
)
_NEGATED_NO = re.compile(
    r"싫지않|나쁘지않|안될(?:건|것|거)?(?:없|게)|안(?:하|할)이유|문제없|이상없|필요없는건아니|싫은건아니|거부안|거절안"
)
_QUESTION = re.compile(
    r"(?:뭐가|나요|까요|는지|뭔데|뭐예요|뭐에요|뭔가요|무슨|왜|어떻게|얼마|언제(?!든)|돼요\?|되요\?|인가요|건가요)"
)


def whole_answer(core: str) -> Answer | None:
    """Return the answer of a message that is nothing but one, None otherwise.

    Args:
        core: the message without blanks and punctuation, lower case.

    >>> whole_answer("넵넵"), whole_answer("됐어요"), whole_answer("괜찮아요")
    ('yes', 'no', 'maybe')
    """
    core = _INSISTED.sub("다", core)
    known = _WHOLE.get(core)
    if known:
        return known
    repeated = re.fullmatch(r"(네|예|넵|응|아니|아뇨|ㅇ|ㄴ|어|그래|넹)\1+(?:요|다)?", core)
    return _WHOLE.get(repeated.group(1)) if repeated else None


def _clause_answer(clause: str) -> Answer | None:
    """Return what one clause says."""
    core = re.sub(r"[\s~!?.,^ㅋㅎㅠㅜ]+", "", clause).lower()
    known = whole_answer(core)
    if known:
        return known
    if _NEGATED_NO.search(core):
        return "yes"
    if _CONTRARY.search(core):
        return "maybe"
    if _NO.search(core):
        return "no"
    if _YES.search(core) and not (_QUESTION.search(core) or _STOPPING.search(core)):
        return "yes"
    return "maybe" if _MAYBE.search(core) else None


def parse_yes_no(text: str) -> Answer | None:
    """Read a yes/no answer; the last clause that says something wins.

    "maybe" is an answer that must be asked again, None is no answer at all.

    >>> parse_yes_no("네 아니 아니요 안할래요"), parse_yes_no("됐어요 안받을래")
    ('no', 'no')
    >>> parse_yes_no("밤에도 괜찮으니 보내요"), parse_yes_no("괜찮아요"), parse_yes_no("몇 시예요")
    ('yes', 'maybe', None)
    """
    text = standard(text.strip())
    answers = [_clause_answer(part) for part in _CLAUSE.split(text) if part and part.strip()]
    said = [answer for answer in answers if answer]
    firm = [answer for answer in said if answer != "maybe"]
    if firm:
        put_off = "no" not in firm and _DELAY.search(re.sub(r"\s", "", text))
        return "maybe" if put_off or _hedged(said) else firm[-1]
    if said:
        return "maybe"
    if _LEAD_NO.match(text):
        return "no"
    return "yes" if _LEAD.match(text) else None


def _hedged(said: list[Answer]) -> bool:
    """Tell whether a yes is taken back into doubt by what follows (네 글쎄요)."""
    return said[-1] == "maybe" and "no" not in said
