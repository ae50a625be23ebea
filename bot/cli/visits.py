"""Commands about supporters and visits."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from bot.cli.visit_plans import add_plan_commands
from bot.cli.workshop import Workshop, said_plainly
from bot.errors import InvalidInputError
from bot.services.field_door import find_supporter
from bot.services.field_links import FieldLinks
from bot.services.markets import load_index
from bot.services.registration import overview
from bot.services.show import find
from bot.services.visits import Offered, VisitWish, offers
from bot.services.visits.board import read_office
from bot.services.visits.calendar import DAY_CODES, clock, minute_from
from bot.services.visits.supporters import import_supporters


def supporters_commands(workshop: Workshop) -> AppGroup:
    """Return the commands."""
    group = AppGroup("supporters", help="Supporters.")

    @group.command("import")
    @click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    def import_file(path: Path) -> None:
        """Read supporters from a CSV file (UTF-8 or CP949): all rows, or none."""
        said_plainly(lambda: _import(workshop, path))

    @group.command("link")
    @click.argument("who")
    def link(who: str) -> None:
        """Print a sign-in link for the phone of WHO: a telephone number, or an id."""
        said_plainly(lambda: click.echo(_link(workshop, who)))

    return group


def _link(workshop: Workshop, who: str) -> str:
    deps = workshop.deps
    with deps.database.reading() as session:
        supporter_id = find_supporter(session, who)
    return FieldLinks(deps.settings.secret_key, deps.settings.public_url, deps.clock).make(
        supporter_id
    )


def _import(workshop: Workshop, path: Path) -> None:
    with workshop.deps.database.transaction() as session:
        report = import_supporters(session, path, workshop.deps.clock.now())
    click.echo(f"added {report.added}, updated {report.updated}, unchanged {report.unchanged}")


def visits_commands(workshop: Workshop) -> AppGroup:
    """Return the commands."""
    group = AppGroup("visits", help="Visits.")

    @group.command("slots")
    @click.option("--merchant", default="", help="user key of a merchant: times for the store")
    @click.option("--market", default="", help="name of a market, with its city if need be")
    @click.option("--type", "code", default="channel", help="sort of visit")
    @click.option("--day", default="", help="wished day, YYYY-MM-DD")
    @click.option("--time", "start", default="", help="wished time, HH:MM")
    @click.option("--count", default=5, help="how many times to show")
    @click.option("--why", is_flag=True, help="also say why others cannot come")
    def slots(  # noqa: PLR0913 -- one parameter an option
        merchant: str, market: str, code: str, day: str, start: str, count: int, *, why: bool
    ) -> None:
        """Print the times that can be offered."""

        def show() -> None:
            wish = replace(_wish(day, start), type_code=code, count=count)
            now = workshop.deps.clock.now()
            with workshop.deps.database.reading() as session:
                found = offers(session, _placed(session, wish, merchant, market), now)
                _print(session, found, now, why=why)

        said_plainly(show)

    add_plan_commands(group, workshop)
    return group


def _wish(day: str, start: str) -> VisitWish:
    try:
        return VisitWish(
            day=date.fromisoformat(day) if day else None,
            start=minute_from(start) if start else None,
        )
    except ValueError as error:
        raise InvalidInputError(f"not a day or a time: {error}") from error


def _placed(session: Session, wish: VisitWish, merchant: str, market: str) -> VisitWish:
    if merchant:
        row = find(session, merchant)
        known = overview(session, row.id) if row else None
        if known is None:
            raise InvalidInputError(f"{merchant} has registered nothing")
        return replace(wish, store_id=known.newest.id)
    if not market:
        raise InvalidInputError("name a --merchant or a --market")
    hits = load_index(session).find(market)
    if len(hits) != 1:
        cities = ", ".join(f"{hit.city} {hit.name}" for hit in hits)
        raise InvalidInputError(f"{market} means: {cities}" if hits else f"no market {market}")
    return replace(wish, market_id=hits[0].id)


def _print(session: Session, found: Offered, now: datetime, *, why: bool) -> None:
    names = {each.id: each.name for each in read_office(session, now).team}
    for offer in found:
        day, end = offer.local.date(), clock(offer.start + offer.minutes)
        marks = [*(["as wished"] if offer.suits else []), *(["is there"] if offer.is_there else [])]
        click.echo(
            f"{day} {DAY_CODES[day.weekday()]} {clock(offer.start)}-{end}  "
            f"{names[offer.supporter_id]}  +{offer.extra} min  {', '.join(marks)}".rstrip()
        )
    if not found:
        click.echo(f"nothing: {found.why_not}")
    if why:
        for refusal in found.refused:
            who = names.get(refusal.supporter_id or 0, "nobody")
            when = str(refusal.day or "every day")
            click.echo(f"{when:<10}  {refusal.reason:<13}  {who}")
