from datetime import timedelta

import pytest
from sqlalchemy import select, text

from bot.errors import InvalidInputError
from bot.services import consents, privacy
from bot.services.erasure import forget_identities
from bot.services.kits import KitWish, place
from bot.services.registration import overview
from models.consent import Suppression
from models.conversation import Conversation, FriendEvent, Inbox, StepEvent, Turn
from models.crypto import KeyRing
from models.events import AccessLog, StateEvent
from models.merchant import ChannelRegistration, Merchant, MerchantAgent, Store
from models.outbox import Reminder
from models.requirement import Document, Requirement
from models.rotation import sealed_columns
from models.session import Database
from models.staff import HandoffTicket, RightsKind, RightsRequest
from models.states import Cause, DocumentState, TicketState, move
from tests.databases import TEST_KEYS
from tests.use_cases.people import NOW, Person, newcomer


def full(database: Database, user_key: str = "user-1") -> Person:
    """Return somebody about whom everything is held that can be."""
    person = newcomer(database, user_key)
    with person.turn("consent") as tx:
        consents.record(tx, "collect", decision=True)
    with person.turn("ads") as tx:
        consents.record(tx, "marketing", decision=True)
    person.register(role="agent", relation="딸")
    with person.turn("kit") as tx:
        place(tx, KitWish(items={"poster": 1}, phrase="순자네 손맛"))
    of = {"conversation_id": person.conversation_id}
    with person.turn("rest") as tx:
        tx.session.add_all(
            (
                Inbox(**of, key="register", reply=b"{}", received_at=NOW),
                Turn(**of, no=1, at=NOW, said="김순자예요", answered="네"),
                StepEvent(**of, at=NOW, flow="channel", version=1, kind="started"),
                HandoffTicket(
                    **of, reason="asked", summary="전화 원함", created_at=NOW, updated_at=NOW
                ),
                FriendEvent(
                    **of,
                    resource_id=f"r-{user_key}",
                    channel_public_id="_c",
                    event="added",
                    user_key=user_key,
                    at=NOW,
                    received_at=NOW,
                ),
                Reminder(
                    **of,
                    kind="visit.confirmed",
                    message_class="transactional",
                    subject="visit",
                    subject_id=1,
                    dedup_key=f"r-{user_key}",
                    due_at=NOW,
                    not_before=NOW,
                    expires_at=NOW,
                    next_attempt_at=NOW,
                    state="delivered",
                    said={"text": "순자네반찬 가동 12호"},
                    created_at=NOW,
                    updated_at=NOW,
                ),
                Document(
                    **of,
                    kind="brc",
                    sha256="digest-of-paper",
                    mime="image/jpeg",
                    size=1,
                    storage_key="file",
                    note="잘 보임",
                    created_at=NOW,
                    updated_at=NOW,
                ),
            )
        )
    return person


def test_name_and_phone_have_to_fit_both(database: Database) -> None:
    person, stranger = newcomer(database), newcomer(database, "u2")
    person.register()

    def fits(phone: str, name: str, who: Person = person) -> bool:
        with database.reading() as session:
            return privacy.identity_matches(
                session, who.conversation_id, phone=phone, owner_name=name
            )

    assert fits("01000001234", "김순자")
    assert fits("010-0000-1234", " 김 순자 ")
    assert not fits("01000001234", "김순희")
    assert not fits("01000001235", "김순자")
    assert not fits("", "")
    assert not fits("01000001234", "김순자", stranger)
    assert not fits("", "", stranger)


def test_held_data_is_shown_with_names_and_numbers_masked(database: Database) -> None:
    person = full(database)
    with database.reading() as session:
        held = privacy.held_data(session, person.conversation_id)
    assert dict(held) == {
        "이름": "김*자",
        "전화번호": "010-****-1234",
        "사업자등록번호": "123-45-*****",
        "가게 이름": "순자네 반찬",
        "시장": "망원시장",
        "자리": "가동 12호",
        "찾아가는 길": "정문 왼쪽",
        "검색 아이디": "순자네반찬",
        "보내신 서류": "1장",
        "홍보물 주문": "1건",
        "홍보물 문구": "순자네 손맛",
    }


def test_about_somebody_new_nothing_is_held(sqlite_database: Database) -> None:
    person = newcomer(sqlite_database)
    with sqlite_database.reading() as session:
        assert privacy.held_data(session, person.conversation_id) == []


