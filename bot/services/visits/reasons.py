"""Why a time cannot be had; every candidate that is turned down gets one of these codes."""

from enum import StrEnum

from bot.errors import ConflictError, RuleBrokenError


class Reason(StrEnum):
    """Why somebody cannot come on a day, or at a time."""

    NO_SKILL = "no_skill"
    REGION = "region"
    DAY_OFF = "day_off"
    HOLIDAY = "holiday"
    MARKET_DAY = "market_day"
    STORE_CLOSED = "store_closed"
    NOTICE = "notice"
    HORIZON = "horizon"
    WISH = "wish"
    MAX_VISITS = "max_visits"
    LUNCH = "lunch"
    TRAVEL = "travel"
    BUSY = "busy"
    MERCHANT_BUSY = "merchant_busy"
    NO_PLACE = "no_place"


class SlotTakenError(ConflictError):
    """The time was free when it was offered and is not any more; offer again.

    Attributes:
        reason: what stands against it now.
    """

    code = "slot_taken"

    def __init__(self, reason: Reason) -> None:
        super().__init__(f"cannot be booked: {reason}")
        self.reason = reason


class VisitRuleError(RuleBrokenError):
    """A rule of visits forbids the step; `code` says which.

    Codes: `already_booked` (one visit of a type at a time), `too_late` (after the cut-off; a
    person helps), `by_phone` (twice nobody was there), `not_yours`, `wrong_state`,
    `too_early` (check-in and no-show), `too_far` (check-in away from the place), `no_reason`.
    """

    code = "visit_rule"
