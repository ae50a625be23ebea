"""What test payments work with, and the figures they go by."""

from dataclasses import dataclass
from datetime import timedelta

from bot.clients.kakaopay import KakaoPayClient, Purchase
from bot.deps import Deps
from bot.services.trial_links import TrialLinks
from models.payment import PayTrial
from models.session import Database

AMOUNT = 100
ITEM = "소신상인 휴대폰 결제 확인"
LIFE = timedelta(minutes=15)
"""How long KakaoPay lets a payment be paid after `ready`."""
MARGIN = timedelta(minutes=1)
"""Our clock and theirs may differ."""
LEASE = timedelta(minutes=1)
"""A call ends well before; who has not told its outcome by then is gone."""
LAST_LOOK = timedelta(minutes=10)
"""After this, somebody whose approval failed is looked up once more."""
PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
A_DAY = 10
"""Test payments that one application may open in 24 hours."""


@dataclass(frozen=True, slots=True)
class Till:
    """Where the rows are, who is asked, and where telephones come back to."""

    database: Database
    client: KakaoPayClient
    links: TrialLinks

    def purchase(self, row: PayTrial) -> Purchase:
        """Return what is paid with a test payment."""
        back = {
            end: self.links.back(row.application_id, row.id, end)
            for end in ("paid", "stopped", "failed")
        }
        return Purchase(
            order_id=row.order_id,
            user_id=row.public_id.hex,
            item=ITEM,
            amount=row.amount,
            paid_url=back["paid"],
            stopped_url=back["stopped"],
            failed_url=back["failed"],
        )


def till_of(deps: Deps) -> Till | None:
    """Return what test payments of this installation work with; None without a key."""
    if deps.kakaopay is None:
        return None
    settings = deps.settings
    links = TrialLinks(settings.secret_key, settings.public_url, deps.clock)
    return Till(deps.database, deps.kakaopay, links)
