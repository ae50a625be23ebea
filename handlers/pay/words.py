"""What easy payment is called in the chat, and what is said about every error."""

from collections.abc import Mapping

from bot.dialogue.message import Button, Card, QuickReply
from bot.dialogue.view import Choice, View
from bot.services.payments import PayOverview

KINDS = (
    Choice("sole", "개인사업자"),
    Choice("corp", "법인(회사)"),
    Choice("none", "아직 없어요"),
)
TAXES = (
    Choice("general", "일반과세"),
    Choice("simplified", "간이과세"),
    Choice("exempt", "면세"),
    Choice("unknown", "잘 몰라요"),
)
APPLY = QuickReply("쉬운 결제", "쉬운 결제")
GO_ON = QuickReply("이어서 하기", "쉬운 결제")
HOW_FAR = QuickReply("결제 진행 상황", "결제 어떻게 됐어요?")
CHANGE = QuickReply("통장 바꾸기", "통장 바꿀래요")
KIT = QuickReply("홍보물 받기", "홍보물 받기")
CARD = QuickReply("결제 QR 카드", "결제 QR 카드 더 주세요")
TROUBLE = QuickReply("문제 있어요", "결제 문제 있어요")
PHOTO = "사진 올리기"
TRY_OUT = "100원 결제"

PAPERS: Mapping[str, str] = {
    "brc": "사업자등록증",
    "bankbook": "통장 앞면",
    "corp_registry": "법인 등기부등본",
    "seal": "법인 인감증명서",
    "proxy": "위임장",
    "permit": "허가증(신고증)",
}
READABLE: Mapping[str, str] = {
    "brc": "번호와 이름, 네 귀퉁이가 다 보이게 찍어 주세요.",
    "bankbook": "통장 주인 이름과 계좌번호가 보이게 찍어 주세요.",
    "corp_registry": "모든 쪽이 보이게 찍어 주세요. 3개월 안에 뗀 것이면 돼요.",
    "seal": "글자와 도장이 다 보이게 찍어 주세요. 3개월 안에 뗀 것이면 돼요.",
    "proxy": "사장님 이름과 서명이 보이게 찍어 주세요.",
    "permit": "이름과 허가 번호가 보이게 찍어 주세요.",
}
"""Paper -> what must be readable."""
ASKS: Mapping[str, str] = {
    "business_type": "어떤 사업자인지 알려 주세요.",
    "brn": "사업자등록번호를 알려 주세요.",
    "bank": "어느 은행으로 받으실지 알려 주세요.",
    "account": "계좌번호를 알려 주세요.",
    "holder": "통장 주인 이름을 알려 주세요.",
    "owner_name": "대표자 이름을 확인해 주세요.",
    "phone": "전화번호를 확인해 주세요.",
    "trade": "담당자가 업종을 확인해요.",
    "duplicate": "담당자가 확인해요.",
    "details": "담당자가 바뀐 내용을 확인해요.",
    "owner_confirmation": "담당자가 사장님께 확인해요.",
    "consent_third_party": "결제 회사에 알려 주는 데 동의가 필요해요.",
}
"""What is due -> what is asked for, when nothing is wrong."""
ERRORS: Mapping[str, str] = {
    "brn_checksum": "사업자등록번호의 숫자 하나가 다른 것 같아요.",
    "brn_length": "사업자등록번호의 숫자 개수가 맞지 않아요.",
    "brn_invalid": "그런 사업자등록번호는 없다고 나와요.",
    "brn_closed": "국세청에 문 닫은 번호(폐업)로 나와요.",
    "brn_suspended": "국세청에 쉬는 중(휴업)으로 나와요. 담당자와 같이 봐요.",
    "brn_not_found_new": "국세청에 아직 안 나와요. 새 가게는 하루 이틀 걸려요.",
    "brn_missing": "사업자등록번호가 아직 없으세요.",
    "business_closed": "국세청에 문 닫은 가게(폐업)로 나와요.",
    "rep_mismatch": "대표자 이름이 등록증과 다르다고 나와요.",
    "holder_mismatch": "통장 주인이 사장님이나 가게 이름과 달라요.",
    "account_not_found": "그런 계좌번호는 없다고 나와요.",
    "account_length": "계좌번호의 숫자 개수가 맞지 않아요.",
    "bank_unsupported": "그 은행으로는 아직 돈을 받을 수 없어요.",
    "doc_unreadable": "{paper} 사진이 흐려서 글자가 안 보여요.",
    "doc_cropped": "{paper} 사진 끝이 잘렸어요.",
    "doc_old": "{paper} 서류가 오래됐어요. 새로 뗀 것이 필요해요.",
    "doc_wrong_kind": "{paper} 사진이 새로 필요해요. 전에 온 것은 다른 서류예요.",
    "permit_missing": "허가증(신고증) 사진이 더 필요해요.",
    "trade_restricted": "업종은 담당자가 먼저 확인해야 해요.",
    "owner_phone_mismatch": "전화가 사장님 이름으로 되어 있지 않대요.",
    "duplicate_store": "같은 가게 신청이 또 있어요. 담당자가 확인해요.",
    "consent_missing": "결제 회사에 알려 주는 데 동의가 필요해요.",
    "owner_confirmation_missing": "대신 신청하셔서, 담당자가 사장님께 전화로 확인해요.",
    "changed_after_submit": "바뀐 내용을 담당자가 결제 회사에 전하고 있어요.",
    "provider_timeout": "은행에서 아직 답이 없어요. 저희가 다시 물어볼게요.",
    "provider_unknown": "결제 회사 답을 담당자가 확인하고 있어요.",
}
"""Code of the catalogue -> one sentence."""
ACTIONS: Mapping[str, str] = {
    "correct_brn": "번호 고치기",
    "send_new_brc": "등록증 보내기",
    "explain_suspension": "상담원",
    "wait_for_register": "결제 진행 상황",
    "correct_owner_name": "이름 고치기",
    "use_own_phone": "전화번호 고치기",
    "wait_for_staff": "결제 진행 상황",
    "send_again": PHOTO,
    "send_permit": PHOTO,
    "register_business": "번호 알려 주기",
    "choose_account": "다른 통장으로",
    "correct_account": "계좌 고치기",
    "talk_to_staff": "상담원",
    "give_consent": "동의하기",
    "wait_for_provider": "결제 진행 상황",
}
"""Fix -> what stands on its one button."""


