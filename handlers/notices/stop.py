"""Wishes that need no question: "수신거부" works anywhere, at once, with a receipt."""

from collections.abc import Callable, Mapping

from bot.dialogue.flow import Flow
from bot.dialogue.message import Text
from bot.dialogue.phrases import MENU, STATUS
from bot.dialogue.view import Answer, Effect, View
from bot.services import consents, preferences
from handlers.notices.words import (
    HOURS,
    NAMES,
    NIGHT,
    ON,
    WHICH,
    WHO,
    between,
    dated,
    lessons_off,
    stopped_ads,
    stopped_all,
)

STARTED = "{day}, {who} 광고성 소식 받기로 바꿨어요.\n‘수신거부’라고 보내시면 바로 멈춰요."
SWITCHED_ON = "{day}, {what}을 다시 켰어요.\n{between}에 보내요."
IS_ON = "알림은 켜져 있어요. {between}에 보내요."
ADS_STAY_OFF = "광고성 소식은 보내지 않아요. 받으시려면 ‘광고 받을게요’라고 보내 주세요."
QUIET = "네, 밤 9시부터 아침 8시까지는 아무것도 보내지 않아요.\n급히 바뀐 방문도 아침에 알려드려요."
QUIET_KEPT = "지금처럼 {between}에 보내요."
ANY_TIME = "네, 정하신 시간을 지웠어요. {between}에 보내요.\n급히 바뀐 방문만 그 밖에도 알려드려요."
KEPT_DATA = "네, 적어 두신 정보를 그대로 둘게요.\n필요하신 것이 있으면 언제든 말씀해 주세요."
EVERYTHING = "알림"


def _stop_ads(view: View) -> Answer:
    effect = Effect(consents.opt_out, {"everything": False})
    return Answer((Text(stopped_ads(view)),), (WHICH, MENU), (effect,))


def _stop_all(view: View) -> Answer:
    effect = Effect(consents.opt_out, {"everything": True})
    return Answer(tuple(Text(said) for said in stopped_all(view)), (ON, MENU), (effect,))


def _start_ads(view: View) -> Answer:
    said = STARTED.format(day=dated(view.facts.now), who=WHO)
    return Answer((Text(said),), (WHICH, MENU), (Effect(consents.opt_in),))


def _switch_on(view: View) -> Answer:
    about = str(view.extra.get("about", ""))
    classes = (about,) if about in consents.REQUESTED else consents.REQUESTED
    known = view.facts.notices()
    hours = between(known.window)
    said = IS_ON.format(between=hours)
    if not known.off.isdisjoint(classes):
        what = NAMES.get(about, EVERYTHING) if len(classes) == 1 else EVERYTHING
        said = SWITCHED_ON.format(day=dated(view.facts.now), what=what, between=hours)
    outputs = [Text(said)]
    if consents.MARKETING in known.off:
        outputs.append(Text(ADS_STAY_OFF))
    effect = Effect(consents.switch_on, {"classes": classes})
    return Answer(tuple(outputs), (WHICH, HOURS, MENU), (effect,))


def _lessons_off(view: View) -> Answer:
    effect = Effect(consents.switch_off, {"classes": ("education",)})
    return Answer((Text(lessons_off(view)),), (WHICH, MENU), (effect,))


def _quiet_nights(view: View) -> Answer:
    known = view.facts.notices()
    outputs = [Text(QUIET)]
    if known.window not in (None, preferences.DAY):
        outputs.append(Text(QUIET_KEPT.format(between=between(known.window))))
    return Answer(tuple(outputs), (WHICH, MENU), (Effect(consents.quiet_nights),))


def _any_time(_view: View) -> Answer:
    effect = Effect(preferences.set_window, {"window": None})
    return Answer((Text(ANY_TIME.format(between=between(None))),), (NIGHT, WHICH), (effect,))


def _keep_data(_view: View) -> Answer:
    """Answer "계속 쓸게요": that somebody writes at all keeps what is held."""
    return Answer((Text(KEPT_DATA),), quick_replies=(STATUS, MENU))


WISHES: Mapping[str, Callable[[View], Answer]] = {
    "opt_out_marketing": _stop_ads,
    "opt_out_all": _stop_all,
    "opt_in_marketing": _start_ads,
    "notify_on": _switch_on,
    "notify_quiet_night": _quiet_nights,
    "notify_any_time": _any_time,
    "edu_reminder_off": _lessons_off,
    "keep_data": _keep_data,
}
HEARD = frozenset({"opt_out_marketing", "opt_out_all"})


def _respond(view: View) -> Answer:
    return WISHES[view.intent or "opt_out_marketing"](view)


FLOW = Flow(
    name="notices",
    version=1,
    title="알림",
    intents=tuple(WISHES),
    respond=_respond,
    heard=HEARD,
)