def test_seeing_the_own_data_is_kept_as_an_answered_request(database: Database) -> None:
    person = full(database)
    with person.turn("see") as tx:
        privacy.note_access(tx)
    with database.reading() as session:
        request = session.scalars(select(RightsRequest)).one()
        assert session.scalars(select(AccessLog.action)).all() == ["view"]
    assert (request.kind, request.state, request.result) == ("access", "done", "shown_in_chat")
    assert (request.closed_at, request.due_at) == (NOW, NOW + timedelta(days=10))


def test_a_request_is_due_in_ten_days(database: Database) -> None:
    person = newcomer(database)
    with person.turn() as tx:
        request_id = privacy.request(tx, RightsKind.CORRECT, "전화번호가 틀려요")
    with database.reading() as session:
        assert privacy.overdue(session, NOW + timedelta(days=10)) == []
        assert privacy.overdue(session, NOW + timedelta(days=10, seconds=1)) == [request_id]
    cause = Cause(actor="staff:op", key="done", now=NOW + timedelta(days=3))
    with database.transaction() as session:
        assert privacy.answer(session, request_id, "corrected", cause) is True
        assert privacy.answer(session, request_id, "corrected", cause) is False
    with database.reading() as session:
        assert privacy.overdue(session, NOW + timedelta(days=99)) == []


def test_an_unknown_request_is_refused(sqlite_database: Database) -> None:
    cause = Cause(actor="staff:op", key="done", now=NOW)
    with pytest.raises(InvalidInputError), sqlite_database.transaction() as session:
        privacy.answer(session, 9, "x", cause)


def test_after_an_erasure_no_personal_value_is_left(database: Database) -> None:
    person = full(database)
    with person.turn("erase") as tx:
        report = privacy.erase(tx)
    assert (report.stores, report.turns, report.messages, report.documents) == (1, 1, 1, 1)
    with database.reading() as session:
        for table, name in sealed_columns():
            rows = session.execute(select(table.columns[name])).scalars().all()
            assert [value for value in rows if value is not None] == [], f"{table.name}.{name}"
        merchant = session.scalars(select(Merchant)).one()
        store = session.scalars(select(Store)).one()
        channel = session.scalars(select(ChannelRegistration)).one()
        paper = session.scalars(select(Document)).one()
        for gone in (Turn, Inbox, MerchantAgent, Requirement):
            assert session.scalars(select(gone)).all() == []
    assert (merchant.owner_hmac, merchant.phone_hmac, merchant.brn_hmac) == (None, None, None)
    assert {merchant.state, store.state, channel.state} == {"erased"}
    assert (store.market_name, store.closed_days, channel.search_id) == ("", [], None)
    assert (paper.state, paper.storage_key, paper.sha256) == ("purged", None, "")


def test_an_erasure_is_complete_in_every_column(database: Database) -> None:
    """Search all columns of all tables for what was held, also where nobody thought of."""
    person = full(database)
    traces = ("순자네반찬", "가동", "정문", "01000001234", "digest-of-paper", "weekly:SUN", "망원")
    with person.turn("erase") as tx:
        privacy.erase(tx)
    with database.reading() as session:
        for table in Merchant.metadata.sorted_tables:
            if table.name == "consent_text":
                continue
            for row in session.execute(text(f"SELECT * FROM {table.name}")):  # noqa: S608 -- our own names
                cells = repr(tuple(row))
                assert [trace for trace in traces if trace in cells] == [], table.name
        merchant_digests = {KeyRing.from_setting(TEST_KEYS).blind_index("김순자")}
        left = set(session.scalars(select(Merchant.owner_hmac)))
    assert left.isdisjoint(merchant_digests)


def test_what_the_law_wants_kept_stays_without_the_person(database: Database) -> None:
    person = full(database)
    with person.turn("erase") as tx:
        privacy.erase(tx)
    with database.reading() as session:
        kept = session.execute(
            text("SELECT key, decision, conversation_id, subject_hmac FROM consent ORDER BY id")
        ).all()
        request = session.scalars(select(RightsRequest)).one()
        assert consents.history(session, person.conversation_id) == []
        assert session.scalars(select(StepEvent)).all() != []
        assert session.scalars(select(StateEvent)).all() != []
        assert "erase" in session.scalars(select(AccessLog.action)).all()
    assert [(row.key, row.decision) for row in kept] == [
        ("collect", "given"),
        ("marketing", "given"),
    ]
    assert {row.conversation_id for row in kept} == {None}
    assert {row.subject_hmac for row in kept} == {request.subject_hmac}
    assert (request.kind, request.result, request.conversation_id) == ("erase", "erased", None)


