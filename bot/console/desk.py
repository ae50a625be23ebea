"""What the console works with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.clients.account_holder import AccountChecker, NoAccountChecker
from bot.clock import Clock
from bot.config import Settings
from bot.services.documents import DocumentStore
from bot.services.payments import PayOverview
from bot.services.sealed_files import SealedFiles
from models.session import Database


def next_key(known: PayOverview) -> str:
    """Return the key of what is due next, where no chat is there to word it."""
    return known.next_due.key if known.next_due else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The collaborators of every page.

    Attributes:
        kit_files: where the files of printed matter lie.
        flows: name of a flow -> its title, for the page that shows where people stop.
        labels: key of a question -> what it is called; a key that is missing is shown as is.
        accounts: who tells whose account it is, and what became of a transfer.
        pay_sentence: what the chat says about what an application needs next.
    """

    settings: Settings
    clock: Clock
    database: Database
    documents: DocumentStore
    kit_files: SealedFiles
    flows: Mapping[str, str] = field(default_factory=lambda: {"channel_register": "채널 등록"})
    labels: Mapping[str, str] = field(default_factory=dict)
    accounts: AccountChecker = field(default_factory=NoAccountChecker)
    pay_sentence: Callable[[PayOverview], str] = next_key
