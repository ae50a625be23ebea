"""The bot speaks first: an event block has called our skill for its words.

They travel with the event (`bot.outbox.senders.event`), so the answer needs nothing but the
call itself; and nobody has said anything, so the conversation stays as it is. That the call
came means that the message is about to be seen, which is noted; a second call of the same
event gets the same answer.
"""

import json
import logging
from collections.abc import Mapping
from functools import partial
from typing import Final
from uuid import UUID

from bot.channels.kakao import render
from bot.clock import Clock
from bot.dialogue.message import Button, Card, Inbound, Reply
from bot.outbox.reached import reached
from bot.outbox.senders.event import EVENT
from bot.web.guards import shielded
from models.session import Database

logger = logging.getLogger(__name__)

NOTHING: Final = render(Reply(silent=True))
"""Better than an apology to somebody who has not said a word."""
WRITE_SECONDS: Final = 1.0
"""So long the note may wait for others who write; the vendor wants its answer."""


class NoticeDesk:
    """Answers calls of our event block.

    Args:
        database: where messages are kept.
        clock: tells when they arrived.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def __call__(self, inbound: Inbound) -> bytes | None:
        """Return the bubble of a message that we began; None when the call is none of that."""
        if inbound.event != EVENT:
            return None
        body = words(inbound.params)
        note = partial(self._note, inbound.params.get("mark", ""))
        outcome, _ = shielded(note, "failed", "noting a notice")
        logger.info("notice shown", extra={"outcome": outcome})
        return body

    def _note(self, mark: str) -> str:
        """Note that the message has arrived; return what became of that, a code."""
        try:
            public_id = UUID(mark)
        except ValueError:
            return "unknown"
        with self._database.transaction(within=WRITE_SECONDS) as session:
            return "noted" if reached(session, public_id, self._clock.now()) else "nothing_new"


def words(params: Mapping[str, str]) -> bytes:
    """Return the bubble: a card with the text and its buttons; nothing without a text."""
    text = params.get("text", "").strip()
    if not text:
        return NOTHING
    return render(Reply((Card(description=text, buttons=_buttons(params.get("buttons", ""))),)))


def _buttons(raw: str) -> tuple[Button, ...]:
    try:
        given = json.loads(raw or "[]")
    except ValueError:
        return ()
    taps = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    labelled = [(str(tap.get("label") or ""), str(tap.get("link") or "")) for tap in taps]
    return tuple(
        Button(label, "link", link) if link else Button(label, "message", label)
        for label, link in labelled
        if label
    )
