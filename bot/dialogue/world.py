"""The facts of one turn, fetched when they are asked for and at most once."""

from collections.abc import Sequence
from datetime import date, datetime

from bot import nlu
from bot.clients.nts import BusinessStatus
from bot.clock import KST
from bot.deps import Deps
from bot.dialogue.pay_world import PayWorld
from bot.nlu.result import Context
from bot.services import consents, privacy
from bot.services.consent_texts import in_force
from bot.services.field_links import FieldLinks
from bot.services.help_codes import free_code, supporter_of
from bot.services.kit_links import KitLinks
from bot.services.kits import KitOverview, free_number, kit_overview, product_of
from bot.services.markets import MarketCache, MarketHit, MarketIndex
from bot.services.notice_overview import NoticeOverview, notice_overview
from bot.services.registration import Overview, overview, search_ids_taken
from bot.services.trial_links import TrialLinks
from bot.services.trial_payments import is_called_for
from bot.services.upload_links import UploadLinks
from bot.services.visits import Diary


class Lookups:
    """What all turns of a process share.

    Args:
        deps: the collaborators.
    """

    def __init__(self, deps: Deps) -> None:
        self.markets = MarketCache()
        self.diary = Diary()
        settings = deps.settings
        self.links = UploadLinks(settings.secret_key, settings.public_url, deps.clock)
        self.kit_links = KitLinks(settings.secret_key, settings.public_url, deps.clock)
        self.field_links = FieldLinks(settings.secret_key, settings.public_url, deps.clock)
        self.trial_links = TrialLinks(settings.secret_key, settings.public_url, deps.clock)


