"""Mending an application: exactly what is due next, and then what comes after it."""

from collections.abc import Callable
from dataclasses import replace

from bot.dialogue.flow import Ask, Flow
from bot.dialogue.message import Text
from bot.dialogue.phrases import MENU, PERSON
from bot.dialogue.state import Filled, JsonValue
from bot.dialogue.view import Accepted, Answer, Choice, Effect, Problem, View
from bot.dialogue.wording import phone_number
from bot.nlu.digits import find_code
from bot.nlu.result import Understanding
from bot.services import payments
from bot.services.payments import PayOverview
from handlers.pay import answers, banking
from handlers.pay.mending import CONSENT, asked_slots, certificate_came, opened_again, steps
from handlers.pay.next_step import next_step
from handlers.pay.questions import ask_account, ask_consent
from handlers.pay.status import NOTHING_YET
from handlers.pay.which import may_come_again, pressing
from handlers.pay.words import APPLY, GO_ON, KINDS, PAPERS, paper_card, reason_text, sentence
from models.states import PayState

AGAIN = (Choice("yes", "네, 다시요"), Choice("no", "아니요"))
NOT_AGAIN = "네, 그대로 둘게요. 다시 하시려면 ‘쉬운 결제’라고 보내 주세요."
BRN_TEXT = "사업자등록증 맨 위의 숫자 10자리를 알려 주세요."
NO_BRN_TEXT = "사업자등록을 하시면 번호가 나와요. 그 10자리를 알려 주세요."
OWNER_TEXT = "사업자등록증에 적힌 대표자 이름을 알려 주세요."
PHONE_TEXT = "사장님 이름으로 된 휴대전화 번호를 알려 주세요."
BANK_TEXT = "사장님이나 가게 이름으로 된 통장은 어느 은행이에요?"
ACCOUNT_TEXT = "통장 앞면에 적힌 계좌번호를 알려 주세요."
HOLDER_TEXT = "그 통장에 적힌 주인 이름을 알려 주세요."
AGAIN_TEXT = "거두신 결제 신청이 그대로 있어요. 다시 할까요?"
REFUSED_TEXT = "{why}\n적어 주신 것은 그대로 있어요. 지금 다시 신청할까요?"
WON_TEXT = "통장에 1원을 보냈어요. 보낸 사람 이름 끝의 숫자 네 자리를 알려 주세요."
WON_TOLD = {
    "right": "맞아요! 통장을 확인했어요.",
    "too_often": "여러 번 달라서 멈췄어요. 담당자가 통장 사진을 보고 확인할게요.",
    "none": "그 숫자는 이제 쓸 수 없어요. 담당자가 통장을 확인할게요.",
}
WON_WRONG = "숫자가 달라요. 통장에 찍힌 이름을 다시 봐 주세요."
OPENED = "다시 여셨으면 새 등록증을 보내고 ‘이어서 하기’를 눌러 주세요."
CERTIFICATE_CAME = "새 등록증 잘 받았어요. 국세청에 다시 물어볼게요."
MENDED = "고쳤어요."
TAKEN_UP = "네, 다시 할게요."
THE_SAME = "전과 똑같은 답이에요. 그게 맞으면 ‘상담원’이라고 보내 주세요. 사람이 봐 드려요."
NOT_NOW = "지금은 고칠 수 없어요. ‘상담원’이라고 보내시면 사람이 도와드려요."
CODE_LENGTH = 4
WHY = "이것만 고치면 다음으로 넘어갈 수 있어요."


def about(view: View) -> PayOverview | None:
    """Return the application that is mended; None when there is none any more."""
    known = pressing(view)
    if known is not None and known.next_due is None and not asked_slots(view, known):
        again = (one for one in view.facts.pays() if may_come_again(view, one))
        known = next(again, known)
    return known if known and known.state is not PayState.TERMINATED else None


def _wants(slot: str) -> Callable[[View], bool]:
    def when(view: View) -> bool:
        known = about(view)
        return known is not None and slot in asked_slots(view, known)

    return when


