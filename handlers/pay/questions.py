"""The questions of an application for easy payment, in the order of asking."""

from collections.abc import Callable, Mapping

from bot.dialogue.flow import Ask
from bot.dialogue.view import Choice, View
from handlers.pay import answers, banking
from handlers.pay.words import KINDS, TAXES

AGREE = (Choice("yes", "네, 동의해요"), Choice("no", "아니요"))
REGISTER_NOW = (Choice("yes", "네, 할게요"), Choice("no", "아니요"))
REUSE = (Choice("yes", "네, 그대로"), Choice("no", "다른 번호"))
RIGHT = (Choice("yes", "네, 맞아요"), Choice("no", "아니요"))
BANKS = ("농협", "국민은행", "신한은행", "우리은행", "하나은행", "새마을금고", "우체국")
SALES = ("100만원", "300만원", "500만원", "1000만원")
NOT_A_PERSON = "계좌번호였으면 은행 이름을 앞에 붙이거나, 통장의 줄(-)대로 적어 주세요."
IS_AN_ACCOUNT = "계좌번호 맞아요"
NO_NUMBER: Mapping[str, str] = {
    "no": "네, 번호 없이 적어 둘게요.",
    "yes": "네, 그럼 번호 10자리를 적어 주세요.",
}
REGISTER_FIRST = "쉬운 결제는 가게를 먼저 등록해야 해요.\n5분이면 돼요. 지금 등록할까요?"

When = Callable[[View], bool]


def is_registered(view: View) -> bool:
    """Tell whether there is a store that could be paid."""
    return bool(answers.stores(view))


def has_number(view: View) -> bool:
    """Tell whether there is, or will be, a business number."""
    told = view.get("has_brn") != "no" and view.get("business_type") != "none"
    return told and is_registered(view)


def _has_several(view: View) -> bool:
    return len(answers.stores(view)) > 1


def _is_open(view: View) -> bool:
    """Tell whether the consent was not given before this application was begun."""
    decided = view.get("consent_third_party") is not None
    return is_registered(view) and (decided or not view.facts.consent(answers.CONSENT))


def _may_reuse(view: View) -> bool:
    return has_number(view) and answers.known_brn(view) is not None


def _asks_number(view: View) -> bool:
    return has_number(view) and (view.get("reuse") == answers.OTHERWISE or not _may_reuse(view))


def _is_told(view: View) -> bool:
    """Tell whether the number tells the sort of business; it usually does, once it is known."""
    return has_number(view) and (view.get("brn") is None or bool(answers.inferred(view)))


def _asks_kind(view: View) -> bool:
    denied = view.get("type_ok") == answers.OTHERWISE or not answers.inferred(view)
    return has_number(view) and view.get("brn") is not None and denied


def _asks_tax(view: View) -> bool:
    settled = view.get("type_ok") == answers.AS_KNOWN
    return has_number(view) and view.get("business_type") == "sole" and not settled


def ask_consent(when: When) -> Ask:
    """Return the question for the consent to the hand-over to the provider."""
    return Ask(
        key="consent.third_party_payment",
        parse_as="consent.third_party",
        slot="consent_third_party",
        reads="consent",
        label="결제 회사 동의",
        text=answers.consent_text,
        again="결제 회사에 알려 주는 데 동의하세요?",
        choices=AGREE,
        accept=answers.accept_consent,
        valid=lambda value: value == "yes",
        when=when,
        in_summary=False,
        why="결제 회사가 심사하려면 사장님 정보를 봐야 해요. ‘자세히’라고 보내시면 전체를 보여 드려요.",
        hint="동의하시면 1, 아니면 2를 보내 주세요. 전체를 보시려면 ‘자세히’라고 보내 주세요.",
    )


def ask_brn(when: When) -> Ask:
    """Return the question for the business number."""
    return Ask(
        key="pay.brn",
        slot="brn",
        label="사업자번호",
        text="사업자등록번호 10자리를 알려주세요. 없으시면 ‘없어요’라고 보내 주세요.",
        example="123-45-67891",
        personal=True,
        meant=answers.meant_brn,
        show=answers.show_brn,
        accept=answers.accept_brn,
        when=when,
        alternatives=(("channel.has_brn", "has_brn"),),
        alternative_says=NO_NUMBER,
        why="결제 회사가 가게를 확인할 때 꼭 봐요.",
        hint="사업자등록증 맨 위에 있는 숫자 10자리예요. 예) 123-45-67891",
        words=("사업자등록번호", "사업자 번호", "등록번호"),
    )


