"""What codes about printed matter are called on the console's pages."""

from collections.abc import Mapping

from bot.services.kits import orders
from kits.catalog import PRODUCTS
from kits.themes import THEMES
from models.kit import KitDelivery
from models.states import KitState

STATES: Mapping[str, str] = {
    KitState.CONFIRMED: "만들 차례",
    KitState.RENDERED: "만드는 중",
    KitState.PREFLIGHTED: "검사 통과",
    KitState.QUEUED_PRINT: "인쇄 대기",
    KitState.PRINTED: "인쇄됨",
    KitState.SHIPPED: "보냄",
    KitState.READY_PICKUP: "찾아갈 수 있음",
    KitState.DELIVERED: "전달함",
    KitState.CANCELLED: "취소",
    KitState.PROBLEM: "문제 있음",
    KitState.REORDERED: "다시 인쇄함",
    KitState.FAILED: "만들지 못함",
    KitState.REVOKE_REQUIRED: "걷어야 함",
    KitState.REVOKED: "걷음",
    KitState.ERASED: "지움",
}
LOOKS: Mapping[str, str] = {
    KitState.FAILED: "past_due",
    KitState.PROBLEM: "past_due",
    KitState.REVOKE_REQUIRED: "past_due",
    KitState.PREFLIGHTED: "busy",
    KitState.QUEUED_PRINT: "busy",
    KitState.PRINTED: "busy",
    KitState.SHIPPED: "busy",
    KitState.READY_PICKUP: "busy",
    KitState.DELIVERED: "met",
}
"""Class of a state's tag."""
DUTIES: Mapping[str, str] = {
    "failed": "만들지 못한 것",
    "problem": "문제 있는 것",
    "to_print": "인쇄할 것",
    "to_hand_over": "전해 줄 것",
    "to_revoke": "걷을 것",
}
DELIVERIES: Mapping[str, str] = {
    KitDelivery.PICKUP: "찾으러 옴",
    KitDelivery.DELIVERY: "가게로 보냄",
    KitDelivery.FILE: "파일로 받음",
}
PROBLEMS = orders.PROBLEMS
REVOKE_REASONS: Mapping[str, str] = {
    "closed": "가게를 닫음",
    "channel_changed": "채널이 바뀜",
    "renamed": "가게 이름이 바뀜",
    "tampered": "QR 위에 다른 것이 붙음",
    "misprint": "잘못 인쇄함",
}
FAILURES: Mapping[str, str] = {
    "preflight_failed": "인쇄 전 검사에 걸림",
    "render_crashed": "만들다가 세 번 멈춤",
    "layout_failed": "판을 짜지 못함",
    "worker_died": "만들다가 두 번 멈춤",
    "internal": "프로그램 잘못",
    "code_missing": "QR이 안 읽힘",
    "code_extra": "모르는 QR이 있음",
    "text_too_long": "글이 너무 김",
    "text_glyph": "인쇄할 수 없는 글자가 있음",
    "text_emoji": "그림 글자가 있음",
    "text_control": "보이지 않는 글자가 있음",
    "text_direction": "오른쪽에서 쓰는 글자가 있음",
    "channel_id": "채널 주소가 이상함",
    "search_id": "검색용 아이디가 이상함",
    "product_unavailable": "이 가게에는 만들 수 없는 것",
    "link_invalid": "QR 주소가 이상함",
    "field_missing": "꼭 있어야 할 것이 비었음",
    "phone_invalid": "전화번호가 이상함",
    "theme_unknown": "없는 모양",
    "product_unknown": "없는 품목",
    "language_unknown": "없는 외국어",
    "pay_picture": "결제 QR 그림을 읽을 수 없음",
}
REASONS: Mapping[str, str] = {**FAILURES, **REVOKE_REASONS, **PROBLEMS, "erased": "정보를 지움"}
STEPS: Mapping[str, str] = {
    KitState.CONFIRMED: "다시 만들기",
    KitState.PREFLIGHTED: "인쇄 대기에서 빼기",
    KitState.QUEUED_PRINT: "인쇄 대기로",
    KitState.PRINTED: "인쇄됨",
    KitState.SHIPPED: "보냄",
    KitState.READY_PICKUP: "찾아갈 수 있음",
    KitState.DELIVERED: "전달함",
    KitState.REVOKED: "걷었음",
}
"""What stands on the buttons; the others have forms of their own."""
VARIANTS: Mapping[str, str] = {
    "print": "인쇄소용 (글자 그대로)",
    "outlined": "인쇄소용 (글자를 곡선으로)",
    "home": "가게 프린터용",
}
RULES: Mapping[str, str] = {
    "page_count": "쪽수",
    "pdf_version": "PDF 판",
    "boxes_not_nested": "재단·작업·종이 상자",
    "output_intent": "PDF/X-1a 표시",
    "font_not_embedded": "글꼴이 모두 들어 있음",
    "font_left": "글자가 모두 곡선임",
    "encrypted_or_active": "암호·스크립트 없음",
    "not_tagged": "읽어 주는 태그",
    "no_alt_text": "그림 설명 글",
    "rgb_in_print": "RGB 색 없음",
    "ink_over_limit": "잉크 합",
    "transparency": "투명 효과 없음",
    "missing_glyph": "빠진 글자 없음",
    "text_too_small": "글자 크기",
    "outside_safe_area": "재단선 안쪽 여유",
    "bleed_empty": "재단 여백까지 색이 참",
    "image_resolution": "그림 해상도",
    "code_wrong": "QR 내용이 맞음",
    "code_extra": "모르는 QR 없음",
    "code_unread": "QR이 모두 읽힘",
    "code_missing": "QR이 빠지지 않음",
    "quiet_zone": "QR 둘레 흰 자리",
    "module_too_small": "QR 점 크기",
    "code_contrast": "QR 명암",
    "code_not_black_only": "QR은 먹 1도",
    "code_contrast_low": "QR 명암 (권장)",
    "code_spare_low": "QR 남은 복구 (권장)",
    "text_on_many_plates": "작은 글씨의 잉크 (권장)",
    "rgb_of_provider": "결제 QR 그림의 색 (받은 그대로)",
    "pdf_broken": "파일이 열림",
    "content_broken": "쪽 내용이 읽힘",
    "page_size": "종이 크기",
    "outline_unsupported": "곡선으로 바꿀 수 있음",
}
AGAIN = "새 주문을 만들었어요: {number}. 곧 인쇄 파일이 준비돼요."
MESSAGES: Mapping[str, str] = {
    "key_reused": "이미 처리한 화면이에요. 새로 고친 내용을 확인해 주세요.",
    "not_printed": "아직 인쇄한 것이 없어요.",
    "store_gone": "이 가게는 이제 참여하지 않아서 다시 만들 수 없어요.",
    "no_pay_code": "지금 걸 수 있는 결제 QR이 없어서 만들 수 없어요.",
    "number_taken": "잠깐 겹쳤어요. 다시 눌러 주세요.",
}
"""What is told where something could not be done."""
PRINTED = "{count}건을 ‘인쇄됨’으로 바꿨어요."
LIST_NAME = "목록.csv"
NO_FILE = "파일 없음"
DECODED, NOT_DECODED = "QR 확인", "QR 확인 안 됨"


def size(product: str) -> str:
    """Return the size of a product after cutting, and what runs on beyond the cut."""
    known = PRODUCTS.get(product)
    if known is None:
        return "-"
    width, height = known.trim_mm
    return f"{width:g} × {height:g} mm, 여백 {known.bleed_mm:g} mm"


def theme(theme_id: str) -> str:
    """Return what a colour theme is called."""
    known = THEMES.get(theme_id)
    return known.title if known else theme_id
