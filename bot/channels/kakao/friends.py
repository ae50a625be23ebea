"""The channel's relationship webhook: somebody added or blocked our channel. No chat.

Source: developers.kakao.com/docs/latest/ko/kakaotalk-channel/callback, read November 2026.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from bot.channels.kakao.parse import Headers
from bot.errors import PayloadError

RESOURCE_HEADER: Final = "X-Kakao-Resource-ID"
"""Unique per delivery."""
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class FriendEvent:
    """Somebody added or blocked our channel.

    Attributes:
        resource_id: identifies the delivery; the same one may come again.
        event: what happened.
        id_type: what `user_id` is: `app_user_id` (an app user), or `open_id` when the person
            did not agree to share the relationship.
        user_id: the vendor's id of the person; not the id of the chat.
        channel_public_id: the channel, with its underscore.
        at: aware, UTC; when it happened, or when we heard of it.
    """

    resource_id: str
    event: Literal["added", "blocked"]
    id_type: str
    user_id: str
    channel_public_id: str
    at: datetime


def parse_friend_event(body: bytes, headers: Headers, received_at: datetime) -> FriendEvent:
    """Read one delivery.

    Args:
        body: the request's body as it came.
        headers: the request's headers; without a resource id the body's hash stands for it.
        received_at: aware, UTC; stands for a missing or unreadable `updated_at`.

    Raises:
        PayloadError: not a JSON object, an unknown event, or without the person's id.
    """
    try:
        payload = json.loads(body, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise PayloadError("not JSON") from error
    fields = payload if isinstance(payload, dict) else {}
    event, user_id = fields.get("event"), _text(fields, "id")
    if event not in ("added", "blocked") or not user_id:
        raise PayloadError("no friend event")
    resource_id = (headers.get(RESOURCE_HEADER) or "").strip()[:_LONGEST]
    return FriendEvent(
        resource_id=resource_id or hashlib.sha256(body).hexdigest(),
        event=event,
        id_type=_text(fields, "id_type"),
        user_id=user_id,
        channel_public_id=_text(fields, "channel_public_id"),
        at=_moment(_text(fields, "updated_at"), received_at),
    )


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value.isprintable() or len(value) > _LONGEST:
        return ""
    return value.strip()


def _moment(text: str, otherwise: datetime) -> datetime:
    """Return an RFC 3339 moment in UTC; one without an offset is taken as UTC."""
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return otherwise
