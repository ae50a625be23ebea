"""The steps of an order that people of the programme set by hand."""

from sqlalchemy.orm import Session

from bot.errors import InvalidInputError, RuleBrokenError
from bot.services.reminders import kits
from models.kit import KitOrder, KitProblem
from models.moves import MOVES
from models.states import Cause, KitState, move

BY_HAND = (
    KitState.CONFIRMED,
    KitState.PREFLIGHTED,
    KitState.QUEUED_PRINT,
    KitState.PRINTED,
    KitState.SHIPPED,
    KitState.READY_PICKUP,
    KitState.DELIVERED,
    KitState.CANCELLED,
    KitState.PROBLEM,
    KitState.REVOKE_REQUIRED,
    KitState.REVOKED,
)
"""The others follow from what machines find, from ordering again, or from an erasure."""


def steps_from(state: KitState) -> tuple[KitState, ...]:
    """Return the steps that may be set by hand next, in the order of the way.

    `confirmed` means: render it again, as the store is called now.
    """
    if state in (KitState.CONFIRMED, KitState.RENDERED):
        return (KitState.CANCELLED,)
    legal = MOVES["kit_order"][state]
    return tuple(step for step in BY_HAND if step.value in legal)


def move_order(session: Session, order_id: int, to: KitState, cause: Cause) -> bool:
    """Set a step; False when this key was applied before.

    Args:
        session: inside a write transaction.
        order_id: which order.
        to: the new state.
        cause: who, when, idempotency key; for `problem` the reason is a `KitProblem`.

    Raises:
        InvalidInputError: no such order (code `no_order`).
        RuleBrokenError: `problem` without a known reason (code `reason_needed`), or a state
            that nobody sets by hand (code `not_by_hand`).
        models.errors.IllegalMoveError: the step does not follow from the present state.
    """
    order = session.get(KitOrder, order_id)
    if order is None:
        raise InvalidInputError("no such order", code="no_order")
    if to not in BY_HAND:
        raise RuleBrokenError(f"nobody sets {to} by hand", code="not_by_hand")
    if to is KitState.PROBLEM and cause.reason not in set(KitProblem):
        raise RuleBrokenError(f"a problem wants a reason: {cause.reason}", code="reason_needed")
    before = order.state
    if not move(session, order, to, cause):
        return False
    if to is not KitState.REVOKED:
        order.reason = cause.reason if to is KitState.PROBLEM else None
    if to is KitState.CONFIRMED:
        _render_again(order)
    elif to is KitState.CANCELLED and before is not KitState.PROBLEM:
        order.storage_key = None
    order.updated_at = cause.now
    kits.moved(session, order, cause)
    session.flush()
    return True


def _render_again(order: KitOrder) -> None:
    order.storage_key = order.content_key = order.report = None
    order.claimed_until = None
    order.attempts = 0
    order.is_outdated = False
