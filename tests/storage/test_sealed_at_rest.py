"""What lies on the disk tells nothing about a person."""

import base64
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from models import crypto
from models.conversation import Conversation, Inbox, Turn
from models.crypto import KeyRing
from models.errors import KeyRingError
from models.kit import KitDelivery, KitOrder
from models.merchant import Merchant, MerchantAgent, Store
from models.rotation import reseal
from models.session import Database
from models.staff import HandoffTicket, Role, Staff
from tests.databases import TEST_KEYS
from tests.storage.rows import NOW, add_conversation, add_merchant

SECRETS = (
    "김비밀",
    "01000009876",
    "1234567891",
    "비밀가게",
    "비밀골목 안쪽",
    "우리 비밀 딸",
    "비밀스러운 말",
    "비밀스러운 답",
    "비밀 요약",
    "비밀담당",
    "draft-of-a-secret",
    "reply-of-a-secret",
    "비밀 문구",
    "비밀 전단",
    "비밀시장",
    "비밀 자리",
    "01000005432",
    "비밀 쪽지",
    "비밀 보고",
)


def fill(database: Database) -> None:
    with database.transaction() as session:
        merchant = add_merchant(session, owner_name="김비밀", phone="01000009876", brn="1234567891")
        row = add_conversation(session, state=b"draft-of-a-secret", merchant_id=merchant.id)
        store = Store(
            merchant_id=merchant.id,
            submission_key="k",
            name="비밀가게",
            location_note="비밀골목 안쪽",
            created_at=NOW,
            updated_at=NOW,
        )
        session.add(store)
        session.flush()
        session.add_all(
            (
                KitOrder(
                    number="K-1",
                    store_id=store.id,
                    items={"poster": 1},
                    theme="yellow",
                    delivery=KitDelivery.FILE,
                    languages=["ko"],
                    submission_key="k",
                    phrase="비밀 문구",
                    store_name="비밀 전단",
                    market="비밀시장",
                    stall="비밀 자리",
                    phone="01000005432",
                    note="비밀 쪽지",
                    report={"ok": False, "items": ["비밀 보고"]},
                    created_at=NOW,
                    updated_at=NOW,
                ),
                MerchantAgent(merchant_id=merchant.id, relation="우리 비밀 딸", created_at=NOW),
                Turn(
                    conversation_id=row.id,
                    no=1,
                    at=NOW,
                    said="비밀스러운 말",
                    answered="비밀스러운 답",
                ),
                Inbox(conversation_id=row.id, key="k", reply=b"reply-of-a-secret", received_at=NOW),
                HandoffTicket(
                    conversation_id=row.id,
                    reason="asked",
                    summary="비밀 요약",
                    due_at=NOW + timedelta(hours=1),
                    created_at=NOW,
                    updated_at=NOW,
                ),
                Staff(
                    login="op",
                    name="비밀담당",
                    password_hash="-",
                    role=Role.OPERATOR,
                    created_at=NOW,
                    updated_at=NOW,
                ),
            )
        )


def found_in(data: bytes) -> list[str]:
    return [secret for secret in SECRETS if secret.encode() in data]


def test_the_sqlite_file_holds_no_plaintext(sqlite_database: Database) -> None:
    fill(sqlite_database)
    path = Path(str(sqlite_database.url.database))
    data = b"".join(part.read_bytes() for part in sorted(path.parent.glob(f"{path.name}*")))
    assert b"submission_key" in data
    assert found_in(data) == []


def test_the_postgresql_rows_hold_no_plaintext(postgres_url: str) -> None:
    opened = Database(postgres_url)
    fill(opened)
    parts = []
    with opened.read.connect() as connection:
        for table in (
            "merchant",
            "store",
            "merchant_agent",
            "conversation",
            "turn",
            "inbox",
            "kit_order",
        ):
            rows = connection.execute(text(f"SELECT t.*, t::text FROM {table} t"))  # noqa: S608 -- names above
            parts += [
                value if isinstance(value, bytes) else str(value).encode()
                for row in rows
                for value in row
            ]
    opened.dispose()
    data = b"".join(parts)
    assert b"user-1" in data
    assert found_in(data) == []
    assert [s for s in SECRETS if s.encode().hex().encode() in data] == []


def test_values_are_sealed_anew_after_a_change_of_keys(database: Database) -> None:
    fill(database)
    newer = "k9:" + base64.b64encode(b"n" * 32).decode()
    crypto.use(KeyRing.from_setting(f"{newer},{TEST_KEYS}"))
    try:
        assert reseal(database, batch=2) == 19
        assert reseal(database) == 0
        crypto.use(KeyRing.from_setting(newer))
        with database.reading() as session:
            assert session.scalars(select(Merchant.phone)).one() == "01000009876"
            assert session.scalars(select(Conversation.state)).one() == b"draft-of-a-secret"
            order = session.scalars(select(KitOrder)).one()
            assert (order.phrase, order.report) == (
                "비밀 문구",
                {"ok": False, "items": ["비밀 보고"]},
            )
    finally:
        crypto.use(KeyRing.from_setting(TEST_KEYS))
    with pytest.raises(KeyRingError, match="k9"), database.reading() as session:
        session.scalars(select(Merchant.phone)).one()
