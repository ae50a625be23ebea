"""Files that somebody looked at and has not confirmed yet: sealed, and forgotten by themselves.

What is never confirmed is removed by the sweep of documents, as no row names it.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.clock import Clock
from bot.services.sealed_files import SealedFiles
from bot.services.signed_links import SignedTokens

LIFETIME = timedelta(minutes=50)
"""Shorter than the sweep waits, so that nobody confirms a file that is just being removed."""


@dataclass(frozen=True, slots=True)
class WaitingFile:
    """A file, and what was noted beside it.

    Attributes:
        name: where it lies.
        told: what it was put away with.
    """

    name: str
    told: tuple[Any, ...]
    data: bytes = field(repr=False)


class WaitingFiles:
    """Keeps files until they are confirmed.

    Args:
        secret: SECRET_KEY of the installation.
        kind: what sort of file; keeps their tokens apart.
        files: the sealed folder.
        clock: says when tokens end.
    """

    def __init__(self, secret: str, kind: str, files: SealedFiles, clock: Clock) -> None:
        self._files = files
        self._tokens = SignedTokens(secret, kind, LIFETIME, clock)

    def put(self, data: bytes, *told: object) -> str:
        """Put a file away; return the token that brings it back."""
        return self._tokens.make(self._files.put(data), *told)

    def get(self, token: str) -> WaitingFile:
        """Return a file that was put away.

        Raises:
            RuleBrokenError: code `link_expired` or `link_invalid`.
            InvalidInputError: it is gone (code `file_missing`).
        """
        name, *told = self._tokens.read(token).payload
        return WaitingFile(str(name), tuple(told), self._files.get(str(name)))

    def drop(self, file: WaitingFile) -> None:
        """Remove a file that has done its work."""
        self._files.delete(file.name)
