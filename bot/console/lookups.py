"""Markets, and where people stop."""

from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from bot.console.desk import Desk
from bot.console.guard import READERS, Guard
from bot.services.funnel import StepCount, funnel
from models.market import Market, MarketAlias
from models.merchant import Store

MOST = 50
SCALE = 20
"""Steps of a bar; its width is a class of the style sheet, because no inline style may be."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One question of a flow.

    Attributes:
        length: 0-20, in relation to the most asked question.
        share: how many of the asked persons stopped here, in per cent.
    """

    label: str
    count: StepCount
    length: int
    share: int


def add_pages(guard: Guard, desk: Desk) -> None:
    """Add both pages."""

    @guard.page("/markets", *READERS)
    def markets() -> ResponseReturnValue:
        text = request.args.get("q", "").strip()
        with desk.database.reading() as session:
            found = _markets(session, text) if text else []
        return render_template("console/markets.html", q=text, found=found, most=MOST)

    @guard.page("/stops", *READERS)
    def stops() -> ResponseReturnValue:
        flow = request.args.get("flow", next(iter(desk.flows), ""))
        with desk.database.reading() as session:
            found = bars(funnel(session, flow), desk) if flow else []
        return render_template("console/stops.html", flow=flow, flows=desk.flows, bars=found)


def bars(counts: list[StepCount], desk: Desk) -> list[Bar]:
    """Return one bar for each question, in order."""
    most = max((count.asked for count in counts), default=0)
    return [
        Bar(
            label=desk.labels.get(count.step, count.step),
            count=count,
            length=round(SCALE * count.asked / most) if most else 0,
            share=round(100 * count.stopped_here / count.asked) if count.asked else 0,
        )
        for count in counts
    ]


def _markets(session: Session, text: str) -> list[tuple[Market, int]]:
    alias = select(MarketAlias.id).where(
        MarketAlias.market_id == Market.id, MarketAlias.name.contains(text, autoescape=True)
    )
    stores = (
        select(func.count()).where(Store.market_id == Market.id).correlate(Market).scalar_subquery()
    )
    statement = (
        select(Market, stores)
        .where(
            or_(
                Market.name.contains(text, autoescape=True),
                Market.city.contains(text, autoescape=True),
                alias.exists(),
            )
        )
        .order_by(Market.name, Market.region, Market.city)
        .limit(MOST)
    )
    return [(market, count) for market, count in session.execute(statement)]
