"""One message in, the bytes of its answer out; everything it changes is one transaction.

Read first, think (no lock is held), then write quickly. The core is pure, so when another
message of the same person was faster the turn is simply thought again.
"""

import logging
import threading
import time
from collections.abc import Callable

from bot.deps import Deps
from bot.dialogue import masking
from bot.dialogue.core import reduce
from bot.dialogue.message import Inbound, Reply
from bot.dialogue.registry import Registry
from bot.dialogue.state import State
from bot.dialogue.store import Loaded, Record, Store
from bot.dialogue.turn import Outcome
from bot.dialogue.world import Lookups, World
from bot.errors import ConflictError
from bot.services.transaction import Transaction

logger = logging.getLogger(__name__)

ATTEMPTS = 25
LOCKS = 64
REPEAT_MS = 2000
"""Within this time the same words without a delivery id are the same message."""
RECENT = 3


class Engine:
    """Answers messages.

    Args:
        deps: the collaborators.
        registry: the flows.
        render: turns a reply into the channel's bytes.
    """

    def __init__(self, deps: Deps, registry: Registry, render: Callable[[Reply], bytes]) -> None:
        self._deps = deps
        self._registry = registry
        self._render = render
        self._lookups = Lookups(deps)
        self._store = Store(deps.database)
        self._locks = tuple(threading.Lock() for _ in range(LOCKS))

    def handle(self, inbound: Inbound) -> bytes:
        """Answer one message; a message that was answered before gets the same bytes.

        Raises:
            ConflictError: other messages of the same person were faster all the time.
            BusyError: others of this process wrote for too long.
            OperationalError: the database is gone, or another process wrote for too long.
        """
        budget_s = self._deps.patience.turn_s
        deadline = time.monotonic() + budget_s
        lock = self._locks[hash((inbound.bot_id, inbound.user_key)) % LOCKS]
        held = lock.acquire(timeout=budget_s / 2)
        try:
            return self._until_taken(inbound, deadline)
        finally:
            if held:
                lock.release()

    def _until_taken(self, inbound: Inbound, deadline: float) -> bytes:
        # One world for all attempts: an outside service is asked once a message.
        world = World(self._deps, self._lookups, inbound.received_at, deadline)
        for _ in range(ATTEMPTS):
            try:
                return self._attempt(inbound, world, deadline)
            except ConflictError as conflict:
                logger.info("turn again", extra={"code": conflict.code})
            if time.monotonic() > deadline:
                break
        raise ConflictError(code="busy")

    def _attempt(self, inbound: Inbound, world: World, deadline: float) -> bytes:
        loaded = self._store.load(inbound, inbound.request_id or "")
        if loaded.reply is not None:
            return loaded.reply
        key = inbound.request_id or self._key_without_id(inbound, loaded)
        repeated = self._repeated(loaded, key)
        if repeated is not None:
            return repeated
        world.of(loaded.id)
        outcome = reduce(self._registry, loaded.state, inbound, world, owner=loaded.owner)
        if inbound.request_id is None:
            _remember(outcome.state, inbound, key)
        body = self._render(outcome.reply)
        self._commit(inbound, loaded, outcome, self._record(inbound, outcome, key, body), deadline)
        return body

    def _key_without_id(self, inbound: Inbound, loaded: Loaded) -> str:
        now = int(inbound.received_at.timestamp() * 1000)
        for fingerprint, key, at in loaded.state.recent:
            if fingerprint == inbound.fingerprint[:32] and abs(now - at) < REPEAT_MS:
                return str(key)
        return f"{inbound.fingerprint[:32]}:{loaded.revision}"

    def _repeated(self, loaded: Loaded, key: str) -> bytes | None:
        if loaded.id is None or not any(key == known for _, known, _ in loaded.state.recent):
            return None
        return self._store.reply(loaded.id, key)

    def _commit(
        self, inbound: Inbound, loaded: Loaded, outcome: Outcome, record: Record, deadline: float
    ) -> None:
        state = State(turns=outcome.state.turns) if outcome.forget else outcome.state
        left = deadline - time.monotonic()
        if not outcome.effects:
            with self._deps.database.plain_transaction(within=left) as cursor:
                self._store.save(cursor, loaded, inbound, state, record)
            return
        with self._deps.database.transaction(within=left) as session:
            cursor = session.connection().connection.cursor()
            conversation_id = self._store.save(cursor, loaded, inbound, state, record)
            tx = Transaction(session, inbound.received_at, conversation_id, record.key, inbound.by)
            for effect in outcome.effects:
                effect.apply(tx)

    def _record(self, inbound: Inbound, outcome: Outcome, key: str, body: bytes) -> Record:
        personal = masking.personal_values(self._registry, outcome.state, outcome.personal)
        said = masking.DROPPED if outcome.drop_text else masking.masked(inbound.text, personal)
        return Record(
            key=key,
            reply=body,
            said=said,
            answered=masking.masked(masking.words_of(outcome.reply), personal),
            asked=outcome.asked,
            layer=outcome.layer,
            events=outcome.events,
            forget=outcome.forget,
        )


def _remember(state: State, inbound: Inbound, key: str) -> None:
    now = int(inbound.received_at.timestamp() * 1000)
    state.recent = [*state.recent, [inbound.fingerprint[:32], key, now]][-RECENT:]
