"""What codes about easy payment are called on the console's pages."""

from collections.abc import Mapping

from bot.console import words
from bot.services.fixes import FIXES
from bot.services.pay_rules.needs import KEY_OF_CODE, KEYS
from models.payment import CheckResult, HolderMatch, LinkPurpose, PayKind, TaxType
from models.states import PayState

STATES: Mapping[str, str] = {
    PayState.DRAFT: "작성 중",
    PayState.COLLECTING: "모으는 중",
    PayState.READY: "넘길 준비됨",
    PayState.HANDED_OFF: "결제 회사에 넘김",
    PayState.PROVIDER_REVIEW: "결제 회사 심사",
    PayState.ADDITIONAL_REQUIRED: "보완 요청",
    PayState.APPROVED: "승인",
    PayState.QR_ISSUED: "QR 나옴",
    PayState.LIVE: "사용 중",
    PayState.REJECTED: "반려",
    PayState.WITHDRAWN: "거둠",
    PayState.SUSPENDED: "이용 정지",
    PayState.TERMINATED: "해지",
    PayState.ERASED: "지움",
}
LOOKS: Mapping[str, str] = {
    PayState.READY: "busy",
    PayState.ADDITIONAL_REQUIRED: "past_due",
    PayState.REJECTED: "past_due",
    PayState.SUSPENDED: "past_due",
    PayState.LIVE: "met",
}
"""Class of a state's tag."""
WAITS: Mapping[str, str] = {
    "us": "우리",
    "merchant": "상인",
    "provider": "결제 회사",
    "nobody": "없음",
}
KINDS: Mapping[str, str] = {
    PayKind.SOLE: "개인사업자",
    PayKind.CORP: "법인",
    PayKind.NONE: "사업자등록 없음",
}
TAXES: Mapping[str, str] = {
    TaxType.GENERAL: "일반과세",
    TaxType.SIMPLIFIED: "간이과세",
    TaxType.EXEMPT: "면세",
    TaxType.UNKNOWN: "모름",
}
MATCHES: Mapping[str, str] = {
    HolderMatch.OWNER: "주인 이름과 같음",
    HolderMatch.BUSINESS: "가게 이름과 같음",
    HolderMatch.NONE: "주인도 가게도 아님",
    HolderMatch.UNKNOWN: "아직 모름",
}
RESULTS: Mapping[str, str] = {
    CheckResult.PASS: "맞음",
    CheckResult.FAIL: "틀림",
    CheckResult.UNCLEAR: "분명하지 않음",
    CheckResult.UNAVAILABLE: "답 없음",
}
SOURCES: Mapping[str, str] = {
    "trial_payment": "100원 결제",
    "tax_office": "국세청",
    "name_enquiry": "예금주 조회",
    "transfer": "1원 보내기",
    "provider": "결제 회사",
    "merchant": "상인",
    "owner": "주인",
    "system": "자동",
    "command": "명령",
}
FIX_ACTIONS: Mapping[str, str] = {
    "correct_brn": "상인이 번호를 고침",
    "send_new_brc": "상인이 새 등록증을 보냄",
    "explain_suspension": "담당자가 휴업을 같이 봄",
    "wait_for_register": "국세청에 나올 때까지 기다림",
    "correct_owner_name": "상인이 대표자 이름을 고침",
    "correct_store_name": "상인이 가게 이름을 고침",
    "choose_search_id": "상인이 검색용 아이디를 다시 고름",
    "fill_customer_center": "상인이 고객센터 정보를 채움",
    "open_channel": "상인이 채널을 공개로 바꿈",
    "ask_master": "상인이 마스터에게 부탁함",
    "use_own_phone": "상인이 본인 전화로 바꿈",
    "talk_to_staff": "담당자가 상인과 이야기함",
    "wait_for_staff": "담당자가 확인함",
    "send_again": "상인이 서류를 다시 찍어 보냄",
    "send_permit": "상인이 허가증을 보냄",
    "register_business": "상인이 사업자등록을 함",
    "choose_account": "상인이 다른 계좌를 알려 줌",
    "correct_account": "상인이 계좌번호를 고침",
    "give_consent": "상인이 동의함",
    "wait_for_provider": "답이 올 때까지 기다림",
}
"""Fix -> who does what; one for each error."""
REASONS: Mapping[str, str] = {
    **words.PROBLEMS,
    "closed": "가게를 닫음",
    "asked": "상인이 그만 쓰기로 함",
    "provider_ended": "결제 회사가 해지함",
    "erased": "정보를 지움",
}
TERMINATE: tuple[str, ...] = ("closed", "provider_ended")
"""Why a person ends it without having been asked to; keys of `REASONS`."""
WISH_BY: Mapping[str, str] = {"owner": "사장님", "family": "가족", "agent": "대신 신청한 분"}
WISH_HOW: Mapping[str, str] = {"phone": "전화로", "visit": "만나서"}
"""Who asked for the end, and how."""
STEPS: Mapping[str, str] = {
    PayState.HANDED_OFF: "결제 회사에 넘겼어요",
    PayState.PROVIDER_REVIEW: "심사하고 있대요",
    PayState.ADDITIONAL_REQUIRED: "더 달래요",
    PayState.APPROVED: "승인했대요",
    PayState.QR_ISSUED: "QR이 나왔어요",
    PayState.LIVE: "결제를 쓰기 시작했어요",
    PayState.REJECTED: "반려했대요",
    PayState.SUSPENDED: "이용을 멈췄대요",
}
"""Steps that are set by hand, as they stand on a list; ending it has a form of its own."""
FINDINGS: tuple[str, ...] = (
    "holder",
    "account",
    "bank",
    "brn",
    "owner_name",
    "phone",
    "trade",
    "duplicate",
    "details",
)
"""What a person may find out; papers are looked at on their own page."""
PURPOSES: Mapping[str, str] = {
    LinkPurpose.OWNER: "주인 확인",
    LinkPurpose.PHOTO: "서류 사진",
}
MESSAGES: Mapping[str, str] = {
    "illegal_move": "지금 상태에서는 할 수 없어요. 새로 고친 내용을 확인해 주세요.",
    "key_reused": "이미 처리한 화면이에요. 새로 고친 내용을 확인해 주세요.",
    "reason_needed": "이유를 골라 주세요.",
    "not_ready": "아직 빠진 것이 있어서 넘길 수 없어요.",
    "too_early": "다시 신청할 수 있는 날이 아직 안 됐어요.",
    "qr_missing": "결제 회사가 준 QR 그림을 먼저 올려 주세요.",
    "no_agent": "대신 신청한 분이 없어요.",
    "no_account": "보낼 계좌가 없어요.",
    "won_not_now": "벌써 보내기로 했거나, 오늘은 더 보낼 수 없어요.",
    "won_unknown": "지난번 1원이 갔는지 은행에서 아직 몰라요. 통장 사진으로 확인해 주세요.",
    "no_chat": "카카오톡 대화가 없는 분이라 할 수 없어요.",
    "phone_needed": "주인의 휴대폰 번호를 010부터 적어 주세요.",
    "not_the_owner": "신청한 분의 번호예요. 주인이 따로 쓰는 번호로만 보낼 수 있어요.",
    "trial_not_called_for": "지금은 100원 결제를 해 볼 때가 아니에요.",
    "pay_over": "끝난 신청이라 할 수 없어요.",
    "merchant_code_missing": "가맹점 번호를 적어 주세요.",
    "qr_unreadable": "그림에서 QR을 한 개만 읽을 수 있어야 해요. 받은 그림 그대로 올려 주세요.",
    "qr_of_another": "다른 신청의 QR이에요. 돈이 다른 가게로 갈 수 있어서 받지 않았어요.",
    "not_expected": "아직 승인 전이라 QR을 받을 수 없어요.",
    "file_missing": "올린 파일이 사라졌어요. 다시 올려 주세요.",
    "link_expired": "올린 지 오래됐어요. 다시 올려 주세요.",
    "link_invalid": "화면이 올바르지 않아요. 다시 올려 주세요.",
    "file_empty": "파일을 골라 주세요.",
    "file_size": "파일이 너무 커요(5MB까지 돼요).",
    "columns_missing": "‘상태’ 칸, 그리고 ‘신청번호’나 ‘접수번호’ 칸이 있어야 해요.",
    "columns_twice": "같은 이름의 칸이 두 번 있어요.",
    "bad_csv": "표로 읽히지 않아요. CSV나 XLSX로 저장해서 올려 주세요.",
    "batch_empty": "이 묶음에는 지금 보여 드릴 수 있는 신청이 없어요.",
    "no_batch": "그런 묶음이 없어요.",
}
"""What is told where something could not be done."""
FAILED = "할 수 없었어요. 새로 고친 내용을 확인해 주세요."
FILE_FAILED = "파일을 읽지 못했어요. CSV나 XLSX로 저장해서 올려 주세요."
NOTHING_READY = "지금 넘길 수 있는 신청이 없어요."
ROW_ERRORS: Mapping[str, str] = {
    "no_application": "이 번호의 신청이 없어요.",
    "other_application": "신청번호와 접수번호가 서로 다른 신청이에요.",
    "unknown_status": "모르는 상태예요. 결제 회사 설정에 낱말을 더해야 해요.",
    "unknown_reason": "모르는 사유예요. 결제 회사 설정에 낱말을 더해야 해요.",
    "bad_date": "날짜는 2026-11-27처럼 적혀 있어야 해요.",
    "no_picture": "QR 그림 파일이 같이 올라오지 않았어요.",
    "cells_missing": "‘상태’, 그리고 ‘신청번호’나 ‘접수번호’가 비어 있어요.",
    "too_many_cells": "칸이 표보다 많아요.",
    "illegal_move": "지금 상태에서 갈 수 없는 상태예요.",
    "key_reused": "같은 줄이 다르게 다시 왔어요.",
    "not_by_hand": "결제 회사가 정하는 상태가 아니에요.",
    **{
        code: MESSAGES[code]
        for code in (
            "not_ready",
            "too_early",
            "qr_missing",
            "merchant_code_missing",
            "qr_unreadable",
            "qr_of_another",
        )
    },
}
"""What is wrong with a row of a file of results."""
ROW_FAILED = "읽을 수 없는 줄이에요."


def codes_of(key: str) -> list[str]:
    """Return what may be wrong with a requirement."""
    return [code for code, about in KEY_OF_CODE.items() if about == key and code in FIXES]


def source(name: str) -> str:
    """Return who found something."""
    return SOURCES.get(name, name)


PASSES = {key: f"{words.NEEDS[key]}: 맞아요" for key in FINDINGS if key in KEYS}
