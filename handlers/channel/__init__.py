"""Registration for a 소신상인 channel: who, which shop, which number, which channel."""

from bot.clients.nts import BusinessStatus
from bot.dialogue.flow import Confirm, Flow
from bot.dialogue.message import Button, Card, QuickReply
from bot.dialogue.view import Answer, Effect, View
from bot.services import registration
from handlers.channel.questions import QUESTIONS

ALREADY_REGISTERED = "벌써 ‘{store}’ 신청하셨어요.\n어디까지 됐는지 보시겠어요?"
DONE_TITLE = "신청이 끝났어요"
DONE_TEXT = "담당자가 확인하고 여기로 알려 드려요. 보통 평일 이틀 안이에요."
DONE_PHOTO = "사업자등록증 사진을 올려 주시면 더 빨라요."
PHOTO_LABEL = "사진 올리기"
STATUS_LABEL = "진행 상황"
STATUS_TEXT = "어디까지 됐어요?"


def _on_start(view: View) -> Answer | None:
    overview = view.facts.overview()
    if overview is None:
        return None
    store = overview.newest.name
    reply = QuickReply(STATUS_LABEL, STATUS_TEXT)
    return Answer(
        (Card(description=ALREADY_REGISTERED.format(store=store)),), quick_replies=(reply,)
    )


def _checks(view: View) -> registration.Checks:
    state = view.get("brn_state")
    if not view.get("brn") or not state:
        return registration.Checks()
    tax_type = str(view.get("tax_type") or "")
    return registration.Checks(BusinessStatus(state, tax_type, None, view.facts.now))


def _on_submit(view: View) -> Answer:
    buttons: tuple[Button, ...] = ()
    text = DONE_TEXT
    if view.get("brn"):
        text = f"{DONE_TEXT}\n{DONE_PHOTO}"
        buttons = (Button(PHOTO_LABEL, "link", view.facts.upload_link("brc")),)
    closed = view.get("closed")
    submission = registration.Submission.from_slots(view.values())
    return Answer(
        (Card(DONE_TITLE, text, buttons),),
        effects=(Effect(registration.submit, {"submission": submission, "checks": _checks(view)}),),
        start="channel_more",
        prefill={} if closed is None else {"closed": closed},
    )


FLOW = Flow(
    name="channel",
    version=1,
    title="채널 등록",
    intents=("channel_register",),
    recalled=True,
    questions=QUESTIONS,
    confirm=Confirm(key="channel.confirm", title="적어 주신 내용이에요", text="이대로 신청할까요?"),
    on_start=_on_start,
    on_submit=_on_submit,
)