def test_the_conversation_stays_empty_for_the_answer(database: Database) -> None:
    person = full(database)
    with person.turn("erase") as tx:
        tx.session.add(
            Inbox(
                conversation_id=person.conversation_id,
                key="erase",
                reply=b"answer",
                received_at=NOW,
            )
        )
        tx.session.flush()
        privacy.erase(tx)
    with database.reading() as session:
        row = session.scalars(select(Conversation)).one()
        assert session.scalars(select(Inbox.key)).all() == ["erase"]
        assert overview(session, person.conversation_id) is None
        ticket = session.scalars(select(HandoffTicket)).one()
        event = session.scalars(select(FriendEvent)).one()
    assert (row.user_key, row.merchant_id, row.state, row.owner) == ("user-1", None, None, "bot")
    assert (ticket.state, ticket.summary) == ("resolved", None)
    assert (event.user_key, event.conversation_id) == ("", None)


def test_nobody_else_is_touched(database: Database) -> None:
    person, other = full(database), full(database, "user-2")
    with person.turn("erase") as tx:
        privacy.erase(tx)
    found = other.overview()
    assert (found.owner_name, found.phone, found.store_name) == (
        "김순자",
        "01000001234",
        "순자네 반찬",
    )
    with database.reading() as session:
        assert len(session.scalars(select(Turn)).all()) == 1
        assert len(consents.history(session, other.conversation_id)) == 2


def test_a_newcomer_can_be_erased_too(database: Database) -> None:
    person = newcomer(database)
    with person.turn("erase") as tx:
        assert privacy.erase(tx).stores == 0


def test_whoever_comes_back_starts_anew_and_may_be_written_to(database: Database) -> None:
    person = full(database)
    with person.turn("erase") as tx:
        privacy.erase(tx)
    with person.turn("again") as tx:
        consents.record(tx, "collect", decision=True)
    person.register("again")
    assert person.overview().merchant_id == 2
    with database.reading() as session:
        stopped = session.execute(text("SELECT message_class FROM suppression")).scalars().all()
    assert stopped == []


def test_asking_twice_for_erasure_does_no_harm(database: Database) -> None:
    person = full(database)
    for key in ("erase", "erase again"):
        with person.turn(key) as tx:
            report = privacy.erase(tx)
    assert (report.stores, report.documents, report.turns) == (0, 0, 0)


def test_a_merchant_without_a_phone_is_erased_too(database: Database) -> None:
    person = full(database)
    with database.transaction() as session:
        merchant = session.scalars(select(Merchant)).one()
        merchant.phone = merchant.phone_hmac = None
    with person.turn("erase") as tx:
        assert privacy.erase(tx).stores == 1
    with database.reading() as session:
        assert len(session.scalars(select(Suppression)).all()) == 1


def test_what_was_closed_or_purged_before_stays_so(database: Database) -> None:
    person = full(database)
    with database.transaction() as session:
        cause = Cause(actor="staff:op", key="before", now=NOW)
        move(session, session.scalars(select(HandoffTicket)).one(), TicketState.RESOLVED, cause)
        move(session, session.scalars(select(Document)).one(), DocumentState.PURGED, cause)
    with person.turn("erase") as tx:
        privacy.erase(tx)
    with database.reading() as session:
        assert session.scalars(select(HandoffTicket.summary)).one() is None
        assert session.scalars(select(Document.note)).one() is None


def test_a_day_after_an_erasure_nobody_can_be_named(database: Database) -> None:
    person, other, friend = full(database), full(database, "user-2"), newcomer(database, "user-3")
    with person.turn("erase") as tx:
        privacy.erase(tx)
    for each, state, seen in ((person, None, NOW), (other, b"{}", NOW), (friend, None, None)):
        with each.turn("end") as tx:
            row = tx.session.get_one(Conversation, each.conversation_id)
            row.state, row.last_seen_at = state, seen
    assert forget_identities(database, NOW + timedelta(hours=23)) == 0
    assert forget_identities(database, NOW + timedelta(hours=25)) == 1
    assert forget_identities(database, NOW + timedelta(days=9)) == 0
    with database.reading() as session:
        keys = session.scalars(select(Conversation.user_key).order_by(Conversation.id)).all()
        kept = session.scalars(select(StepEvent)).all()
    assert keys[0].startswith("forgotten:")
    assert keys[1:] == ["user-2", "user-3"]
    assert len(kept) == 2
    assert newcomer(database, "user-1").conversation_id != person.conversation_id
