"""The sorts of visits: how long, what has to be known, how far ahead.

They are data: what the release brings stands here, a row of `visit_type` with the same code
replaces it, a row with another code adds to it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import InvalidInputError
from models.visit import MarketDays, VisitType

SKILLS = ("channel", "content", "pay", "kit")
"""What supporters are trained in; topics of `visit.topic` but for `other`."""
SEVERAL = "several"
OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitKind:
    """One sort of visit; see `models.visit.VisitType`."""

    code: str
    title: str
    minutes: int
    skills: tuple[str, ...] = ()
    notice_h: int = 24
    cutoff_h: int = 24
    horizon_days: int = 28
    grid_min: int = 30
    staff_grid_min: int = 15
    market_days: MarketDays = MarketDays.AVOID

    def last_change(self, starts_at: datetime) -> datetime:
        """Return until when a merchant may change or cancel a visit of this sort."""
        return starts_at - timedelta(hours=self.cutoff_h)

    def skills_for(self, topics: Iterable[str]) -> frozenset[str]:
        """Return what a supporter has to know for these topics."""
        return frozenset(self.skills) | (frozenset(topics) & frozenset(SKILLS))


KINDS: tuple[VisitKind, ...] = (
    VisitKind(code="channel", title="채널 만들기", minutes=60, skills=("channel",)),
    VisitKind(code="content", title="소식 쓰기", minutes=60, skills=("content",)),
    VisitKind(code="pay", title="쉬운 결제", minutes=40, skills=("pay",)),
    VisitKind(code="kit", title="홍보물", minutes=30, skills=("kit",)),
    VisitKind(code=OTHER, title="그 밖의 도움", minutes=40),
    VisitKind(code=SEVERAL, title="여러 가지", minutes=90),
)


def kind_for(topics: Iterable[str]) -> str:
    """Return the sort of visit for what somebody wants help with.

    >>> kind_for(["pay"]), kind_for(["pay", "kit"]), kind_for([])
    ('pay', 'several', 'other')
    """
    wanted = list(dict.fromkeys(topics))
    if len(wanted) > 1:
        return SEVERAL
    known = {kind.code for kind in KINDS}
    return wanted[0] if wanted and wanted[0] in known else OTHER


def load_kinds(session: Session) -> dict[str, VisitKind]:
    """Return every sort of visit by its code."""
    kinds = {kind.code: kind for kind in KINDS}
    for row in session.scalars(select(VisitType)):
        kinds[row.code] = VisitKind(
            code=row.code,
            title=row.title,
            minutes=row.minutes,
            skills=tuple(row.skills),
            notice_h=row.notice_h,
            cutoff_h=row.cutoff_h,
            horizon_days=row.horizon_days,
            grid_min=row.grid_min,
            staff_grid_min=row.staff_grid_min,
            market_days=row.market_days,
        )
    return kinds


def kind_of(kinds: Mapping[str, VisitKind], code: str) -> VisitKind:
    """Return one sort of visit.

    Raises:
        InvalidInputError: there is none with this code.
    """
    if code not in kinds:
        raise InvalidInputError(f"no such type of visit: {code}, only {', '.join(kinds)}")
    return kinds[code]
