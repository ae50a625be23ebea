"""What the supporter's pages work with."""

from dataclasses import dataclass
from typing import Protocol

from bot.clock import Clock
from bot.config import Settings
from bot.dialogue.message import Inbound
from bot.services.field_links import FieldLinks
from models.session import Database


class Conversation(Protocol):
    """Whoever answers messages."""

    def handle(self, inbound: Inbound) -> bytes:
        """Return the ready answer to one message; may raise anything."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDesk:
    """The collaborators of every page.

    Attributes:
        links: reads sign-in links.
        conversation: answers what is written for a merchant.
    """

    settings: Settings
    clock: Clock
    database: Database
    links: FieldLinks
    conversation: Conversation
