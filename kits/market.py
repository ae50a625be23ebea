"""What a market gets beside the kits of its stores: press files and a summary."""

import shutil
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from kits import proof, roster, shelf
from kits.bulk import FAILED, KEPT, MADE, Outcome
from kits.catalog import PRODUCTS, Product
from kits.errors import KitError
from kits.imposition import impose
from kits.preflight import Rendering
from kits.spec import PRINT

IMPOSED = "imposed"
SUMMARY = "summary.csv"
_COLUMNS = ("line", "market", "stall", "store", "folder", "state", "products", "code", "message")
_SHOWN = ("line", "stall", "store", "state", "message")


def prepare(out: Path) -> None:
    """Make the folder and clear away what a killed run left half-done.

    Raises:
        KitError: `out_unwritable`.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        for path in out.glob(f"{shelf.BESIDE}*"):
            shutil.rmtree(path)
    except OSError as error:
        raise shelf.unwritable(out, error) from error


def finish(outcomes: Sequence[Outcome], out: Path) -> Iterator[tuple[str, int]]:
    """Write the press files and the summary; yield the name and the pages of each file.

    Raises:
        KitError: `out_unwritable`, or `code_missing` when a press file cannot be read back.
    """
    ordered = sorted((o for o in outcomes if o.state != FAILED), key=_place)
    for product in PRODUCTS.values():
        owners = [outcome for outcome in ordered if product.id in outcome.products]
        path = out / IMPOSED / f"{product.id}.pdf"
        if owners:
            names = [out / o.task.folder / f"{product.id}.{PRINT}.pdf" for o in owners]
            pdf = impose(product, names, f"{product.title}, {len(owners)}")
            yield f"{IMPOSED}/{path.name}", _read_back(pdf, product, owners)
            shelf.put_file(pdf, path)
        else:
            path.unlink(missing_ok=True)
    shelf.put_file(roster.as_csv([_COLUMNS, *map(_row, outcomes)]), out / SUMMARY)


def _read_back(pdf: bytes, product: Product, owners: Sequence[Outcome]) -> int:
    """Return the pages of a press file whose every code says what its store wants."""
    expected = sorted(owner.address for owner in owners for _ in range(sum(product.codes)))
    with Rendering(pdf) as rendering:
        if sorted(proof.readings(rendering)) != expected:
            raise KitError("code_missing", f"The press file of {product.id} cannot be read back.")
        return len(rendering.sizes)


def _place(outcome: Outcome) -> tuple[object, ...]:
    cells = outcome.task.line.cells
    return (
        roster.natural(cells.get("market", "")),
        roster.natural(cells.get("stall", "")),
        roster.natural(cells.get("store", "")),
        outcome.task.line.number,
    )


def _row(outcome: Outcome) -> tuple[object, ...]:
    cells = outcome.task.line.cells
    made = outcome.state != FAILED
    return (
        outcome.task.line.number,
        *(cells.get(key, "") for key in ("market", "stall", "store")),
        outcome.task.folder if made else "",
        outcome.state,
        " ".join(outcome.products),
        outcome.code,
        outcome.message,
    )


def table(outcomes: Sequence[Outcome]) -> str:
    """Return the outcome of every store as columns that line up in a terminal."""
    rows = [dict(zip(_COLUMNS, _row(outcome), strict=True)) for outcome in outcomes]
    shown = [list(_SHOWN), *([_plain(row[key]) for key in _SHOWN] for row in rows)]
    widths = [max(map(_columns, column)) for column in zip(*shown, strict=True)]
    lines = ["  ".join(map(_padded, line, widths)).rstrip() for line in shown]
    counts = ", ".join(
        f"{sum(o.state == state for o in outcomes)} {state}" for state in (MADE, KEPT, FAILED)
    )
    return "\n".join([*lines, counts])


def _plain(value: object) -> str:
    """Return a cell that cannot move the cursor of a terminal."""
    return "".join(sign if sign.isprintable() else " " for sign in str(value))


def _columns(text: str) -> int:
    """Return the columns that a terminal needs: a syllable takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _columns(text))
