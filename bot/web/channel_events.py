"""POST /kakao/channel: KakaoTalk tells who added or blocked our channel.

It wants 2xx within 3 s. A repeated delivery is answered and not handed on; the memory for
that is this process's, so whoever takes the events keeps `resource_id` unique as well.

Source: developers.kakao.com/docs/latest/ko/kakaotalk-channel/callback, read November 2026.
"""

import threading
from collections import OrderedDict
from functools import partial
from typing import Final, Protocol

from flask import Blueprint, Response, request

from bot.channels.kakao.friends import FriendEvent, parse_friend_event
from bot.clock import Clock
from bot.config import Settings
from bot.web.guards import HeaderSecret, shielded
from bot.web.hook import Hook
from bot.web.metrics import FRIEND_EVENTS

REMEMBERED: Final = 1_000
"""Deliveries of which a repetition is recognised without asking anybody."""


class FriendEvents(Protocol):
    """Whoever wants to know about friends of the channel."""

    def handle(self, event: FriendEvent) -> None:
        """Take one event, quickly; the same one may come again. May raise anything."""
        ...


class _Seen:
    """The ids of the last deliveries."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._ids: OrderedDict[str, None] = OrderedDict()

    def add(self, resource_id: str) -> bool:
        """Remember an id; False when it is remembered already."""
        with self._lock:
            if resource_id in self._ids:
                return False
            self._ids[resource_id] = None
            if len(self._ids) > self._most:
                self._ids.popitem(last=False)
            return True

    def forget(self, resource_id: str) -> None:
        """Forget an id whose event was not taken, so that a repetition is."""
        with self._lock:
            self._ids.pop(resource_id, None)


def channel_blueprint(settings: Settings, clock: Clock, friend_events: FriendEvents) -> Blueprint:
    """Return POST /kakao/channel.

    Args:
        settings: whose admin key counts; without one everything is refused in production
            and accepted in development.
        clock: stamps events that come without a time.
        friend_events: takes the events; what it raises is logged, and answered with 200.
    """
    blueprint = Blueprint("channel", __name__)
    secret = HeaderSecret(
        settings.kakao_admin_key, prefix="KakaoAK ", open_when_unset=not settings.is_production
    )
    hook = Hook("channel", "Authorization", secret)
    seen = _Seen(REMEMBERED)

    @blueprint.post("/kakao/channel")
    def channel() -> Response:
        event = hook.received(lambda body: parse_friend_event(body, request.headers, clock.now()))
        if isinstance(event, Response):
            return event
        FRIEND_EVENTS.labels(_take(event, seen, friend_events)).inc()
        return Response("{}", content_type="application/json")

    return blueprint


def _take(event: FriendEvent, seen: _Seen, friend_events: FriendEvents) -> str:
    """Hand one event on unless it was before; return what became of it."""
    if not seen.add(event.resource_id):
        return "repeated"
    _, well = shielded(partial(friend_events.handle, event), None, "friend event")
    if not well:
        seen.forget(event.resource_id)
    return "taken" if well else "failed"
