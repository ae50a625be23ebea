"""Visits: a day by market, who has nobody, what went wrong, and one visit."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from bot.console import visit_words
from bot.console.desk import Desk
from bot.console.guard import READERS, Guard, log_access
from bot.errors import InvalidInputError
from bot.services.visits.calendar import day_of
from bot.services.visits.staff_board import (
    StaffVisit,
    day_board,
    history,
    staff_visit,
    supporter_names,
    troubles,
    unserved,
)
from bot.services.visits.staff_steps import other_people, other_times, times_for_request

MOST_MARKET = 50


def add_pages(guard: Guard, desk: Desk) -> None:
    """Add the lists and the page of one visit."""

    @guard.page("/visits", *READERS)
    def visits() -> ResponseReturnValue:
        now = desk.clock.now()
        day = given_day() or day_of(now)
        market = request.args.get("market", "").strip()[:MOST_MARKET]
        with desk.database.reading() as session:
            found = day_board(session, day, now, market)
            waiting, wrong = unserved(session), troubles(session, now)
        return render_template(
            "console/visits.html",
            day=day,
            before=day - timedelta(days=1),
            after=day + timedelta(days=1),
            market=market,
            markets=_by_market(found),
            count=len(found),
            waiting=waiting,
            wrong=wrong,
            visit_words=visit_words,
        )

    @guard.page("/visits/<int:visit_id>", *READERS)
    def visit(visit_id: int) -> ResponseReturnValue:
        log_access(desk, "view", f"visit:{visit_id}", "masked")
        return _visit(desk, visit_id)

    @guard.page("/visits/requests/<int:request_id>", *READERS)
    def visit_request(request_id: int) -> ResponseReturnValue:
        day, now = given_day(), desk.clock.now()
        with desk.database.reading() as session:
            wanted = next((one for one in unserved(session) if one.request_id == request_id), None)
            if wanted is None:
                abort(404)
            try:
                found = times_for_request(session, request_id, now, day)
            except InvalidInputError:
                abort(404)
            names = supporter_names(session)
        log_access(desk, "view", f"visit_request:{request_id}", "masked")
        return render_template(
            "console/visit_request.html",
            wanted=wanted,
            offered=found,
            names=names,
            day=day,
            visit_words=visit_words,
        )


def given_day() -> date | None:
    """Return the day that the address asks for; nonsense asks for none."""
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return None


def _by_market(visits: Iterable[StaffVisit]) -> list[tuple[str, list[StaffVisit]]]:
    return [(name, list(rows)) for name, rows in groupby(visits, key=lambda v: v.market)]


def _visit(desk: Desk, visit_id: int) -> str:
    now, day = desk.clock.now(), given_day()
    with desk.database.reading() as session:
        found = staff_visit(session, visit_id, now)
        if found is None:
            abort(404)
        return render_template(
            "console/visit.html",
            visit=found,
            events=history(session, visit_id),
            offered=other_times(session, visit_id, now, day) if found.may_move else (),
            people=other_people(session, visit_id, now) if found.may_move else (),
            names=supporter_names(session),
            day=day,
            visit_words=visit_words,
        )
