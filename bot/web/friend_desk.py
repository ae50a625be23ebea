"""Keeps what the vendor tells about friends of the channel."""

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.channels.kakao.friends import FriendEvent
from bot.deps import Deps
from models.conversation import Conversation, Friend
from models.conversation import FriendEvent as FriendRow

STATE_OF_EVENT = {"added": Friend.FRIEND, "blocked": Friend.BLOCKED}


class FriendDesk:
    """Takes events of the channel's relationship webhook.

    Args:
        deps: the collaborators.
    """

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def handle(self, event: FriendEvent) -> None:
        """Store one event; a second delivery of it changes nothing."""
        try:
            with self._deps.database.transaction() as session:
                self._store(session, event)
        except IntegrityError:
            return

    def _store(self, session: Session, event: FriendEvent) -> None:
        theirs = or_(
            Conversation.app_user_id == event.user_id, Conversation.user_key == event.user_id
        )
        conversation_id = session.execute(select(Conversation.id).where(theirs)).scalar()
        session.add(
            FriendRow(
                resource_id=event.resource_id,
                channel_public_id=event.channel_public_id,
                event=event.event,
                user_key=event.user_id,
                conversation_id=conversation_id,
                at=event.at,
                received_at=self._deps.clock.now(),
            )
        )
        session.flush()
        session.execute(
            update(Conversation).where(theirs).values(friend=STATE_OF_EVENT[event.event])
        )
