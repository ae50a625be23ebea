"""알림 꺼줘: which ones, when that was not said."""

from bot.dialogue.flow import Ask, Flow
from bot.dialogue.message import Text
from bot.dialogue.phrases import KEPT, MENU
from bot.dialogue.view import Answer, Choice, Choices, Effect, View
from bot.services import consents
from handlers.notices.words import ON, WHICH, lessons_off, silent, stopped_ads, stopped_all

ALL, ADS, LESSONS, KEEP = "all", "marketing", "education", "keep"
CHOICES = (
    Choice(ALL, "모두 끄기"),
    Choice(ADS, "광고만 끄기"),
    Choice(LESSONS, "안부만 끄기"),
    Choice(KEEP, "그대로 두기"),
)
WHICH_OFF = "어떤 알림을 끌까요?"
ADS_ARE_OFF = "광고성 소식은 이미 안 보내요."
NOT_ALONE = "신청·방문 알림은 따로 못 꺼요."
ALL_MEANS = "모두 끄면 예약하신 방문도 미리 알려드리지 않아요."


def _choices(view: View) -> Choices:
    off = view.facts.notices().off
    return tuple(choice for choice in CHOICES if choice.key not in off)


def _text(view: View) -> str:
    first = ADS_ARE_OFF if ADS in view.facts.notices().off else ""
    if view.extra.get("about") == "transactional":
        first = NOT_ALONE
    return "\n".join(filter(None, (first, WHICH_OFF, ALL_MEANS)))


def _at_once(view: View) -> Answer | None:
    """Answer without a question where there is nothing to ask."""
    if said := silent(view.facts.notices().off):
        return Answer((Text(said),), quick_replies=(ON, MENU))
    about = view.extra.get("about")
    return _switched_off(view, str(about)) if about in (ADS, LESSONS) else None


def _chosen(view: View) -> Answer:
    return _switched_off(view, str(view.get("off")))


def _switched_off(view: View, which: str) -> Answer:
    if which == ALL:
        said = tuple(Text(line) for line in stopped_all(view))
        return Answer(said, (ON, MENU), (Effect(consents.opt_out, {"everything": True}),))
    if which == ADS:
        effect = Effect(consents.opt_out, {"everything": False})
        return Answer((Text(stopped_ads(view)),), (WHICH, MENU), (effect,))
    if which == LESSONS:
        effect = Effect(consents.switch_off, {"classes": (LESSONS,)})
        said = (Text(lessons_off(view)),)
        return Answer(said, (WHICH, MENU), (effect,))
    return Answer((Text(KEPT),), quick_replies=(WHICH, MENU))


FLOW = Flow(
    name="notices_off",
    version=1,
    title="알림 끄기",
    intents=("notify_off",),
    questions=(
        Ask(
            key="notices.off",
            slot="off",
            reads="choice",
            label="끌 알림",
            text=_text,
            choices=_choices,
            why="광고만 싫으신 분도 많아서 여쭤봐요.",
            hint="번호만 보내셔도 돼요. 예) 1",
        ),
    ),
    on_start=_at_once,
    on_submit=_chosen,
)
