"""The numbered answers of a registration."""

from bot.dialogue.view import Choice

ROLES = (Choice("owner", "사장님 본인"), Choice("agent", "대신 해 드려요"))
RELATIONS = (Choice("family", "가족"), Choice("staff", "직원"), Choice("other", "그 밖"))
CONSENT = (Choice("yes", "네, 동의해요"), Choice("no", "아니요"))
CATEGORIES = (
    Choice("vegetable_fruit", "채소·과일"),
    Choice("seafood", "생선·수산물"),
    Choice("meat", "고기"),
    Choice("sidedish", "반찬"),
    Choice("ricecake", "떡·방앗간"),
    Choice("restaurant", "식당·음식"),
    Choice("clothing", "옷·신발"),
    Choice("goods", "잡화·생활용품"),
    Choice("other", "그 밖"),
)
HAS_CHANNEL = (
    Choice("yes", "있어요"),
    Choice("no", "없어요"),
    Choice("unknown", "모르겠어요"),
)
