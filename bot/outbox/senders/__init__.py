"""Who carries messages, in the order of the setting SENDERS.

Adding one: a module here with a class that has the shape of `bot.outbox.sender.Sender`, a
function here that makes it, and its line in `MAKERS`. It speaks HTTP through a client of its
own in `bot.clients`.
"""

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlsplit

from bot.clients.kakao_event import KakaoEventClient
from bot.clients.nhn_bizmessage import NhnBizmessageClient
from bot.clients.solapi import SolapiClient
from bot.config import Settings
from bot.errors import ConfigError
from bot.outbox.sender import Sender
from bot.outbox.senders.console import ConsoleSender
from bot.outbox.senders.event import EventSender
from bot.outbox.senders.nhn import NhnSender
from bot.outbox.senders.solapi import SolapiSender, read_template_ids

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def build(settings: Settings) -> tuple[Sender, ...]:
    """Return the senders of this installation, the first choice first.

    Raises:
        ConfigError: a name is unknown or stands twice, or a setting that the sender needs is
            missing.
    """
    names = settings.senders
    unknown = sorted(set(names) - set(MAKERS))
    if unknown:
        known = ", ".join(MAKERS)
        raise ConfigError(f"SENDERS: unknown {', '.join(unknown)}; known are {known}")
    if len(set(names)) < len(names):
        raise ConfigError(f"SENDERS: a sender stands twice: {', '.join(names)}")
    return tuple(MAKERS[name](settings) for name in names)


def _console(_: Settings) -> Sender:
    return ConsoleSender()


def _event(settings: Settings) -> Sender:
    _need(settings, "event", "kakao_rest_key")
    url = _address(settings, "kakao_event_url")
    client = KakaoEventClient(url, settings.kakao_rest_key, settings.kakao_event_suffix)
    return EventSender(client)


def _solapi(settings: Settings) -> Sender:
    _need(settings, "solapi", "solapi_key", "solapi_secret", "solapi_pfid", "solapi_templates")
    url = _address(settings, "solapi_url")
    key, secret = settings.solapi_key, settings.solapi_secret
    client = SolapiClient(url, key, secret, settings.solapi_pfid)
    ids = read_template_ids(settings.solapi_templates)
    return SolapiSender(client, ids, _number(settings, "solapi_from"))


def _nhn(settings: Settings) -> Sender:
    _need(settings, "nhn", "nhn_appkey", "nhn_secret", "nhn_sender_key")
    url = _address(settings, "nhn_url")
    key, secret = settings.nhn_appkey, settings.nhn_secret
    client = NhnBizmessageClient(url, key, secret, settings.nhn_sender_key)
    return NhnSender(client, _number(settings, "nhn_from"))


MAKERS: Final[Mapping[str, Callable[[Settings], Sender]]] = {
    "console": _console,
    "event": _event,
    "solapi": _solapi,
    "nhn": _nhn,
}
"""Name in SENDERS -> what makes it from the settings."""


def _need(settings: Settings, sender: str, *names: str) -> None:
    missing = [name.upper() for name in names if not getattr(settings, name)]
    if missing:
        raise ConfigError(f"SENDERS: {sender} needs {', '.join(missing)}")


def _address(settings: Settings, name: str) -> str:
    """Return a vendor's address; a test may speak to this machine only."""
    url: str = getattr(settings, name)
    address = urlsplit(url)
    if address.scheme not in {"http", "https"} or not address.hostname:
        raise ConfigError(f"{name.upper()} is no web address")
    is_here = address.hostname in LOOPBACK
    if settings.app_env == "test" and not is_here:
        raise ConfigError(f"{name.upper()}: a test speaks to this machine only")
    if address.scheme == "http" and not is_here:
        raise ConfigError(f"{name.upper()} must begin with https://")
    return url


def _number(settings: Settings, name: str) -> str:
    """Return the digits of a phone number that text messages come from; "" when not set."""
    number: str = getattr(settings, name).replace("-", "").replace(" ", "")
    if number and not number.isdecimal():
        raise ConfigError(f"{name.upper()} must be a phone number")
    return number
