"""The options of the questions as the flows show them, for the cases of this folder."""

from datetime import datetime

from bot.nlu.result import Context

NOW = datetime.fromisoformat("2026-11-23T10:00:00+09:00")
YES_NO = {"1": "yes", "2": "no"}
CONFIRM = {"1": "yes", "2": "edit"}


def _numbered(keys: str) -> dict[str, str]:
    return {str(number): key for number, key in enumerate(keys.split(), start=1)}


OPTIONS: dict[str, dict[str, str]] = {
    "main_menu": _numbered(
        "channel_register visit_request kit_order pay_apply edu_start cost_apply status"
    )
    | {"0": "human"},
    "channel.has_channel": _numbered("yes no unknown"),
    "channel.role": _numbered("owner agent"),
    "channel.category": _numbered(
        "vegetable_fruit seafood meat sidedish ricecake restaurant clothing goods other"
    ),
    "channel.has_brn": YES_NO,
    "visit.topic": _numbered("channel content pay kit other"),
    "visit.place": _numbered("store office elsewhere"),
    "visit.slot_choice": {
        "1": "2026-11-25T10:00 (수)",
        "2": "2026-11-25T14:00 (수)",
        "3": "2026-11-27T15:00 (금)",
    },
    "kit.items": _numbered("sticker tent poster card"),
    "kit.size": {"1": "A3 (큰 것)", "2": "A4 (보통)", "3": "A6 (작은 것)"},
    "kit.delivery": _numbered("pickup delivery file"),
    "kit.theme": _numbered("yellow sea persimmon leaf plain night patchwork"),
    "kit.problem": _numbered("qr_not_scanning tampered misprint other"),
    "kit.fresh": YES_NO,
    "kit.cancel": CONFIRM,
    "pay.business_type": _numbered("sole corp none"),
    "pay.tax_type": _numbered("general simplified exempt unknown"),
    "pay.problem": _numbered("qr_not_scanning settlement_missing tampered other"),
    "pay.still": YES_NO,
    "pay.change": CONFIRM,
    "edu.lesson": {
        "1": "채널 만들기",
        "2": "사진 잘 찍기",
        "3": "소식 올리기",
        "4": "단체 메시지 보내기",
        "5": "쿠폰 만들기",
        "6": "쉬운 결제 받기",
    },
    "edu.format": _numbered("video text audio"),
    "edu.quiz": _numbered("가 나 다 라"),
}
"""Question key -> number -> option key."""


def context(asked: str) -> Context:
    """Return the context of a question with its usual options."""
    if asked.startswith("consent."):
        return Context(now=NOW, asked=asked, options=YES_NO)
    if asked.endswith(".confirm"):
        return Context(now=NOW, asked=asked, options=CONFIRM)
    return Context(now=NOW, asked=asked, options=OPTIONS.get(asked, {}))