def label_of(choices: tuple[Choice, ...], key: object) -> str:
    """Return what stands on the button of a choice, "" for one that is gone."""
    return next((choice.label for choice in choices if choice.key == key), "")


def sentence(known: PayOverview) -> str:
    """Return the one sentence about what is due or wrong, "" when nothing is."""
    pressing = known.pressing
    if pressing is None:
        return ""
    paper = PAPERS.get(pressing.key, PAPERS["brc"])
    if pressing.error_code:
        return ERRORS[pressing.error_code].format(paper=paper)
    if pressing.key in PAPERS:
        return f"{paper} 사진을 보내 주세요."
    return ASKS[pressing.key]


def reason_text(known: PayOverview) -> str:
    """Return why the provider refused, "" when it named no reason that we know."""
    return ERRORS.get(known.reason or "", "").format(paper=PAPERS["brc"])


def action(fix: str | None) -> QuickReply:
    """Return the one button that leads to the repair."""
    label = ACTIONS.get(fix or "", GO_ON.label)
    if label == "상담원":
        return QuickReply(label, label)
    if label == HOW_FAR.label:
        return HOW_FAR
    return QuickReply(label, APPLY.message)


def try_out(view: View) -> tuple[Button, ...]:
    """Return the button that leads to the test payment, () where none can be made."""
    link = view.facts.pay_trial_link()
    return (Button(TRY_OUT, "link", link),) if link else ()


def paper_card(view: View, kind: str, said: str = "") -> Card:
    """Return a request for one paper: what must be readable, and where to send it."""
    ask = said or f"{PAPERS[kind]} 사진을 보내 주세요."
    button = Button(PHOTO, "link", view.facts.upload_link(kind))
    return Card(description=f"{ask}\n{READABLE[kind]}", buttons=(button,))
