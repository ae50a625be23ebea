"""The collaborators that are built once and handed down. Tests fill them with fakes."""

from dataclasses import dataclass, field

from bot.clients.account_holder import AccountChecker, NoAccountChecker
from bot.clients.kakaopay import KakaoPayClient
from bot.clients.nts import TaxOffice
from bot.clock import Clock
from bot.config import Settings
from bot.outbox.sender import Sender
from models.session import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    """Everything with a life of its own.

    Attributes:
        settings: how this installation is set up.
        clock: tells the time.
        database: where everything is kept.
        tax_office: tells whether a business number is in use.
        accounts: tells whose account it is.
        kakaopay: takes test payments; None where no key is set.
        senders: who carries messages, the first choice first; None for those of the setting.
    """

    settings: Settings
    clock: Clock
    database: Database
    tax_office: TaxOffice
    accounts: AccountChecker = field(default_factory=NoAccountChecker)
    kakaopay: KakaoPayClient | None = None
    senders: tuple[Sender, ...] | None = None
