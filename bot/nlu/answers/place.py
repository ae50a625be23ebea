"""Answers of the visit that are not dates: where, which of the offered times, how it was."""

import re
from datetime import datetime

from bot.nlu.answers import confirming
from bot.nlu.answers.kinds import vague, value, values, wish, wrong
from bot.nlu.choice import pick, synonyms_in
from bot.nlu.endings import bare, trim
from bot.nlu.message import Message
from bot.nlu.result import Context, Understanding
from bot.nlu.yesno import whole_answer

_TO = re.compile(
    r"\s?(?:으로|로|에서|에|앞에서|까지)?\s?(?:와|오|만나|봐|보|뵈|뵐|하|해|부탁|갈|계|있|할)[가-힣\s]*$|(?:으로|로|에서|에)(?:요|여|유)?$"
)
_INSTEAD = re.compile(r"말고|아니고|아니라|빼고|아이고|아이라|됐고")
_VAGUE_PLACE = re.compile(r"^(?:다른|딴|다른데|딴데|다른곳|다른장소|딴곳|다른데요|밖|밖에서)")
_OTHERS = re.compile(
    r"다른(?:날|시간|거|때|요일|건|것|날짜|시간대)|딴(?:날|시간|거|때)|더(?:보여|없|있|볼|봐|알려)|안맞|다안|안되|안돼|없나|없어|못해|못하|맞는(?:게|시간|날)|그외|말고|싫어"
)
_WEEKDAYS = "월화수목금토일"
_HOURS = {"한": 1, "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9, "열": 10,
          "열한": 11, "열두": 12}  # fmt: skip
_HOUR = re.compile(r"(\d{1,2}|열한|열두|한|두|세|네|다섯|여섯|일곱|여덟|아홉|열)\s?시")


def place(message: Message, context: Context) -> Understanding | None:
    """Read where to meet; a place of its own is kept as a note."""
    kinds = synonyms_in("visit.place", message.flat)
    picked = pick("", message.text, context.options, context.labels)
    if picked.out_of_range:
        return wrong("option_range")
    if len(picked.keys) == 1 and (len(kinds) < 2 or not _INSTEAD.search(message.text)):  # noqa: PLR2004 - a plain count
        return value("place", picked.keys[0])
    where = "elsewhere" if "elsewhere" in kinds and "office" not in kinds else None
    where = where or (kinds[0] if kinds else None)
    if len(kinds) > 1 and _INSTEAD.search(message.text):
        where = kinds[-1]
    if not where:
        return vague("place") if re.search(r"아무|상관|글쎄|알아서", message.core) else None
    note = _place_note(message.text) if where == "elsewhere" else None
    return values({"place": where, "place_note": note} if note else {"place": where})


def _place_note(text: str) -> str | None:
    """Return the words for a place that is neither the store nor the office."""
    after = re.split(r"(?:말고|아니고|아니라|아이고|됐고)\s?", trim(text))[-1]
    words = bare(_TO.sub("", after))
    words = re.sub(r"(?:에서|으로|로|에)$", "", words).strip()
    if not words or _VAGUE_PLACE.match(words.replace(" ", "")) or len(words) > 30:  # noqa: PLR2004 - a plain count
        return None
    return words


def _hour(text: str) -> int | None:
    """Return the hour named, afternoon for 1 to 7 unless morning is said."""
    match = _HOUR.search(text)
    if not match:
        return None
    said = match.group(1)
    hour = int(said) if said.isdecimal() else _HOURS[said]
    if "오전" in text or "아침" in text:
        return hour
    return hour + 12 if hour < 8 or ("오후" in text and hour < 12) else hour  # noqa: PLR2004 - a plain count


def _fits(slot: datetime, text: str) -> bool:
    """Tell whether an offered time fits everything that the text says."""
    day = re.search(rf"([{_WEEKDAYS}])(?:요일|욜|욜날|날)|^([{_WEEKDAYS}])(?:\s|$)", text)
    date = re.search(r"(\d{1,2})\s?일", text)
    hour = _hour(text)
    checks = [
        day is None or _WEEKDAYS.index(day.group(1) or day.group(2)) == slot.weekday(),
        date is None or int(date.group(1)) == slot.day,
        hour is None or hour == slot.hour,
        not re.search("오전|아침", text) or slot.hour < 12,  # noqa: PLR2004 - a plain count
        not re.search("오후|점심|저녁", text) or slot.hour >= 12,  # noqa: PLR2004 - a plain count
    ]
    return all(checks)


_SAID = re.compile(r"요일|욜|\d\s?일|시|오전|오후|아침|점심|저녁|^[월화수목금토일](?:\s|$)")


