"""AlimTalk through SOLAPI, to a phone number."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bot.clients.solapi import Alimtalk, Row, SolapiClient
from bot.clock import Clock, SystemClock
from bot.errors import ConfigError
from bot.outbox.sender import Fate, Message, Question, Rate, Recipient, Report, Taken
from bot.outbox.senders import alimtalk
from bot.outbox.templates import templates

ARRIVED: Final = "4000"
UNDER_WAY: Final = frozenset({"2000", "3000", "unknown"})
"""Codes of messages that may still arrive; one that cannot be read is asked about again."""
MARGIN: Final = timedelta(minutes=10)
"""A search begins so much earlier: clocks differ."""


class SolapiSender:
    """AlimTalk, and a text message where KakaoTalk does not arrive.

    Args:
        client: speaks to SOLAPI.
        template_ids: kind of notice -> SOLAPI's id of the approved template.
        text_from: registered number that text messages come from; "" for none.
        clock: the machine's; a search never begins later than now.
    """

    name: str = "solapi"
    rate: Rate = Rate(per_second=30.0, burst=60.0)
    """Our own choice; SOLAPI's limits depend on the contract."""
    looks_after: tuple[timedelta, ...] = alimtalk.LOOKS_AFTER

    def __init__(
        self,
        client: SolapiClient,
        template_ids: Mapping[str, str],
        text_from: str = "",
        clock: Clock | None = None,
    ) -> None:
        self._client = client
        self._template_ids = template_ids
        self._text_from = text_from
        self._clock = clock or SystemClock()

    def obstacle(self, to: Recipient, message: Message) -> str | None:
        """Return why it cannot be sent this way, a code; None when it can."""
        if message.kind not in self._template_ids:
            return "no_template"
        return alimtalk.obstacle(to, message)

    def send(self, to: Recipient, message: Message) -> Taken:
        """Hand the message over. Raises as the port says."""
        words = message.words
        values = alimtalk.parameters(words)
        instead = alimtalk.text_instead(words, links=False) if self._text_from else None
        group_id = self._client.send(
            Alimtalk(
                to=to.phone or "",
                template_id=self._template_ids[message.kind],
                variables={f"#{{{name}}}": value for name, value in values.items()},
                mark=str(message.mark),
                text_from=self._text_from if instead else "",
                text_title=instead.title if instead else "",
            )
        )
        return Taken(ref=group_id, answer="registered")

    def look(self, question: Question) -> Report:
        """Ask by the group, or search by recipient, time and mark. Raises as the port says."""
        if question.ref:
            return self._report(self._client.in_group(question.ref), question.ref)
        if not question.to.phone:
            return Report(Fate.CANNOT_TELL)
        rows = self._client.find(question.to.phone, self._start(question.since))
        groups = [row.group_id for row in rows if row.mark == str(question.mark)]
        if not groups:
            return Report(Fate.NEVER_SEEN)
        return self._report([row for row in rows if row.group_id in groups], groups[0])

    def _start(self, since: datetime) -> datetime:
        return min(since, self._clock.now()) - MARGIN

    def _report(self, rows: "list[Row] | tuple[Row, ...]", ref: str) -> Report:
        """Tell the fate of an AlimTalk and of the text message that may have followed it.

        Where text messages are on, an AlimTalk that failed is followed by one; until that
        stands in the list nothing is over.
        """
        codes = {row.code for row in rows}
        if ARRIVED in codes:
            return Report(Fate.DELIVERED, ref)
        if not codes or codes & UNDER_WAY:
            return Report(Fate.PENDING, ref)
        if self._text_from and not any(row.is_text for row in rows):
            return Report(Fate.PENDING, ref)
        return Report(Fate.FAILED, ref, f"solapi_{min(codes)}")


def read_template_ids(path: str) -> dict[str, str]:
    """Return the ids of approved templates by the kind of notice.

    Args:
        path: a TOML file of lines `visit.day_before = "KA01TP…"`.

    Raises:
        ConfigError: the file cannot be read, or names a notice that does not exist.
    """
    try:
        data = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:  # TOMLDecodeError is a ValueError
        raise ConfigError(f"SOLAPI_TEMPLATES: {error}") from error
    found = dict(_flat("", data))
    unknown = sorted(set(found) - set(templates()))
    if unknown:
        raise ConfigError(f"SOLAPI_TEMPLATES: no such notice: {', '.join(unknown)}")
    return found


def _flat(head: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the entries of a table; a dotted key without quotes is a table inside a table."""
    for key, value in table.items():
        name = f"{head}{key}"
        if isinstance(value, dict):
            yield from _flat(f"{name}.", value)
        elif isinstance(value, str) and value:
            yield name, value
        else:
            raise ConfigError(f"SOLAPI_TEMPLATES: {name} is no template id")
