from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.errors import ConfigError, InvalidInputError
from bot.services import consent_texts, consents
from bot.services.consent_texts import in_force, sync_texts, wordings
from models.consent import Consent, ConsentText, MessagePreference, Suppression
from models.session import Database
from tests.use_cases.people import NOW, Person, newcomer

LEGAL = {
    "collect": ("목적", "항목", "보유 기간", "거부할 권리"),
    "marketing": ("목적", "항목", "보유 기간", "거부할 권리"),
    "night": ("목적", "항목", "보유 기간", "거부할 권리", "21시", "8시"),
    "third_party_association": (
        "받는 곳",
        "받는 곳의 목적",
        "항목",
        "보유 기간",
        "거부할 권리",
    ),
    "third_party_payment": (
        "받는 곳",
        "카카오페이",
        "받는 곳의 목적",
        "항목",
        "계좌번호",
        "보유 기간",
        "거부할 권리",
    ),
}


def preference(person: Person) -> MessagePreference:
    with person.database.reading() as session:
        return session.scalars(
            select(MessagePreference).where(MessagePreference.message_class == "marketing")
        ).one()


def standing(person: Person, key: str) -> bool | None:
    with person.database.reading() as session:
        return consents.standing(session, person.conversation_id, key)


def stopped(person: Person) -> set[str]:
    with person.database.reading() as session:
        return set(session.scalars(select(Suppression.message_class)))


@pytest.mark.parametrize("key", sorted(LEGAL))
def test_a_text_names_what_the_law_wants(key: str) -> None:
    text = in_force(key)
    assert [item for item in LEGAL[key] if item not in text.body] == []
    lines = text.summary.splitlines()
    assert 1 <= len(lines) <= 3
    assert all(len(line) <= 45 for line in lines)
    required = text.title.startswith("[필수]")
    assert required == (key == "collect")
    assert len(text.hash) == 64


def test_there_is_a_text_for_every_consent_and_no_other() -> None:
    assert set(wordings()) == set(LEGAL)


def test_an_unknown_text_is_refused(sqlite_database: Database) -> None:
    with pytest.raises(InvalidInputError), newcomer(sqlite_database).turn() as tx:
        consents.record(tx, "everything", decision=True)


def test_texts_are_stored_once_and_must_not_change(database: Database) -> None:
    with database.transaction() as session:
        assert sync_texts(session, NOW) == len(LEGAL)
        assert sync_texts(session, NOW + timedelta(days=1)) == 0
        session.execute(update(ConsentText).where(ConsentText.key == "night").values(hash="0" * 64))
    with (
        pytest.raises(ConfigError, match=r"night\.1"),
        database.transaction() as session,
    ):
        sync_texts(session, NOW)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("collect.md", "제목\n요약\n---\n본문"),
        ("collect.x.md", "제목\n요약\n---\n본문"),
        ("collect.1.md", "제목\n요약\n본문"),
        ("collect.1.md", "제목\n---\n본문"),
        ("collect.1.md", "제목\n1\n2\n3\n4\n---\n본문"),
    ],
)
def test_a_file_of_another_form_is_refused(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError):
        consent_texts._read(path)


def test_a_decision_is_kept_with_the_text_that_was_shown(database: Database) -> None:
    person = newcomer(database)
    assert standing(person, "collect") is None
    with person.turn() as tx:
        assert consents.record(tx, "collect", decision=True) is True
    with database.reading() as session:
        (kept,) = consents.history(session, person.conversation_id)
    text = in_force("collect")
    assert (kept.key, kept.version, kept.text_hash) == ("collect", text.version, text.hash)
    assert (kept.decision, kept.actor, kept.at) == ("given", "merchant", NOW)
    assert standing(person, "collect") is True


def test_the_same_turn_decides_once(database: Database) -> None:
    person = newcomer(database)
    with person.turn("k") as tx:
        assert consents.record(tx, "collect", decision=True) is True
        assert consents.record(tx, "collect", decision=True) is False
    with database.reading() as session:
        assert len(consents.history(session, person.conversation_id)) == 1


def test_somebody_else_may_have_decided(sqlite_database: Database) -> None:
    person = newcomer(sqlite_database)
    with person.turn() as tx:
        consents.record(tx, "collect", decision=True, actor="staff:kim")
    with sqlite_database.reading() as session:
        assert consents.history(session, person.conversation_id)[0].actor == "staff:kim"


