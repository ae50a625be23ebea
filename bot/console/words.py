"""What codes are called on the console's pages."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from bot.clock import KST
from models.requirement import DocumentKind
from models.staff import Priority, RightsKind, Role
from models.states import ChannelReason, ChannelState, DocumentState, Level, TicketState

CHANNEL_STATES: Mapping[str, str] = {
    ChannelState.DRAFT: "작성 중",
    ChannelState.READY: "보낼 준비",
    ChannelState.SUBMITTED: "신청 받음",
    ChannelState.OPENED: "채널 개설",
    ChannelState.BIZ_REVIEW: "비즈니스 심사",
    ChannelState.LIVE: "운영 중",
    ChannelState.NEEDS_FIX: "고칠 것 있음",
    ChannelState.LINKED_EXISTING: "기존 채널 연결",
    ChannelState.DORMANT: "쉬는 중",
    ChannelState.BLOCKED: "막힘",
    ChannelState.CLOSED: "닫음",
    ChannelState.WITHDRAWN: "취소함",
    ChannelState.ERASED: "지움",
}
FIX_REASONS: Mapping[str, str] = {
    ChannelReason.NAME_MISMATCH: "가게 이름이 등록증과 다름",
    ChannelReason.DOC_UNREADABLE: "서류 글자가 안 읽힘",
    ChannelReason.DOC_OLD: "서류가 오래됨",
    ChannelReason.BUSINESS_CLOSED: "폐업으로 나옴",
    ChannelReason.PERMIT_MISSING: "허가증이 필요함",
    ChannelReason.SEARCH_ID_TAKEN: "검색용 아이디가 이미 있음",
    ChannelReason.SEARCH_ID_INVALID: "검색용 아이디를 쓸 수 없음",
    ChannelReason.CUSTOMER_CENTER_MISSING: "고객센터 정보가 없음",
    ChannelReason.CHANNEL_PRIVATE: "채널이 비공개임",
    ChannelReason.NOT_MASTER: "주인이 마스터가 아님",
    ChannelReason.PHONE_OWNER_MISMATCH: "전화 명의가 다름",
    ChannelReason.POLICY: "운영 정책에 맞지 않음",
}
DOCUMENTS: Mapping[str, str] = {
    DocumentKind.BRC: "사업자등록증",
    DocumentKind.BANKBOOK: "통장 사본",
    DocumentKind.PERMIT: "영업신고증",
    DocumentKind.CORP_REGISTRY: "법인 등기부등본",
    DocumentKind.SEAL: "인감증명서",
    DocumentKind.PROXY: "위임장",
    DocumentKind.PHOTO: "가게 사진",
    DocumentKind.OTHER: "기타 서류",
}
DOCUMENT_STATES: Mapping[str, str] = {
    DocumentState.RECEIVED: "가져오는 중",
    DocumentState.SCANNED: "확인 전",
    DocumentState.IN_REVIEW: "확인 기다림",
    DocumentState.ACCEPTED: "확인함",
    DocumentState.REJECTED: "다시 요청함",
    DocumentState.EXPIRED: "기간 지남",
    DocumentState.PURGED: "파기함",
}
REJECT_REASONS: Mapping[str, str] = {
    "doc_unreadable": "글자가 안 읽힘",
    "doc_cropped": "귀퉁이가 잘림",
    "doc_old": "오래된 서류",
    "doc_wrong_kind": "다른 서류를 보냄",
}
HANDOFF_REASONS: Mapping[str, str] = {
    "asked": "상담원을 찾음",
    "failed_twice": "봇이 두 번 못 알아들음",
    "complaint": "불만",
    "trust": "사기 의심",
    "eligibility": "자격 확인",
    "manual": "직접 가져옴",
    "kit_problem": "홍보물 문제",
    "kit_tampered": "QR 위에 다른 것이 붙음",
    "kit_revoke": "걷을 홍보물",
    "kit_failed": "홍보물을 못 만듦",
    "pay_owner": "결제 대리 신청: 주인 확인",
    "pay_changed": "결제 회사에 넘긴 뒤 바뀜",
    "pay_missing": "결제 신청이 멈춰 있음",
    "pay_word": "결제 소식을 오늘 알려야 함",
    "pay_withdrawn": "결제 신청을 거둠",
    "pay_consent": "결제 회사 제공 동의를 거둠",
    "pay_suspended": "결제 회사가 멈춤",
    "pay_terminated": "결제를 그만 씀",
    "document_missing": "서류가 안 옴",
    "member_inactive": "오래 안 쓴 회원",
    "visit_no_show": "서포터즈가 안 옴",
    "visit_late_change": "하루 안쪽 방문 변경",
    "visit_rated_low": "방문이 나빴다고 함",
}
PRIORITIES: Mapping[str, str] = {
    Priority.URGENT: "급함",
    Priority.NORMAL: "보통",
    Priority.LOW: "나중",
}
TICKET_STATES: Mapping[str, str] = {
    TicketState.OPEN: "기다림",
    TicketState.ASSIGNED: "맡음",
    TicketState.WAITING_MERCHANT: "상인 답 기다림",
    TicketState.RESOLVED: "끝남",
}
LEVELS: Mapping[str, str] = {
    Level.PAST_DUE: "기한 지남",
    Level.CURRENTLY_DUE: "지금 필요",
    Level.PENDING_VERIFICATION: "확인 중",
    Level.EVENTUALLY_DUE: "나중에 필요",
    Level.MET: "됨",
    Level.WAIVED: "필요 없음",
}
NEEDS: Mapping[str, str] = {
    "brn": "사업자등록번호",
    "brc": "사업자등록증",
    "permit": "영업신고증",
    "channel_public_id": "채널 주소",
    "search_id": "검색용 아이디",
    "has_channel": "채널이 있는지",
    "owner_confirmation": "주인 확인",
    "market": "시장 확인",
    "duplicate": "같은 가게인지",
    "store_name": "가게 이름",
    "customer_center": "고객센터 정보",
    "master": "마스터 확인",
    "phone": "전화번호",
    "owner_name": "대표자 이름",
    "trial": "휴대폰 결제",
    "won": "1원 송금",
    "policy": "운영 정책",
    "consent_third_party": "결제 회사 제공 동의",
    "business_type": "사업자 종류",
    "bank": "은행",
    "account": "계좌번호",
    "holder": "예금주",
    "bankbook": "통장 사본",
    "corp_registry": "법인 등기부등본",
    "seal": "법인 인감증명",
    "proxy": "위임장",
    "trade": "업종 확인",
    "details": "바뀐 내용 전달",
}
PROBLEMS: Mapping[str, str] = {
    **FIX_REASONS,
    **REJECT_REASONS,
    "brn_closed": "국세청에 폐업으로 나옴",
    "brn_suspended": "국세청에 휴업으로 나옴",
    "brn_not_found_new": "국세청에 아직 없음",
    "market_unknown": "목록에 없는 시장",
    "duplicate_store": "같은 번호의 가게가 있음",
    "owner_confirmation_missing": "주인 확인 전",
    "changed_after_submit": "신청 뒤에 바꿈",
    "brn_checksum": "번호 한 자리가 틀림",
    "brn_length": "열 자리가 아님",
    "brn_invalid": "없는 번호",
    "brn_missing": "사업자등록 전",
    "business_closed": "폐업",
    "rep_mismatch": "대표자와 등록증이 다름",
    "holder_mismatch": "예금주가 주인도 가게도 아님",
    "account_not_found": "없는 계좌",
    "account_length": "계좌 자릿수가 안 맞음",
    "bank_unsupported": "받을 수 없는 은행",
    "permit_missing": "허가증이 없음",
    "trade_restricted": "업종을 확인해야 함",
    "owner_phone_mismatch": "본인 전화가 아님",
    "consent_missing": "동의 전",
    "provider_timeout": "확인하는 곳이 답하지 않음",
    "provider_unknown": "확인하는 곳의 답이 분명하지 않음",
}
RIGHTS: Mapping[str, str] = {
    RightsKind.ACCESS: "내 정보 보기",
    RightsKind.CORRECT: "고치기",
    RightsKind.ERASE: "지우기",
    RightsKind.SUSPEND: "처리 멈춤",
    RightsKind.WITHDRAW: "동의 거두기",
}
ROLES: Mapping[str, str] = {
    Role.OPERATOR: "담당자",
    Role.AUDITOR: "감사",
    Role.ADMIN: "관리자",
}
ACTIONS: Mapping[str, str] = {
    "view": "열어 봄",
    "view_account": "계좌까지 열어 봄",
    "check": "확인함",
    "move": "상태 바꿈",
    "behalf": "부탁받아 끝냄",
    "note": "메모 적음",
    "code": "결제 QR 받음",
    "import": "결과 넣음",
    "export": "내려받음",
    "correct": "고침",
    "erase": "지움",
    "download": "내려받음",
    "search": "찾음",
    "verify": "기록 확인",
    "grant": "권한 줌",
    "revoke": "권한 거둠",
    "password": "비밀번호 바꿈",
    "help": "함께 씀",
    "login": "로그인",
    "login_failed": "로그인 실패",
    "send": "다시 보냄",
    "unsend": "보내지 않기로 함",
    "mark_sent": "도착으로 적음",
    "stop_sending": "발송 멈춤",
    "go_sending": "발송 이어 감",
}
LOG_REASONS: Mapping[str, str] = {
    "masked": "가린 채로",
    "retention": "보관 기간이 지남",
    "exact": "이름·번호로 찾음",
    "chain": "온전한지 확인",
    "print": "인쇄하려고",
    "pay_link": "한 번 쓰는 주소",
    "pay_link_sent": "한 번 쓰는 주소 보냄",
    "trial_link": "100원 결제 주소",
    "taken_down": "결제 QR 걷음",
    "field_link": "휴대폰 주소",
    "field_chat": "카카오톡 이음",
    "visits": "오늘 방문",
    "code": "도움 번호",
}
REASONS = ("신청 내용 확인", "서류 확인", "상인과 통화", "상인이 부탁함", "오류 확인")
"""Suggestions for why somebody's data is looked at."""