def slot_choice(message: Message, context: Context) -> Understanding | None:
    """Read which of the offered times; the index counts from 1."""
    text = message.text
    slots = _offered(context)
    if _SAID.search(text) and slots:
        fitting = [n for n, slot in slots.items() if _fits(slot, text)]
        if len(fitting) == 1:
            return value("slot_index", fitting[0])
        if fitting and not _OTHERS.search(message.core):
            return vague("slot_index")
    if _OTHERS.search(message.core) or whole_answer(message.core) == "no":
        return wish("show_more_slots")
    picked = pick("", text, context.options, context.labels)
    if picked.out_of_range:
        return wrong("option_range")
    if picked.keys:
        numbers = [int(n) for n, key in context.options.items() if key in picked.keys]
        return value("slot_index", numbers[0]) if len(numbers) == 1 else vague("slot_index")
    return _rough(message, slots)


def _offered(context: Context) -> dict[int, datetime]:
    """Return the offered times by number; options that are no time are left out."""
    found = {}
    for number, label in context.options.items():
        stamp = re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d", label)
        if stamp and number.isdecimal():
            found[int(number)] = datetime.fromisoformat(stamp.group())
    return found


def _rough(message: Message, slots: dict[int, datetime]) -> Understanding | None:
    """Read the earliest or the latest, and answers that choose nothing."""
    if re.search(r"(?:제일|가장|젤)?(?:빠른|빨리|이른|먼저)", message.core) and slots:
        return value("slot_index", min(slots, key=lambda n: slots[n]))
    if re.search(r"(?:제일|가장|젤)(?:늦은|나중)", message.core) and slots:
        return value("slot_index", max(slots, key=lambda n: slots[n]))
    if _SAID.search(message.text) and slots:
        return wish("show_more_slots")
    if re.search(r"아무|상관|글쎄|다좋|다괜찮|괜찮|좋아", message.core) or whole_answer(
        message.core
    ):
        return vague("slot_index")
    return None


_CALL_OFF = re.compile(r"취소|무르|물러|철회|없던|안오셔도|안와도|오지마|오지말|필요없")
_KEEP = re.compile(
    r"취소(?:를|는|도)?(?:안|하지|말|마)|취소아|안취소|그대로|놔두|놔둬|그냥둬|그냥오|오세요|와주세|와주이소"
)


def cancelling(message: Message, context: Context) -> Understanding | None:
    """Read the answer to "이 방문을 취소할까요?": 취소해 주세요 and 안 오셔도 돼요 are a yes here."""
    if _KEEP.search(message.core):
        return value("confirm", "no")
    if _CALL_OFF.search(message.core) and not message.question:
        return value("confirm", "no" if whole_answer(message.core) == "no" else "yes")
    return confirming.confirm(message, context)


_NOT_HERE = re.compile(r"안왔|안오|안와|못왔|안보|없어|없네|아직|기다리|안나타|감감|여태")
_HERE = re.compile(r"왔|오셨|오시네|오신다|오시는데|도착|오네|보여|만났|계세|계셔")


def absent(message: Message, context: Context) -> Understanding | None:
    """Read the answer to "아직도 안 왔나요?"; a bare 아니요 says that somebody came."""
    if _NOT_HERE.search(message.core):
        return value("answer", "yes")
    if _HERE.search(message.core):
        return value("answer", "no")
    picked = pick("", message.text, context.options, context.labels)
    if picked.out_of_range:
        return wrong("option_range")
    said = picked.keys[0] if len(picked.keys) == 1 else whole_answer(message.core)
    return value("answer", said) if said in ("yes", "no") else None


_STARS = {"한": "1", "하나": "1", "두": "2", "둘": "2", "세": "3", "셋": "3", "네": "4", "넷": "4",
          "다섯": "5", "일": "1", "이": "2", "삼": "3", "사": "4", "오": "5"}  # fmt: skip
_POINTS = re.compile(
    r"([1-5]|하나|둘|셋|넷|다섯|한|두|세|네|일|이|삼|사|오)(?:점|개|별)|별(?:점)?([1-5]|하나|둘|셋|넷|다섯)"
)
_TASTES = (
    ("1", re.compile(r"나빴|나빠|최악|엉망|형편없|화나|불쾌")),
    ("2", re.compile(r"별로|그닥|아쉬|실망|불만|부족")),
    ("3", re.compile(r"보통|그저|그냥그|그럭|쏘쏘|무난|soso")),
    (
        "5",
        re.compile(r"(?:아주|매우|너무|정말|진짜|참|최고|제일|엄청|대만족|훌륭|감동).*|최고|감동"),
    ),
    ("4", re.compile(r"좋|괜찮|만족|잘(?:해|알려|가르|도와|배|왔)|친절|고마|감사")),
)


def rating(message: Message, context: Context) -> Understanding | None:
    """Read how a visit was, 1 to 5: a number, stars, or a word of praise or blame."""
    points = _POINTS.search(message.core)
    if points:
        said = points.group(1) or points.group(2)
        return value("rating", _STARS.get(said, said))
    picked = pick("", message.text, context.options, context.labels)
    if picked.out_of_range:
        return wrong("option_range")
    if len(picked.keys) == 1:
        return value("rating", picked.keys[0])
    found = next((key for key, words in _TASTES if words.search(message.core)), None)
    return value("rating", found) if found else None
