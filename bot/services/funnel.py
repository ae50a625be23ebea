"""Where people stop: one query over the step events of a flow."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, case, extract, func, literal, select
from sqlalchemy.orm import Session

from models.conversation import StepEvent, StepKind


@dataclass(frozen=True, slots=True)
class StepCount:
    """What happened at one question, counted in persons.

    Attributes:
        asked: persons who were asked.
        answered: persons who answered.
        failed: answers that could not be used (not persons).
        stopped_here: persons for whom this was the last event of the flow.
        median_seconds: between the question and its answer; None without answers.
    """

    step: str
    asked: int
    answered: int
    failed: int
    stopped_here: int
    median_seconds: float | None


def funnel(session: Session, flow: str) -> list[StepCount]:
    """Return the questions of a flow in the order in which they were first asked."""
    events = _events(flow, _seconds(session))
    median = _median(events)
    person = events.c.conversation_id
    at_step = and_(events.c.from_end == 1, events.c.kind != StepKind.SUBMITTED)
    statement = (
        select(
            events.c.step,
            _persons(person, events.c.kind == StepKind.ASKED).label("asked"),
            _persons(person, events.c.kind == StepKind.ANSWERED).label("answered"),
            func.count(case((events.c.kind == StepKind.FAILED, 1))).label("failed"),
            _persons(person, at_step).label("stopped_here"),
            median.c.seconds,
        )
        .outerjoin(median, median.c.step == events.c.step)
        .where(events.c.step != "")
        .group_by(events.c.step, median.c.seconds)
        .order_by(func.min(events.c.id))
    )
    return [
        StepCount(
            step=row.step,
            asked=row.asked,
            answered=row.answered,
            failed=row.failed,
            stopped_here=row.stopped_here,
            median_seconds=None if row.seconds is None else round(float(row.seconds), 1),
        )
        for row in session.execute(statement)
    ]


def _persons(person: ColumnElement[int], when: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((when, person)).distinct())


def _events(flow: str, seconds: ColumnElement[Any]) -> CTE:
    """Return the events with their place from the end and the moment as a number."""
    from_end = func.row_number().over(
        partition_by=StepEvent.conversation_id, order_by=StepEvent.id.desc()
    )
    return (
        select(
            StepEvent.id,
            StepEvent.conversation_id,
            StepEvent.step,
            StepEvent.kind,
            seconds.label("at_seconds"),
            from_end.label("from_end"),
        )
        .where(StepEvent.flow == flow)
        .cte("events")
    )


def _median(events: CTE) -> CTE:
    """Return the median time to an answer of every step (neither database needs more)."""
    at_step = (events.c.conversation_id, events.c.step)

    def before(column: ColumnElement[Any]) -> ColumnElement[Any]:
        return func.lag(column).over(partition_by=at_step, order_by=events.c.id)

    pairs = (
        select(
            events.c.step,
            events.c.kind,
            before(events.c.kind).label("before"),
            (events.c.at_seconds - before(events.c.at_seconds)).label("seconds"),
        )
        .where(events.c.kind.in_((StepKind.ASKED, StepKind.ANSWERED)))
        .cte("pairs")
    )
    ranked = (
        select(
            pairs.c.step,
            pairs.c.seconds,
            func.row_number()
            .over(partition_by=pairs.c.step, order_by=pairs.c.seconds)
            .label("rank"),
            func.count().over(partition_by=pairs.c.step).label("number"),
        )
        .where(pairs.c.kind == StepKind.ANSWERED, pairs.c.before == StepKind.ASKED)
        .cte("ranked")
    )
    middle = ranked.c.rank.in_(((ranked.c.number + 1) // 2, (ranked.c.number + 2) // 2))
    return (
        select(ranked.c.step, func.avg(ranked.c.seconds).label("seconds"))
        .where(middle)
        .group_by(ranked.c.step)
        .cte("median")
    )


def _seconds(session: Session) -> ColumnElement[Any]:
    if session.get_bind().dialect.name == "sqlite":
        return func.julianday(StepEvent.at) * literal(86400.0)
    return extract("epoch", StepEvent.at)
