"""The private calendar: making its address, changing it, and the feed itself."""

from flask import Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.services.visits.field_feed import etag, feed, has_feed, new_feed, stop_feed
from bot.web.field.desk import FieldDesk
from bot.web.field.door import Door, me

ICS = "text/calendar; charset=utf-8"


def add_pages(door: Door, desk: FieldDesk) -> None:
    """Add the page and the feed."""

    @door.page("/calendar")
    def calendar() -> ResponseReturnValue:
        with desk.database.reading() as reading:
            is_on = has_feed(reading, me().id)
        return render_template("field/calendar.html", is_on=is_on, address="")

    @door.page("/calendar/new", method="POST")
    def new_calendar() -> ResponseReturnValue:
        with desk.database.transaction() as writing:
            token = new_feed(writing, me().id, desk.clock.now())
        path = url_for("field.calendar_feed", token=token)
        address = desk.settings.public_url.rstrip("/") + path
        return render_template("field/calendar.html", is_on=True, address=address)

    @door.page("/calendar/stop", method="POST")
    def stop_calendar() -> ResponseReturnValue:
        with desk.database.transaction() as writing:
            stop_feed(writing, me().id, desk.clock.now())
        return render_template("field/calendar.html", is_on=False, address="")

    @door.page("/calendar/<token>.ics", outside=True)
    def calendar_feed(token: str) -> ResponseReturnValue:
        with desk.database.reading() as reading:
            data = feed(reading, token, desk.clock.now())
        if data is None:
            abort(404)
        response = Response(data, content_type=ICS)
        response.headers["Cache-Control"] = "private, no-cache"
        response.set_etag(etag(data))
        response.make_conditional(request)
        return response
