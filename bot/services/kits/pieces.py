"""How pieces of a product are counted, for people and for the printer."""

from math import ceil

from kits.catalog import PRODUCTS

_UNITS = {"tent": "개", "stand": "개", "flag": "개", "banner": "개", "pay": "개"}
_USUAL_UNIT = "장"


def name_of(product: str) -> str:
    """Return what a merchant calls a product; a sheet of ten cards is ordered as cards.

    >>> name_of("poster-a4"), name_of("card-sheet")
    ('A4 포스터', '명함')
    """
    known = PRODUCTS.get(product)
    if known is None:
        return product
    if known.nup and known.item in PRODUCTS:
        return PRODUCTS[known.item].title
    return known.title


def counted(product: str, quantity: int) -> str:
    """Return a number of pieces with its unit.

    >>> counted("tent", 4)
    '4개'
    """
    known = PRODUCTS.get(product)
    return f"{quantity}{_UNITS.get(known.item, _USUAL_UNIT) if known else _USUAL_UNIT}"


def sheets_of(product: str, quantity: int) -> int:
    """Return how often the file has to be printed: several pieces may share a sheet.

    >>> sheets_of("card-sheet", 95), sheets_of("tent", 4)
    (10, 4)
    """
    known = PRODUCTS.get(product)
    if known is None or known.nup is None:
        return quantity
    return ceil(quantity / (known.nup.cols * known.nup.rows))
