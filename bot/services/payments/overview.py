"""How far an application is, in a form that a chat can put into words. Read only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.services.pay_rules.provider import ProviderConfig, provider
from bot.services.pay_rules.waiting import (
    ENDED,
    WaitsFor,
    subject,
    waits_for,
)
from bot.services.payments.qr import active_code, active_codes
from bot.services.reminders.pay_news import PROMISE, word_by, word_on
from bot.services.reminders.pay_scene import all_planned
from bot.services.requirements import RequirementLine, items, items_of, next_due, open_items
from models.conversation import Conversation
from models.merchant import Merchant, Store
from models.moves import is_legal
from models.payment import HolderMatch, PayApplication, PayKind, PayQr, TaxType
from models.states import Level, MerchantState, PayState

__all__ = [
    "CodeView",
    "PayOverview",
    "WaitsFor",
    "masked_account",
    "overview",
    "overviews",
    "view_of",
    "views_of",
]


_APPLICATIONS = (
    select(PayApplication, Store.name)
    .join(Store, Store.id == PayApplication.store_id)
    .join(Merchant, Merchant.id == PayApplication.merchant_id)
    .join(Conversation, Conversation.merchant_id == Merchant.id)
    .where(
        Conversation.id == bindparam("conversation"),
        Merchant.state != MerchantState.ERASED,
        PayApplication.state != PayState.ERASED,
    )
    .order_by(PayApplication.id.desc())
)
"""Made once, because turns read it before they answer (see `registration.overview`)."""


@dataclass(frozen=True, slots=True)
class CodeView:
    """The payment code that may hang at the store.

    Attributes:
        is_printable: the provider's picture is here, and it can be read.
    """

    merchant_code: str
    issued_at: datetime
    is_printable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PayOverview:
    """One application.

    Attributes:
        number: `P-4821`.
        provider: what is known about the provider.
        brn: digits, not masked.
        holder: the account's holder as it was told.
        account_last4: all that is shown of an account.
        has_account: the number itself is kept.
        reason: why it was sent back, refused or ended.
        requirements: every requirement that is not waived or met, the most pressing first.
        next_due: the one thing that the merchant has to do next; None for nothing.
        waiting: what waits for a check, a person or an office.
        waits_for: who has to do something now.
        next_word_on: day in Korea by which we write again; None when the merchant is waited
            for or nobody is.
        won_sent_at: when one won was sent whose code was not told yet.
        can_change_account, can_withdraw, can_terminate: what the merchant may ask for.
    """

    id: int
    number: str
    state: PayState
    provider: ProviderConfig
    store_id: int
    store_name: str
    business_kind: PayKind | None
    tax_type: TaxType
    brn: str | None
    holder: str | None
    holder_match: HolderMatch
    bank_code: str | None
    account_last4: str | None
    has_account: bool
    sales_band: str | None
    reason: str | None
    retry_after: date | None
    requirements: tuple[RequirementLine, ...]
    next_due: RequirementLine | None
    waiting: tuple[RequirementLine, ...]
    waits_for: WaitsFor
    next_word_on: date | None
    created_at: datetime
    updated_at: datetime
    handed_off_at: datetime | None
    decided_at: datetime | None
    live_at: datetime | None
    code: CodeView | None
    can_change_account: bool
    can_withdraw: bool
    can_terminate: bool
    won_sent_at: datetime | None = None

    @property
    def error_code(self) -> str | None:
        """What is wrong with what is due next, else with what waits; None when nothing is."""
        return self.pressing.error_code if self.pressing else None

    @property
    def fix_action(self) -> str | None:
        """The one thing to do about it."""
        return self.pressing.fix_action if self.pressing else None

    @property
    def masked_account(self) -> str:
        """What may be shown of the account, "" before there is one."""
        return masked_account(self.account_last4)

    @property
    def pressing(self) -> RequirementLine | None:
        """What is due next, else the first thing that is wrong with what waits."""
        troubled = (line for line in self.waiting if line.error_code)
        return self.next_due or next(troubled, None)


def masked_account(last4: str | None) -> str:
    """Return what may be shown of an account.

    >>> masked_account("6789"), masked_account(None)
    ('****6789', '')
    """
    return f"****{last4}" if last4 else ""


def overview(
    session: Session, conversation_id: int, *, today: date | None = None
) -> PayOverview | None:
    """Return the newest application of the person of a conversation; None without one.

    Args:
        session: a reading session.
        conversation_id: whose.
        today: the day in Korea: what was promised for a day that is over is promised anew.
    """
    found = overviews(session, conversation_id, today=today)
    return found[0] if found else None


def overviews(
    session: Session, conversation_id: int, *, today: date | None = None
) -> tuple[PayOverview, ...]:
    """Return every application of the person of a conversation, the newest first."""
    rows = session.execute(_APPLICATIONS, {"conversation": conversation_id}).all()
    return tuple(view_of(session, row, name or "", today=today) for row, name in rows)


def view_of(
    session: Session, row: PayApplication, store_name: str, *, today: date | None = None
) -> PayOverview:
    """Return how far one application is."""
    lines = items_of(session, subject(row.id))
    waits = waits_for(row.state, lines)
    word = word_on(session, row, waits, today=today)
    return _viewed(row, store_name, lines, active_code(session, row.id), word)


def views_of(
    session: Session, rows: Mapping[int, tuple[PayApplication, str]], *, today: date | None = None
) -> dict[int, PayOverview]:
    """Return how far many applications are, as `view_of`, in a few statements for all.

    Args:
        session: a reading session.
        rows: by id, with the name of the store.
        today: see `overview`.
    """
    lines = items(session, [subject(application_id) for application_id in rows])
    codes = active_codes(session, rows)
    messages = all_planned(session, rows, PROMISE)
    found = {}
    for application_id, (row, name) in rows.items():
        of_it = lines[subject(application_id)]
        waits = waits_for(row.state, of_it)
        word = word_by(row, waits, messages.get(application_id), today)
        found[application_id] = _viewed(row, name, of_it, codes.get(application_id), word)
    return found


def _viewed(
    row: PayApplication,
    store_name: str,
    lines: tuple[RequirementLine, ...],
    code: PayQr | None,
    word: date | None,
) -> PayOverview:
    due = next_due(lines) if row.state not in ENDED else None
    still = open_items(lines)
    config = provider(row.provider)
    return PayOverview(
        id=row.id,
        number=row.number,
        state=row.state,
        provider=config,
        store_id=row.store_id,
        store_name=store_name,
        business_kind=row.business_kind,
        tax_type=row.tax_type,
        brn=row.brn,
        holder=row.holder,
        holder_match=row.holder_match,
        bank_code=row.bank_code,
        account_last4=row.account_last4,
        has_account=row.account is not None,
        sales_band=row.sales_band,
        reason=row.reason,
        retry_after=row.retry_after,
        requirements=still,
        next_due=due,
        waiting=_waiting(still),
        waits_for=waits_for(row.state, lines),
        next_word_on=word,
        created_at=row.created_at,
        updated_at=row.updated_at,
        handed_off_at=row.handed_off_at,
        decided_at=row.decided_at,
        live_at=row.live_at,
        code=_code_view(code) if code else None,
        can_change_account=row.state not in ENDED,
        can_withdraw=is_legal(row.__tablename__, row.state, PayState.WITHDRAWN),
        can_terminate=is_legal(row.__tablename__, row.state, PayState.TERMINATED),
        won_sent_at=row.won_sent_at if row.won_code_hmac else None,
    )


def _code_view(code: PayQr) -> CodeView:
    is_printable = code.storage_key is not None and code.payload is not None
    return CodeView(code.merchant_code, code.issued_at, is_printable)


def _waiting(still: Iterable[RequirementLine]) -> tuple[RequirementLine, ...]:
    return tuple(line for line in still if line.level is Level.PENDING_VERIFICATION)
