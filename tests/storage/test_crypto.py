import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, Table, insert, select

from models import crypto
from models.crypto import EncryptedJson, KeyRing
from models.errors import KeyRingError
from models.rotation import sealed_columns
from models.session import Database
from tests.databases import TEST_KEYS

CONTEXT = "merchant.phone"


def key(letter: str, number: int) -> str:
    return f"{letter}:{base64.b64encode(bytes([number]) * 32).decode()}"


OLD = KeyRing.from_setting(key("k0", 1))
NEW = KeyRing.from_setting(f"{key('k1', 2)},{key('k0', 1)}")


@given(st.binary(max_size=300))
def test_what_is_sealed_can_be_opened(plain: bytes) -> None:
    assert OLD.open(OLD.seal(plain, CONTEXT), CONTEXT) == plain


def test_the_same_value_never_looks_the_same() -> None:
    assert OLD.seal(b"01000001234", CONTEXT) != OLD.seal(b"01000001234", CONTEXT)


def test_a_value_moved_to_another_column_does_not_open() -> None:
    with pytest.raises(KeyRingError, match=r"merchant\.brn"):
        OLD.open(OLD.seal(b"01000001234", CONTEXT), "merchant.brn")


@pytest.mark.parametrize("place", [0, 1, 3, 10, -1])
def test_a_changed_value_does_not_open(place: int) -> None:
    sealed = bytearray(OLD.seal(b"01000001234", CONTEXT))
    sealed[place] ^= 1
    with pytest.raises(KeyRingError):
        OLD.open(bytes(sealed), CONTEXT)


@pytest.mark.parametrize("length", [0, 1, 2, 3, 8, 15, 20])
def test_a_value_that_was_cut_does_not_open(length: int) -> None:
    with pytest.raises(KeyRingError):
        OLD.open(OLD.seal(b"01000001234", CONTEXT)[:length], CONTEXT)


def test_after_a_change_of_keys_old_values_open_and_new_ones_are_sealed_with_the_new_key() -> None:
    assert NEW.open(OLD.seal(b"hello", CONTEXT), CONTEXT) == b"hello"
    assert KeyRing.key_id(NEW.seal(b"hello", CONTEXT)) == "k1"
    with pytest.raises(KeyRingError, match="'k1', not in DATA_KEYS"):
        OLD.open(NEW.seal(b"hello", CONTEXT), CONTEXT)


def test_look_ups_survive_a_change_of_keys() -> None:
    assert OLD.blind_index("01000001234") == NEW.blind_index("01000001234")
    assert OLD.blind_index("01000001234") != OLD.blind_index("01000001235")
    other = KeyRing.from_setting(key("k0", 9))
    assert OLD.blind_index("01000001234") != other.blind_index("01000001234")


def test_the_look_up_key_is_not_the_key_that_seals() -> None:
    plain_hmac = KeyRing.from_setting(key("k0", 1))._blind_key
    assert plain_hmac != bytes([1]) * 32


@pytest.mark.parametrize(
    "setting",
    [
        "",
        " , ",
        "k1",
        "k1:",
        "k1:not base64",
        "k1:" + base64.b64encode(b"short").decode(),
        "k 1:" + base64.b64encode(bytes(32)).decode(),
        "열쇠:" + base64.b64encode(bytes(32)).decode(),
        ":" + base64.b64encode(bytes(32)).decode(),
        "k" * 17 + ":" + base64.b64encode(bytes(32)).decode(),
        f"{key('k1', 1)},{key('k1', 2)}",
    ],
)
def test_a_setting_that_cannot_be_used_is_refused(setting: str) -> None:
    with pytest.raises(KeyRingError) as refused:
        KeyRing.from_setting(setting)
    assert "AAAA" not in str(refused.value)


def test_no_key_shows_in_the_representation() -> None:
    assert repr(NEW) == "KeyRing(ids=('k1', 'k0'))"


def test_without_a_ring_the_error_says_what_to_do() -> None:
    crypto._ring.clear()
    try:
        with pytest.raises(KeyRingError, match=r"models\.crypto\.use"):
            crypto.blind_index("x")
    finally:
        crypto.use(KeyRing.from_setting(TEST_KEYS))


def test_a_ring_that_does_not_open_what_it_sealed_is_not_taken_into_use() -> None:
    class Broken(KeyRing):
        def open(self, sealed: bytes, context: str) -> bytes:
            del sealed, context
            return b"something else"

    whole = KeyRing.from_setting(TEST_KEYS)
    with pytest.raises(KeyRingError, match="self test"):
        crypto.use(Broken(whole.ids, whole._ciphers, whole._blind_key))


def test_every_sealed_column_is_bound_to_its_own_place() -> None:
    found = list(sealed_columns())
    assert len(found) >= 16
    for table, name in found:
        assert getattr(table.columns[name].type, "context", None) == f"{table.name}.{name}"


def test_a_sealed_column_keeps_whatever_json_can_hold(sqlite_database: Database) -> None:
    table = Table("drawer", MetaData(), Column("held", EncryptedJson("drawer.held")))
    values = [{"이름": ["김순자", 3, None, True]}, [], 0, None]
    with sqlite_database.write.begin() as connection:
        table.create(connection)
        for value in values:
            connection.execute(insert(table).values(held=value))
        assert list(connection.scalars(select(table.c.held))) == values
        stored = connection.exec_driver_sql("SELECT held FROM drawer").scalars().all()
    assert all("김순자".encode() not in (cell or b"") for cell in stored)