def _wrong(words: str) -> Callable[[View], str]:
    """Return a question with what is wrong said before it."""

    def text(view: View) -> str:
        known = about(view)
        wrong = sentence(known) if known and known.error_code else ""
        return f"{wrong}\n{words}" if wrong else words

    return text


def _again_text(view: View) -> str:
    known = about(view)
    if known is None or known.state is not PayState.REJECTED:
        return AGAIN_TEXT
    return REFUSED_TEXT.format(why=reason_text(known)).strip()


def _brn_text(view: View) -> str:
    known = about(view)
    is_missing = known is not None and known.error_code == "brn_missing"
    return _wrong(NO_BRN_TEXT if is_missing else BRN_TEXT)(view)


def _on_start(view: View) -> Answer | None:
    known = about(view)
    return None if known is not None and asked_slots(view, known) else _nothing_to_ask(view, known)


def _nothing_to_ask(view: View, known: PayOverview | None) -> Answer:
    """Ask for a paper, or say who is at work."""
    if known is None:
        return Answer((Text(NOTHING_YET),), quick_replies=(APPLY, MENU))
    due = known.next_due
    if due is None or due.key in PAPERS:
        said, replies = next_step(view, known)
        return Answer(said, quick_replies=replies)
    if certificate_came(view, known):
        return _done(view, known, opened_again(known), CERTIFICATE_CAME)
    card = paper_card(view, "brc", f"{sentence(known)}\n{OPENED}")
    return Answer((card,), quick_replies=(GO_ON, PERSON, MENU))


def _on_submit(view: View) -> Answer:
    known = about(view)
    if known is None or not asked_slots(view, known):  # somebody of ours was faster
        return _nothing_to_ask(view, known)
    if view.get("won"):
        return _proven(view, known)
    if view.get("again") == "no":
        return Answer((Text(NOT_AGAIN),), quick_replies=(MENU,))
    said = TAKEN_UP if view.get("again") else answers.AGREED if view.get(CONSENT) else MENDED
    return _done(view, known, steps(view, known), said)


def _done(view: View, known: PayOverview, effects: tuple[Effect, ...], said: str) -> Answer:
    """Mend, and say what comes next."""
    after = view.facts.pay_after(*(effect.apply for effect in effects))
    new = after.of(known.id) if after else None
    if after is None or new is None:
        return Answer((Text(NOT_NOW),), quick_replies=(PERSON, MENU))
    if not any(after.results):
        return Answer((Text(THE_SAME),), quick_replies=(PERSON, MENU))
    changed = new.account_last4 != known.account_last4
    outputs, replies = next_step(view, new, said, is_other_account=changed)
    return Answer(outputs, replies, effects)


def _proven(view: View, known: PayOverview) -> Answer:
    """Say what came of the digits; the step itself was done when they were told."""
    told = str(view.get("won"))
    after = view.facts.pay_after(_tell(known, _digits(view)).apply) if told == "right" else None
    new = (after.of(known.id) if after else None) or known
    outputs, replies = next_step(view, new, WON_TOLD.get(told, ""))
    return Answer(outputs, replies)


def _digits(view: View) -> str:
    return find_code(view.text, CODE_LENGTH) or view.text


def _tell(known: PayOverview, said: str) -> Effect:
    return Effect(payments.tell_won_code, {"application_id": known.id, "said": said})


def _accept_consent(view: View, value: JsonValue) -> Accepted | Problem:
    """Take the decision; a yes is kept with what comes after it."""
    known = about(view)
    if value == "yes":
        return Accepted("yes")
    return answers.refused(known.provider.consent if known else answers.CONSENT)


def _with_known(view: View) -> View:
    """Return the view with what the application holds already beside the answers."""
    known = about(view)
    if known is None:
        return view
    held = {"bank": known.bank_code, "business_type": known.business_kind}
    beside = {key: Filled(value) for key, value in held.items() if value}
    return replace(view, slots={**beside, **view.slots})


def _accept_account(view: View, value: JsonValue) -> Accepted | Problem:
    return banking.accept_account(_with_known(view), value)


