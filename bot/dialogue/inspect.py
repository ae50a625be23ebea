"""Shows what is held of one person: for commands, the simulator and tests."""

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.dialogue.registry import Registry
from bot.dialogue.state import Frame, State, load
from bot.nlu.result import FREE, MAIN_MENU
from bot.services import show
from models.conversation import Conversation
from models.session import Database


class Inspector:
    """Reads conversations and merchants by the vendor's user key.

    Args:
        database: where they are.
        registry: the flows, to read the state with.
    """

    def __init__(self, database: Database, registry: Registry) -> None:
        self._database = database
        self._registry = registry

    def conversation(self, user_key: str) -> dict[str, Any]:
        """Return state, transcript and events of a conversation; {} for a stranger."""
        with self._database.reading() as session:
            state = _state(session, user_key)
            shown = show.conversation(session, user_key) or {}
            return {**shown, **readable(state)} if shown else {}

    def asked(self, user_key: str) -> str:
        """Return the key of the open question; that of an idle chat for a stranger."""
        with self._database.reading() as session:
            return _asked(_state(session, user_key))

    def merchant(self, user_key: str) -> dict[str, Any]:
        """Return what a person has registered; {} for a stranger."""
        with self._database.reading() as session:
            return show.merchant(session, user_key) or {}

    def both(self, user_key: str) -> dict[str, Any]:
        """Return conversation and merchant, for the simulator."""
        return {"conversation": self.conversation(user_key), "merchant": self.merchant(user_key)}


def _state(session: Session, user_key: str) -> State:
    sealed = session.scalars(
        select(Conversation.state).where(Conversation.user_key == user_key)
    ).first()
    return load(json.loads(sealed)) if sealed else State()


def readable(state: State) -> dict[str, Any]:
    """Return a state by the words of the vocabulary."""
    return {
        "asked": _asked(state),
        "pending": state.pending.kind if state.pending else None,
        "frames": [_frame(frame) for frame in state.frames],
        "slots": {k: f.value for frame in state.frames for k, f in frame.slots.items()},
    }


def _asked(state: State) -> str:
    if state.pending:
        return f"system.{state.pending.kind}"
    if state.top and state.top.asked:
        return state.top.asked
    return MAIN_MENU if state.menu else FREE


def _frame(frame: Frame) -> dict[str, Any]:
    return {
        "flow": frame.flow,
        "version": frame.version,
        "asked": frame.asked,
        "paused": frame.paused,
        "tries": frame.tries,
        "editing": frame.editing,
        "slots": {key: filled.value for key, filled in frame.slots.items()},
        "order": frame.order,
    }
