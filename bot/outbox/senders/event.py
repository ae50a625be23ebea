"""Through our own chat: Kakao's Event API.

The event block calls our skill, and the skill answers with the words that travelled with the
event (`bot.web.notice_desk`); so they look like everything else the bot says, and a tap is an
ordinary message.

One person a call, although a hundred would be allowed: every message has words of its own,
and the words belong to the call. More than that, the task that a call becomes has one fate
for all: with one person in it, its report is the report of one message, a lost answer leaves
one message unclear and not a hundred, and a stop in between stops the rest.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from bot.clients.kakao_event import Event, EventUser, KakaoEventClient
from bot.errors import ExternalRejectedError
from bot.outbox.sender import Fate, Message, Question, Rate, Recipient, Report, Taken
from bot.outbox.templates import Words
from models.conversation import Friend

EVENT: Final = "sosin_notice"
"""Name of the event block in the bot's console."""
NOT_FRIENDS: Final[Mapping[Friend, str]] = {
    Friend.NONE: "not_a_friend",
    Friend.BLOCKED: "channel_blocked",
}
"""Who surely is no friend of our channel. Where it is not known it is tried: Kakao itself says
in the task's report whether the person was one, and a person without a phone number would
otherwise never be reached."""


class EventSender:
    """Has the bot speak first, to friends of the channel.

    Args:
        client: speaks to Kakao.
    """

    name: str = "event"
    rate: Rate = Rate(per_second=20.0, burst=40.0)
    """Our own choice; Kakao names no limit."""
    looks_after: tuple[timedelta, ...] = (
        timedelta(seconds=10),
        timedelta(minutes=1),
        timedelta(minutes=10),
    )

    def __init__(self, client: KakaoEventClient) -> None:
        self._client = client

    def obstacle(self, to: Recipient, message: Message) -> str | None:  # noqa: ARG002 -- the port
        """Return why this person cannot be spoken to, a code; None when it may work."""
        if not to.bot_id or not to.user_key:
            return "no_chat"
        return NOT_FRIENDS.get(to.friend)

    def send(self, to: Recipient, message: Message) -> Taken:
        """Hand the message over. Raises as the port says."""
        said = payload(str(message.mark), message.words)
        event = Event(EVENT, said, {"event": EVENT, **said})
        task_id = self._client.talk(to.bot_id, event, [EventUser("botUserKey", to.user_key)])
        return Taken(ref=task_id, answer="SUCCESS")

    def look(self, question: Question) -> Report:
        """Ask how the task stands; without its id nobody can tell. Raises as the port says."""
        if not question.ref:
            return Report(Fate.CANNOT_TELL)
        try:
            task = self._client.task(question.ref)
        except ExternalRejectedError as error:
            if error.code == "http_404":
                return Report(Fate.CANNOT_TELL, question.ref)
            raise
        if task.failed:
            return Report(Fate.FAILED, question.ref, "event_not_reached")
        fate = Fate.DELIVERED if task.reached else Fate.PENDING
        return Report(fate, question.ref)


def payload(mark: str, words: Words) -> dict[str, str]:
    """Return what our skill needs to say it: texts only, as Kakao passes nothing else on."""
    buttons = [{"label": tap.label, "link": tap.link} for tap in words.buttons]
    shown = json.dumps(buttons, ensure_ascii=False, separators=(",", ":"))
    return {"mark": mark, "text": words.text, "buttons": shown}
