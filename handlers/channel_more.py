"""After registering: closed days if they are missing, and whether news is welcome."""

from collections.abc import Callable

from bot.dialogue.flow import Ask, Flow
from bot.dialogue.message import Text
from bot.dialogue.phrases import MENU, STATUS
from bot.dialogue.state import JsonValue
from bot.dialogue.view import Accepted, Answer, Choice, Effect, View
from bot.dialogue.wording import closed_days, day
from bot.services import consents, registration

YES_NO = (Choice("yes", "네, 받을게요"), Choice("no", "아니요"))
RECEIPT = "{day}, {what} {verdict}로 적었어요. ‘수신거부’라고 보내시면 언제든 바뀌어요."
OPT_OUT = "수신거부"
STOPPED = "{day}, 광고성 소식을 수신거부로 바꿨어요. 지금부터 보내지 않아요."
ALL_SET = "다 됐어요. 궁금하면 언제든 ‘진행 상황’이라고 보내 주세요."


def _accept_closed(_view: View, value: JsonValue) -> Accepted:
    effect = Effect(registration.correct, {"field": "closed", "value": value})
    return Accepted(value, say=f"쉬는 날: {closed_days(value)} — 적었어요.", effects=(effect,))


def _consent(key: str, what: str) -> Callable[[View, JsonValue], Accepted]:
    def accept(view: View, value: JsonValue) -> Accepted:
        verdict = "동의" if value == "yes" else "거절"
        decided = {"key": key, "decision": value == "yes", "told": True}
        said = RECEIPT.format(day=day(view.facts.now), what=what, verdict=verdict)
        effects = [Effect(consents.record, decided)]
        if value == "no" and OPT_OUT in view.text.replace(" ", ""):
            said = STOPPED.format(day=day(view.facts.now))
            effects.append(Effect(consents.opt_out, {"everything": False}))
        return Accepted(value, say=said, effects=tuple(effects))

    return accept


def _on_submit(_view: View) -> Answer:
    return Answer((Text(ALL_SET),), quick_replies=(STATUS, MENU))


FLOW = Flow(
    name="channel_more",
    version=1,
    title="가게 소개 더하기",
    questions=(
        Ask(
            key="channel.closed_days",
            slot="closed",
            label="쉬는 날",
            text="쉬는 날이 언제인가요?",
            example="매주 일요일, 없으면 ‘없어요’",
            optional=True,
            accept=_accept_closed,
            why="채널에 적어 두면 손님이 헛걸음을 안 해요.",
            hint="요일만 적어 주세요. 예) 일요일",
        ),
        Ask(
            key="consent.marketing",
            slot="consent_marketing",
            reads="consent",
            label="소식 받기",
            text="[선택] 광고성 소식을 받으시겠어요? 안 받으셔도 괜찮아요.",
            choices=YES_NO,
            accept=_consent("marketing", "광고성 소식 받기"),
            why="새 강의나 행사 소식이에요. 안 받으셔도 다른 것은 그대로예요.",
            hint="받으시려면 1, 아니면 2를 보내 주세요.",
        ),
        Ask(
            key="consent.night",
            slot="consent_night",
            reads="consent",
            label="밤 소식",
            text="[선택] 밤(21시~8시)에도 받으시겠어요?",
            choices=YES_NO,
            when=lambda view: view.get("consent_marketing") == "yes",
            accept=_consent("night", "밤 소식 받기"),
            why="밤에 보내려면 따로 여쭤봐야 해요.",
            hint="받으시려면 1, 아니면 2를 보내 주세요.",
        ),
    ),
    on_submit=_on_submit,
)
