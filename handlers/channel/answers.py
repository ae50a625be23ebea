"""How the answers of a registration are taken, and how they read."""

import re

from bot.dialogue.state import JsonValue
from bot.dialogue.view import Accepted, Choice, Choices, Effect, Problem, View
from bot.dialogue.wording import business_number, hours_between, phone_number
from bot.services import consents
from bot.services.markets import normal, stem
from handlers.channel.choices import CATEGORIES

STORE_GUESSED = "가게 이름: {name}, 파는 것: {what} — 적었어요."
CONSENT_ASK = "{summary}\n동의하세요?"
CONSENT_NEEDED = (
    "네, 알겠어요. 동의가 없으면 등록은 할 수 없어요.\n"
    "궁금한 것은 언제든 물어보세요. 마음이 바뀌면 ‘채널 등록’이라고 보내 주세요."
)
MARKET_ENDINGS = ("시장", "상가", "상점가", "장터", "거리", "골목", "오일장", "5일장")
MARKET_GUESSED = "혹시 ‘{name}’ 말씀이세요? 맞으면 그 이름을, 아니면 다시 적어 주세요."
MARKET_NOT_FOUND = "‘{name}’ 못 찾았어요. 시장 이름을 한 번 더 적어 주세요."
MARKET_UNKNOWN = "‘{name}’ 목록에 없어서 적어 주신 그대로 둘게요.\n담당자가 확인해요. 틀렸으면 ‘시장 바꿔줘’라고 보내 주세요."
CITY_ASK = "‘{name}’ 여러 곳에 있어요. 어느 곳인가요?"
CITY_ASK_MANY = "‘{name}’ 여러 곳에 있어요.\n어느 시·군·구에 있나요?"
CITY_UNKNOWN = "그 지역에서는 ‘{name}’ 못 찾았어요. 시·군·구 이름을 다시 적어 주세요."
BRN_STATES = {
    "closed": "국세청에는 문 닫은 번호(폐업)로 나와요.\n다시 여셨으면 그대로 하셔도 돼요. 담당자가 확인할게요.",
    "suspended": "국세청에는 쉬는 중(휴업)으로 나와요.\n그대로 하셔도 돼요. 담당자가 확인할게요.",
    "unregistered": "국세청에 아직 안 나와요. 새로 연 가게는 하루 이틀 걸려요.\n그대로 하셔도 돼요. 담당자가 확인할게요.",
}
SEARCH_ID_TAKEN = "‘{value}’ 다른 가게가 먼저 골랐어요. 다른 이름으로 적어 주세요."
MAX_CITIES = 6
"""More places than this are not listed; the city is asked in words."""
SEARCH_ID_MAX = 15
"""Kakao: 15 characters of Hangul, lower-case Latin, digits, - and _ (cs.kakao.com)."""


def consent_text(view: View) -> str:
    """Return the question for the consent, with the short form of its text."""
    return CONSENT_ASK.format(summary=view.facts.consent_summary("collect"))


def accept_consent(_view: View, value: JsonValue) -> Accepted | Problem:
    """Take the decision; without a yes the registration cannot go on."""
    effect = Effect(consents.record, {"key": "collect", "decision": value == "yes"})
    if value == "yes":
        return Accepted("yes", say="동의해 주셔서 고맙습니다.", effects=(effect,))
    return Problem("consent_refused", CONSENT_NEEDED, ends=True)


def accept_market(view: View, value: JsonValue) -> Accepted | Problem:
    """Take a market of the list; ask once more for a name that is not on it."""
    hits = view.facts.find_markets(str(value))
    if hits and not view.tries and not _was_written(view.text, hits[0].name):
        return Problem("market_guessed", MARKET_GUESSED.format(name=hits[0].name))
    if not hits and not view.tries and not str(value).endswith(MARKET_ENDINGS):
        return Problem("market_unknown", MARKET_NOT_FOUND.format(name=value))
    if not hits:
        return Accepted(value, {"market_id": None}, say=MARKET_UNKNOWN.format(name=value))
    if len(hits) == 1:
        return Accepted(hits[0].name, {"market_id": hits[0].id})
    return Accepted(hits[0].name, {"market_id": None})


