"""Supporters out of a file: all of it, or nothing.

A supporter is known by the telephone; reading the same file again changes nothing, and who is
not in the file stays.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.services.market_import import decoded
from bot.services.markets import load_index
from bot.services.visits.board import SUPPORTERS, touch
from bot.services.visits.supporter_file import SupporterLine, read_lines
from bot.services.visits.team import Area, Hours
from models.crypto import blind_index
from models.supporter import AvailabilityRule, Supporter, SupporterArea, SupporterSkill


@dataclass(slots=True)
class SupporterReport:
    """What an import did."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0


def import_supporters(session: Session, path: Path, now: datetime) -> SupporterReport:
    """Add and update supporters from a file, inside a write transaction.

    Raises:
        InvalidInputError: the file cannot be read or lacks columns.
        WrongRowsError: rows are wrong; nothing was changed.
    """
    lines = read_lines(decoded(path), load_index(session))
    report = SupporterReport()
    for line in lines:
        store_line(session, line, now, report)
    if report.added or report.updated:
        touch(session, SUPPORTERS)
    return report


def store_line(
    session: Session, line: SupporterLine, now: datetime, report: SupporterReport
) -> None:
    """Add or update one supporter; the caller moves the stamp."""
    digest = blind_index(line.phone)
    row = session.scalars(select(Supporter).where(Supporter.phone_hmac == digest)).one_or_none()
    if row is None:
        row = Supporter(phone=line.phone, phone_hmac=digest, created_at=now)
        session.add(row)
        report.added += 1
    elif _held(session, row) == line:
        report.unchanged += 1
        return
    else:
        report.updated += 1
    row.name, row.home, row.max_visits = line.name, list(line.home), line.max_visits
    row.updated_at = now
    session.flush()
    for table in (SupporterSkill, SupporterArea, AvailabilityRule):
        session.execute(delete(table).where(table.supporter_id == row.id))
    session.add_all(SupporterSkill(supporter_id=row.id, skill=skill) for skill in line.skills)
    session.add_all(
        SupporterArea(supporter_id=row.id, region=a.region, city=a.city, market_id=a.market_id)
        for a in line.areas
    )
    session.add_all(
        AvailabilityRule(supporter_id=row.id, weekday=h.weekday, start_min=h.start, end_min=h.end)
        for h in line.hours
    )
    session.flush()


def _held(session: Session, row: Supporter) -> SupporterLine:
    """Return what the tables hold, as a row of the file."""
    skills = select(SupporterSkill.skill).where(SupporterSkill.supporter_id == row.id)
    areas = select(SupporterArea).where(SupporterArea.supporter_id == row.id)
    rules = select(AvailabilityRule).where(AvailabilityRule.supporter_id == row.id)
    by_day = rules.order_by(AvailabilityRule.weekday, AvailabilityRule.start_min)
    home = row.home if isinstance(row.home, list) else [0.0, 0.0]
    return SupporterLine(
        name=row.name,
        phone=row.phone,
        areas=tuple(
            Area(a.region, a.city, a.market_id)
            for a in session.scalars(areas.order_by(SupporterArea.id))
        ),
        skills=tuple(sorted(session.scalars(skills))),
        home=(float(home[0]), float(home[1])),
        max_visits=row.max_visits,
        hours=tuple(
            Hours(h.weekday, h.start_min, h.end_min, h.valid_from, h.valid_to)
            for h in session.scalars(by_day)
        ),
    )
