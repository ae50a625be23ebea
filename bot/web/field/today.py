"""Today in walking order, what is pressed on it, the week, and what the day came to."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.errors import ConflictError
from bot.services.field_door import Visitor
from bot.services.visits.calendar import day_of
from bot.services.visits.field_day import FieldVisit, days_of, note_look
from bot.services.visits.field_steps import Action, Press, Pressed, press
from bot.web.field import texts
from bot.web.field.desk import FieldDesk
from bot.web.field.door import Door, by_script, me, refused
from bot.web.field.view import Card, card, day_words
from models.states import VisitState
from models.visit import MADE

WEEK = 8
"""Today, and a week from it."""
MOST_NOTE, MOST_KEY = 500, 60


@dataclass(frozen=True, slots=True)
class Summary:
    """What a day came to.

    Attributes:
        lines: (words, how many) of everything that happened.
        left: how many visits are still to be made.
    """

    lines: tuple[tuple[str, int], ...]
    left: int
    travel_min: int


def add_pages(door: Door, desk: FieldDesk) -> None:
    """Add the pages."""

    @door.page("")
    def today() -> ResponseReturnValue:
        now = desk.clock.now()
        visits = _seen(desk, me(), now)
        day = day_of(now)
        return render_template(
            "field/today.html",
            cards=[card(visit, now) for visit in visits],
            day=day_words(day, day),
            summary=summed(visits),
        )

    @door.page("/week")
    def week() -> ResponseReturnValue:
        now = desk.clock.now()
        return render_template("field/week.html", days=_week(desk, me(), now))

    @door.page("/summary")
    def summary() -> ResponseReturnValue:
        now = desk.clock.now()
        day = day_of(now)
        visits = _read(desk, me(), day, now)
        return render_template(
            "field/summary.html",
            day=day_words(day, day),
            summary=summed(visits),
            cards=[card(visit, now) for visit in visits],
        )

    @door.page("/visits/<int:visit_id>/press", method="POST")
    def press_button(visit_id: int) -> ResponseReturnValue:
        wanted = _wanted(visit_id)
        try:
            done = press(desk.database, me(), wanted, desk.clock.now())
        except ConflictError:
            return refused(texts.BUSY, 503)
        message = texts.SENT if done.ok else _why_not(done)
        if not by_script():
            flash(message)
            return redirect(url_for("field.today", _anchor=f"v{visit_id}"), 303)
        return jsonify(ok=done.ok, message=message, state=done.state, **_drawn(desk, visit_id))


def summed(visits: tuple[FieldVisit, ...]) -> Summary:
    """Return what a day came to."""
    over = [visit for visit in visits if not visit.is_to_do]
    counted = Counter(card(visit, visit.starts_at).state for visit in over)
    went = [v for v in visits if v.state in (*MADE, VisitState.MERCHANT_NO_SHOW)]
    return Summary(
        tuple(counted.most_common()),
        len(visits) - len(over),
        sum(visit.travel_min for visit in went),
    )


def _seen(desk: FieldDesk, who: Visitor, now: datetime) -> tuple[FieldVisit, ...]:
    """Return the visits of today; that telephone numbers were shown is on record."""
    visits = _read(desk, who, day_of(now), now)
    shown = sum(1 for visit in visits if visit.phone)
    if shown:
        with desk.database.transaction() as writing:
            note_look(writing, who, shown, now, request.remote_addr)
    return visits


def _read(desk: FieldDesk, who: Visitor, day: date, now: datetime) -> tuple[FieldVisit, ...]:
    with desk.database.reading() as reading:
        return days_of(reading, who.id, day, now)


def _week(desk: FieldDesk, who: Visitor, now: datetime) -> list[tuple[str, list[Card]]]:
    first = day_of(now)
    with desk.database.reading() as reading:
        visits = days_of(reading, who.id, first, now, days=WEEK)
    days = [first + timedelta(days=number) for number in range(WEEK)]
    return [(day_words(day, first), [card(v, now) for v in visits if v.day == day]) for day in days]


def _drawn(desk: FieldDesk, visit_id: int) -> dict[str, object]:
    """Return what a press changes on the page: the card ("" when it is gone), what is left."""
    now = desk.clock.now()
    visits = _read(desk, me(), day_of(now), now)
    found = next((visit for visit in visits if visit.id == visit_id), None)
    sums = summed(visits)
    return {
        "card": render_template("field/card.html", card=card(found, now)) if found else "",
        "lead": render_template("field/lead.html", any_visits=visits, summary=sums),
        "left": sums.left,
    }


def _wanted(visit_id: int) -> Press:
    form = request.form
    action, key = form.get("action", ""), form.get("key", "")
    if action not in set(Action) or not key or len(key) > MOST_KEY:
        abort(400)
    return Press(
        key=key,
        visit_id=visit_id,
        action=Action(action),
        note=form.get("note", "").strip()[:MOST_NOTE],
        age=timedelta(seconds=_number("age") or 0),
        latitude=_number("latitude"),
        longitude=_number("longitude"),
        accuracy_m=round(_number("accuracy") or 0) or None,
    )


def _number(name: str) -> float | None:
    """Return a number of the form that makes sense, None otherwise."""
    try:
        value = float(request.form.get(name, ""))
    except ValueError:
        return None
    return value if abs(value) < 1e6 else None  # noqa: PLR2004 -- also refuses nan and infinity


def _why_not(done: Pressed) -> str:
    return texts.REFUSED.get(done.code, texts.REFUSED_OTHER)
