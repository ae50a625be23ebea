"""Visits as the pages show them: words, links, and which buttons may be pressed."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

from bot.clock import KST
from bot.services.visits.calendar import day_of
from bot.services.visits.field_day import FieldVisit
from bot.services.visits.field_steps import PUT_OFF, Action
from bot.web.field import texts
from models.fieldwork import VisitOutcome
from models.states import VisitState

MAP = "https://map.kakao.com/link/to/"


@dataclass(frozen=True, slots=True)
class Button:
    """Something that can be pressed.

    Attributes:
        not_yet: from when on, in words; "" when it may be pressed.
        wait_s: how many seconds that is away.
    """

    action: Action
    text: texts.ActionText
    not_yet: str = ""
    wait_s: int = 0


@dataclass(frozen=True, slots=True)
class Card:
    """One visit.

    Attributes:
        tone: `now`, `next`, `done` or `off`; how the card is coloured.
    """

    visit: FieldVisit
    time: str
    until: str
    promise: str
    shop: str
    where: str
    way: str
    what: str
    state: str
    tone: str
    map_link: str
    buttons: tuple[Button, ...]


def card(visit: FieldVisit, now: datetime) -> Card:
    """Return a visit as it is shown."""
    shop = visit.shop or texts.NO_NAME
    is_flexible = visit.promise_from != visit.promise_to
    promise = f"{clock(visit.promise_from)}~{clock(visit.promise_to)}" if is_flexible else ""
    return Card(
        visit=visit,
        time=clock(visit.starts_at),
        until=clock(visit.ends_at),
        promise=promise,
        shop=shop,
        where=_where(visit),
        way=visit.place_note if visit.place == "elsewhere" else visit.way,
        what=_what(visit),
        state=state_words(visit),
        tone=_tone(visit),
        map_link=map_link(shop, visit.latitude, visit.longitude),
        buttons=_buttons(visit, now),
    )


def clock(moment: datetime) -> str:
    """Return a time as people say it: 오전 10:30."""
    local = moment.astimezone(KST)
    half = "오전" if local.hour < 12 else "오후"  # noqa: PLR2004 -- noon
    return f"{half} {(local.hour - 1) % 12 + 1}:{local.minute:02}"


def day_words(day: date, today: date) -> str:
    """Return a day: 11월 24일 (화), with 오늘 or 내일 before it."""
    near = {0: f"{texts.TODAY} ", 1: f"{texts.TOMORROW} "}.get((day - today).days, "")
    return f"{near}{day.month}월 {day.day}일 ({texts.WEEKDAYS[day.weekday()]})"


def map_link(name: str, latitude: float, longitude: float) -> str:
    """Return the address that opens the way to a place in the map of Kakao."""
    return f"{MAP}{quote(name, safe='')},{latitude:.6f},{longitude:.6f}"


def state_words(visit: FieldVisit) -> str:
    """Return where a visit stands."""
    if visit.outcome is VisitOutcome.NOT_DONE and visit.state in (
        VisitState.REPORTED,
        VisitState.COMPLETED,
        VisitState.CANCELLED_BY_STAFF,
    ):
        return texts.PUT_OFF
    if visit.cancel_reason == PUT_OFF:
        return texts.PUT_OFF
    return texts.STATES.get(visit.state, "")


def _where(visit: FieldVisit) -> str:
    place = texts.PLACES.get(visit.place, "")
    return " ".join(word for word in (visit.market, place or visit.stall) if word)


def _what(visit: FieldVisit) -> str:
    named = [texts.TOPICS[topic] for topic in visit.topics if topic in texts.TOPICS]
    return ", ".join(named) or visit.title


def _tone(visit: FieldVisit) -> str:
    if visit.state in (VisitState.IN_PROGRESS, VisitState.EN_ROUTE):
        return "now"
    if visit.state is VisitState.CONFIRMED:
        return "next"
    return "done" if visit.state in (VisitState.REPORTED, VisitState.COMPLETED) else "off"


def _buttons(visit: FieldVisit, now: datetime) -> tuple[Button, ...]:
    if not visit.is_to_do or visit.day != day_of(now):
        return ()
    if visit.state is VisitState.IN_PROGRESS:
        return tuple(_button(a, None, now) for a in (Action.DONE, Action.POSTPONE))
    depart = (Action.DEPART,) if visit.state is VisitState.CONFIRMED else ()
    starts = {
        Action.ARRIVE: visit.arrive_from,
        Action.DONE: visit.arrive_from,
        Action.MISSING: visit.missing_from,
    }
    wanted = (*depart, Action.ARRIVE, Action.DONE, Action.MISSING, Action.POSTPONE)
    return tuple(_button(action, starts.get(action), now) for action in wanted)


def _button(action: Action, since: datetime | None, now: datetime) -> Button:
    if since is None or now >= since:
        return Button(action, texts.ACTIONS[action])
    wait_s = int((since - now).total_seconds()) + 1
    return Button(action, texts.ACTIONS[action], texts.FROM.format(time=clock(since)), wait_s)
