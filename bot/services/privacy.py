"""Rights over one's own data: see it, have it erased; requests and their due dates.

The law gives ten days for the answer (PIPA Decree 41(4) access, 43(3) correction and
erasure, 44(2) suspension); the chat answers at once and keeps the request as evidence.
What remains after an erasure: decisions on consents, the request itself and the stop list,
each only with a digest in the place of the person (PIPA 21(3), 36(3)).
"""

import hmac
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import InvalidInputError
from bot.services.access_log import Access, write
from bot.services.erasure import EraseReport, wipe
from bot.services.kits import orders_of
from bot.services.payments.shown import held_about_payments
from bot.services.registration.overview import Overview, overview
from bot.services.registration.submission import look_up
from bot.services.transaction import Transaction
from bot.services.visits.shown import held_about_visits
from models.consent import subject_of
from models.conversation import Conversation
from models.merchant import Merchant
from models.staff import RightsKind, RightsRequest
from models.states import Cause, RightsState, move, record

DUE_AFTER = timedelta(days=10)
"""Calendar days until a request has to be answered."""
_NO_DIGEST = "0" * 64
LABELS = {
    "owner_name": "이름",
    "phone": "전화번호",
    "brn": "사업자등록번호",
    "store_name": "가게 이름",
    "market": "시장",
    "stall": "자리",
    "location_note": "찾아가는 길",
    "search_id": "검색 아이디",
    "channel": "채널 주소",
    "documents": "보내신 서류",
    "kits": "홍보물 주문",
    "phrase": "홍보물 문구",
    "visits": "방문",
    "visit_place": "방문 장소",
}
"""What each held value is called when it is shown to its owner."""
DOCUMENTS = "{count}장"
KITS = "{count}건"
VISITS = "{count}번"


def identity_matches(
    session: Session, conversation_id: int, *, phone: str, owner_name: str
) -> bool:
    """Return whether phone and name are those registered in this conversation.

    Digests are compared in constant time, both of them always.
    """
    held = session.execute(
        select(Merchant.phone_hmac, Merchant.owner_hmac)
        .join(Conversation, Conversation.merchant_id == Merchant.id)
        .where(Conversation.id == conversation_id)
    ).one_or_none()
    held_phone, held_name = held or (None, None)
    same_phone = hmac.compare_digest(held_phone or _NO_DIGEST, look_up(phone) or "-")
    same_name = hmac.compare_digest(held_name or _NO_DIGEST, look_up(owner_name) or "-")
    return same_phone and same_name


def held_data(session: Session, conversation_id: int) -> list[tuple[str, str]]:
    """Return (label, masked value) of the personal data held about a person."""
    known = overview(session, conversation_id)
    if known is None:
        return []
    lines = [
        (LABELS["owner_name"], mask_name(known.owner_name)),
        (LABELS["phone"], mask_phone(known.phone)),
        (LABELS["brn"], mask_brn(known.brn or "")),
    ]
    for store in reversed(known.stores):
        lines += [
            (LABELS["store_name"], store.name),
            (LABELS["market"], store.market),
            (LABELS["stall"], store.stall or ""),
            (LABELS["location_note"], store.location_note or ""),
            (LABELS["search_id"], store.registration.search_id or ""),
            (LABELS["channel"], store.registration.channel_public_id or ""),
        ]
    lines.append((LABELS["documents"], _documents(known)))
    lines += _kits(session, conversation_id)
    lines += _visits(session, conversation_id)
    lines += [
        (label, mask_name(value) if is_name else value)
        for label, value, is_name in held_about_payments(session, conversation_id)
    ]
    return [(label, value) for label, value in lines if value]


def _documents(known: Overview) -> str:
    return DOCUMENTS.format(count=len(known.documents)) if known.documents else ""


def _kits(session: Session, conversation_id: int) -> list[tuple[str, str]]:
    orders = orders_of(session, conversation_id)
    phrases = dict.fromkeys(order.phrase for order in reversed(orders) if order.phrase)
    return [
        (LABELS["kits"], KITS.format(count=len(orders)) if orders else ""),
        *((LABELS["phrase"], phrase) for phrase in phrases),
    ]


def _visits(session: Session, conversation_id: int) -> list[tuple[str, str]]:
    count, places = held_about_visits(session, conversation_id)
    return [
        (LABELS["visits"], VISITS.format(count=count) if count else ""),
        *((LABELS["visit_place"], place) for place in places),
    ]


def mask_name(name: str) -> str:
    """Return a name of which only the first and last letter show.

    >>> mask_name("김순자"), mask_name("이영"), mask_name("")
    ('김*자', '이*', '')
    """
    if len(name) <= 2:  # noqa: PLR2004 -- two letters: hide the second
        return name[:1] + "*" * (len(name) - 1)
    return name[0] + "*" * (len(name) - 2) + name[-1]


def mask_phone(phone: str) -> str:
    """Return a number without its middle.

    >>> mask_phone("01000001234"), mask_phone("")
    ('010-****-1234', '')
    """
    return f"{phone[:3]}-****-{phone[-4:]}" if phone else ""


def mask_brn(brn: str) -> str:
    """Return a business number without its serial.

    >>> mask_brn("1234567891"), mask_brn("")
    ('123-45-*****', '')
    """
    return f"{brn[:3]}-{brn[3:5]}-*****" if brn else ""


def note_access(tx: Transaction) -> int:
    """Keep that a person asked for the own data and was answered; return the request's id."""
    request_id = request(tx, RightsKind.ACCESS)
    answer(tx.session, request_id, "shown_in_chat", tx.cause("access_shown"))
    write(tx.session, Access(tx.actor, "view", f"conversation:{tx.conversation_id}"), tx.now)
    return request_id


def request(tx: Transaction, kind: RightsKind, detail: str | None = None) -> int:
    """Keep a request about the own data; it is due in ten days."""
    conversation = tx.session.get_one(Conversation, tx.conversation_id)
    row = RightsRequest(
        conversation_id=conversation.id,
        subject_hmac=subject_of(conversation),
        kind=kind,
        detail=detail,
        requested_at=tx.now,
        due_at=tx.now + DUE_AFTER,
    )
    tx.session.add(row)
    record(tx.session, row, None, tx.cause(f"request_{kind}"))
    return row.id


def answer(session: Session, request_id: int, result: str, cause: Cause) -> bool:
    """Close a request as done; False when this key did so already.

    Args:
        session: inside a write transaction.
        request_id: which request.
        result: what was done, in codes.
        cause: who, when, idempotency key.

    Raises:
        InvalidInputError: no such request (code `no_request`).
    """
    row = session.get(RightsRequest, request_id)
    if row is None:
        raise InvalidInputError("no such request", code="no_request")
    if not move(session, row, RightsState.DONE, cause):
        return False
    row.result = result
    row.closed_at = row.result_sent_at = cause.now
    session.flush()
    return True


def overdue(session: Session, now: datetime) -> list[int]:
    """Return the ids of open requests that should have been answered."""
    late = select(RightsRequest.id).where(
        RightsRequest.state == RightsState.OPEN, RightsRequest.due_at < now
    )
    return list(session.scalars(late.order_by(RightsRequest.due_at)))


def erase(tx: Transaction) -> EraseReport:
    """Delete everything personal about the person of this turn, for good.

    What was said before this turn goes too; the caller starts an empty conversation.
    """
    request_id = request(tx, RightsKind.ERASE)
    answer(tx.session, request_id, "erased", tx.cause("erased"))
    report = wipe(tx)
    write(tx.session, Access(tx.actor, "erase", f"conversation:{tx.conversation_id}"), tx.now)
    return report
