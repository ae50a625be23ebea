"""What a turn may know of the world outside the conversation. Read only.

The core asks through this protocol, so it can be run without database and network; the
engine gives it `bot.dialogue.world.World`.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from bot.clients.nts import BusinessStatus
from bot.services.kits import KitOverview
from bot.services.markets import MarketHit, MarketIndex
from bot.services.notice_overview import NoticeOverview
from bot.services.payments import After, PayOverview, Step
from bot.services.registration import Overview
from bot.services.visits import Offer, Offered, VisitOverview, VisitView, VisitWish
from bot.services.visits.in_chat import VisitNews


class Facts(Protocol):
    """Facts for one turn. Each is fetched at most once a turn, and only when asked for."""

    @property
    def now(self) -> datetime:
        """The moment of this turn, aware, UTC."""
        ...

    @property
    def today(self) -> date:
        """The calendar day in Korea."""
        ...

    @property
    def markets(self) -> MarketIndex:
        """All known markets."""
        ...

    @property
    def office_phone(self) -> str:
        """Telephone of the programme office, "" when none is set."""
        ...

    def find_markets(self, name: str, city: str | None = None) -> tuple[MarketHit, ...]:
        """Return the markets that a name (and a city) may mean."""
        ...

    def overview(self) -> Overview | None:
        """Return what this person has registered so far; None for a newcomer."""
        ...

    def business_status(self, brn: str) -> BusinessStatus:
        """Ask the tax office; an outage or a missing key is the state `unavailable`."""
        ...

    def upload_link(self, kind: str) -> str:
        """Return a fresh signed link to our upload page for one document."""
        ...

    def search_id_taken(self, search_id: str) -> bool:
        """Return whether another store already asked for this channel search id."""
        ...

    def search_ids_taken(self, search_ids: Sequence[str]) -> frozenset[str]:
        """Return which of these search ids another store already asked for."""
        ...

    def guess_category(self, store_name: str) -> str | None:
        """Return the category that a store's name tells by itself (영자네 반찬), else None."""
        ...

    def consent_summary(self, key: str) -> str:
        """Return the short form of the consent text in force, at most three lines."""
        ...

    def consent_text(self, key: str) -> str:
        """Return the whole consent text in force."""
        ...

    def consent(self, key: str) -> bool | None:
        """Return the standing decision on a consent; None when never asked."""
        ...

    def notices(self) -> NoticeOverview:
        """Return how this person wants to be written to, and what is planned and was sent."""
        ...

    def identity_matches(self, phone: str, owner_name: str) -> bool:
        """Return whether phone and name are those that were registered here."""
        ...

    def held_data(self) -> tuple[tuple[str, str], ...]:
        """Return (label, value) of the personal data held, values masked."""
        ...

    def visit_overview(self) -> VisitOverview:
        """Return the visits of this person, and the places on the waiting list."""
        ...

    def visit_offers(self, wish: VisitWish) -> Offered:
        """Return the times that can be had for a wish, best first, and why others cannot."""
        ...

    def visit_offer_at(self, wish: VisitWish, day: date, start: int) -> Offer | None:
        """Return the offer of one certain time (minutes of the day); None when it is gone."""
        ...

    def supporter_name(self, supporter_id: int) -> str:
        """Return what a supporter is called, "" for nobody."""
        ...

    def visits_by_phone(self) -> bool:
        """Return whether visits of this person are arranged by telephone only."""
        ...

    def visit_news(self) -> VisitNews:
        """Return what this person should hear about visits without asking."""
        ...

    def rateable_visit(self) -> VisitView | None:
        """Return the visit that was made last, None without one."""
        ...

    def pay(self) -> PayOverview | None:
        """Return how far the newest application for easy payment is; None before one."""
        ...

    def pays(self) -> tuple[PayOverview, ...]:
        """Return every application for easy payment of this person, the newest first."""
        ...

    def pay_after(self, *steps: Step) -> After | None:
        """Return what steps of this turn would lead to; None when a rule forbids them.

        So that the answer can name what is asked for next, or say what a step found out. The
        steps are taken back; the answer's effects do them once more.
        """
        ...

    def pay_trial_link(self) -> str | None:
        """Return a fresh signed link to the page of the test payment of 100 won.

        None where no key of KakaoPay is set, before an application and after its end, and
        for a week after the telephone has paid.
        """
        ...

    def new_pay_number(self) -> str:
        """Return a number for an application of this turn, the same for the whole turn.

        Given to `Application.number`, so that the answer can name the application it makes.
        """
        ...

    def kit_overview(self) -> KitOverview | None:
        """Return what this person may order and has ordered; None without a store."""
        ...

    def new_kit_number(self) -> str:
        """Return a number for an order of this turn, the same for the whole turn.

        Given to `KitWish.number`, so that the answer can name the order it makes.
        """
        ...

    def field_link(self) -> str:
        """Return a fresh sign-in link for this supporter's phone, "" for everybody else."""
        ...

    def new_help_code(self) -> str:
        """Return six digits for a supporter to help with, the same for the whole turn.

        Given to `help_codes.give_code`, so that the answer can name the code it makes.
        """
        ...

    def kit_page(self, number: str) -> str:
        """Return a fresh signed link to the download page of an order."""
        ...

    def kit_thumbnail(self, theme: str, product: str) -> str:
        """Return a signed link to a small picture (PNG) of a product in a colour theme.

        It shows the person's own store, or a made-up one before there is a store. `product`
        is a short name of the chat or an id of the catalogue.
        """
        ...
