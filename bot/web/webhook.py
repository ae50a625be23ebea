"""POST /kakao/skill: the door through which every chat message comes.

A wrong secret is refused with 401, a body over 64 KB with 413, one that is no skill call
with 400. Behind those, the answer is always 200 with a bubble that KakaoTalk can show, also
when everything behind this door is broken.
"""

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Final, Protocol

from flask import Blueprint, Response, request

from bot.channels.kakao import bubble, parse
from bot.channels.kakao.callback import TOKEN_HEADER, usable
from bot.clock import Clock
from bot.config import Settings
from bot.dialogue.message import Inbound
from bot.web.guards import HeaderSecret, shielded
from bot.web.hook import Hook
from bot.web.late import DIRECT_SECONDS, Callback, LateAnswers, PostCallback
from bot.web.metrics import ANSWERS, TURN_SECONDS
from bot.web.notice_desk import NOTHING

logger = logging.getLogger(__name__)

SECRET_HEADER: Final = "X-Skill-Secret"  # noqa: S105 -- the header's name, no secret
JSON_TYPE: Final = "application/json; charset=utf-8"

GROUP: Final = bubble("1:1 채널 채팅에서만 도와드릴 수 있어요.\n저희 채널과 1:1로 말씀해 주세요.")
OTHER_BOT: Final = bubble("이 채널에서는 아직 도와드릴 수 없어요.\n담당자에게 알려 주세요.")
TROUBLE: Final = bubble("죄송해요. 저희 쪽에 문제가 생겼어요.\n1분 뒤에 다시 말씀해 주세요.")


class Conversation(Protocol):
    """Whoever answers messages."""

    def handle(self, inbound: Inbound) -> bytes:
        """Return the ready answer to one message; may raise anything."""
        ...


Notices = Callable[[Inbound], bytes | None]
"""Answers calls of events that we began ourselves; None for what a person has said."""


def _no_notices(_: Inbound) -> None:
    """Answer no call: everything is what a person has said."""


class _Desk:
    """Takes skill calls, one at a time in each of many threads.

    Args:
        settings: whose secrets, bots and callback hosts count.
        conversation: answers the messages.
        late: makes answers that may be late; None when nobody can post them.
        notices: answers what is no message.
    """

    def __init__(
        self,
        settings: Settings,
        conversation: Conversation,
        late: LateAnswers | None,
        notices: Notices,
    ) -> None:
        self._settings = settings
        self._conversation = conversation
        self._late = late
        self._notices = notices
        self._bots = frozenset(bot.removesuffix("!") for bot in settings.kakao_bot_ids)

    def answer(self, inbound: Inbound) -> bytes:
        """Return the bytes of a valid answer, whatever happens."""
        if self._bots and inbound.bot_id not in self._bots:
            logger.warning("a bot that is not in KAKAO_BOT_IDS: %s", inbound.bot_id)
            ANSWERS.labels("foreign_bot").inc()
            return OTHER_BOT
        if inbound.is_group:
            ANSWERS.labels("group").inc()
            return GROUP
        silence: bytes | None = NOTHING
        notice, well = shielded(partial(self._notices, inbound), silence, "notice")
        if notice is not None:
            ANSWERS.labels("notice" if well else "failed").inc()
            return notice
        make = partial(self._make, inbound)
        callback = self._callback(inbound)
        if self._late is None or callback is None:
            return make()
        return self._late.answer(make, callback)

    def _make(self, inbound: Inbound) -> bytes:
        started = time.perf_counter()
        body, well = shielded(partial(self._conversation.handle, inbound), TROUBLE, "turn")
        TURN_SECONDS.observe(time.perf_counter() - started)
        ANSWERS.labels("answered" if well else "failed").inc()
        return body

    def _callback(self, inbound: Inbound) -> Callback | None:
        url, settings = inbound.callback_url, self._settings
        allowed = settings.kakao_callback_hosts
        if not url or not usable(url, allowed, loopback=not settings.is_production):
            return None
        token = request.headers.get(TOKEN_HEADER)
        return Callback(url, {TOKEN_HEADER: token} if token else {}, inbound.received_at)


def skill_blueprint(
    settings: Settings,
    clock: Clock,
    conversation: Conversation,
    *,
    post_callback: PostCallback | None = None,
    notices: Notices = _no_notices,
    direct_seconds: float = DIRECT_SECONDS,
) -> Blueprint:
    """Return POST /kakao/skill.

    Args:
        settings: secrets, bot ids and callback hosts.
        clock: stamps the messages.
        conversation: answers them.
        post_callback: posts late answers (`bot.clients.kakao_callback`); without it every
            answer is waited for.
        notices: answers calls of events that we began (`bot.web.notice_desk`).
        direct_seconds: how long an answer with a callback address may take before it is
            announced and posted later.
    """
    blueprint = Blueprint("skill", __name__)
    secret = HeaderSecret(settings.kakao_skill_secret, open_when_unset=not settings.is_production)
    hook = Hook("skill", SECRET_HEADER, secret)
    late = LateAnswers(clock, post_callback, direct_seconds) if post_callback else None
    desk = _Desk(settings, conversation, late, notices)

    def received() -> Inbound | Response | None:
        return hook.received(lambda body: parse(body, request.headers, clock.now()))

    @blueprint.post("/kakao/skill")
    def skill() -> Response:
        inbound, well = shielded(received, None, "reading a skill call")
        if isinstance(inbound, Response):
            return inbound
        if inbound is None or not well:
            ANSWERS.labels("failed").inc()
            return Response(TROUBLE, content_type=JSON_TYPE)
        return Response(desk.answer(inbound), content_type=JSON_TYPE)

    return blueprint
