"""Who carries messages, in the order of the setting SENDERS.

Adding one: a module here with a class that has the shape of `bot.outbox.sender.Sender`, and
its line in `MAKERS`. It speaks HTTP through a client of its own in `bot.clients`.
"""

from collections.abc import Callable, Mapping
from typing import Final

from bot.config import Settings
from bot.errors import ConfigError
from bot.outbox.sender import Sender
from bot.outbox.senders.console import ConsoleSender

MAKERS: Final[Mapping[str, Callable[[Settings], Sender]]] = {
    "console": lambda _: ConsoleSender(),
}
"""Name in SENDERS -> what makes it from the settings."""


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
