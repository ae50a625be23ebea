"""Everything that the requirements of an application follow from, read from the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.services import consents
from bot.services.pay_rules.names import bare_name
from bot.services.pay_rules.provider import ProviderConfig, provider
from bot.services.pay_rules.waiting import ENDED
from models.conversation import Conversation
from models.crypto import blind_index
from models.merchant import Merchant, MerchantAgent, Store, TaxOfficeState
from models.payment import CheckResult, PayApplication, PayCheck, PayKind
from models.requirement import Document, DocumentKind
from models.states import DocumentState, PayState

_COUNTED_PAPERS = tuple(state for state in DocumentState if state is not DocumentState.PURGED)


@dataclass(frozen=True, slots=True)
class Finding:
    """What the newest check about a value found."""

    result: CheckResult
    code: str | None
    about: str


@dataclass(frozen=True, slots=True)
class Paper:
    """The newest paper of a kind.

    Attributes:
        looked_at: when somebody last did something with it.
    """

    id: int
    state: DocumentState
    reject_code: str | None
    looked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What is known about an application.

    Attributes:
        tax_office: what the register says; `UNCHECKED` when nobody has asked about this number.
        account_length: digits of the account; 0 when there is none.
        account_since: since when this account is the one that was told.
        is_account_gone: it was given, confirmed, and is not kept any more.
        is_agent, owner_agreed: somebody applies for the owner; the owner agreed to it.
        consent: the standing decision on handing over to this provider.
        is_twin: another merchant applies with the same number or account.
        findings: key of a requirement -> newest finding about the value that is there now.
        asked: keys that somebody has ever found something wrong with.
    """

    provider: ProviderConfig
    kind: PayKind | None
    brn: str | None
    tax_office: TaxOfficeState
    owner_name: str
    businesses: tuple[str, ...]
    category: str | None
    holder: str
    bank: str | None
    account_length: int
    is_account_gone: bool
    is_agent: bool
    owner_agreed: bool
    consent: bool | None
    is_twin: bool
    papers: Mapping[DocumentKind, Paper] = field(default_factory=dict)
    findings: Mapping[str, Finding] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()
    account_since: datetime | None = None


def gather(session: Session, application: PayApplication) -> Given:
    """Read what is known about an application."""
    merchant = session.get_one(Merchant, application.merchant_id)
    store = session.get_one(Store, application.store_id)
    config = provider(application.provider)
    agent = agent_of(session, merchant.id)
    papers = papers_of(session, application.merchant_id)
    checks = _checks(session, application)
    return Given(
        provider=config,
        kind=application.business_kind,
        brn=application.brn,
        tax_office=_tax_office(application, merchant),
        owner_name=merchant.owner_name or "",
        businesses=_store_names(session, merchant.id),
        category=store.category,
        holder=application.holder or "",
        bank=application.bank_code,
        account_length=len(application.account or ""),
        account_since=application.account_given_at,
        is_account_gone=application.account_gone_at is not None,
        is_agent=merchant.role == "agent",
        owner_agreed=agent is not None and agent.owner_confirmed_at is not None,
        consent=consent_of(session, application, config.consent),
        is_twin=_is_twin(session, application),
        papers=papers,
        findings={
            row.kind: Finding(row.result, row.code, row.about)
            for row in checks
            if row.about in {"", about(application, merchant, papers, row.kind)}
        },
        asked=frozenset(row.kind for row in checks if row.result is CheckResult.FAIL),
    )


def about(
    application: PayApplication,
    merchant: Merchant,
    papers: Mapping[DocumentKind, Paper],
    key: str,
) -> str:
    """Return the digest of the value that a finding about `key` speaks of now."""
    account = f"{application.bank_code}|{application.account_hmac}"
    values = {
        "brn": application.brn_hmac or "",
        "bank": application.bank_code or "",
        "account": account,
        "holder": f"{account}|{bare_name(application.holder or '')}|{merchant.owner_hmac}",
        "owner_name": f"{application.brn_hmac}|{application.opened_on}|{merchant.owner_hmac}",
        "phone": merchant.phone_hmac or "",
    }
    if key in values:
        return blind_index(f"{key}|{values[key]}")
    if key in set(DocumentKind):
        paper = papers.get(DocumentKind(key))
        return str(paper.id) if paper else "none"
    return ""


def papers_of(session: Session, merchant_id: int) -> dict[DocumentKind, Paper]:
    """Return the newest paper of each kind that a merchant has sent."""
    rows = session.execute(
        select(
            Document.id,
            Document.kind,
            Document.state,
            Document.reject_code,
            Document.updated_at,
        )
        .where(Document.merchant_id == merchant_id, Document.state.in_(_COUNTED_PAPERS))
        .order_by(Document.id)
    )
    return {row.kind: Paper(row.id, row.state, row.reject_code, row.updated_at) for row in rows}


def _tax_office(application: PayApplication, merchant: Merchant) -> TaxOfficeState:
    same = application.brn_hmac is not None and application.brn_hmac == merchant.brn_hmac
    return merchant.nts_state if same else TaxOfficeState.UNCHECKED


def agent_of(session: Session, merchant_id: int) -> MerchantAgent | None:
    """Return who acts for a merchant; None for nobody."""
    of_merchant = select(MerchantAgent).where(MerchantAgent.merchant_id == merchant_id)
    return session.scalars(of_merchant.order_by(MerchantAgent.id).limit(1)).first()


def _store_names(session: Session, merchant_id: int) -> tuple[str, ...]:
    names = session.scalars(select(Store.name).where(Store.merchant_id == merchant_id))
    return tuple(name for name in names if name)


def consent_of(session: Session, application: PayApplication, key: str) -> bool | None:
    """Return the decision of the person who applied, in whichever chat it was made."""
    chats = session.scalars(
        select(Conversation.id).where(Conversation.merchant_id == application.merchant_id)
    )
    decided = [consents.standing(session, chat, key) for chat in chats]
    if True in decided:
        return True
    return False if False in decided else None


def _is_twin(session: Session, application: PayApplication) -> bool:
    """Tell whether another merchant applies with the same number or account.

    One number in two markets is legal, so this only asks a person to look.
    """
    same = [
        column == value
        for column, value in (
            (PayApplication.brn_hmac, application.brn_hmac),
            (PayApplication.account_hmac, application.account_hmac),
        )
        if value
    ]
    if not same:
        return False
    others = select(PayApplication.id).where(
        PayApplication.merchant_id != application.merchant_id,
        PayApplication.state.not_in((PayState.DRAFT, *ENDED)),
        or_(*same),
    )
    return session.scalars(others.limit(1)).first() is not None


def _checks(session: Session, application: PayApplication) -> list[PayCheck]:
    """Return what was found about an application, the oldest first."""
    rows = select(PayCheck).where(PayCheck.application_id == application.id)
    return list(session.scalars(rows.order_by(PayCheck.id)))
