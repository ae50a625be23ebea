"""Commands about plans of supporters' days; part of `visits`."""

import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import click
from flask.cli import AppGroup

from bot.cli.workshop import Workshop, said_plainly
from bot.errors import InvalidInputError
from bot.services.visits.calendar import DAY_CODES, clock, day_of, minute_from, moment_of
from bot.services.visits.optimise.emergencies import Emergency, supporter_ill, visit_overruns
from bot.services.visits.optimise.groups import Group
from bot.services.visits.optimise.picture import Heading, draw
from bot.services.visits.optimise.plan import HOUR, MINUTE, Cost, DayPlan, Problem, legs
from bot.services.visits.optimise.planning import Outcome, all_groups, plan_day, trial
from bot.services.visits.optimise.search import Limits

NAME = 16
"""Columns of a name; a Hangul syllable takes two."""


def add_plan_commands(group: AppGroup, workshop: Workshop) -> None:
    """Add the commands to the group `visits`."""

    @group.command("optimise")
    @click.option("--date", "day", default="", help="which day, YYYY-MM-DD; tomorrow if not given")
    @click.option("--region", default="", help="시·도; all of them if not given")
    @click.option("--seconds", type=click.FloatRange(0.1, 600), help="how long to look")
    @click.option("--seed", default=1, help="another seed may find another plan")
    @click.option("--picture", type=click.Path(file_okay=False, path_type=Path), help="SVG folder")
    @click.option("--dry-run", is_flag=True, help="show the plan, change nothing")
    def optimise(
        day: str,
        region: str,
        seconds: float | None,
        seed: int,
        picture: Path | None,
        *,
        dry_run: bool,
    ) -> None:
        """Look for a day with less travelling; publish it if every promise is kept."""

        def run() -> None:
            now = workshop.deps.clock.now()
            on = _day(day, now)
            for each in _groups(workshop, region, now):
                outcome = _plan(workshop, (each, on, now), (seconds, seed), dry_run=dry_run)
                _show(outcome, dry_run=dry_run)
                if picture is not None:
                    _draw(outcome, picture)

        said_plainly(run)

    @group.command("ill")
    @click.argument("supporter", type=int)
    @click.option("--dry-run", is_flag=True, help="show what would become of the day")
    def ill(supporter: int, *, dry_run: bool) -> None:
        """Give today's visits of a supporter (id) to others, as far as promises allow."""

        def run() -> None:
            deps = workshop.deps
            _show_rest(supporter_ill(deps.database, supporter, deps.clock.now(), dry_run=dry_run))

        said_plainly(run)

    @group.command("overrun")
    @click.argument("visit", type=int)
    @click.argument("until")
    @click.option("--dry-run", is_flag=True, help="show what would become of the day")
    def overrun(visit: int, until: str, *, dry_run: bool) -> None:
        """Plan around a visit (id) under way that will be over at HH:MM."""

        def run() -> None:
            deps = workshop.deps
            now = deps.clock.now()
            end = moment_of(day_of(now), _minute(until))
            _show_rest(visit_overruns(deps.database, visit, end, now, dry_run=dry_run))

        said_plainly(run)


def _day(text: str, now: datetime) -> date:
    today = day_of(now)
    try:
        day = date.fromisoformat(text) if text else today + timedelta(days=1)
    except ValueError as error:
        raise InvalidInputError(f"not a day: {text}") from error
    if day < today:
        raise InvalidInputError(f"{day} is over")
    return day


def _minute(text: str) -> int:
    try:
        return minute_from(text)
    except ValueError as error:
        raise InvalidInputError(f"not a time: {text}") from error


def _groups(workshop: Workshop, region: str, now: datetime) -> list[Group]:
    with workshop.deps.database.reading() as session:
        every = all_groups(session, now)
    found = [group for group in every if any(name.startswith(region) for name in group.regions)]
    if not found:
        known = ", ".join(group.name for group in every) or "nowhere"
        raise InvalidInputError(f"no supporters work in {region or 'any region'}, only in: {known}")
    return found


def _plan(
    workshop: Workshop,
    about: tuple[Group, date, datetime],
    given: tuple[float | None, int],
    *,
    dry_run: bool,
) -> Outcome:
    """Plan one day of one group, and say on the error stream how far it is."""
    group, day, now = about
    seconds, seed = given
    click.echo(f"{day} {DAY_CODES[day.weekday()]} {group.name}: looking", err=True)

    def watch(at: float, cost: Cost) -> None:
        click.echo(f"  {at:5.1f} s  {_span(cost.travel)} on the way", err=True)

    act = trial if dry_run else plan_day
    limits = Limits(seconds=seconds, seed=seed)
    return act(workshop.deps.database, group, day, now, limits, watch)


