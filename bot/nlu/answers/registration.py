"""Answers of the channel registration."""

import re

from bot.nlu.answers.confirming import edit_slot
from bot.nlu.answers.kinds import vague, value, values, wish, wrong
from bot.nlu.banks import find_bank, is_bank
from bot.nlu.business_numbers import parse_business_number
from bot.nlu.categories import parse_category
from bot.nlu.channel_refs import find_handle, find_public_id, has_address, parse_search_id
from bot.nlu.choice import last_statement, pick
from bot.nlu.endings import bare, trim
from bot.nlu.markets import parse_market
from bot.nlu.message import Message
from bot.nlu.names import parse_name
from bot.nlu.phones import parse_phone
from bot.nlu.result import Context, Understanding
from bot.nlu.stalls import parse_stall
from bot.nlu.yesno import whole_answer

_STORE_LEAD = re.compile(
    r"^(?:(?:저희|우리|제|내)?\s?(?:가게|상호|점포|매장|식당|간판)?\s?(?:이름|명|상호명|상호)(?:은|는|이|가)?|상호(?:는|은)?|(?:저희|우리)\s?(?:가게|집|식당|매장)?(?:는|은)|가게는|간판은|간판에는)\s*:?\s+(?=\S)"
)
MENU_DIGITS = 3
"""Fewer digits than this alone are a number out of some list, not a name."""
_CALLED = re.compile(
    r"(?:(?:그냥|다들|손님들이|사람들이|보통)\s+)+(.+(?:라고|이라고|라)\s?(?:불러|부르|해|합|하).*)$"
)
_MISTAKE = re.compile(r"잘못|틀렸|틀리|고칠|고쳐|고치|바꿀|바꿔|바꾸|수정|변경|다시")
_NO_NAME = re.compile(
    r"^(?:이름)?(?:아직)?(?:없|안정|못정|안지었|안지음)|이름(?:이|은)?(?:아직)?없|간판(?:이|도)?없|못정했|안정했|모르겠|몰라"
)
_SELF = re.compile(r"^(?:저|나|제|내|본인)(?:요|예요|에요|이요|입니다|꺼|거|가|이름)")
_PART_MENDED = re.compile(
    r"\d{4}\D{0,4}\s(?:아\s?[니이](?:다|고|라|요)?|말고)[\s,.]+(?:끝|뒤)?\D{0,6}\d{1,4}\D*$"
)
"""A correction that gives only a few of the digits again."""
_NO_PHONE = re.compile(r"없어|없는데|없습|이번호|지금번호|지금쓰는|카톡번호|이폰|이걸로")
_NO_BRN = re.compile(
    r"^(?:사업자|등록증|사업자번호|번호)?(?:가|이|는|은|도)?(?:아직)?(?:없|안냈|못냈|안했)|^없"
)
_REUSE = re.compile(
    r"위랑|위에|위와|같아|아까|방금|저번|지난번|전에|그때|똑같|같은|그대로|동일|이미|먼저"
)
_LATER = re.compile(r"모르|몰라|기억|안나|못외|어디있|글쎄")


def owner_name(message: Message, context: Context) -> Understanding | None:
    """Read the name on the registration certificate."""
    del context
    name = None if is_bank(message.flat) else parse_name(message.text)
    if name:
        return value("owner_name", name)
    unsure = is_bank(message.flat) or _SELF.search(message.core) or _LATER.search(message.core)
    return vague("owner_name") if unsure else None


def phone(message: Message, context: Context) -> Understanding | None:
    """Read a telephone number."""
    del context
    if _PART_MENDED.search(message.text):
        return vague("phone")
    found, error = parse_phone(message.text)
    if found:
        return value("phone", found)
    if error:
        return wrong(error)
    return vague("phone") if _NO_PHONE.search(message.core) else None


def brn(message: Message, context: Context) -> Understanding | None:
    """Read a business number; in the payment form the one given before may be used again."""
    found, error = parse_business_number(message.text)
    if found:
        return value("brn", found)
    if error and not (context.asked.startswith("pay.") and find_bank(message.flat)):
        return wrong(error)
    if context.asked.startswith("pay.") and _REUSE.search(message.core):
        return value("reuse", "brn")
    return vague("brn") if _NO_BRN.search(message.core) else None


def correction_in_text(message: Message) -> Understanding | None:
    """Read "아까 시장 잘못 말했어요" while a name is asked: the slot to change."""
    if not _MISTAKE.search(message.core) or len(message.core) > 30:  # noqa: PLR2004 - a plain count
        return None
    slot = edit_slot("channel", message.core)
    return value("edit", slot) if slot else None


def store_name(message: Message, context: Context) -> Understanding | None:
    """Read the name of the store: anything that is not a command."""
    del context
    edited = correction_in_text(message)
    if edited:
        return edited
    nothing = whole_answer(message.core) or (
        message.core.isdecimal() and len(message.core) < MENU_DIGITS
    )
    called = _CALLED.search(message.text)
    if not called and (nothing or _NO_NAME.search(message.core)):
        return vague("store_name")
    said = called.group(1) if called else message.text.rsplit("?", 1)[-1] or message.text
    name = bare(_STORE_LEAD.sub("", trim(last_statement(said))))
    name = name.strip("'\"‘’“” ")
    return value("store_name", name, 0.8) if re.search(r"[가-힣A-Za-z0-9]", name) else None


