"""Skill calls in the shapes that were seen or documented; ids and keys are made up."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.channels.kakao import parse
from bot.dialogue.message import Inbound

FOLDER = Path(__file__).parent / "payloads"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def body(name: str) -> bytes:
    return (FOLDER / f"{name}.json").read_bytes()


def payload(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(body(name))
    return loaded


def read(raw: object, headers: dict[str, str] | None = None) -> Inbound:
    """Parse a payload given as bytes, or as anything that JSON can hold."""
    data = raw if isinstance(raw, bytes) else json.dumps(raw).encode()
    return parse(data, headers or {}, AT)


def said(text: object) -> dict[str, Any]:
    return {"userRequest": {"user": {"id": "u1"}, "utterance": text}}
