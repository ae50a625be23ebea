"""What turns an order into files: a protocol, and the real one behind it."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from bot.errors import SosinError
from kits import pipeline
from kits.catalog import resolve
from kits.errors import KitError
from kits.mount import mount
from kits.pipeline import UnfitKitError
from kits.spec import Channel, KitSpec, Payment, Store

_PRESS = threading.Lock()
"""Neither what sets a page nor what draws one may be used by two threads at once."""
_SPARE = {"store.market": "market", "store.stall": "stall", "channel.search_id": "search_id"}
"""Field of a refusal -> what can be left out. Nobody should wait for a poster because the
description of the stall is too long for it."""
_BESIDE = "card"
"""Stands beside a sheet that is higher than wide, where a chat would show empty ground."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What is to be printed.

    Attributes:
        products: ids of the catalogue.
        variants: `print`, `outlined`, `home`.
        links: what the code on a product says; one that is missing says the channel's address.
        payment: the provider's code, for products that carry one.
    """

    store_name: str
    public_id: str
    products: tuple[str, ...]
    theme: str
    slogan: str = ""
    market: str = ""
    stall: str = ""
    phone: str = ""
    search_id: str = ""
    languages: tuple[str, ...] = ("ko",)
    variants: tuple[str, ...] = ("print",)
    links: Mapping[str, str] = field(default_factory=dict)
    payment: Payment | None = None


@dataclass(frozen=True, slots=True)
class Pressed:
    """A finished kit.

    Attributes:
        key: digest of everything that it was made from.
        files: name -> bytes, `kit.zip` with all of them among them.
        report: what the check before printing found, as in `preflight.json`.
    """

    key: str
    files: Mapping[str, bytes]
    report: dict[str, Any]


class UnprintableError(SosinError):
    """This cannot be printed as it was ordered; `code` says why.

    Attributes:
        report: of files that were made and found unfit; None when none were made.
    """

    code = "unprintable"

    def __init__(
        self, message: str = "", *, code: str | None = None, report: dict[str, Any] | None = None
    ) -> None:
        super().__init__(message, code=code)
        self.report = report


class Press(Protocol):
    """Makes files."""

    def render(self, sheet: Sheet) -> Pressed:
        """Return a kit in which every code was read back.

        Raises:
            UnprintableError: it cannot be printed so.
        """
        ...

    def thumbnail(self, sheet: Sheet, product: str, width_px: int) -> bytes:
        """Return a picture (PNG) of one product for a chat, each sheet drawn `width_px` wide.

        Raises:
            UnprintableError: it cannot be printed so.
        """
        ...


class KitsPress:
    """The press of the package `kits`. One job at a time in a process."""

    def render(self, sheet: Sheet) -> Pressed:
        """Return a kit; what is only an addition is left out where it does not fit.

        Raises:
            UnprintableError: it cannot be printed so.
        """
        try:
            with _PRESS:
                kit = pipeline.render(_spec(sheet))
        except KitError as error:
            smaller = _without(sheet, error.field)
            if smaller is None:
                raise _refusal(error) from error
            return self.render(smaller)
        return Pressed(kit.key, kit.files, dict(kit.report))

    def thumbnail(self, sheet: Sheet, product: str, width_px: int) -> bytes:
        """Return the picture, on a ground in the shape in which chats show pictures.

        Raises:
            UnprintableError: it cannot be printed so.
        """
        try:
            with _PRESS:
                spec = _spec(sheet)
                return mount([pipeline.thumbnail(spec, one, width_px) for one in _shown(product)])
        except KitError as error:
            smaller = _without(sheet, error.field)
            if smaller is None:
                raise _refusal(error) from error
            return self.thumbnail(smaller, product, width_px)


def _shown(product: str) -> tuple[str, ...]:
    width, height = resolve(product).trim_mm
    return (product, _BESIDE) if height > width else (product,)


def _without(sheet: Sheet, refused: str) -> Sheet | None:
    """Return the sheet without what was refused; None when it cannot do without."""
    name = _SPARE.get(refused)
    if name is None or not getattr(sheet, name):
        return None
    return replace(sheet, **{name: ""})  # type: ignore[arg-type]  # a name of `_SPARE`


def _refusal(error: KitError) -> UnprintableError:
    report = dict(error.report) if isinstance(error, UnfitKitError) else None
    return UnprintableError(error.message, code=error.code, report=report)


def _spec(sheet: Sheet) -> KitSpec:
    return KitSpec(
        store=Store(sheet.store_name, sheet.slogan, sheet.market, sheet.stall, sheet.phone),
        channel=Channel(sheet.public_id, sheet.search_id),
        theme=sheet.theme,
        products=sheet.products,
        variants=sheet.variants,
        links=sheet.links,
        languages=sheet.languages,
        payment=sheet.payment,
    )
