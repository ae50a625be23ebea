"""Carries nothing: a line in the log instead. For a workshop and for demonstrations."""

import logging
from datetime import timedelta

from bot.outbox.sender import Fate, Message, Question, Rate, Recipient, Report, Taken

LOG = logging.getLogger(__name__)


class ConsoleSender:
    """Says in the log that a message went out: its kind and mark, never its words."""

    name: str = "console"
    rate: Rate = Rate(per_second=1000.0, burst=1000.0)
    looks_after: tuple[timedelta, ...] = ()

    def obstacle(self, to: Recipient, message: Message) -> str | None:  # noqa: ARG002 -- the port
        """Return None: a line in the log reaches nobody, and so everybody."""
        return None

    def send(self, to: Recipient, message: Message) -> Taken:  # noqa: ARG002 -- the port
        """Write the line; that is all, so nothing is looked up later."""
        LOG.info("console: %s %s, attempt %d", message.kind, message.mark, message.attempt)
        return Taken(ref=str(message.mark), answer="logged", is_final=True)

    def look(self, question: Question) -> Report:  # noqa: ARG002 -- the port
        """Say that nobody can tell: a log has no memory that could be asked."""
        return Report(Fate.CANNOT_TELL)
