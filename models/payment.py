"""Applications for easy payment: what was given, what was found out, what the provider issued.

The provider decides and issues the code; here stands how far an application is. An account
number is kept sealed and only as long as it is needed; its last four digits and a digest for
look-ups remain.
"""

import datetime as dt
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigId, Id, PublicId, one_of
from models.crypto import EncryptedText
from models.states import PayState, TrialState

_STANDING = text("state NOT IN ('terminated', 'erased')")
_ACTIVE = text("revoked_at IS NULL")


class PayKind(StrEnum):
    """What sort of business applies."""

    SOLE = "sole"
    CORP = "corp"
    NONE = "none"


class TaxType(StrEnum):
    """How a business is taxed."""

    GENERAL = "general"
    SIMPLIFIED = "simplified"
    EXEMPT = "exempt"
    UNKNOWN = "unknown"


class HolderMatch(StrEnum):
    """Whose account it is, as far as the names tell."""

    OWNER = "owner"
    BUSINESS = "business"
    NONE = "none"
    UNKNOWN = "unknown"


class CheckResult(StrEnum):
    """What a check found."""

    PASS = "pass"  # noqa: S105 -- the opposite of "fail"
    FAIL = "fail"
    UNCLEAR = "unclear"
    UNAVAILABLE = "unavailable"


class LinkPurpose(StrEnum):
    """What a single-use link leads to."""

    OWNER = "owner"
    PHOTO = "photo"


class PayApplication(Base):
    """One store's application with one provider; a store has one that is not over.

    Attributes:
        number: what people call it on the telephone, `P-1234`.
        provider: key of the provider's configuration.
        business_kind: None before it was answered.
        brn_hmac, account_hmac: look-up digests of the sealed values.
        opened_on: day of opening on the registration certificate, if it was given.
        account: digits; None once it is not needed any more, then `account_gone_at` says when.
        account_given_at: since when this account stands here.
        sales_band: a band of the yearly sales, never a figure.
        reason: a code of the table of fixes; why it was sent back or refused.
        retry_after: a refused application is not handed over again before.
        holder_match: what comparing the names found.
        provider_ref: the provider's number of it.
        provider_status_raw: the provider's word for its state, as it came.
        merchant_code: the provider's number of the store, while its code has not come.
        decided_at: when the provider decided.
        won_code_hmac: random mark of a 1-won transfer; with the data keys it gives the code.
        won_sent_at, won_tries: when it was made, and how often a wrong code was told.
        submission_key: makes applying idempotent.
        revision: grows with every change.
    """

    __tablename__ = "pay_application"
    __table_args__ = (
        UniqueConstraint("number"),
        UniqueConstraint("submission_key"),
        Index(
            "uq_pay_application_standing",
            "store_id",
            unique=True,
            sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
        Index(None, "state", "updated_at"),
        Index(None, "provider", "provider_ref"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    number: Mapped[str]
    merchant_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("merchant.id", ondelete="CASCADE"), index=True
    )
    store_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("store.id", ondelete="CASCADE"), index=True
    )
    conversation_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("conversation.id", ondelete="SET NULL"), index=True
    )
    provider: Mapped[str]
    business_kind: Mapped[PayKind | None] = mapped_column(one_of(PayKind))
    tax_type: Mapped[TaxType] = mapped_column(one_of(TaxType), default=TaxType.UNKNOWN)
    brn: Mapped[str | None] = mapped_column(EncryptedText("pay_application.brn"))
    brn_hmac: Mapped[str | None] = mapped_column(index=True)
    opened_on: Mapped[dt.date | None] = mapped_column(Date)
    holder: Mapped[str | None] = mapped_column(EncryptedText("pay_application.holder"))
    bank_code: Mapped[str | None]
    account: Mapped[str | None] = mapped_column(EncryptedText("pay_application.account"))
    account_hmac: Mapped[str | None] = mapped_column(index=True)
    account_last4: Mapped[str | None]
    account_given_at: Mapped[datetime | None]
    account_gone_at: Mapped[datetime | None]
    sales_band: Mapped[str | None]
    state: Mapped[PayState] = mapped_column(one_of(PayState), default=PayState.DRAFT)
    reason: Mapped[str | None]
    retry_after: Mapped[dt.date | None] = mapped_column(Date)
    holder_match: Mapped[HolderMatch] = mapped_column(
        one_of(HolderMatch), default=HolderMatch.UNKNOWN
    )
    provider_ref: Mapped[str | None]
    provider_status_raw: Mapped[str | None]
    merchant_code: Mapped[str | None]
    handed_off_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    live_at: Mapped[datetime | None]
    won_code_hmac: Mapped[str | None]
    won_sent_at: Mapped[datetime | None]
    won_tries: Mapped[int] = mapped_column(default=0)
    submission_key: Mapped[str]
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class PayCheck(Base):
    """One finding about one requirement; appended to only, the newest about a value counts.

    Attributes:
        kind: key of the requirement it is about: `brn`, `account`, `holder`, `brc`.
        code: what is wrong, a code of the table of fixes; None when nothing is.
        source: who found it: `tax_office`, `name_enquiry`, `transfer`, `provider`,
            `merchant`, `staff:<login>`.
        about: digest of the value that was looked at; a finding about another value does not
            count any more. "" for a finding that is about no value.
    """

    __tablename__ = "pay_check"
    __table_args__ = (Index(None, "application_id", "kind"),)

    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("pay_application.id", ondelete="CASCADE")
    )
    kind: Mapped[str]
    result: Mapped[CheckResult] = mapped_column(one_of(CheckResult))
    code: Mapped[str | None]
    source: Mapped[str]
    about: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class PayQr(Base):
    """A payment code as the provider issued it; we never make one.

    Attributes:
        merchant_code: the provider's number of the store.
        payload: what the code says; None until the picture has been read.
        storage_key: where the sealed picture lies; None once it is gone.
        sha256: digest of the picture, 64 hex digits.
        revoked_at: since when it must not be used any more.
        taken_down_at, taken_down_by: when somebody saw that it does not hang any more, and who.
    """

    __tablename__ = "pay_qr"
    __table_args__ = (
        Index(
            "uq_pay_qr_active",
            "application_id",
            unique=True,
            sqlite_where=_ACTIVE,
            postgresql_where=_ACTIVE,
        ),
        UniqueConstraint("application_id", "sha256"),
    )

    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("pay_application.id", ondelete="CASCADE")
    )
    provider: Mapped[str]
    merchant_code: Mapped[str]
    payload: Mapped[str | None] = mapped_column(EncryptedText("pay_qr.payload"))
    storage_key: Mapped[str | None]
    sha256: Mapped[str]
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    taken_down_at: Mapped[datetime | None]
    taken_down_by: Mapped[str | None]
    created_at: Mapped[datetime]


