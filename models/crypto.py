"""Columns nobody can read without the data keys, and look-ups over them.

A personal value is stored as AES-256-GCM: one byte with the length of the key's id, the
id, a random 96-bit nonce (NIST SP 800-38D, 8.2.2), the sealed value. The name
`table.column` is authenticated with it, so a value cannot be moved to another column.

The first key of the ring seals, every key of it opens: to rotate, put a new key in front
and seal anew (`models.rotation`). Look-ups compare an HMAC-SHA256 whose key is derived from the
*last* (oldest) key of the ring. Rotation therefore leaves look-ups intact; the price is
that the oldest key stays in the ring, at its end, for as long as look-up columns live.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
from dataclasses import dataclass, field
from typing import TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

from models.errors import KeyRingError

T = TypeVar("T")

KEY_BYTES = 32
NONCE_BYTES = 12
MAX_KEY_ID = 16
_BLIND_INFO = b"sosin blind index v1"
_CANARY = "canary.self_test"


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The data keys of one installation, newest first.

    Attributes:
        ids: key ids in order; the first one seals.
    """

    ids: tuple[str, ...]
    _ciphers: dict[str, AESGCM] = field(repr=False)
    _blind_key: bytes = field(repr=False)

    @classmethod
    def from_setting(cls, setting: str) -> "KeyRing":
        """Read `k1:base64,k0:base64`, newest first.

        Raises:
            KeyRingError: nothing is given, an id repeats, or a key is not 32 bytes.
        """
        keys = dict(_entry(part) for part in setting.split(",") if part.strip())
        if not keys:
            raise KeyRingError("DATA_KEYS is empty: give id:base64 of 32 random bytes")
        if len(keys) != sum(1 for part in setting.split(",") if part.strip()):
            raise KeyRingError("DATA_KEYS names the same key id twice")
        oldest = list(keys.values())[-1]
        blind = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=_BLIND_INFO)
        ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        return cls(tuple(keys), ciphers, blind.derive(oldest))

    def seal(self, plain: bytes, context: str) -> bytes:
        """Return `plain` sealed with the first key, bound to `context` (`table.column`)."""
        key_id = self.ids[0]
        nonce = os.urandom(NONCE_BYTES)
        head = bytes((len(key_id),)) + key_id.encode()
        return head + nonce + self._ciphers[key_id].encrypt(nonce, plain, context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        """Return what was sealed for the same `context`.

        Raises:
            KeyRingError: the key is not in the ring, or the value was changed or moved.
        """
        key_id = self.key_id(sealed)
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise KeyRingError(f"{context} was sealed with key {key_id!r}, not in DATA_KEYS")
        start = 1 + sealed[0]
        nonce, body = sealed[start : start + NONCE_BYTES], sealed[start + NONCE_BYTES :]
        try:
            return cipher.decrypt(nonce, body, context.encode())
        except (InvalidTag, ValueError) as error:
            raise KeyRingError(f"{context}: the stored value does not fit its key") from error

    @staticmethod
    def key_id(sealed: bytes) -> str:
        """Return the id of the key that a stored value was sealed with."""
        return sealed[1 : 1 + sealed[0]].decode("ascii", "replace") if sealed else ""

    def blind_index(self, value: str) -> str:
        """Return 64 hex digits under which `value` can be looked up."""
        return hmac.new(self._blind_key, value.encode(), hashlib.sha256).hexdigest()

    def self_test(self) -> None:
        """Seal and open a canary with every key; call once at start.

        Raises:
            KeyRingError: a key does not open what it sealed.
        """
        for key_id in self.ids:
            single = KeyRing((key_id,), self._ciphers, self._blind_key)
            if self.open(single.seal(b"canary", _CANARY), _CANARY) != b"canary":
                raise KeyRingError(f"key {key_id!r} fails its self test")


def _entry(part: str) -> tuple[str, bytes]:
    key_id, _, encoded = part.strip().partition(":")
    if not (key_id.isascii() and key_id.isalnum() and len(key_id) <= MAX_KEY_ID):
        raise KeyRingError("a DATA_KEYS entry is id:base64, the id 1-16 letters or digits")
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyRingError(f"key {key_id!r} of DATA_KEYS is not base64 of {KEY_BYTES} bytes")
    return key_id, key


_ring: list[KeyRing] = []


def use(ring: KeyRing) -> None:
    """Make `ring` the one of this process, after its self test."""
    ring.self_test()
    _ring[:] = [ring]


def ring() -> KeyRing:
    """Return the ring of this process.

    Raises:
        KeyRingError: `use` has not been called.
    """
    if not _ring:
        raise KeyRingError("no data keys in use: call models.crypto.use(KeyRing.from_setting(…))")
    return _ring[0]


def blind_index(value: str) -> str:
    """Return the look-up digest of `value` with the ring of this process."""
    return ring().blind_index(value)


class _Sealed(TypeDecorator[T]):
    """A value that is stored sealed; subclasses say how it becomes bytes.

    Args:
        context: `table.column`, authenticated with each value.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, context: str) -> None:
        super().__init__()
        self.context = context

    def process_bind_param(self, value: T | None, dialect: Dialect) -> bytes | None:
        """Seal the value."""
        del dialect
        return None if value is None else ring().seal(self.to_bytes(value), self.context)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> T | None:
        """Open the value."""
        del dialect
        return None if value is None else self.from_bytes(ring().open(value, self.context))

    def to_bytes(self, value: T) -> bytes:
        """Return what is sealed."""
        raise NotImplementedError

    def from_bytes(self, plain: bytes) -> T:
        """Return the value again."""
        raise NotImplementedError


class EncryptedBytes(_Sealed[bytes]):
    """Bytes, sealed."""

    cache_ok = True

    def to_bytes(self, value: bytes) -> bytes:
        """Return the bytes themselves."""
        return value

    def from_bytes(self, plain: bytes) -> bytes:
        """Return the bytes themselves."""
        return plain


class EncryptedText(_Sealed[str]):
    """Text, sealed as UTF-8."""

    cache_ok = True

    def to_bytes(self, value: str) -> bytes:
        """Return the text as UTF-8."""
        return value.encode()

    def from_bytes(self, plain: bytes) -> str:
        """Return the text."""
        return plain.decode()


class EncryptedJson(_Sealed[object]):
    """Anything JSON can hold, sealed."""

    cache_ok = True

    def to_bytes(self, value: object) -> bytes:
        """Return the value as JSON."""
        return json.dumps(value, ensure_ascii=False).encode()

    def from_bytes(self, plain: bytes) -> object:
        """Return the value."""
        return json.loads(plain)
