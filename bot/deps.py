"""The collaborators that are built once and handed down. Tests fill them with fakes."""

from dataclasses import dataclass, field

from bot.clients.account_holder import AccountChecker, NoAccountChecker
from bot.clients.kakaopay import KakaoPayClient
from bot.clients.nts import TaxOffice
from bot.clock import Clock
from bot.config import Settings
from bot.outbox.sender import Sender
from models.session import Database


@dataclass(frozen=True, slots=True)
class Patience:
    """How long people are kept waiting, in seconds.

    Attributes:
        turn_s: until a turn gives up. The channel gives 5 s, our own promise is 3 s (DESIGN.md
            4); the rest is for the network.
        page_s: until a page is shown without what is slow outside.
        picture_s: until a plain picture is shown instead of a small one. Chat clients give up on
            a picture after some seconds.
        trial_s: until the clock of a trial goes the rest of its way in one jump.
        answer_s: until the page of a trial gives an answer up, as the vendor does: after 5 s, not
            configurable (callback guide of the Open Builder).
    """

    turn_s: float = 2.2
    page_s: float = 2.5
    picture_s: float = 4.0
    trial_s: float = 8.0
    answer_s: float = 5.0


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
        patience: how long people are kept waiting.
    """

    settings: Settings
    clock: Clock
    database: Database
    tax_office: TaxOffice
    accounts: AccountChecker = field(default_factory=NoAccountChecker)
    kakaopay: KakaoPayClient | None = None
    senders: tuple[Sender, ...] | None = None
    patience: Patience = Patience()
