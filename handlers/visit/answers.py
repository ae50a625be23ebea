"""How the answers about a visit are taken, and how they read.

Booking and moving ask the same two things, when and which of the offered times; they differ
in the wish (`Wisher`) and in whether a chosen time is kept at once.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.dialogue.phrases import ERRORS
from bot.dialogue.state import JsonValue
from bot.dialogue.view import Accepted, Choice, Choices, Effect, Problem, View
from bot.dialogue.wording import clock_time
from bot.nlu.result import Understanding
from bot.services.visits import Offer, Offered, Reason, VisitWish, in_chat
from handlers.visit.wishes import (
    ANY,
    FORGET,
    When,
    answers_from,
    days_of,
    held,
    offer_of,
    read_when,
    settled,
    topics_of,
    when_text,
    wish_for,
)
from handlers.visit.words import (
    LASTING,
    OTHERWISE,
    REASONS,
    key_of,
    moment_from,
    place_text,
    short_when,
    topics_text,
    when,
)

Wisher = Callable[[View], VisitWish]
"""Makes the wish out of the answers so far."""
IS_THERE = "— 서포터즈가 그날 시장에 있어요"
PAGE = 4
"""Times named at once."""
SPARE = 2
"""Looked for beyond a page: what is too near by the answer is left out."""
MORE, WAIT = "more", "wait"
KEPT = "{when}, 5분 동안 잡아 둘게요."
TAKEN = "방금 다른 분이 그 시간을 잡았어요. 다른 시간을 골라 주세요."
TOO_NEAR = "그 시간은 이제 하루도 안 남아서 안 돼요. 다시 골라 주세요."
LOST = "그사이 다른 분이 그 시간을 잡았어요. 다시 골라 주세요."
NO_MORE = "더 보여 드릴 시간이 없어요. 다른 날을 적으셔도 돼요.\n예) 다음 주 화요일"
SUITS = "{when} 괜찮으세요? 골라 주세요."
SUITS_ANY = "이때 갈 수 있어요. 골라 주세요."
NEAREST = "{when}에는 어려워요. {why}\n가까운 때예요. 골라 주세요."
NEAREST_ANY = "{why}\n가까운 때예요. 골라 주세요."
NEXT = "이때는 어떠세요?"
NOT_NEEDED = "네, 알겠어요. 필요하시면 ‘방문 신청’이라고 보내 주세요."
WHICH = "어느 때가 좋으세요? 번호만 보내셔도 돼요."
ANOTHER = ("slot", "offered")
"""Answers to drop when another time has to be found."""
FRESH_SECONDS = 300
"""A time that went within this while went "just now"."""
ONE_DAY = timedelta(days=1)
_ABOUT_TIMES = frozenset({None, "unknown", "show_slots", "show_more_slots", "visit_wait"})
_FIRST = re.compile(r"아무|상관|다\s?좋|다\s?괜찮")


def accept_topic(view: View, value: JsonValue) -> Accepted:
    """Take what help is wanted with; another sort of visit has other times."""
    kept = held(view, view_kind(view))
    effects = (Effect(in_chat.give_back, {"visit_id": kept.id}),) if kept else ()
    return Accepted(value, sets=dict(FORGET), effects=effects)


def view_kind(view: View) -> str:
    """Return the sort of visit that the answers so far make."""
    return VisitWish(topics=topics_of(view)).code


def show_topic(_view: View, value: JsonValue) -> str:
    """Return the names of topics."""
    return topics_text(value)


def accept_place(view: View, value: JsonValue) -> Accepted:
    """Take where to meet, with the words for a place of its own."""
    note = view.extra.get("place_note") if value == "elsewhere" else None
    return Accepted(value, sets={**FORGET, "place_note": note})


def is_elsewhere(view: View) -> bool:
    """Return whether the place is neither the store nor the office."""
    return bool(view.get("place") == "elsewhere")


def show_place(view: View, value: JsonValue) -> str:
    """Return where to meet."""
    return place_text(view, value, view.get("place_note"))


def accept_when(view: View, value: JsonValue) -> Accepted:
    """Take when it would suit; what was offered before is forgotten."""
    said = settled(view, value, "date")
    return Accepted(said.get("date", "any"), sets={**FORGET, **answers_from(said)})


def accept_time(view: View, value: JsonValue) -> Accepted:
    """Take a time of the day that is said beside, or changed."""
    said = settled(view, value, "time")
    sets = {**FORGET, **answers_from(said)}
    if "date" in said and said["date"] != "any":
        sets["date"] = said["date"]
    return Accepted(sets.pop("time", None), sets=sets)


def show_time(_view: View, value: JsonValue) -> str:
    """Return a time of the day."""
    return clock_time(str(value))


def meant_wait(_view: View, understood: Understanding) -> JsonValue:
    """Make the answer to "shall we tell you": a yes, a no, or the wish to wait itself."""
    return "yes" if understood.intent == "visit_wait" else understood.slots.get("answer")


def accept_wait(view: View, value: JsonValue) -> Accepted | Problem:
    """Take whether somebody wants to wait; without it another day is asked for."""
    if value == "yes":
        return Accepted("yes")
    if why_nothing(view) in LASTING:
        return Problem("no_wait", NOT_NEEDED, ends=True)
    return Accepted(None, sets={**FORGET, "date": None})


def why_nothing(view: View) -> Reason | None:
    """Return why nothing can be offered."""
    return view.facts.visit_offers(wish_for(view)).why_not


def gone(view: View, key: JsonValue) -> str:
    """Return why a time that was offered cannot be had any more."""
    moment = moment_from(key)
    if moment is not None and moment - view.facts.now < ONE_DAY:
        return TOO_NEAR
    shown = view.slots.get("offered")
    now = int(view.facts.now.timestamp())
    return TAKEN if shown and now - shown.at < FRESH_SECONDS else LOST


def refused(view: View) -> dict[str, JsonValue]:
    """Return what to remember of a time that was offered, chosen and then not wanted."""
    return {"seen": [*(view.get("seen") or ()), view.get("slot")]}


@dataclass(frozen=True, slots=True)
class Offering:
    """Which of the offered times: how it is asked and how it is answered.

    Attributes:
        wisher: makes the wish.
        keeps: whether a chosen time is kept until the yes.
    """

    wisher: Wisher
    keeps: bool = True

    def choices(self, view: View) -> Choices:
        """Return the times that were shown; before they are, those to be shown."""
        shown = view.get("offered")
        if shown:
            return tuple(_choice(str(key), str(note)) for key, note in shown)
        if not view.get("date") or not _may_look(view):
            return ()
        return tuple(
            _choice(key_of(offer.starts_at), IS_THERE if offer.is_there else "")
            for offer in self._page(view)
        )

    def _page(self, view: View, seen: tuple[str, ...] | None = None) -> list[Offer]:
        """Return the next times, those left out that were shown before.

        All that suits comes first; what is only near fills the page.
        """
        known = tuple(view.get("seen") or ()) if seen is None else seen
        wish = replace(self.wisher(view), count=PAGE + SPARE + len(known))
        found: list[Offer] = []
        if wish.day is not None and wish.start is None:
            within = replace(wish, only_day=True, count=2 * wish.count)
            found += [offer for offer in view.facts.visit_offers(within) if offer.suits]
        found += view.facts.visit_offers(wish)
        fresh: dict[str, Offer] = {}
        for offer in found:
            key = key_of(offer.starts_at)
            if key not in known:
                fresh.setdefault(key, offer)
        page = list(fresh.values())[:PAGE]
        return sorted(page, key=lambda offer: (not offer.suits, offer.starts_at))

    def nothing(self, view: View) -> bool:
        """Tell whether no time can be offered at all."""
        if not view.get("date") or view.get("slot") or view.get("offered"):
            return False
        return not self.choices(view)

    def text(self, view: View) -> str:
        """Return the question: what was understood, and whether it can be had."""
        if view.get("offered"):
            return WHICH
        if view.get("seen"):
            return NEXT
        page = self._page(view)
        said = when_text(view)
        if any(offer.suits for offer in page):
            return SUITS.format(when=said) if said else SUITS_ANY
        why = self._why(view, view.facts.visit_offers(self.wisher(view)))
        first, last = days_of(view.get("date"))
        if said and first and not last:
            return NEAREST.format(when=said, why=why)
        return NEAREST_ANY.format(why=why)

    def _why(self, view: View, found: Offered) -> str:
        first, last = days_of(view.get("date"))
        against = Counter(
            refusal.reason
            for refusal in found.refused
            if refusal.day is not None and _within(refusal.day, first, last)
        )
        reason = against.most_common(1)[0][0] if against else None
        return REASONS.get(reason, OTHERWISE) if reason else OTHERWISE

    def meant(self, view: View, understood: Understanding) -> JsonValue:
        """Make the answer out of all that was understood: a time, another wish, or "more"."""
        if understood.error or understood.intent not in _ABOUT_TIMES:
            return None
        if understood.intent == "visit_wait":
            return WAIT
        shown = self._shown(view)
        said = read_when(view.text, view.facts.now)
        named = _named(view, understood, shown, said)
        if named is not None:
            return named
        if said and said != {"date": ANY} and (understood.intent or understood.clarify):
            return said
        if understood.intent in ("show_more_slots", "show_slots"):
            return MORE
        return shown[0] if understood.clarify and shown and _FIRST.search(view.text) else None

    def _shown(self, view: View) -> list[str]:
        return [str(key) for key, _ in view.get("offered") or ()]

    def accept(self, view: View, value: JsonValue) -> Accepted | Problem:
        """Take a time and keep it, or go on looking."""
        if isinstance(value, dict):
            return self._narrowed(value)
        if value == MORE:
            return self._more(view)
        if value == WAIT:
            return Accepted(None, sets={**FORGET, "wait": "yes"})
        if moment_from(value) is None:
            return Problem("option_range", ERRORS["option_range"])
        offer = offer_of(view, self.wisher(view), value)
        if offer is None:
            return Accepted(None, sets=dict(FORGET), say=gone(view, value))
        effects = (Effect(in_chat.take, {"offer": offer}),) if self.keeps else ()
        said = KEPT.format(when=when(offer.starts_at)) if self.keeps else ""
        return Accepted(str(value), sets={"wait": None}, say=said, effects=effects)

    def _more(self, view: View) -> Accepted:
        seen = (*(view.get("seen") or ()), *self._shown(view))
        if not self._page(view, seen):
            return Accepted(None, say=NO_MORE)
        return Accepted(None, sets={**FORGET, "seen": list(seen)})

    def _narrowed(self, said: When) -> Accepted:
        """Look again for what was said instead of a number."""
        sets = {**FORGET, **answers_from(said)}
        if "date" in said:
            sets["date"] = said["date"]
        return Accepted(None, sets=sets)

    def show(self, _view: View, value: JsonValue) -> str:
        """Return the chosen time."""
        moment = moment_from(value)
        return when(moment) if moment else ""


def _may_look(view: View) -> bool:
    return view.facts.overview() is not None


def _label(key: str) -> str:
    moment: datetime | None = moment_from(key)
    return when(moment) if moment else key


def _choice(key: str, note: str) -> Choice:
    moment = moment_from(key)
    if moment is None:
        return Choice(key, key)
    return Choice(key, when(moment), note, short_when(moment))


def _named(view: View, understood: Understanding, shown: list[str], said: When) -> JsonValue:
    """Return the time of those shown that is named, or what was said instead of it."""
    fitting = [key for key in shown if _label(key) == view.text.strip()]
    if not fitting and "time" in said:
        fitting = [key for key in shown if _fits(key, said)]
    if len(fitting) == 1:
        return fitting[0]
    index = understood.slots.get("slot_index")
    if not isinstance(index, int) or not 1 <= index <= len(shown):
        return None
    key = shown[index - 1]
    return said if "time" in said and not _fits(key, said) else key


def _fits(key: str, said: When) -> bool:
    """Tell whether an offered time is what was said."""
    moment = moment_from(key)
    if moment is None or moment.strftime("%H:%M") != said.get("time"):
        return False
    return _within(moment.date(), *days_of(said.get("date")))


def _within(day: date, first: date | None, last: date | None) -> bool:
    return first is None or first <= day <= (last or first)
