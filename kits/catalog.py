"""What can be printed: `catalog.toml`, read once and checked.

The file documents every number; this module gives it types and answers to the names that
people use in the chat ("sticker") and on the command line ("sticker-square").
"""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kits.errors import KitError

_FILE = Path(__file__).parent / "catalog.toml"

METRES_PER_MM = 0.39
"""From how far a phone reads a code, per millimetre of its module."""

FLOOR_MODULE_MM = 0.6
"""Smallest module anywhere: 2.3 pixels at 96 dpi, so that even a preview can be read."""

_SHORT_NAMES = {
    "poster": "poster-a4",
    "sticker": "sticker-square",
    "stand": "stand-a6",
    "coupon": "coupon-strip",
    "pay": "pay-card",
}


@dataclass(frozen=True, slots=True)
class TextLimit:
    """What a product takes of one text.

    Attributes:
        chars: characters at most.
        lines: lines at most.
        min_pt: smallest size of type; a text that would need less is refused.
    """

    chars: int
    lines: int
    min_pt: float


@dataclass(frozen=True, slots=True)
class Fold:
    """A line across the sheet.

    Attributes:
        axis: "x" for a vertical line `at` mm from the left, "y" for one from the top.
        at: distance in mm.
        kind: "fold" or "perforation".
    """

    axis: str
    at: float
    kind: str


@dataclass(frozen=True, slots=True)
class Nup:
    """Several pieces on one sheet.

    Attributes:
        cols: pieces side by side.
        rows: pieces one below the other.
        piece: width and height of one piece, in mm.
        gap: white between two pieces, shared by the bleed of both.
    """

    cols: int
    rows: int
    piece: tuple[float, float]
    gap: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One kind of printed matter. Lengths in mm; `catalog.toml` explains each number.

    Attributes:
        id: "poster-a4".
        title: Korean, as on a chat button.
        item: what the chat calls it: poster, tent, sticker, card, stand, ...
        template: name of the file in `templates`, without ".typ".
        trim_mm: finished width and height.
        bleed_mm: colour beyond the cut.
        safe_mm: what must be read stays this far from cuts and folds.
        marks_mm: paper beyond the bleed that carries fold, perforation or crop marks.
        faces: sides that a customer sees.
        codes: codes on each page of the file; its length is the number of pages.
        folds: folding and perforation lines.
        nup: pieces on the sheet, or None.
        distance_m: from where the code is read.
        min_module_mm: smallest module that this product may print.
        texts: limit per printed field of the store.
        shape: "rect" or "round" (the cut).
        code: "channel" or "payment".
        logo_allowed: whether the store's own picture may lie in the code.
    """

    id: str
    title: str
    item: str
    template: str
    trim_mm: tuple[float, float]
    bleed_mm: float
    safe_mm: float
    marks_mm: float = 0
    faces: int = 1
    codes: tuple[int, ...] = (1,)
    folds: tuple[Fold, ...] = ()
    nup: Nup | None = None
    distance_m: float
    min_module_mm: float
    texts: Mapping[str, TextLimit]
    shape: str = "rect"
    code: str = "channel"
    logo_allowed: bool = True

    @property
    def pages(self) -> int:
        """Pages of the file."""
        return len(self.codes)

    def as_data(self) -> dict[str, Any]:
        """Return the entry as plain values, the way templates read it."""
        return {
            "id": self.id,
            "trim_mm": list(self.trim_mm),
            "bleed_mm": self.bleed_mm,
            "safe_mm": self.safe_mm,
            "marks_mm": self.marks_mm,
            "folds": [asdict(fold) for fold in self.folds],
            "nup": asdict(self.nup) if self.nup else None,
            "min_module_mm": self.min_module_mm,
            "shape": self.shape,
            "texts": {field: asdict(limit) for field, limit in self.texts.items()},
        }


def _product(product_id: str, entry: dict[str, Any]) -> Product:
    codes = tuple(entry.get("codes", (1,)))
    nup = entry.get("nup")
    return Product(
        id=product_id,
        title=entry["title"],
        item=entry["item"],
        template=entry["template"],
        trim_mm=tuple(entry["trim"]),
        bleed_mm=entry["bleed"],
        safe_mm=entry["safe"],
        marks_mm=entry.get("marks", 0),
        faces=entry.get("faces", 1),
        codes=codes,
        folds=tuple(Fold(**fold) for fold in entry.get("folds", ())),
        nup=Nup(nup["cols"], nup["rows"], tuple(nup["piece"]), nup["gap"]) if nup else None,
        distance_m=entry["distance"],
        min_module_mm=entry["module"],
        texts=MappingProxyType(
            {field: TextLimit(**limit) for field, limit in entry["texts"].items()}
        ),
        shape=entry.get("shape", "rect"),
        code=entry.get("code", "channel"),
        logo_allowed=entry.get("logo", True),
    )


PRODUCTS: Mapping[str, Product] = MappingProxyType(
    {key: _product(key, entry) for key, entry in tomllib.loads(_FILE.read_text()).items()}
)
"""Every product by id, in the order of the file."""


def resolve(name: str) -> Product:
    """Return the product of an id or of a short name of the chat.

    Raises:
        KitError: no such product (`product_unknown`).
    """
    product = PRODUCTS.get(_SHORT_NAMES.get(name, name))
    if product is None:
        known = ", ".join([*PRODUCTS, *_SHORT_NAMES])
        raise KitError(
            "product_unknown", f"There is no product {name!r}; known: {known}.", "products"
        )
    return product
