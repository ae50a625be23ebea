"""How far unfinished forms are, for those who remind of them and cannot read the state."""

import json

from sqlalchemy import select

from bot.deps import Deps
from bot.dialogue.registry import Registry
from bot.dialogue.state import Frame, State, load
from bot.dialogue.view import View
from bot.dialogue.world import Lookups, World
from bot.services.reminders.forms import Unfinished
from models.conversation import Conversation


class UnfinishedForms:
    """Reads conversations from outside a turn.

    Args:
        deps: the collaborators.
        registry: the flows.
    """

    def __init__(self, deps: Deps, registry: Registry) -> None:
        self._deps = deps
        self._registry = registry
        self._lookups = Lookups(deps)
        self.recalled = tuple(flow.name for flow in registry.flows if flow.recalled)

    def unfinished(self, conversation_id: int) -> Unfinished | None:
        """Return the form that waits in a conversation; None when none does."""
        with self._deps.database.reading() as session:
            sealed = session.scalars(
                select(Conversation.state).where(Conversation.id == conversation_id)
            ).one_or_none()
        state = load(json.loads(sealed)) if sealed else State()
        frame = state.frames[-1] if state.frames else None
        flow = self._registry.get(frame.flow) if frame else None
        if frame is None or flow is None or not flow.recalled:
            return None
        return Unfinished(flow.title, self._left(conversation_id, frame))

    def _left(self, conversation_id: int, frame: Frame) -> int:
        flow = self._registry.named(frame.flow)
        world = World(self._deps, self._lookups, self._deps.clock.now())
        world.of(conversation_id)
        view = View(frame.slots, world)
        return sum(not ask.answered(view) for ask in flow.applicable(view))