def ask_account(when: Callable[[str], When]) -> tuple[Ask, ...]:
    """Return the questions for bank, account and holder; one message may answer all.

    Args:
        when: slot -> whether it is asked.
    """
    return (
        Ask(
            key="pay.bank",
            slot="bank",
            label="은행",
            text="돈을 받으실 통장은 어느 은행이에요?\n은행과 계좌번호를 같이 적으셔도 돼요.",
            example="농협",
            suggestions=lambda _view: BANKS,
            meant=banking.meant_bank,
            accept=banking.accept_bank,
            show=banking.show_bank,
            when=when("bank"),
            alternatives=(("pay.account", "account"),),
            why="손님이 낸 돈을 그 통장으로 받으세요.",
            hint="은행 이름만 적어 주세요. 예) 농협",
            mistaken=NOT_A_PERSON,
            meant_so=IS_AN_ACCOUNT,
            words=("은행 이름",),
        ),
        Ask(
            key="pay.account",
            slot="account",
            label="계좌번호",
            text="계좌번호를 알려주세요. 숫자만 이어서 적으셔도 돼요.",
            example="123456-01-123456",
            personal=True,
            meant=banking.meant_account,
            accept=banking.accept_account,
            show=banking.show_account,
            when=when("account"),
            alternatives=(("pay.bank", "bank"),),
            why="손님이 낸 돈을 받으시는 데만 써요. 비밀번호는 절대 안 물어봐요.",
            hint="통장 앞면에 있는 숫자를 그대로 적어 주세요. 줄(-)은 빼셔도 돼요.",
            mistaken=NOT_A_PERSON,
            meant_so=IS_AN_ACCOUNT,
            words=("계좌", "통장 번호", "통장"),
        ),
        Ask(
            key="pay.holder",
            slot="holder",
            label="통장 주인",
            text="통장 앞면에 적힌 주인 이름을 알려주세요.",
            example="김복순",
            personal=True,
            meant=banking.meant_holder,
            suggestions=banking.holders,
            accept=banking.accept_holder,
            when=when("holder"),
            alternatives=(("pay.account", "account"), ("pay.bank", "bank")),
            why="통장 주인이 사장님이나 가게여야 돈이 제대로 들어와요.",
            hint="통장 앞면의 이름을 그대로 적어 주세요. 예) 김복순",
            words=("예금주", "통장주인"),
        ),
    )


QUESTIONS = (
    Ask(
        key="pay.register",
        parse_as="ask.yes_no",
        slot="register",
        reads="answer",
        label="가게 등록",
        text=REGISTER_FIRST,
        choices=REGISTER_NOW,
        accept=answers.accept_register,
        when=lambda view: not is_registered(view),
        in_summary=False,
        why="어느 가게가 돈을 받는지 알아야 신청할 수 있어요. 등록이 끝나면 이어서 해요.",
        hint="등록하시려면 1번, 나중에 하시려면 2번을 보내 주세요.",
    ),
    Ask(
        key="pay.store",
        slot="store_id",
        reads="choice",
        label="가게",
        text="어느 가게에서 쓰실 거예요?",
        choices=answers.store_choices,
        accept=answers.accept_store,
        show=answers.show_store,
        when=_has_several,
        why="가게가 여러 곳이라서 여쭤봐요.",
        words=("가게 이름",),
    ),
    ask_consent(_is_open),
    Ask(
        key="pay.reuse",
        parse_as="ask.yes_no",
        slot="reuse",
        reads="answer",
        label="사업자번호",
        text=answers.reuse_text,
        choices=REUSE,
        accept=answers.accept_reuse,
        when=_may_reuse,
        alternatives=(("pay.brn", "brn"),),
        show=answers.show_reused,
        why="전에 적어 주신 번호라서 다시 안 적으셔도 돼요.",
        hint="그 번호로 하시려면 1번, 다른 번호면 2번을 보내 주세요.",
    ),
    ask_brn(_asks_number),
    Ask(
        key="pay.type_ok",
        parse_as="ask.yes_no",
        slot="type_ok",
        reads="answer",
        label="사업자 종류",
        text=answers.type_text,
        choices=RIGHT,
        accept=answers.accept_type_ok,
        when=_is_told,
        alternatives=(("pay.tax_type", "tax_type"), ("pay.business_type", "business_type")),
        show=answers.show_type,
        why="번호를 보면 어떤 사업자인지 알 수 있어요. 맞는지만 여쭤봐요.",
        hint="맞으면 1번, 아니면 2번을 보내 주세요. 사업자등록증에 적혀 있어요.",
    ),
    Ask(
        key="pay.business_type",
        slot="business_type",
        label="사업자 종류",
        text="어떤 사업자세요?",
        choices=KINDS,
        accept=answers.accept_type,
        when=_asks_kind,
        why="사업자 종류에 따라 필요한 서류가 달라요.",
        hint="번호만 보내셔도 돼요. 보통은 1번, 개인사업자예요.",
        words=("사업자종류", "개인", "법인"),
    ),
    Ask(
        key="pay.tax_type",
        slot="tax_type",
        label="세금 종류",
        text="세금은 어느 쪽이세요? 사업자등록증 맨 위에 적혀 있어요.",
        choices=TAXES,
        accept=answers.accept_tax,
        when=_asks_tax,
        why="결제 회사 신청서에 적는 칸이 있어요. 몰라도 괜찮아요.",
        hint="모르시면 4번을 보내 주세요. 저희가 알아볼게요.",
        words=("과세", "간이", "일반", "세금"),
    ),
    *ask_account(lambda _slot: has_number),
    Ask(
        key="pay.monthly_sales",
        slot="monthly_sales",
        label="한 달 매출",
        text="한 달에 얼마쯤 파세요? 안 적으셔도 돼요.",
        example="300만원",
        suggestions=lambda _view: SALES,
        optional=True,
        meant=answers.meant_sales,
        accept=answers.accept_sales,
        show=answers.show_sales,
        when=has_number,
        why="수수료를 정할 때 결제 회사가 물어봐요. 정확하지 않아도 돼요.",
        hint="‘300만원’처럼 적어 주세요. 안 적으시려면 ‘건너뛰기’라고 보내 주세요.",
        words=("매출", "월매출"),
    ),
)