def _show(outcome: Outcome, *, dry_run: bool) -> None:
    sheet, decision = outcome.sheet, outcome.decision
    problem, plan = sheet.problem, outcome.kept
    people = sum(bool(person.hours) for person in problem.supporters)
    click.echo(f"{sheet.day} {outcome.group.name}: {len(sheet.stops)} visits, {people} supporters")
    if not problem.visits:
        return
    for line in _table(problem, plan):
        click.echo(line)
    before, after = outcome.travel
    share = f" ({100 * (after - before) / before:+.0f} %)" if before else ""
    click.echo(f"{_padded('on the way', NAME)}  {_span(before)} -> {_span(after)}{share}")
    click.echo(f"changed: {decision.moved} visits, {len(decision.told)} merchants to be told")
    _show_told(problem, outcome)
    done = "published" if outcome.plan_is_published else "would be published"
    stays = "the booked plan stays"
    good = outcome.plan_is_published or (dry_run and decision.is_published)
    click.echo(f"{done if good else stays}: {outcome.reason}, {outcome.found.seconds:.1f} s")


def _show_told(problem: Problem, outcome: Outcome) -> None:
    for notice in outcome.decision.told:
        place = problem.places[problem.visit[notice.visit].place].name
        who = problem.supporter[notice.after].name
        at = clock(notice.start_after // MINUTE)
        if notice.is_new:
            click.echo(f"  {at}  {place}: room for somebody who waits, with {who}")
        else:
            click.echo(f"  {at}  {place}: visit {notice.visit} goes to {who}")
    if outcome.homeless:
        click.echo(f"nobody can make visits {_ids(outcome.homeless)}: their supporter is away")
    if outcome.sheet.left_alone:
        click.echo(f"left alone, a rule is broken: supporters {_ids(outcome.sheet.left_alone)}")


def _table(problem: Problem, plan: DayPlan) -> Iterator[str]:
    """Yield a block a supporter: totals before and now, then the stops with the way to each."""
    booked = {route.supporter: route for route in problem.booked.routes}
    routes = {route.supporter: route for route in plan.routes}
    yield f"{_padded('supporter', NAME)}  visits  before        now"
    for supporter in problem.supporters:
        if supporter.id not in booked.keys() | routes.keys():
            continue
        ways = [
            sum(legs(problem, supporter, [problem.visit[stop.visit] for stop in each.stops]))
            for each in (booked.get(supporter.id), routes.get(supporter.id))
            if each is not None
        ]
        old = _span(ways[0]) if supporter.id in booked else "-"
        new = _span(ways[-1]) if supporter.id in routes else "-"
        count = len(routes[supporter.id].stops) if supporter.id in routes else 0
        yield f"{_padded(supporter.name, NAME)}  {count:6}  {old:12}  {new}"
        yield from _stops(problem, plan, supporter.id)


def _stops(problem: Problem, plan: DayPlan, supporter_id: int) -> Iterator[str]:
    supporter = problem.supporter[supporter_id]
    for route in plan.routes:
        if route.supporter != supporter_id:
            continue
        visits = [problem.visit[stop.visit] for stop in route.stops]
        ways = legs(problem, supporter, visits)
        for stop, visit, way in zip(route.stops, visits, ways, strict=False):
            begin, end = stop.start // MINUTE, (stop.start + visit.duration) // MINUTE
            name = _padded(problem.places[visit.place].name, 2 * NAME)
            came = problem.expected.get(visit.id, supporter_id)
            mark = "" if came == supporter_id else f"  from {_name(problem, came)}"
            sign = " " if visit.is_fixed else "~"
            yield (
                f"  {way // MINUTE:4} min  {sign}{clock(begin)}-{clock(end)}  {name}"
                f"{visit.label}{mark}".rstrip()
            )


def _name(problem: Problem, supporter_id: int) -> str:
    known = problem.supporter.get(supporter_id)
    return known.name if known else f"supporter {supporter_id}"


def _show_rest(emergency: Emergency) -> None:
    problem, rest = emergency.sheet.problem, emergency.rest
    for line in _table(problem, rest.plan):
        click.echo(line)
    for notice in rest.told:
        who = problem.supporter[notice.after].name
        click.echo(f"visit {notice.visit} at {clock(notice.start_after // MINUTE)} goes to {who}")
    for delay in rest.delays:
        times = f"{clock(delay.promised // MINUTE)} becomes {clock(delay.start // MINUTE)}"
        click.echo(f"visit {delay.visit}: {times}; call the merchant")
    if rest.homeless:
        click.echo(f"nobody can make visits {_ids(rest.homeless)} as promised; call the merchants")
    click.echo(f"{emergency.changed} visits changed")


def _draw(outcome: Outcome, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{outcome.sheet.day}-{outcome.group.name}.svg"
    heading = Heading(outcome.sheet.day, outcome.group.name)
    path.write_text(draw(outcome.sheet.problem, outcome.kept, heading), encoding="utf-8")
    click.echo(f"picture: {path}")


def _span(seconds: int) -> str:
    return f"{seconds // HOUR} h {seconds % HOUR // MINUTE:02} min"


def _ids(numbers: tuple[int, ...]) -> str:
    return ", ".join(str(number) for number in numbers)


def _padded(words: str, columns: int) -> str:
    """Return words filled up to so many columns of a terminal."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in words)
    return words + " " * max(0, columns - len(words) - wide)