def _accept_holder(view: View, value: JsonValue) -> Accepted | Problem:
    return banking.accept_holder(_with_known(view), value)


def _meant_won(view: View, _understood: Understanding) -> JsonValue:
    """Return the four digits; whatever else is said is no try."""
    return find_code(view.text, CODE_LENGTH)


def _accept_won(view: View, value: JsonValue) -> Accepted:
    """Compare the digits; a wrong try is counted, so that nobody guesses them."""
    known = about(view)
    if known is None:
        return Accepted("none")
    effect = _tell(known, str(value))
    after = view.facts.pay_after(effect.apply)
    told = str(after.results[0]) if after else "none"
    return Accepted(told, say=WON_WRONG if told == "wrong" else "", effects=(effect,))


def _account_text(view: View) -> str:
    return ACCOUNT_TEXT if view.get("bank") else _wrong(ACCOUNT_TEXT)(view)


BANK, ACCOUNT, HOLDER = ask_account(_wants)
FLOW = Flow(
    name="pay_fix",
    version=1,
    title="결제 신청 고치기",
    offered=False,
    questions=(
        Ask(
            key="pay.again",
            parse_as="ask.yes_no",
            slot="again",
            reads="answer",
            label="다시 하기",
            text=_again_text,
            choices=AGAIN,
            when=_wants("again"),
            why="적어 주신 것은 남겨 두었어요. 다시 안 적으셔도 돼요.",
            hint="다시 하시려면 1번, 아니면 2번을 보내 주세요.",
        ),
        replace(ask_consent(_wants(CONSENT)), accept=_accept_consent),
        Ask(
            key="pay.business_type",
            slot="business_type",
            label="사업자 종류",
            text="어떤 사업자세요?",
            choices=KINDS,
            when=_wants("business_type"),
            why="사업자 종류에 따라 필요한 서류가 달라요.",
            hint="번호만 보내셔도 돼요. 보통은 1번, 개인사업자예요.",
        ),
        Ask(
            key="pay.brn",
            slot="brn",
            label="사업자번호",
            text=_brn_text,
            example="123-45-67891",
            personal=True,
            show=answers.show_brn,
            when=_wants("brn"),
            why="결제 회사가 가게를 확인할 때 꼭 봐요.",
            hint="사업자등록증 맨 위에 있는 숫자 10자리예요. 예) 123-45-67891",
        ),
        Ask(
            key="pay.owner_name",
            parse_as="channel.owner_name",
            slot="owner_name",
            label="대표자 이름",
            text=_wrong(OWNER_TEXT),
            example="김복순",
            personal=True,
            when=_wants("owner_name"),
            why=WHY,
            hint="사업자등록증의 ‘성명(대표자)’ 칸에 있는 이름이에요.",
        ),
        Ask(
            key="pay.phone",
            parse_as="channel.phone",
            slot="phone",
            label="전화번호",
            text=_wrong(PHONE_TEXT),
            example="010-1234-5678",
            personal=True,
            show=lambda _view, value: phone_number(str(value)),
            when=_wants("phone"),
            why=WHY,
            hint="010으로 시작하는 사장님 번호를 보내 주세요.",
        ),
        replace(BANK, text=_wrong(BANK_TEXT), again=BANK_TEXT),
        replace(ACCOUNT, text=_account_text, again=ACCOUNT_TEXT, accept=_accept_account),
        replace(HOLDER, text=HOLDER_TEXT, accept=_accept_holder),
        Ask(
            key="pay.won",
            parse_as="ask.text",
            slot="won",
            reads="text",
            label="숫자 네 자리",
            text=WON_TEXT,
            example="3817",
            meant=_meant_won,
            accept=_accept_won,
            valid=lambda told: told != "wrong",
            when=_wants("won"),
            why="통장 주인만 볼 수 있는 숫자라서, 사장님 통장인지 확인돼요.",
            hint="통장 내역에서 ‘소신’으로 시작하는 이름을 찾아 보세요.",
        ),
    ),
    on_start=_on_start,
    on_submit=_on_submit,
    waits=lambda view: any(one.next_due for one in view.facts.pays()),
)
