"""Who looked at what, and whether that record is whole."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from bot.console.desk import Desk
from bot.console.guard import KEEPERS, Guard, log_access
from bot.services.access_log import verify
from models.events import AccessLog

PAGE = 100


def add_pages(guard: Guard, desk: Desk) -> None:
    """Add the record and its check."""

    @guard.page("/audit", *KEEPERS)
    def audit() -> ResponseReturnValue:
        before = request.args.get("before", type=int)
        statement = select(AccessLog).order_by(AccessLog.id.desc()).limit(PAGE)
        if before:
            statement = statement.where(AccessLog.id < before)
        with desk.database.reading() as session:
            rows = list(session.scalars(statement))
        return render_template("console/audit.html", rows=rows, page=PAGE, chain=None)

    @guard.page("/audit/check", *KEEPERS, method="POST")
    def check() -> ResponseReturnValue:
        log_access(desk, "verify", "access_log", "chain")
        with desk.database.reading() as session:
            chain = verify(session)
        return render_template("console/audit.html", rows=[], page=PAGE, chain=chain)
