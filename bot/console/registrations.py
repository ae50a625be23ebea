"""Registrations: who wants a channel, how far it is, and the milestones."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from bot.console import outbox_reasons, outbox_words, words
from bot.console.desk import Desk
from bot.console.guard import READERS, WORKERS, Guard, given_reason, log_access, me, once
from bot.errors import InvalidInputError, RuleBrokenError
from bot.services.access_log import Access, write
from bot.services.outbox_list import Wanted, entries
from bot.services.payments import OWNER, confirm_owner
from bot.services.registration import move_channel
from bot.services.registration.overview import subject
from bot.services.registration.submission import look_up
from bot.services.requirements import items_of, next_due, settle
from models.errors import IllegalMoveError
from models.events import StateEvent
from models.merchant import ChannelRegistration, Merchant, Store
from models.moves import is_legal
from models.requirement import Document
from models.states import Cause, ChannelState, Level

PAGE = 50
NOTICES = 20
"""Messages to the merchant that are shown, those planned last first."""
MILESTONES = (
    ChannelState.OPENED,
    ChannelState.BIZ_REVIEW,
    ChannelState.LIVE,
    ChannelState.NEEDS_FIX,
)
"""Buttons of the page, in the order of the way."""

Row = tuple[ChannelRegistration, Store, Merchant]


def add_pages(guard: Guard, desk: Desk) -> None:
    """Add the list, the page of one registration and its buttons."""

    @guard.page("/registrations", *READERS)
    def registrations() -> ResponseReturnValue:
        state, market = request.args.get("state", ""), request.args.get("market", "").strip()
        statement = _all()
        if state in set(ChannelState):
            statement = statement.where(ChannelRegistration.state == ChannelState(state))
        if market:
            statement = statement.where(Store.market_name.contains(market, autoescape=True))
        return _list(desk, statement, state=state, market=market)

    @guard.page("/registrations/find", *READERS, method="POST")
    def find() -> ResponseReturnValue:
        digest = look_up(request.form.get("who", "")) or ""
        same = or_(
            Merchant.owner_hmac == digest,
            Merchant.phone_hmac == digest,
            Merchant.brn_hmac == digest,
        )
        log_access(desk, "search", "*", "exact")
        return _list(desk, _all().where(same), state="", market="")

    @guard.page("/registrations/<int:registration_id>", *READERS)
    def registration(registration_id: int) -> ResponseReturnValue:
        log_access(desk, "view", f"channel_registration:{registration_id}", "masked")
        return _detail(desk, registration_id, shown=False)

    @guard.page("/registrations/<int:registration_id>/show", *READERS, method="POST")
    def show(registration_id: int) -> ResponseReturnValue:
        log_access(desk, "view", f"channel_registration:{registration_id}", given_reason())
        return _detail(desk, registration_id, shown=True)

    @guard.page("/registrations/<int:registration_id>/move", *WORKERS, method="POST")
    def move(registration_id: int) -> ResponseReturnValue:
        flash(_moved(desk, registration_id))
        return redirect(url_for("console.registration", registration_id=registration_id), 303)

    @guard.page("/registrations/<int:registration_id>/checked", *WORKERS, method="POST")
    def checked(registration_id: int) -> ResponseReturnValue:
        flash(_checked(desk, registration_id, request.form.get("key", "")))
        return redirect(url_for("console.registration", registration_id=registration_id), 303)


def _all() -> Select[ChannelRegistration, Store, Merchant]:
    return (
        select(ChannelRegistration, Store, Merchant)
        .join(Store, Store.id == ChannelRegistration.store_id)
        .join(Merchant, Merchant.id == Store.merchant_id)
        .order_by(ChannelRegistration.id.desc())
    )


def _list(
    desk: Desk,
    statement: Select[ChannelRegistration, Store, Merchant],
    *,
    state: str,
    market: str,
) -> str:
    page = max(1, request.args.get("page", 1, type=int))
    with desk.database.reading() as session:
        found = session.execute(statement.offset((page - 1) * PAGE).limit(PAGE + 1)).all()
    return render_template(
        "console/registrations.html",
        rows=found[:PAGE],
        state=state,
        market=market,
        page=page,
        more=len(found) > PAGE,
    )


def _detail(desk: Desk, registration_id: int, *, shown: bool) -> str:
    with desk.database.reading() as session:
        found = session.execute(_all().where(ChannelRegistration.id == registration_id)).first()
        if found is None:
            abort(404)
        registration, store, merchant = found
        needed = items_of(session, subject(registration.id))
        return render_template(
            "console/registration.html",
            registration=registration,
            store=store,
            merchant=merchant,
            shown=shown,
            needed=needed,
            next_due=next_due(needed),
            papers=_papers(session, merchant.id),
            history=_history(session, registration.id),
            notices=entries(session, Wanted(merchant_id=merchant.id, limit=NOTICES)),
            outbox_words=outbox_words,
            reason_of=outbox_reasons.reason,
            milestones=[to for to in MILESTONES if _is_open(registration, to)],
        )


def _checked(desk: Desk, registration_id: int, key: str) -> str:
    """Note that a person checked what waited for a check; return what to tell."""
    now = desk.clock.now()
    with desk.database.transaction() as session:
        found = session.execute(_all().where(ChannelRegistration.id == registration_id)).first()
        if found is None:
            abort(404)
        place = subject(registration_id)
        waiting = {
            item.key
            for item in items_of(session, place)
            if item.level is Level.PENDING_VERIFICATION
        }
        if key not in waiting:
            return words.ALREADY
        if key == OWNER:
            confirm_owner(
                session, found[2].id, Cause(actor=me().actor, key=f"owner:{now}", now=now)
            )
        settle(session, place, key, now)
        record = Access(me().actor, "check", f"channel_registration:{registration_id}", key, 1, "")
        write(session, record, now)
    return words.DONE


def _is_open(registration: ChannelRegistration, to: ChannelState) -> bool:
    return is_legal(ChannelRegistration.__tablename__, registration.state, to)


def _papers(session: Session, merchant_id: int) -> list[Document]:
    statement = select(Document).where(Document.merchant_id == merchant_id).order_by(Document.id)
    return list(session.scalars(statement))


def _history(session: Session, registration_id: int) -> list[StateEvent]:
    statement = select(StateEvent).where(
        StateEvent.entity == ChannelRegistration.__tablename__,
        StateEvent.entity_id == registration_id,
    )
    return list(session.scalars(statement.order_by(StateEvent.id)))


def _moved(desk: Desk, registration_id: int) -> str:
    """Set the milestone of the form; return what to tell."""
    to = request.form.get("to", "")
    if to not in MILESTONES:
        abort(400)
    reason = request.form.get("reason") or None
    cause = Cause(actor=me().actor, key=once(), now=desk.clock.now(), reason=reason)
    try:
        with desk.database.transaction() as session:
            changed = move_channel(session, registration_id, ChannelState(to), cause)
    except InvalidInputError:
        abort(404)
    except (RuleBrokenError, IllegalMoveError) as error:
        return words.MESSAGES[error.code]
    return words.DONE if changed else words.ALREADY