def test_the_newest_decision_counts_and_all_stay(database: Database) -> None:
    person = newcomer(database)
    with person.turn("a") as tx:
        consents.record(tx, "marketing", decision=True)
    with person.turn("b") as tx:
        consents.withdraw(tx, "marketing")
    assert standing(person, "marketing") is False
    with database.reading() as session:
        decided = [one.decision for one in consents.history(session, person.conversation_id)]
    assert decided == ["given", "withdrawn"]


def test_a_yes_to_an_older_text_is_asked_again(database: Database) -> None:
    person = newcomer(database)
    with person.turn() as tx:
        consents.record(tx, "collect", decision=True)
    with database.transaction() as session:
        session.execute(update(Consent).values(version=0))
    assert standing(person, "collect") is None
    with database.transaction() as session:
        session.execute(update(Consent).values(decision="refused"))
    assert standing(person, "collect") is False


def test_advertising_is_confirmed_every_two_years(database: Database) -> None:
    person = newcomer(database)
    with person.turn("a") as tx:
        consents.record(tx, "marketing", decision=True)
    found = preference(person)
    assert (found.enabled, found.night) == (True, False)
    assert found.reconfirm_due == NOW + timedelta(days=730)
    with person.turn("b") as tx:
        consents.record(tx, "marketing", decision=False)
    assert preference(person).enabled is False
    assert preference(person).reconfirm_due is None
    assert stopped(person) == {"marketing"}


def test_nights_need_advertising_first(database: Database) -> None:
    person = newcomer(database)
    with person.turn("a") as tx:
        consents.record(tx, "night", decision=True)
    assert preference(person).night is False
    with person.turn("b") as tx:
        consents.record(tx, "marketing", decision=True)
    with person.turn("c") as tx:
        consents.record(tx, "night", decision=True)
    assert preference(person).night is True
    with person.turn("d") as tx:
        consents.withdraw(tx, "night")
    assert (preference(person).night, preference(person).enabled) == (False, True)


def test_without_advertising_there_are_no_nights_either(database: Database) -> None:
    person = newcomer(database)
    for key in ("marketing", "night"):
        with person.turn(key) as tx:
            consents.record(tx, key, decision=True)
    with person.turn("stop") as tx:
        assert consents.withdraw(tx, "marketing") is True
        assert consents.withdraw(tx, "marketing") is False
    assert standing(person, "night") is False
    assert preference(person).night is False


def test_all_messages_can_be_stopped_and_started(database: Database) -> None:
    person = newcomer(database)
    with person.turn("stop") as tx:
        consents.opt_out(tx, everything=True)
    assert stopped(person) == {"marketing", "all"}
    with database.reading() as session:
        assert set(session.scalars(select(MessagePreference.enabled))) == {False}
    with person.turn("start") as tx:
        consents.opt_in(tx)
    assert stopped(person) == set()
    assert standing(person, "marketing") is True
    with database.reading() as session:
        assert set(session.scalars(select(MessagePreference.enabled))) == {True}


def test_stopping_advertising_leaves_the_rest(database: Database) -> None:
    person = newcomer(database)
    with person.turn("stop") as tx:
        consents.opt_out(tx)
    assert stopped(person) == {"marketing"}
    with database.reading() as session:
        assert session.scalars(select(MessagePreference.message_class)).all() == ["marketing"]


def test_a_consent_about_others_changes_no_messages(database: Database) -> None:
    person = newcomer(database)
    with person.turn("a") as tx:
        consents.record(tx, "third_party_association", decision=True)
    with person.turn("b") as tx:
        consents.withdraw(tx, "third_party_association")
    assert standing(person, "third_party_association") is False
    assert stopped(person) == set()
    with database.reading() as session:
        assert session.scalars(select(MessagePreference)).all() == []


def test_whom_nobody_may_write_to_is_noted_once(database: Database) -> None:
    with database.transaction() as session:
        for _ in range(2):
            consents.suppress(session, "digest", "all", "erased", NOW)
    with database.reading() as session:
        assert len(session.scalars(select(Suppression)).all()) == 1
