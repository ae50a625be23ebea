"""What a tap does: buttons, quick replies, addresses and phone numbers of an answer."""

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from bot.channels.kakao import limits
from bot.channels.kakao.fitting import Component, clean, line, shorten
from bot.dialogue.message import Button, QuickReply

DEFAULT_LABELS: Final = {
    "message": "선택",
    "link": "열어 보기",
    "phone": "전화하기",
    "operator": "상담원 연결",
    "share": "나누기",
}
"""What stands on a button that came without a label."""

_RESERVED: Final = "%/:=&?~#+!$,;'@()*[]"
_PUBLIC: Final = re.compile(r"https://[A-Za-z0-9.-]+(:\d{1,5})?([/?#][!#-;=?-\[\]_a-z~]*)?")
_LOOPBACK: Final = re.compile(
    r"http://(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?([/?#][!#-;=?-\[\]_a-z~]*)?"
)
_PHONE: Final = re.compile(r"\+?[0-9-]{3,20}")


def address(url: str) -> str | None:
    """Return a web address as a bubble may carry it, None when it may not.

    Addresses are percent-encoded, https, and at most 2,048 characters. A loopback address
    may be http, because a development machine links to itself; a production machine
    refuses to start with such a PUBLIC_URL.
    """
    encoded = quote(clean(url), safe=_RESERVED)
    if len(encoded) > limits.URL_LENGTH or not is_address(encoded):
        return None
    return encoded


def is_address(url: str) -> bool:
    """Return whether `url` is an address that a bubble may carry as it stands."""
    return bool(_PUBLIC.fullmatch(url) or _LOOPBACK.fullmatch(url))


def phone_number(text: str) -> str | None:
    """Return a number of digits and hyphens, None when `text` is none."""
    number = re.sub(r"[\s().]", "", text)
    return number if _PHONE.fullmatch(number) else None


def say(label: str, message: str, token: str | None, block_id: str) -> Component | None:
    """Return label and action of something that speaks in the person's name.

    With a token and a block id the tap is a block call, because only that brings the token
    back (`action.clientExtra`); otherwise it is a plain message.

    Returns:
        None when there is neither a label nor a message.
    """
    said = shorten(line(message) or line(label), limits.MESSAGE_TEXT)
    if not said:
        return None
    drawn: Component = {"label": shorten(line(label) or said, limits.LABEL)}
    if block_id and token:
        drawn |= {"action": "block", "blockId": block_id}
        drawn |= {"messageText": said, "extra": {"t": token}}
    else:
        drawn |= {"action": "message", "messageText": said}
    return drawn


def quick_replies(given: Sequence[QuickReply], block_id: str) -> list[Component]:
    """Return the first ten quick replies that say something."""
    drawn = (say(item.label, item.message, item.token, block_id) for item in given)
    return [item for item in drawn if item][: limits.QUICK_REPLIES]


def button(given: Button, block_id: str) -> Component | None:
    """Return a drawn button, None when it could do nothing."""
    if given.kind == "message":
        return say(given.label, given.value, given.token, block_id)
    label = shorten(line(given.label) or DEFAULT_LABELS[given.kind], limits.LABEL)
    if given.kind == "link":
        url = address(given.value)
        return {"label": label, "action": "webLink", "webLinkUrl": url} if url else None
    if given.kind == "phone":
        number = phone_number(given.value)
        return {"label": label, "action": "phone", "phoneNumber": number} if number else None
    return {"label": label, "action": given.kind}
