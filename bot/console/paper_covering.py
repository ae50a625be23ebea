"""Blackening a part of a paper: two corners are chosen, looked at, and only then blackened.

It works without a script. The picture is a button: a click or a tap sends where it was hit.
Whoever has only a keyboard writes the corners as hundredths, which the grid on the picture shows.
"""

from dataclasses import dataclass

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.console import words
from bot.console.desk import Desk
from bot.console.guard import WORKERS, Guard, given_reason, log_access, me
from bot.console.paper_looking import WIDTHS, Sight, asked_page, with_pictures
from bot.errors import ConflictError, InvalidInputError
from bot.services.paper_pages import Area
from bot.services.redaction import cover
from models.states import Cause

HUNDREDTHS = 100.0
_SIDES = ("left", "top", "right", "bottom")


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen so far.

    Attributes:
        corner: the first corner, in hundredths of width and height.
        area: both corners, from 0 to 1.
    """

    corner: tuple[float, float] | None = None
    area: Area | None = None


def add_page(guard: Guard, desk: Desk) -> None:
    """Add the page on which parts of a paper are blackened."""

    @guard.page("/papers/<int:paper_id>/cover", *WORKERS, method="POST")
    def cover_paper(paper_id: int) -> ResponseReturnValue:
        reason, page = given_reason(), asked_page()
        area = _written() if request.form.get("do") == "cover" else None
        try:
            if area is not None:
                log_access(desk, "redact", f"document:{paper_id}", reason)
                _cover(desk, paper_id, page, area)
                flash(words.COVERED)
                return _page(Sight.of(desk, paper_id, page), reason, Choice())
            sight = Sight.of(desk, paper_id, page)
            log_access(desk, "view", f"document:{paper_id}", reason)
            return _page(sight, reason, _chosen(sight))
        except (InvalidInputError, ConflictError) as error:
            flash(words.MESSAGES[error.code])
            return redirect(url_for("console.paper", paper_id=paper_id), 303)


def _cover(desk: Desk, paper_id: int, page: int, area: Area) -> None:
    cause = Cause(actor=me().actor, key=f"redact:{paper_id}", now=desk.clock.now())
    cover(desk.database, desk.documents, paper_id, page, area, cause)


def _chosen(sight: Sight) -> Choice:
    hit = _hit(sight)
    if hit is None:
        return Choice(area=_written())
    across, down = _hundredths("x1"), _hundredths("y1")
    if across is None or down is None:
        return Choice(corner=hit)
    return Choice(area=_area((across, down), hit))


def _written() -> Area | None:
    """Return the area whose four sides came as numbers."""
    sides = [side for name in _SIDES if (side := _hundredths(name)) is not None]
    if len(sides) != len(_SIDES):
        return None
    left, top, right, bottom = sides
    return _area((left, top), (right, bottom))


def _area(first: tuple[float, float], second: tuple[float, float]) -> Area | None:
    """Return what lies between two corners; None where that is nothing."""
    if first[0] == second[0] or first[1] == second[1]:
        return None
    (left, right), (top, bottom) = sorted((first[0], second[0])), sorted((first[1], second[1]))
    return left / HUNDREDTHS, top / HUNDREDTHS, right / HUNDREDTHS, bottom / HUNDREDTHS


def _hit(sight: Sight) -> tuple[float, float] | None:
    """Return where the picture was hit, in hundredths of what the browser showed."""
    for name, width in WIDTHS.items():
        across = request.form.get(f"{name}.x", type=int)
        down = request.form.get(f"{name}.y", type=int)
        if across is not None and down is not None:
            return _share(across, width), _share(down, sight.height_of(width))
    return None


def _share(place: int, of: int) -> float:
    return round(min(1.0, max(0.0, place / of)) * HUNDREDTHS, 2)


def _hundredths(name: str) -> float | None:
    given = request.form.get(name, type=float)
    return None if given is None else min(HUNDREDTHS, max(0.0, given))


def _page(sight: Sight, reason: str, choice: Choice) -> Response:
    area = choice.area
    sides = [round(side * HUNDREDTHS, 2) for side in area] if area else [""] * len(_SIDES)
    drawn = sight.guided(choice.corner, area)
    return with_pictures(
        render_template(
            "console/paper_cover.html",
            sight=sight,
            picture=drawn,
            reason=reason,
            choice=choice,
            widths=WIDTHS,
            sides=dict(zip(_SIDES, sides, strict=True)),
        )
    )
