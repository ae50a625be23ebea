"""The consent texts, as versioned files.

`consent_texts/<key>.<version>.md`: a title, a summary of at most three lines for the chat,
a line `---`, the whole text. A collection text names purpose, items, period, and the right
to refuse (PIPA 15(2)); a third-party text also the recipient (PIPA 17(2)). A published file
is never changed: a new wording is a new version, and then everybody is asked again.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import ConfigError, InvalidInputError
from models.consent import ConsentText

FOLDER = Path(__file__).with_suffix("")
MAX_SUMMARY_LINES = 3


@dataclass(frozen=True, slots=True)
class Wording:
    """One version of one text.

    Attributes:
        summary: at most three short lines, for the chat.
        body: everything below the line.
        hash: SHA-256 of the file, 64 hex digits.
    """

    key: str
    version: int
    title: str
    summary: str
    body: str
    hash: str


@cache
def wordings() -> MappingProxyType[str, tuple[Wording, ...]]:
    """Return all versions of every text, the oldest first.

    Raises:
        ConfigError: a file does not have the form above.
    """
    found: dict[str, list[Wording]] = {}
    for path in FOLDER.glob("*.md"):
        wording = _read(path)
        found.setdefault(wording.key, []).append(wording)
    ordered = {key: tuple(sorted(texts, key=lambda t: t.version)) for key, texts in found.items()}
    return MappingProxyType(dict(sorted(ordered.items())))


def in_force(key: str) -> Wording:
    """Return the newest version of a text.

    Raises:
        InvalidInputError: there is no text of this key (code `unknown_consent`).
    """
    versions = wordings().get(key)
    if not versions:
        raise InvalidInputError(f"no consent text {key!r}", code="unknown_consent")
    return versions[-1]


def sync_texts(session: Session, now: datetime) -> int:
    """Store the versions that are not stored yet and return how many.

    Raises:
        ConfigError: a stored version was changed in its file.
    """
    stored = {(row.key, row.version): row.hash for row in session.scalars(select(ConsentText))}
    added = 0
    for wording in (text for versions in wordings().values() for text in versions):
        known = stored.get((wording.key, wording.version))
        if known is None:
            session.add(_row(wording, now))
            added += 1
        elif known != wording.hash:
            raise ConfigError(
                f"consent text {wording.key}.{wording.version} was changed: add a new version"
            )
    session.flush()
    return added


def _row(wording: Wording, now: datetime) -> ConsentText:
    return ConsentText(
        key=wording.key,
        version=wording.version,
        summary=wording.summary,
        body=wording.body,
        hash=wording.hash,
        effective_from=now,
    )


def _read(path: Path) -> Wording:
    text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    key, _, version = path.stem.rpartition(".")
    head, line, body = text.partition("\n---\n")
    title, _, summary = head.strip().partition("\n")
    lines = summary.strip().splitlines()
    if not (key and version.isdecimal() and line and 0 < len(lines) <= MAX_SUMMARY_LINES):
        raise ConfigError(f"consent text {path.name}: title, 1-3 lines, ---, text")
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Wording(key, int(version), title.strip(), "\n".join(lines), body.strip(), digest)
