"""What is known about a business from its number and from the tax office.

Whether a number is well formed is a matter of `bot.nlu.business_numbers`. Here nothing is
ever refused: what does not fit becomes a requirement that a person looks at (PIPA 37-2, no
decision by a machine alone).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.clients.nts import BusinessStatus
from models.merchant import BusinessKind, TaxOfficeState
from models.states import Level

_CORPORATE_TYPES = frozenset(range(81, 90))
"""Digits 4-5 of corporations and other bodies: 81, 86-88 companies, 82 non-profit, 83 public,
84 foreign, 85 branch, 89 religious. General knowledge of the numbering, not read in a source:
the merchant is asked to confirm."""
_SOLE_TYPES = frozenset((*range(1, 81), *range(90, 100)))
"""01-79 taxable persons, 80 other persons, 90-99 exempt persons."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What an answer of the tax office means for the requirement `brn`.

    Attributes:
        error_code: what has to be cleared up; None when nothing.
    """

    level: Level
    error_code: str | None = None


FINDINGS: Mapping[TaxOfficeState, Finding] = {
    TaxOfficeState.CONTINUING: Finding(Level.MET),
    TaxOfficeState.SUSPENDED: Finding(Level.PENDING_VERIFICATION, "brn_suspended"),
    TaxOfficeState.CLOSED: Finding(Level.CURRENTLY_DUE, "brn_closed"),
    TaxOfficeState.UNREGISTERED: Finding(Level.PENDING_VERIFICATION, "brn_not_found_new"),
    TaxOfficeState.UNAVAILABLE: Finding(Level.PENDING_VERIFICATION),
    TaxOfficeState.UNCHECKED: Finding(Level.PENDING_VERIFICATION),
}
"""A new business is not in the register for a day or two, so "not found" waits."""


def infer_kind(brn: str | None) -> BusinessKind:
    """Return what digits 4-5 of a ten-digit number say about the business.

    >>> infer_kind("1234567891").value, infer_kind("1208147521").value, infer_kind(None).value
    ('sole', 'corp', 'unknown')
    """
    if not brn or not brn[3:5].isdigit():
        return BusinessKind.UNKNOWN
    middle = int(brn[3:5])
    if middle in _SOLE_TYPES:
        return BusinessKind.SOLE
    return BusinessKind.CORP if middle in _CORPORATE_TYPES else BusinessKind.UNKNOWN


def state_of(status: BusinessStatus | None) -> TaxOfficeState:
    """Return the state to store for an answer; None when nobody was asked."""
    return TaxOfficeState(status.state) if status else TaxOfficeState.UNCHECKED
