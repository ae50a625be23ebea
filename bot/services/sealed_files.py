"""Files at rest that nobody can read without the data keys.

A file lies under a random name and is sealed together with that name, so files cannot be
swapped. Writing is all or nothing. Losing the row of a file is the same as losing the file:
the sweep removes what no row refers to.
"""

import os
import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import InvalidInputError
from models.crypto import MAX_KEY_ID, KeyRing

_NAME = re.compile(r"[0-9a-f]{32}")
_SUFFIX = ".sealed"
_HEAD = 1 + MAX_KEY_ID
"""Bytes at the beginning that name the key."""


class SealedFiles:
    """A folder of sealed files.

    Args:
        folder: made on first use, readable by this user only.
        ring: the data keys.
    """

    def __init__(self, folder: Path, ring: KeyRing) -> None:
        self._folder = folder
        self._ring = ring

    def put(self, data: bytes, name: str | None = None) -> str:
        """Store `data` and return the name it lies under: `name`, or a random one.

        Args:
            data: what is stored.
            name: 32 hex digits; what lies there already is replaced.
        """
        name = name or secrets.token_hex(16)
        path = self._path(name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._draft(path, data).replace(path)
        return name

    def get(self, name: str) -> bytes:
        """Return what was stored under `name`.

        Raises:
            InvalidInputError: code `file_missing`.
            models.errors.KeyRingError: the file was changed or its key is gone.
        """
        try:
            sealed = self._path(name).read_bytes()
        except FileNotFoundError as error:
            raise InvalidInputError(code="file_missing") from error
        return self._ring.open(sealed, _context(name))

    def delete(self, name: str) -> None:
        """Remove a file; one that is gone already is no error."""
        self._path(name).unlink(missing_ok=True)

    def names_before(self, moment: datetime) -> Iterator[str]:
        """Yield the names of files last written before `moment`, drafts of crashes included."""
        for path in self._folder.glob("??/*"):
            written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            if written < moment and _NAME.fullmatch(path.stem):
                if path.suffix == _SUFFIX:
                    yield path.stem
                else:
                    path.unlink(missing_ok=True)

    def reseal(self) -> int:
        """Seal every file that an older key sealed with the newest one; return how many.

        May be stopped and begun again at any time: each file is the old one or the new one. Its
        age stays, so that one deleted in this very moment goes with the next sweep.

        Raises:
            models.errors.KeyRingError: a file was changed, or its key is not given.
        """
        return sum(self._sealed_anew(path) for path in sorted(self._folder.glob(f"??/*{_SUFFIX}")))

    def _sealed_anew(self, path: Path) -> bool:
        if not _NAME.fullmatch(path.stem):
            return False
        try:
            with path.open("rb") as file:
                if KeyRing.key_id(file.read(_HEAD)) == self._ring.ids[0]:
                    return False
                file.seek(0)
                sealed, written = file.read(), os.fstat(file.fileno())
        except FileNotFoundError:
            return False
        draft = self._draft(path, self._ring.open(sealed, _context(path.stem)))
        os.utime(draft, ns=(written.st_atime_ns, written.st_mtime_ns))
        draft.replace(path)
        return True

    def _draft(self, path: Path, data: bytes) -> Path:
        """Write what is to become a file beside it; a crash leaves a draft at most."""
        draft = path.with_suffix(f".{secrets.token_hex(4)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(self._ring.seal(data, _context(path.stem)))
            file.flush()
            os.fsync(file.fileno())
        return draft

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise InvalidInputError(code="file_missing")
        return self._folder / name[:2] / f"{name}{_SUFFIX}"


def _context(name: str) -> str:
    return f"document.file:{name}"