def market(message: Message, context: Context) -> Understanding | None:
    """Read the name of the market."""
    if re.search(
        r"모르겠|몰라|뭐더라|뭐였|기억|까먹|없어요?$|^없|없는데|^시장(?:은|이)?아니|시장(?:은|이)?아니(?!고|라)|시장밖|시장에없",
        message.core,
    ):
        return vague("market")
    found = parse_market(last_statement(message.text), context.markets)
    if not found:
        return None
    return value("market", found.name, 0.95 if found.known else 0.6)


def stall(message: Message, context: Context) -> Understanding | None:
    """Read where in the market the stall is."""
    del context
    place = parse_stall(last_statement(message.text))
    slots = {"stall": place.stall, "location_note": place.note}
    given = {slot: said for slot, said in slots.items() if said}
    if given:
        return values(given, 0.85)
    return vague("stall") if _LATER.search(message.core) else None


def category(message: Message, context: Context) -> Understanding | None:
    """Read what the store sells."""
    named, several = parse_category(message.text, context.options)
    if named and not several and not re.search(r"\d|번", message.core):
        return value("category", named)
    picked = pick("", message.text, context.options, context.labels)
    if picked.out_of_range:
        return wrong("option_range")
    if len(picked.keys) == 1:
        return value("category", picked.keys[0])
    mixed = several or len(picked.keys) > 1 or _MIXED.search(message.core)
    if mixed:
        return vague("category")
    return value("category", named) if named else None


_MIXED = re.compile(r"이것저것|여러가지|이거저거|다팔|온갖|골고루|글쎄|모르")


def search_id(message: Message, context: Context) -> Understanding | None:
    """Read the wanted search id."""
    del context
    if re.search(
        r"모르|몰라|알아서|뭐예요|뭐에요|뭔가요|추천|글쎄|아무거나|가게이름|상호", message.core
    ):
        return vague("search_id")
    found, error = parse_search_id(last_statement(message.text))
    if found:
        return value("search_id", found, 0.85)
    return wrong(error) if error else None


def channel_url(message: Message, context: Context) -> Understanding | None:
    """Read the address of an existing channel."""
    del context
    found = find_public_id(message.text)
    if found:
        return value("channel_public_id", found.value)
    if has_address(message.text) or find_handle(message.text):
        return vague("channel_public_id")
    if _LATER.search(message.core) or re.search(r"어디서|어떻게|어디에", message.core):
        return wish("help", topic="channel_url")
    return vague("channel_public_id") if re.fullmatch(r"[A-Za-z0-9_/.-]+", message.core) else None


def cost_channel(message: Message, context: Context) -> Understanding | None:
    """Read which channel the support is for: address, search id, kind, or its name."""
    del context
    found = find_public_id(message.text)
    if found:
        return value("channel_public_id", found.value)
    handle = find_handle(message.text)
    if handle:
        return value("search_id", handle)
    doubtful = has_address(message.text) or find_bank(message.flat) or _LATER.search(message.core)
    unclear = vague("channel_url") if doubtful else None
    return _channel_type(message.core) or unclear or _channel_said(message.text)


def _channel_said(text: str) -> Understanding | None:
    """Read a search id called one (아이디는 …), else the name of the channel."""
    labelled = re.search(r"아이디(?:는|가|:)?\s?([가-힣A-Za-z0-9_-]{2,15})", text)
    return value("search_id", bare(labelled.group(1))) if labelled else _channel_name(text)


def _channel_type(core: str) -> Understanding | None:
    """Read whether the channel is a business channel or not, or is missing."""
    if re.search(
        r"채널(?:이|은|도|을)?(?:아직)?(?:없|안만들|못만들)|^(?:아직)?(?:없|안만들었)", core
    ):
        return wish("channel_register")
    if re.search(
        r"(?:비즈니스|비지니스|비즈|사업자)(?:채널)?.{0,4}(?:아니|아닌|아님|안됐|안했|못)|일반채널|^일반|개인채널",
        core,
    ):
        return value("channel_type", "general")
    if re.search(r"(?:비즈니스|비지니스|비즈)채널|^비즈니스|^비즈", core):
        return value("channel_type", "business")
    return None


def _channel_name(text: str) -> Understanding | None:
    """Read the name of a channel, without the words around it."""
    name = bare(
        re.sub(
            r"^(?:(?:저희|우리|제|내)\s?)?(?:채널\s?(?:이름|명)?(?:은|이|는)?|이름은)\s+",
            "",
            trim(text),
        )
    )
    name = re.sub(r"\s?(?:채널|이라는 채널|라는 채널)$", "", name)
    return value("channel_name", name, 0.7) if re.search(r"[가-힣A-Za-z]{2}", name) else None
