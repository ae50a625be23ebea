"""Rights over personal data: see it, have it erased, withdraw a consent.

The chat key alone proves little, so name and telephone are asked before anything personal
is shown or erased (PIPA art. 35, 36, 46; the person asks at the window where the data came
in, Decree art. 41(2)).
"""

from dataclasses import replace

from bot.dialogue.flow import Ask, Confirm, Flow
from bot.dialogue.message import Facts, Text
from bot.dialogue.phrases import MENU, PERSON
from bot.dialogue.state import JsonValue
from bot.dialogue.view import Accepted, Answer, Choice, Effect, View
from bot.dialogue.wording import day, phone_number
from bot.services import consents, payments, privacy

NOTHING = "저희가 가진 정보가 없어요."
NO_MATCH = (
    "적어 주신 이름이나 전화번호가 등록된 것과 달라요.\n"
    "‘상담원’이라고 보내시면 담당자가 확인해 드려요."
)
HELD_TITLE = "가지고 있는 정보"
HELD_NOTE = "고치려면 ‘내 정보 바꾸기’, 지우려면 ‘내 정보 지워줘’라고 보내 주세요."
ERASED = "모두 지웠어요. 동의를 거두신 기록만 법에 따라 남겨 둬요.\n언제든 다시 시작하실 수 있어요."
PAYMENT = "third_party_payment"
WITHDRAWN = "{day}, ‘{what}’ 동의를 거뒀어요. 지금부터 멈춰요."
CONSENTS = {
    "marketing": "광고성 소식 받기",
    "night": "밤 소식 받기",
    "third_party_association": "상인회에 알려 주기",
    PAYMENT: "결제 회사에 알려 주기",
}
WITHDRAW_ALL = (
    "개인정보 동의를 거두시면 신청도 끝나요. 지우시려면 ‘내 정보 지워줘’라고 보내 주세요."
)
NO_CONSENT = "거둘 동의가 없어요."
COLLECT = Choice("collect", "개인정보 수집·이용")


def _show_phone(_view: View, value: JsonValue) -> str:
    return phone_number(str(value))


IDENTITY = (
    Ask(
        key="privacy.owner_name",
        parse_as="channel.owner_name",
        slot="owner_name",
        label="이름",
        text="본인인지 먼저 여쭤볼게요. 등록하신 대표자 이름을 알려주세요.",
        example="김복순",
        personal=True,
        why="다른 사람이 사장님 정보를 보거나 지우지 못하게 하려고요.",
    ),
    Ask(
        key="privacy.phone",
        parse_as="channel.phone",
        slot="phone",
        label="전화번호",
        text="등록하신 전화번호를 알려주세요.",
        example="010-1234-5678",
        personal=True,
        show=_show_phone,
        why="다른 사람이 사장님 정보를 보거나 지우지 못하게 하려고요.",
    ),
)


def _nothing_held(view: View) -> Answer | None:
    if view.facts.held_data():
        return None
    return Answer((Text(NOTHING),), quick_replies=(MENU,))


def _is_owner(view: View) -> bool:
    return view.facts.identity_matches(str(view.get("phone")), str(view.get("owner_name")))


def _show_data(view: View) -> Answer:
    if not _is_owner(view):
        return Answer((Text(NO_MATCH),), quick_replies=(PERSON, MENU))
    effect = Effect(privacy.note_access)
    return Answer(
        (Facts(HELD_TITLE, view.facts.held_data()), Text(HELD_NOTE)),
        quick_replies=(MENU,),
        effects=(effect,),
    )


def _erase(view: View) -> Answer:
    if view.facts.overview() is not None and not _is_owner(view):
        return Answer((Text(NO_MATCH),), quick_replies=(PERSON, MENU))
    return Answer((Text(ERASED),), effects=(Effect(privacy.erase),), forget=True)


def _is_registered(view: View) -> bool:
    return view.facts.overview() is not None


def _standing(view: View) -> tuple[Choice, ...]:
    given = tuple(Choice(k, label) for k, label in CONSENTS.items() if view.facts.consent(k))
    return (*given, COLLECT) if view.facts.consent("collect") else given


def _no_consent(view: View) -> Answer | None:
    if _standing(view):
        return None
    return Answer((Text(NO_CONSENT),), quick_replies=(MENU,))


def _accept_withdrawal(_view: View, value: JsonValue) -> Accepted:
    return Accepted(value, say=WITHDRAW_ALL if value == "collect" else "")


def _withdraw(view: View) -> Answer:
    key = str(view.get("consent_key"))
    if key not in CONSENTS:
        return Answer(quick_replies=(MENU,))
    effects = [Effect(consents.withdraw, {"key": key, "told": True})]
    if key == PAYMENT:
        effects.append(Effect(payments.consent_changed, {}))
    said = WITHDRAWN.format(day=day(view.facts.now), what=CONSENTS[key])
    return Answer((Text(said),), (MENU,), tuple(effects))


ACCESS = Flow(
    name="privacy_access",
    version=1,
    title="내 정보 보기",
    intents=("access_request",),
    questions=IDENTITY,
    on_start=_nothing_held,
    on_submit=_show_data,
)
ERASE = Flow(
    name="privacy_erase",
    version=1,
    title="내 정보 지우기",
    intents=("erase_request",),
    questions=tuple(
        replace(ask, key=ask.key.replace("privacy.", "erase."), when=_is_registered)
        for ask in IDENTITY
    ),
    confirm=Confirm(
        key="erase.confirm",
        parse_as="channel.confirm",
        title="내 정보 지우기",
        text="이름, 전화번호, 가게 정보, 나눈 말을 모두 지워요. 되돌릴 수 없어요. 지울까요?",
        yes="네, 지워 주세요",
        edit="아니요",
        edit_cancels=True,
    ),
    on_start=_nothing_held,
    on_submit=_erase,
)
WITHDRAW = Flow(
    name="privacy_withdraw",
    version=1,
    title="동의 거두기",
    intents=("consent_withdraw",),
    questions=(
        Ask(
            key="privacy.which_consent",
            slot="consent_key",
            reads="choice",
            label="거둘 동의",
            text="어느 동의를 거두시겠어요?",
            choices=_standing,
            accept=_accept_withdrawal,
            why="거두신 것만 멈추고 다른 것은 그대로 둬요.",
        ),
    ),
    on_start=_no_consent,
    on_submit=_withdraw,
)
FLOWS = (ACCESS, ERASE, WITHDRAW)
