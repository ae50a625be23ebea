"""Late answers: the waiting message, and which address may receive the answer later.

Source: kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/ai_chatbot_callback_guide (read
November 2026): the address works once, within one minute.
"""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from bot.channels.kakao import limits
from bot.channels.kakao.fitting import clean, shorten
from bot.channels.kakao.render import encode

TOKEN_HEADER: Final = "X-Kakao-Callback-Token"  # noqa: S105 -- the header's name, no secret
"""Some bots echo it on the late answer; Kakao's guide does not name it. Echoed when given."""

_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_HTTPS_PORTS: Final = (None, 443)


def waiting(text: str) -> bytes:
    """Return the answer that announces a late one.

    The block's waiting text in the console may show `text` as `{{#webhook.text}}`.
    """
    shown = shorten(clean(text), limits.SIMPLE_TEXT)
    return encode({"version": limits.VERSION, "useCallback": True, "data": {"text": shown}})


def usable(url: str | None, hosts: Sequence[str], *, loopback: bool) -> bool:
    """Return whether a late answer may be posted to `url`.

    Whoever can call us could otherwise make us post to any machine in our network.

    Args:
        url: the address from the payload; None when it came without.
        hosts: allowed hosts; one with a leading point allows every host below it.
        loopback: whether plain http to this machine is allowed (never in production).
    """
    if not url or not url.isascii() or not url.isprintable() or {"\\", " ", "@"} & set(url):
        return False
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.scheme == "https":
        return port in _HTTPS_PORTS and any(_allows(allowed, host) for allowed in hosts)
    return loopback and parts.scheme == "http" and host in _LOOPBACK


def _allows(allowed: str, host: str) -> bool:
    allowed = allowed.lower()
    if allowed.startswith("."):
        return host.endswith(allowed) and len(host) > len(allowed)
    return bool(allowed) and host == allowed