class PayNote(Base):
    """What somebody of the programme wrote down about an application; never changed.

    Attributes:
        by: `staff:<login>`.
        text: sealed, because people write names and numbers into notes.
    """

    __tablename__ = "pay_note"

    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("pay_application.id", ondelete="CASCADE"), index=True
    )
    by: Mapped[str]
    text: Mapped[str] = mapped_column(EncryptedText("pay_note.text"))
    at: Mapped[datetime]


class PayHandover(Base):
    """One batch of applications that was given to a provider.

    Attributes:
        by: who took it out.
        reason: why, in the words of who did.
        sha256: digest of the file, 64 hex digits.
        count: how many applications.
    """

    __tablename__ = "pay_handover"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    provider: Mapped[str]
    by: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]
    sha256: Mapped[str]
    count: Mapped[int]


class PayImport(Base):
    """One file of results that was read; the same file is read once.

    Attributes:
        errors: how many rows could not be used.
    """

    __tablename__ = "pay_import"
    __table_args__ = (UniqueConstraint("sha256"),)

    id: Mapped[Id]
    provider: Mapped[str]
    sha256: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]
    applied: Mapped[int]
    unchanged: Mapped[int]
    errors: Mapped[int]


class PayLink(Base):
    """A link that may be used once.

    Attributes:
        nonce: stands in the signed link.
        paper: which paper is asked for, a value of `DocumentKind`; None for other purposes.
        address: of its page, sealed, where we send it ourselves; None once it is over.
        phone: where it is sent, sealed, where that is not the chat; None once it is over.
    """

    __tablename__ = "pay_link"
    __table_args__ = (UniqueConstraint("nonce"),)

    id: Mapped[Id]
    nonce: Mapped[str]
    application_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("pay_application.id", ondelete="CASCADE"), index=True
    )
    purpose: Mapped[LinkPurpose] = mapped_column(one_of(LinkPurpose))
    paper: Mapped[str | None]
    address: Mapped[str | None] = mapped_column(EncryptedText("pay_link.address"))
    phone: Mapped[str | None] = mapped_column(EncryptedText("pay_link.phone"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class PayTrial(Base):
    """One test payment that proves that the owner's telephone can pay; given back at once.

    Attributes:
        order_id: our number of it, known to the provider.
        tid: the provider's number of it, sealed.
        aid: the provider's number of the approval.
        amount: won.
        redirect_url: where the telephone goes, sealed.
        expires_at: until when it can be paid.
        code: stable code of what went wrong.
        attempts: calls to the provider so far.
        look_at: when it is looked up next; None when there is nothing to find out.
    """

    __tablename__ = "pay_trial"
    __table_args__ = (UniqueConstraint("order_id"), Index(None, "state", "look_at"))

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    application_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("pay_application.id", ondelete="CASCADE"), index=True
    )
    order_id: Mapped[str]
    tid: Mapped[str | None] = mapped_column(EncryptedText("pay_trial.tid"))
    aid: Mapped[str | None]
    amount: Mapped[int]
    state: Mapped[TrialState] = mapped_column(one_of(TrialState), default=TrialState.OPENED)
    redirect_url: Mapped[str | None] = mapped_column(EncryptedText("pay_trial.redirect_url"))
    code: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    look_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
