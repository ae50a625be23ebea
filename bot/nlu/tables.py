"""The word lists in bot/nlu/data: read once, tab-separated, # starts a comment line."""

from pathlib import Path

DATA = Path(__file__).parent / "data"


def read_rows(name: str, columns: int) -> list[tuple[str, ...]]:
    """Return the rows of a data file, each padded with "" to `columns`.

    Args:
        name: file name below bot/nlu/data.
        columns: how many columns a row has.

    Raises:
        ValueError: a row has more columns than that.
    """
    rows = []
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        cells = tuple(cell.strip() for cell in line.split("\t"))
        if len(cells) > columns:
            raise ValueError(f"{name}: {line!r} has more than {columns} columns")
        rows.append(cells + ("",) * (columns - len(cells)))
    return rows
