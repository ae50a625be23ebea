"""What a merchant does about printed matter: order it, call it off, complain, order again."""

from collections.abc import Mapping

from sqlalchemy import select

from bot.errors import ConflictError, RuleBrokenError
from bot.services.handoff import open_task
from bot.services.kits.numbers import add_once, free_number
from bot.services.kits.pay_cards import must_have_code
from bot.services.kits.stores import Printable, newest_store, order_of
from bot.services.kits.wish import KitWish, check, pieces_of
from bot.services.transaction import Transaction
from models.kit import KitDelivery, KitItem, KitOrder, KitProblem
from models.moves import is_legal
from models.states import KitState, move, record

PROBLEMS: Mapping[str, str] = {
    KitProblem.QR_NOT_SCANNING: "QR이 안 읽힘",
    KitProblem.WRONG_ITEM: "다른 물건이 옴",
    KitProblem.DAMAGED: "망가짐",
    KitProblem.MISPRINT: "글자가 틀림",
    KitProblem.TAMPERED: "QR 위에 다른 것이 붙음",
    KitProblem.MISSING_ITEMS: "빠진 것이 있음",
    KitProblem.PRINT_QUALITY: "인쇄가 흐림",
}
"""What the people of the programme read, on tickets and in the console."""
NOTE_LENGTH = 300


def place(tx: Transaction, order: KitWish) -> str:
    """Take an order and return its number; the same turn again changes nothing.

    An order without a channel waits until the store has one.

    Raises:
        RuleBrokenError: nothing is registered (code `not_registered`), there is no payment
            code to print (code `no_pay_code`), or it cannot be ordered so (see
            `bot.services.kits.wish.check`).
        ConflictError: the reserved number is gone (code `number_taken`); think again.
    """
    known = tx.session.scalars(
        select(KitOrder.number).where(KitOrder.submission_key == _key(tx))
    ).one_or_none()
    if known is not None:
        return known
    check(order)
    store = newest_store(tx.session, tx.conversation_id)
    if store is None:
        raise RuleBrokenError("an order needs a store", code="not_registered")
    must_have_code(tx.session, store.store_id, pieces_of(order.items, order.size))
    row = _row(tx, order, store)
    if not add_once(tx.session, row):
        raise ConflictError(code="number_taken")
    record(tx.session, row, None, tx.cause("kit"))
    for product, pieces in pieces_of(order.items, order.size).items():
        tx.session.add(KitItem(order_id=row.id, product=product, quantity=pieces))
    tx.session.flush()
    return row.number


def _key(tx: Transaction) -> str:
    return f"{tx.conversation_id}:{tx.key}"


def _row(tx: Transaction, order: KitWish, store: Printable) -> KitOrder:
    return KitOrder(
        number=order.number or free_number(tx.session),
        store_id=store.store_id,
        conversation_id=tx.conversation_id,
        state=KitState.CONFIRMED,
        items=dict(order.items),
        size=order.size,
        theme=order.theme,
        delivery=KitDelivery(order.delivery),
        languages=list(order.languages),
        phrase=order.phrase or None,
        store_name=store.name,
        market=store.market,
        stall=store.stall,
        channel_public_id=store.public_id,
        search_id=store.search_id,
        reorder_of=order.reorder_of,
        submission_key=_key(tx),
        created_at=tx.now,
        updated_at=tx.now,
    )


def cancel(tx: Transaction, order_id: int) -> bool:
    """Call an order off; False when that was done before.

    Raises:
        RuleBrokenError: somebody else's order (code `not_yours`), or it is printed already
            (code `kit_too_late`).
    """
    order = order_of(tx.session, tx.conversation_id, order_id)
    if order.state is KitState.CANCELLED:
        return False
    if not can_cancel(order.state):
        raise RuleBrokenError(f"{order.number} is {order.state}", code="kit_too_late")
    order.claimed_until = order.storage_key = None
    order.updated_at = tx.now
    return move(tx.session, order, KitState.CANCELLED, tx.cause("kit_cancel"))


def can_cancel(state: KitState) -> bool:
    """Tell whether the merchant may call an order off: nothing is printed yet."""
    return state is not KitState.PROBLEM and is_legal("kit_order", state, KitState.CANCELLED)


def report_problem(tx: Transaction, order_id: int, problem: str, note: str | None = None) -> bool:
    """Keep what is wrong with printed matter and give it to a person; the bot goes on answering.

    A complaint is never refused: where the order cannot become one with a problem (any more),
    the ticket alone tells of it.

    Args:
        tx: the turn.
        order_id: which order.
        problem: a value of `KitProblem`.
        note: what the merchant said about it.

    Returns:
        Whether the state of the order changed.

    Raises:
        RuleBrokenError: code `not_yours`, or `problem_unknown`.
    """
    order = order_of(tx.session, tx.conversation_id, order_id)
    try:
        found = KitProblem(problem)
    except ValueError:
        raise RuleBrokenError(f"no such problem: {problem}", code="problem_unknown") from None
    said = (note or "").strip()[:NOTE_LENGTH]
    parts = (order.number, PROBLEMS[found], said)
    reason = "kit_tampered" if found is KitProblem.TAMPERED else "kit_problem"
    open_task(tx, reason, summary=" · ".join(part for part in parts if part))
    cause = tx.cause("kit_problem", found.value)
    if not is_legal("kit_order", order.state, KitState.PROBLEM):
        return False
    if not move(tx.session, order, KitState.PROBLEM, cause):
        return False
    order.reason = found.value
    order.note = said or order.note
    order.updated_at = tx.now
    return True


def reorder(
    tx: Transaction,
    order_id: int,
    items: Mapping[str, int] | None = None,
    number: str | None = None,
) -> str:
    """Order the same again, or some of it, as the store is called now; return the number.

    An order with a problem is settled by it.

    Args:
        tx: the turn.
        order_id: which order.
        items: None for the same ones.
        number: see `KitWish`.

    Raises:
        RuleBrokenError: code `not_yours`; see also `place`.
    """
    old = order_of(tx.session, tx.conversation_id, order_id)
    wish = KitWish(
        items=dict(items or old.items),
        size=old.size,
        theme=old.theme,
        phrase=old.phrase,
        delivery=old.delivery.value,
        languages=tuple(old.languages),
        reorder_of=old.id,
        number=number,
    )
    given = place(tx, wish)
    if is_legal("kit_order", old.state, KitState.REORDERED):
        move(tx.session, old, KitState.REORDERED, tx.cause("kit_reordered"))
        old.updated_at = tx.now
    return given
