"""What the download page shows of an order, decided here so that its template only lays out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services.kits import KitPage, PageItem
from bot.services.kits.pieces import counted, name_of
from bot.web import kit_texts
from bot.web.kit_texts import Notice
from models.kit import KitDelivery, KitProblem
from models.states import KitState

ARCHIVE = "kit.zip"
HOME, PRINT, OUTLINED = "home", "print", "outlined"
SOON = timedelta(minutes=3)
"""Most kits take seconds; after this the page asks less often."""
EVERY_S, SELDOM_S = 4, 30
_MAKING = (KitState.CONFIRMED, KitState.RENDERED)
_STEP = {
    KitState.CONFIRMED: 0,
    KitState.RENDERED: 0,
    KitState.PREFLIGHTED: 1,
    KitState.QUEUED_PRINT: 1,
    KitState.PRINTED: 2,
    KitState.SHIPPED: 2,
    KitState.READY_PICKUP: 2,
    KitState.DELIVERED: 3,
}
"""How many steps of a printed order are done; states beside the way are not listed."""
_STEP_OF_FILES = {
    KitState.CONFIRMED: 0,
    KitState.RENDERED: 0,
    KitState.PREFLIGHTED: 1,
    KitState.DELIVERED: 2,
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One product on the page.

    Attributes:
        count: "2장"; "" where the merchant prints and decides.
        file: for the printer at home, or the only one there is.
        shop_file: for a print shop; "" when `file` is that one.
    """

    title: str
    count: str
    picture: str
    alt: str
    button: str
    file: str
    shop_file: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way, and whether it is `done`, `now` or `next`."""

    title: str
    at: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The page.

    Attributes:
        summary: what was ordered, on one line; with counts where we print.
        extra: further notices, the most important first.
        refresh_s: when the page looks again by itself; 0 for never.
        archive: name of the file with everything; "" when there are no files.
        how: three short lines about what to do with it.
    """

    store_name: str
    number: str
    summary: str
    notice: Notice
    extra: tuple[Notice, ...]
    steps: tuple[Step, ...]
    refresh_s: int
    sheets: tuple[Sheet, ...]
    archive: str
    how_title: str
    how: tuple[str, ...]


def seen(page: KitPage, now: datetime, *, has_channel: bool) -> Shown:
    """Return what the page shows.

    Args:
        page: the order.
        now: the moment, aware.
        has_channel: whether the store has a channel that a code can lead to.
    """
    is_file = page.delivery is KitDelivery.FILE
    is_ready = page.storage_key is not None
    waits = page.state in _MAKING and has_channel
    since = now - page.created_at
    return Shown(
        store_name=page.store_name,
        number=page.number,
        summary=", ".join(_named(item, counts=not is_file) for item in page.items),
        notice=_notice(page, has_channel=has_channel),
        extra=_extra(page),
        steps=_steps(page),
        refresh_s=(EVERY_S if since < SOON else SELDOM_S) if waits else 0,
        sheets=tuple(_sheet(page, item) for item in page.items) if is_ready else (),
        archive=ARCHIVE if is_ready else "",
        how_title=kit_texts.HOW_TO_PRINT_TITLE if is_file else kit_texts.HOW_TO_HANG_TITLE,
        how=kit_texts.HOW_TO_PRINT if is_file else kit_texts.HOW_TO_HANG,
    )


def _named(item: PageItem, *, counts: bool) -> str:
    name = name_of(item.product)
    return f"{name} {counted(item.product, item.quantity)}" if counts else name


def _notice(page: KitPage, *, has_channel: bool) -> Notice:
    if page.state in _MAKING:
        return kit_texts.MAKING if has_channel else kit_texts.NO_CHANNEL
    if page.delivery is KitDelivery.FILE and page.storage_key is not None:
        if page.state is KitState.PREFLIGHTED:
            return kit_texts.FILES_READY
        if page.state is KitState.DELIVERED:
            return kit_texts.FILES_TAKEN
    if page.state is KitState.PROBLEM and page.reason == KitProblem.TAMPERED:
        return kit_texts.TAMPERED
    failure = kit_texts.FAILURES.get(page.reason or "")
    if page.state is KitState.FAILED and failure:
        mend = (failure, kit_texts.MEND)
        return Notice(kit_texts.STATES[KitState.FAILED].title, mend, "bad")
    return kit_texts.STATES.get(page.state, kit_texts.GONE)


def _extra(page: KitPage) -> tuple[Notice, ...]:
    found = []
    if page.is_outdated and page.storage_key is not None:
        found.append(kit_texts.OUTDATED)
    if page.state is KitState.DELIVERED and page.storage_key is None:
        found.append(kit_texts.FILES_PURGED)
    return tuple(found)


def _steps(page: KitPage) -> tuple[Step, ...]:
    is_file = page.delivery is KitDelivery.FILE and page.state in _STEP_OF_FILES
    titles = kit_texts.STEPS_OF_FILES if is_file else kit_texts.STEPS_ON_PAPER
    done = (_STEP_OF_FILES if is_file else _STEP).get(page.state)
    if done is None:
        return ()
    return tuple(
        Step(title, "done" if at < done else "now" if at == done else "next")
        for at, title in enumerate(titles)
    )


def _sheet(page: KitPage, item: PageItem) -> Sheet:
    name = name_of(item.product)
    is_file = page.delivery is KitDelivery.FILE
    for_home = HOME if HOME in item.variants else PRINT
    for_shop = OUTLINED if OUTLINED in item.variants else PRINT
    has_shop_file = is_file and for_home == HOME
    return Sheet(
        title=name,
        count="" if is_file else counted(item.product, item.quantity),
        picture=item.picture,
        alt=kit_texts.PICTURE.format(store=page.store_name, product=name),
        button=kit_texts.button(name),
        file=item.sheet(for_home),
        shop_file=item.sheet(for_shop) if has_shop_file else "",
    )