class World(PayWorld):
    """`Facts` from the database, the tax office and the settings.

    Args:
        deps: the collaborators.
        lookups: what all turns share.
        now: the moment of the turn, aware.
        deadline: of `time.monotonic`: when the turn has to be answered; None outside a turn.
    """

    def __init__(
        self, deps: Deps, lookups: Lookups, now: datetime, deadline: float | None = None
    ) -> None:
        super().__init__(deps.database, lookups.diary, now, deadline)
        self._deps = deps
        self._lookups = lookups
        self._now = now
        self._conversation_id: int | None = None
        self._overview: Overview | None = None
        self._overview_read = False
        self._index: MarketIndex | None = None
        self._found: dict[tuple[str, str | None], tuple[MarketHit, ...]] = {}
        self._businesses: dict[str, BusinessStatus] = {}
        self._consents: dict[str, bool | None] = {}
        self._kits: KitOverview | None = None
        self._kits_read = False
        self._kit_number = ""
        self._help_code = ""

    def of(self, conversation_id: int | None) -> None:
        """Look from the place of this conversation; None for somebody new."""
        self._look_from(conversation_id)
        self._conversation_id = conversation_id
        self._overview_read = False
        self._consents = {}
        self._kits, self._kits_read = None, False
        self._kit_number = ""

    @property
    def now(self) -> datetime:
        """The moment of this turn, aware, UTC."""
        return self._now

    @property
    def today(self) -> date:
        """The calendar day in Korea."""
        return self._now.astimezone(KST).date()

    @property
    def office_phone(self) -> str:
        """Telephone of the programme office, "" when none is set."""
        return self._deps.settings.office_phone

    @property
    def markets(self) -> MarketIndex:
        """All known markets."""
        if self._index is None:
            self._index = self._lookups.markets.known()
        if self._index is None:
            with self._deps.database.reading() as session:
                self._index = self._lookups.markets.get(session)
        return self._index

    def find_markets(self, name: str, city: str | None = None) -> tuple[MarketHit, ...]:
        """Return the markets that a name (and a city) may mean."""
        if (name, city) not in self._found:
            self._found[name, city] = self.markets.find(name, city)
        return self._found[name, city]

    def overview(self) -> Overview | None:
        """Return what this person has registered so far; None for a newcomer."""
        if not self._overview_read and self._conversation_id is not None:
            with self._deps.database.reading() as session:
                self._overview = overview(session, self._conversation_id)
        self._overview_read = True
        return self._overview

    def business_status(self, brn: str) -> BusinessStatus:
        """Ask the tax office; an outage or a missing key is the state `unavailable`."""
        if brn not in self._businesses:
            self._businesses[brn] = self._deps.tax_office.status(brn)
        return self._businesses[brn]

    def upload_link(self, kind: str) -> str:
        """Return a fresh signed link to our upload page for one document."""
        return self._lookups.links.make(self._conversation_id or 0, kind)

    def search_id_taken(self, search_id: str) -> bool:
        """Return whether another store already asked for this channel search id."""
        return bool(self.search_ids_taken((search_id,)))

    def search_ids_taken(self, search_ids: Sequence[str]) -> frozenset[str]:
        """Return which of these search ids another store already asked for."""
        if not search_ids:
            return frozenset()
        with self._deps.database.reading() as session:
            return search_ids_taken(session, search_ids, self._conversation_id or 0)

    def guess_category(self, store_name: str) -> str | None:
        """Return the category that a store's name tells by itself, else None."""
        context = Context(now=self._now, asked="channel.category")
        understood = nlu.understand(store_name, context)
        value = understood.slots.get("category")
        return value if isinstance(value, str) and understood.layer == "slot" else None

    def consent_summary(self, key: str) -> str:
        """Return the short form of the consent text in force, at most three lines."""
        return in_force(key).summary

    def consent_text(self, key: str) -> str:
        """Return the whole consent text in force."""
        return in_force(key).body

    def consent(self, key: str) -> bool | None:
        """Return the standing decision on a consent; None when never asked."""
        if self._conversation_id is None:
            return None
        if key not in self._consents:
            with self._deps.database.reading() as session:
                standing = consents.standing(session, self._conversation_id, key)
            self._consents[key] = standing
        return self._consents[key]

    def notices(self) -> NoticeOverview:
        """Return how this person wants to be written to, and what is planned and was sent."""
        if self._conversation_id is None:
            return NoticeOverview()
        with self._deps.database.reading() as session:
            return notice_overview(session, self._conversation_id)

    def identity_matches(self, phone: str, owner_name: str) -> bool:
        """Return whether phone and name are those that were registered here."""
        if self._conversation_id is None:
            return False
        with self._deps.database.reading() as session:
            return privacy.identity_matches(
                session, self._conversation_id, phone=phone, owner_name=owner_name
            )

    def held_data(self) -> tuple[tuple[str, str], ...]:
        """Return (label, value) of the personal data held, values masked."""
        if self._conversation_id is None:
            return ()
        with self._deps.database.reading() as session:
            return tuple(privacy.held_data(session, self._conversation_id))

    def pay_trial_link(self) -> str | None:
        """Return a fresh signed link to the page of the test payment; None for none to make."""
        known = self.pay() if self._deps.kakaopay is not None else None
        if known is None:
            return None
        with self._deps.database.reading() as session:
            called_for = is_called_for(session, known.id, self._now)
        return self._lookups.trial_links.page(known.id) if called_for else None

    def kit_overview(self) -> KitOverview | None:
        """Return what this person may order and has ordered; None without a store."""
        if not self._kits_read and self._conversation_id is not None:
            with self._deps.database.reading() as session:
                self._kits = kit_overview(session, self._conversation_id)
        self._kits_read = True
        return self._kits

    def new_kit_number(self) -> str:
        """Return a number for an order of this turn, the same for the whole turn."""
        if not self._kit_number:
            with self._deps.database.reading() as session:
                self._kit_number = free_number(session)
        return self._kit_number

    def field_link(self) -> str:
        """Return a fresh sign-in link for this supporter's phone, "" for everybody else."""
        if self._conversation_id is None:
            return ""
        with self._deps.database.reading() as session:
            supporter_id = supporter_of(session, self._conversation_id)
        return self._lookups.field_links.make(supporter_id) if supporter_id else ""

    def new_help_code(self) -> str:
        """Return six digits for a supporter to help with, the same for the whole turn."""
        if not self._help_code:
            with self._deps.database.reading() as session:
                self._help_code = free_code(session, self._now)
        return self._help_code

    def kit_page(self, number: str) -> str:
        """Return a fresh signed link to the download page of an order."""
        return self._lookups.kit_links.page(number)

    def kit_thumbnail(self, theme: str, product: str) -> str:
        """Return a signed link to a small picture of a product in a colour theme."""
        known = self.kit_overview()
        store_id = known.store_id if known else 0
        return self._lookups.kit_links.picture(store_id, theme, product_of(product))
