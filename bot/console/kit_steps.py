"""What a person sets on an order of printed matter: the next step, a problem, the end of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.console import kit_words, words
from bot.console.desk import Desk
from bot.console.guard import WORKERS, Guard, me, once
from bot.errors import ConflictError, InvalidInputError, RuleBrokenError
from bot.services.kits import OrderRow, move_order
from bot.services.kits.reprints import AGAIN_FROM, reprint
from models.errors import IllegalMoveError
from models.kit import KitDelivery
from models.states import Cause, KitState

WITH_REASON = {
    KitState.PROBLEM: kit_words.PROBLEMS,
    KitState.REVOKE_REQUIRED: kit_words.REVOKE_REASONS,
}
"""Steps that want a reason, and which ones there are."""
_HAND_OVER = {KitDelivery.PICKUP: KitState.READY_PICKUP, KitDelivery.DELIVERY: KitState.SHIPPED}
_BACKWARDS = (KitState.CONFIRMED, KitState.PREFLIGHTED)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the page of an order offers.

    Attributes:
        next: the step that usually follows; None when nothing does.
        others: further steps that are legal.
        problem, cancel, revoke, again: whether that may be done.
    """

    next: KitState | None
    others: tuple[KitState, ...]
    problem: bool
    cancel: bool
    revoke: bool
    again: bool

    @property
    def are_none(self) -> bool:
        """Whether nothing can be done any more."""
        return not (
            self.next or self.others or self.problem or self.cancel or self.revoke or self.again
        )


def choices(row: OrderRow, steps: Iterable[KitState]) -> Choices:
    """Return what may be done about an order; `steps` are the legal ones."""
    state, delivery, legal = row.state, KitDelivery(row.delivery), tuple(steps)
    plain = [step for step in legal if step in kit_words.STEPS]
    if state is KitState.PREFLIGHTED and delivery is not KitDelivery.FILE:
        plain.remove(KitState.DELIVERED)  # nothing is on paper yet
    usual = _usual(row, plain)
    return Choices(
        next=usual,
        others=tuple(step for step in plain if step is not usual),
        problem=KitState.PROBLEM in legal,
        cancel=KitState.CANCELLED in legal,
        revoke=KitState.REVOKE_REQUIRED in legal,
        again=state in AGAIN_FROM,
    )


def _usual(row: OrderRow, plain: list[KitState]) -> KitState | None:
    """Return the step that should follow.

    What was not made, or says what is not true any more, is made again; else it is handed
    over the way that was ordered; else the first step forward.
    """
    if KitState.CONFIRMED in plain and (row.is_outdated or row.state is KitState.FAILED):
        return KitState.CONFIRMED
    wanted = _HAND_OVER.get(KitDelivery(row.delivery))
    if wanted in plain:
        return wanted
    return next((step for step in plain if step not in _BACKWARDS), None)


def add_pages(guard: Guard, desk: Desk) -> None:
    """Add the two buttons of an order."""

    @guard.page("/kits/<int:order_id>/move", *WORKERS, method="POST")
    def kit_move(order_id: int) -> ResponseReturnValue:
        to = request.form.get("to", "")
        if to not in set(KitState):
            abort(400)
        flash(_moved(desk, order_id, KitState(to)))
        return redirect(url_for("console.kit", order_id=order_id), 303)

    @guard.page("/kits/<int:order_id>/again", *WORKERS, method="POST")
    def kit_again(order_id: int) -> ResponseReturnValue:
        flash(_again(desk, order_id))
        return redirect(url_for("console.kit", order_id=order_id), 303)


def _moved(desk: Desk, order_id: int, to: KitState) -> str:
    reason = request.form.get("reason", "") or None
    if to in WITH_REASON and reason not in WITH_REASON[to]:
        return words.MESSAGES["reason_needed"]
    cause = _cause(desk, reason if to in WITH_REASON else None)

    def change(session: Session) -> str:
        return words.DONE if move_order(session, order_id, to, cause) else words.ALREADY

    return _changed(desk, change)


def _again(desk: Desk, order_id: int) -> str:
    cause = _cause(desk, None)

    def change(session: Session) -> str:
        return kit_words.AGAIN.format(number=reprint(session, order_id, cause))

    return _changed(desk, change)


def _cause(desk: Desk, reason: str | None) -> Cause:
    return Cause(actor=me().actor, key=once(), now=desk.clock.now(), reason=reason)


def _changed(desk: Desk, change: Callable[[Session], str]) -> str:
    """Change an order in one transaction; return what to tell."""
    try:
        with desk.database.transaction() as session:
            return change(session)
    except InvalidInputError:
        abort(404)
    except (RuleBrokenError, ConflictError, IllegalMoveError) as error:
        return kit_words.MESSAGES.get(error.code) or words.MESSAGES["illegal_move"]
