import json
from datetime import timedelta

import pytest

from bot.services import consents, demo, show
from bot.services.funnel import StepCount, funnel
from bot.services.registration import move_channel
from models.conversation import Inbox, StepEvent, StepKind, Turn
from models.session import Database
from models.staff import HandoffTicket
from models.states import Cause, ChannelState
from tests.use_cases.people import NOW, newcomer

VOCABULARY = {
    "role": "owner",
    "owner_name": "김순자",
    "phone": "01000001234",
    "has_brn": "yes",
    "brn": "1234567891",
    "store_name": "순자네 반찬",
    "market": "망원시장",
    "stall": "가동 12호",
    "location_note": "정문 왼쪽",
    "category": "sidedish",
    "open": "08:00",
    "close": "20:00",
    "closed": ["weekly:SUN"],
    "has_channel": "no",
    "channel_public_id": None,
    "search_id": "순자네반찬",
}


def test_a_merchant_is_shown_by_the_keys_of_the_vocabulary(database: Database) -> None:
    person = newcomer(database)
    with person.turn("consent") as tx:
        consents.record(tx, "collect", decision=True)
    registration_id = person.register()
    with database.transaction() as session:
        cause = Cause(actor="staff:op", key="k", now=NOW, reason="doc_old")
        move_channel(session, registration_id, ChannelState.NEEDS_FIX, cause)
    with database.reading() as session:
        shown = json.loads(json.dumps(show.merchant(session, "user-1")))
    assert VOCABULARY.items() <= shown.items()
    assert shown["registration"]["state"] == "needs_fix"
    assert shown["registration"]["reason"] == "doc_old"
    assert [event["to"] for event in shown["registration"]["history"]] == [
        "draft",
        "submitted",
        "needs_fix",
    ]
    assert shown["registration"]["submitted_at"] == "2026-11-23T10:00:00+09:00"
    assert shown["consents"][0]["decision"] == "given"
    assert shown["submissions"] == 1
    assert {line["key"]: line["fix_action"] for line in shown["requirements"]}["brc"] == (
        "send_new_brc"
    )
    assert [store["store_name"] for store in shown["stores"]] == ["순자네 반찬"]
    assert shown["merchant"]["state"] == "needs_info"


@pytest.mark.parametrize("user_key", ["user-1", "nobody"])
def test_a_newcomer_is_shown_with_nothing(sqlite_database: Database, user_key: str) -> None:
    newcomer(sqlite_database)
    with sqlite_database.reading() as session:
        shown = show.merchant(session, user_key)
    assert shown == {
        "user_key": user_key,
        "merchant": None,
        "stores": [],
        "registration": None,
        "requirements": [],
        "documents": [],
        "kits": [],
        "payments": [],
        "visits": [],
        "waiting": [],
        "reminders": [],
        "consents": [],
        "submissions": 0,
    }


def test_a_conversation_is_shown_with_what_was_said(database: Database) -> None:
    person = newcomer(database)
    of = {"conversation_id": person.conversation_id}
    with person.turn() as tx:
        tx.session.add(Inbox(**of, key="k", reply=b"{}", received_at=NOW))
        tx.session.add(
            HandoffTicket(**of, reason="trust", created_at=NOW, updated_at=NOW, due_at=NOW)
        )
        for number in range(1, show.LAST_TURNS + 3):
            tx.session.add(Turn(**of, no=number, at=NOW, said=f"말 {number}", answered="네"))
    with database.reading() as session:
        shown = json.loads(json.dumps(show.conversation(session, "user-1")))
        assert show.conversation(session, "nobody") is None
    assert (shown["owner"], shown["messages"]) == ("bot", 1)
    assert shown["tickets"][0]["reason"] == "trust"
    assert [turn["no"] for turn in shown["turns"]] == list(range(3, show.LAST_TURNS + 3))
    assert shown["turns"][-1]["said"] == f"말 {show.LAST_TURNS + 2}"


def walk(database: Database, user_key: str, *events: tuple[str, StepKind, int]) -> None:
    """Let a person have events of (step, kind, seconds after the start)."""
    person = newcomer(database, user_key)
    with person.turn() as tx:
        for step, kind, seconds in events:
            tx.session.add(
                StepEvent(
                    conversation_id=person.conversation_id,
                    at=NOW + timedelta(seconds=seconds),
                    flow="channel",
                    version=1,
                    step=step,
                    kind=kind,
                )
            )


def test_the_funnel_says_where_people_stop(database: Database) -> None:
    asked, answered, failed = StepKind.ASKED, StepKind.ANSWERED, StepKind.FAILED
    walk(
        database,
        "u1",
        ("", StepKind.STARTED, 0),
        ("name", asked, 0),
        ("name", answered, 10),
        ("brn", asked, 10),
        ("brn", failed, 20),
        ("brn", asked, 20),
        ("brn", answered, 50),
        ("", StepKind.SUBMITTED, 50),
    )
    walk(database, "u2", ("name", asked, 0), ("name", answered, 20), ("brn", asked, 20))
    walk(
        database,
        "u3",
        ("name", asked, 0),
        ("name", answered, 60),
        ("brn", asked, 60),
        ("brn", failed, 70),
        ("brn", StepKind.CANCELLED, 80),
    )
    walk(database, "u4", ("name", asked, 0))
    with database.reading() as session:
        assert funnel(session, "channel") == [
            StepCount("name", 4, 3, 0, 1, 20.0),
            StepCount("brn", 3, 1, 2, 2, 30.0),
        ]
        assert funnel(session, "visit") == []


def test_the_median_of_two_lies_between_them(database: Database) -> None:
    asked, answered = StepKind.ASKED, StepKind.ANSWERED
    walk(database, "u1", ("name", asked, 0), ("name", answered, 10))
    walk(database, "u2", ("name", asked, 0), ("name", answered, 31))
    walk(database, "u3", ("name", asked, 0), ("brn", answered, 500))
    with database.reading() as session:
        first = funnel(session, "channel")[0]
    assert (first.asked, first.answered, first.median_seconds) == (3, 2, 20.5)


def test_the_demo_set_can_be_loaded_again(database: Database) -> None:
    with database.transaction() as session:
        loaded = demo.load(session, NOW)
    assert (loaded.markets, loaded.merchants, loaded.staff, loaded.kits) == (24, 5, 1, 2)
    with database.transaction() as session:
        again = demo.load(session, NOW + timedelta(days=1))
    assert (again.markets, again.merchants, again.staff, again.kits) == (0, 0, 0, 0)
    with database.reading() as session:
        states = {
            merchant.user_key: show.merchant(session, merchant.user_key)["registration"]["state"]
            for merchant in demo.MERCHANTS
        }
        kits = show.merchant(session, demo.WITH_KITS)["kits"]
    assert [kit["state"] for kit in kits] == ["confirmed", "delivered"]
    assert states == {
        "demo-submitted": "submitted",
        "demo-review": "biz_review",
        "demo-needs-fix": "needs_fix",
        "demo-live": "live",
        "demo-agent": "submitted",
    }


def test_the_demo_set_holds_no_real_person() -> None:
    for merchant in demo.MERCHANTS:
        assert merchant.submission.phone.startswith("0100000")
        assert merchant.submission.brn in {
            None,
            "1234567891",
            "1111111119",
            "2222222227",
            "3333333336",
        }
    names = [name for name, *_ in demo.MARKETS]
    assert len(names) == 24
    assert len(set(names)) == 23