def _was_written(text: str, name: str) -> bool:
    """Return whether a market's name stands in the message, not only something like it."""
    return stem(normal(name)) in normal(text)


def is_ambiguous(view: View) -> bool:
    """Return whether several markets have the name that was given."""
    market = view.get("market")
    return bool(market) and len(view.facts.find_markets(str(market))) > 1


def places(view: View) -> Choices:
    """Return where the namesakes are, when they are few enough for a list."""
    hits = view.facts.find_markets(str(view.get("market")))
    if len(hits) > MAX_CITIES:
        return ()
    return tuple(Choice(str(hit.id), f"{hit.city} {hit.district}".strip()) for hit in hits)


def city_text(view: View) -> str:
    """Return the question for the place of the market."""
    text = CITY_ASK if places(view) else CITY_ASK_MANY
    return text.format(name=view.get("market"))


def accept_city(view: View, value: JsonValue) -> Accepted | Problem:
    """Take the market of a chosen place or of a city that was written."""
    name = str(view.get("market"))
    if any(choice.key == str(value) for choice in places(view)):
        return Accepted(int(str(value)))
    hits = view.facts.find_markets(name, str(value))
    if len(hits) == 1:
        return Accepted(hits[0].id)
    return Problem("city_unknown", CITY_UNKNOWN.format(name=name))


def show_place(view: View, value: JsonValue) -> str:
    """Return the place of the chosen market."""
    hits = view.facts.find_markets(str(view.get("market")))
    return next((f"{h.city} {h.district}".strip() for h in hits if h.id == value), "")


def accept_store_name(view: View, value: JsonValue) -> Accepted:
    """Take the name; what the shop sells may follow from it."""
    guess = view.facts.guess_category(str(value))
    label = next((choice.label for choice in CATEGORIES if choice.key == guess), "")
    if not label or view.get("category"):
        return Accepted(value)
    return Accepted(value, {"category": guess}, say=STORE_GUESSED.format(name=value, what=label))


def accept_brn(view: View, value: JsonValue) -> Accepted:
    """Take the number and what the tax office says of it; never refuse."""
    status = view.facts.business_status(str(value))
    also = {"has_brn": "yes", "brn_state": status.state, "tax_type": status.tax_type}
    return Accepted(value, also, say=BRN_STATES.get(status.state, ""))


def show_brn(_view: View, value: JsonValue) -> str:
    """Return the number with hyphens."""
    return business_number(str(value))


def show_phone(_view: View, value: JsonValue) -> str:
    """Return the number with hyphens."""
    return phone_number(str(value))


def show_stall(_view: View, value: JsonValue) -> str:
    """Return the place in the market."""
    return "호수 없음" if value == "none" else str(value)


def show_hours(view: View, value: JsonValue) -> str:
    """Return opening and closing time."""
    return hours_between(str(value), str(view.get("close") or ""))


def show_channel(_view: View, value: JsonValue) -> str:
    """Return the channel's address."""
    return f"pf.kakao.com/{value}"


def accept_search_id(view: View, value: JsonValue) -> Accepted | Problem:
    """Take a search id that nobody else here asked for."""
    if view.facts.search_id_taken(str(value)):
        return Problem("search_id_taken", SEARCH_ID_TAKEN.format(value=value))
    return Accepted(value)


def suggest_ids(view: View) -> tuple[str, ...]:
    """Return up to three search ids made of the names of shop and market."""
    base = re.sub(r"[^0-9a-z가-힣_-]", "", str(view.get("store_name") or "").lower())
    if not base:
        return ()
    market = re.sub(r"(전통|재래)?시장$", "", str(view.get("market") or ""))
    market = re.sub(r"[^0-9a-z가-힣]", "", market)
    wishes = (base, f"{market}{base}", f"{base}_{market}", f"{base}1")
    fitting = [w for w in dict.fromkeys(wishes) if len(w) <= SEARCH_ID_MAX]
    taken = view.facts.search_ids_taken(fitting)
    return tuple(wish for wish in fitting if wish not in taken)[:3]


def show_search_id(_view: View, value: JsonValue) -> str:
    """Return the search id with the warning that it stays."""
    return f"@{value} (나중에 못 바꿔요)"
