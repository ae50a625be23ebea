"""The simulator's page: a chat in the browser that posts to the real webhook.

Only a workshop has it: in production the blueprint holds no route at all, because the page
is given the secret of the webhook.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import Headers

from bot.config import Settings
from bot.errors import PayloadError
from bot.services.arrivals import Arrival
from bot.simulator.passing import MovableClock, Passage
from bot.simulator.payload import PHOTO_LIFETIME, PHOTO_UTTERANCE, template
from bot.simulator.transcript import as_yaml, asked_in, turns_from_json

POST_EVERY_MS = 2_500
"""How often the page looks for messages that the bot began."""
RESPONSE_LIMIT_BYTES = 30_720
"""Above this the vendor may not deliver a bubble."""
BODY_LIMIT_BYTES = 2_000_000
MAX_STEP = timedelta(days=400)
USER_KEY_LIMIT = 70
"""Longest user id that the vendor documents."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' http: https: data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""No script but our own files; pictures from anywhere, since a bot may show any."""

MOST_PEOPLE = 50
"""How many persons one browser may play."""

Inspect = Callable[[str], Mapping[str, Any]]
Arrived = Callable[[Sequence[str]], Mapping[str, Sequence[Arrival]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a trial plays with besides the webhook.

    Attributes:
        clock: the clock that the bot lives by; the page moves it.
        passage: lets time pass on that clock.
        inspect: returns what is known about a user key (conversation, merchant) as JSON.
        arrived: returns what reached persons without having been asked for.
        answer_ms: so long the page waits for an answer.
    """

    clock: MovableClock
    passage: Passage
    inspect: Inspect
    arrived: Arrived
    answer_ms: int


def simulator_blueprint(settings: Settings, trial: Trial) -> Blueprint:
    """Return the routes under /simulator; none of them in production.

    Args:
        settings: gives the page the secrets and ids that the webhook expects.
        trial: what the page plays with.
    """
    if settings.is_production:
        return Blueprint("simulator", __name__)
    blueprint = Blueprint(
        "simulator",
        __name__,
        url_prefix="/simulator",
        static_folder="static",
        template_folder="templates",
    )
    _add_page(blueprint, settings, trial)
    _add_tools(blueprint, trial)
    _add_post(blueprint, trial)
    return blueprint


def _add_page(blueprint: Blueprint, settings: Settings, trial: Trial) -> None:
    @blueprint.get("", strict_slashes=False)
    def page() -> Response:
        answer = make_response(
            render_template("simulator/page.html", config=_page_config(settings, trial))
        )
        answer.headers["Content-Security-Policy"] = POLICY
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Cache-Control"] = "no-store"
        return answer


def _page_config(settings: Settings, trial: Trial) -> dict[str, Any]:
    """Return what the page's scripts read from its JSON element."""
    root = request.script_root
    bot_id = next(iter(settings.kakao_bot_ids), "")
    return {
        "skillUrl": f"{root}/kakao/skill",
        "channelUrl": f"{root}/kakao/channel",
        "clockUrl": f"{root}/simulator/clock",
        "stateUrl": f"{root}/simulator/state",
        "arrivalsUrl": f"{root}/simulator/arrivals",
        "transcriptUrl": f"{root}/simulator/transcript",
        "photoUrl": f"{request.host_url.rstrip('/')}{root}/simulator/static/sample-photo.png",
        "secret": _first(settings.kakao_skill_secret),
        "adminKey": _first(settings.kakao_admin_key),
        "template": template(bot_id, settings.kakao_block_id),
        "photoUtterance": PHOTO_UTTERANCE,
        "photoLifetimeMs": int(PHOTO_LIFETIME.total_seconds() * 1000),
        "timeoutMs": trial.answer_ms,
        "postEveryMs": POST_EVERY_MS,
        "responseLimit": RESPONSE_LIMIT_BYTES,
        "now": trial.clock.now().isoformat(),
    }


def _first(setting: str) -> str:
    """Return the first of the secrets that are valid while one is being replaced."""
    return setting.partition(",")[0].strip()


def _add_tools(blueprint: Blueprint, trial: Trial) -> None:
    @blueprint.get("/state")
    def state() -> ResponseReturnValue:
        found = trial.inspect(_user_keys()[0])
        return jsonify({"asked": asked_in(found), **found})

    @blueprint.post("/clock")
    def move_clock() -> ResponseReturnValue:
        return jsonify(_moved(trial, _own_json()))

    @blueprint.post("/transcript")
    def transcript() -> ResponseReturnValue:
        body = _own_json()
        try:
            turns = turns_from_json(body.get("turns"))
        except PayloadError as error:
            return jsonify(error=str(error)), 400
        text = as_yaml(str(body.get("name") or "저장한 대화"), turns)
        return Response(text, content_type="application/yaml; charset=utf-8")


def _add_post(blueprint: Blueprint, trial: Trial) -> None:
    @blueprint.get("/arrivals")
    def arrivals() -> ResponseReturnValue:
        found = trial.arrived(_user_keys())
        return jsonify({key: [_shown(each) for each in of_one] for key, of_one in found.items()})


def _shown(arrival: Arrival) -> dict[str, Any]:
    return {**asdict(arrival), "at": arrival.at.isoformat()}


def _user_keys() -> list[str]:
    keys = request.args.getlist("user_key")
    if not 0 < len(keys) <= MOST_PEOPLE or not all(0 < len(key) <= USER_KEY_LIMIT for key in keys):
        abort(400)
    return keys


def _moved(trial: Trial, body: Mapping[str, Any]) -> dict[str, Any]:
    """Move the clock as a request says; return where it stands and how it went."""
    if body.get("reset") is True:
        trial.passage.back()
        return {"now": trial.clock.now().isoformat()}
    if "until_arrival" in body:
        passed = trial.passage.until(_arrival_of(trial, body["until_arrival"]))
    else:
        passed = trial.passage.forward(_step(body.get("advance_s")))
    return {
        "now": trial.clock.now().isoformat(),
        "moved_s": round(passed.by.total_seconds()),
        "jumped": passed.jumped,
        "done": passed.done,
    }


def _arrival_of(trial: Trial, user_key: object) -> Callable[[], bool]:
    """Return what tells whether something new reached a person."""
    if not isinstance(user_key, str) or not 0 < len(user_key) <= USER_KEY_LIMIT:
        abort(400)

    def known() -> set[int]:
        return {each.id for each in trial.arrived([user_key]).get(user_key, ())}

    before = known()
    return lambda: not known() <= before


def _step(value: object) -> timedelta:
    if isinstance(value, bool) or not isinstance(value, int):
        abort(400)
    if abs(value) > MAX_STEP.total_seconds():
        abort(400)
    return timedelta(seconds=value)


def _own_json() -> dict[str, Any]:
    """Return the JSON object of a request that our own page made; aborts otherwise."""
    if not is_same_origin(request.headers, request.host):
        abort(403)
    request.max_content_length = BODY_LIMIT_BYTES
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        abort(400)
    return cast("dict[str, Any]", body)


def is_same_origin(headers: Headers, host: str) -> bool:
    """Tell whether a request comes from a page of this host.

    Browsers send `Origin` with every POST and newer ones `Sec-Fetch-Site`, and no page can
    forge either. A request with neither was not made by a page of ours.

    Args:
        headers: the request's.
        host: name and port that the request was sent to.
    """
    site = headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        return False
    origin = headers.get("Origin")
    if origin is not None:
        return urlsplit(origin).netloc == host
    return site == "same-origin"