MESSAGES: Mapping[str, str] = {
    "login_failed": "아이디나 비밀번호가 맞지 않아요.",
    "login_locked": "여러 번 틀려서 15분 동안 잠겼어요. 잠시 뒤에 다시 해 주세요.",
    "login_crowded": "이 자리에서 너무 많이 틀렸어요. 15분 뒤에 다시 해 주세요.",
    "illegal_move": "지금 상태에서는 할 수 없어요. 새로 고친 내용을 확인해 주세요.",
    "key_reused": "이미 처리한 화면이에요. 새로 고친 내용을 확인해 주세요.",
    "reason_needed": "이유를 골라 주세요.",
    "file_type": "사진이나 PDF만 열고 가릴 수 있어요. 다시 보내 달라고 해 주세요.",
    "file_broken": "서류가 열리지 않아요. 파일로 받아 보거나 다시 보내 달라고 해 주세요.",
    "file_pixels": "사진이 너무 커서 열 수 없어요. 다시 보내 달라고 해 주세요.",
    "file_pages": "쪽이 너무 많아서 열 수 없어요. 파일로 받아 보세요.",
    "no_document": "그런 서류가 없어요.",
    "paper_changed": "그 사이에 다른 분이 바꾸었어요. 새로 고친 내용을 확인해 주세요.",
    "file_waits": "바이러스 검사를 아직 못 했어요. 검사가 끝나면 열 수 있어요.",
    "file_missing": "파일이 없어요. 아직 가져오는 중이거나 파기했어요.",
}
DONE = "처리했어요."
COVERED = "검게 지웠어요."
ALREADY = "이미 처리되어 있어요."

_DAYS = "월화수목금토일"
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def word(table: Mapping[str, str], code: StrEnum | str | None) -> str:
    """Return what a code is called; the code itself when the table lacks it."""
    return table.get(str(code), str(code)) if code else "-"


def moment(at: datetime | None) -> str:
    """Return a moment in Korean time: 2026-11-24(화) 12:00."""
    if at is None:
        return "-"
    local = at.astimezone(KST)
    return f"{local:%Y-%m-%d}({_DAYS[local.weekday()]}) {local:%H:%M}"


def span(time: timedelta) -> str:
    """Return a length of time in its biggest unit: 3시간."""
    if time >= _DAY:
        return f"{time // _DAY}일"
    if time >= _HOUR:
        return f"{time // _HOUR}시간"
    return f"{max(0, time // _MINUTE)}분"
