"""Every limit of the KakaoTalk skill protocol (SkillResponse 2.0), and how it counts.

Marks behind a figure say where it comes from:

* [D] read in Kakao's own documentation: kakaobusiness.gitbook.io/main/tool/chatbot
  (skill_guide/answer_json_format, skill_guide/ai_chatbot_callback_guide), read November 2026.
* [R] read in a public repository or a third party's guide, not in Kakao's pages.
* [K] general knowledge, not confirmed; the smaller of the known values stands here.
* [own] our own choice where Kakao names none; never wider than what was seen working.

Kakao changes limits without notice, so no other module holds such a figure.
"""

from typing import Final

VERSION: Final = "2.0"
"""Without it the answer is read as the dead first format [D]."""
RESPONSE_BYTES: Final = 30_720
"""Largest answer, in bytes of UTF-8; above it the bubbles may not be delivered [R]."""
REQUEST_BYTES: Final = 65_536
"""Largest request we read [own]; real ones have about 1 to 4 kB."""
ANSWER_SECONDS: Final = 5.0
"""Kakao waits this long for a skill, not configurable [D]."""

# What comes in.
USER_ID_LENGTH: Final = 200
"""Kakao says 70 [D]; nearly three times that is accepted before we call it rubbish [own]."""
BOT_ID_LENGTH: Final = 100
REQUEST_ID_LENGTH: Final = 200
UTTERANCE_LENGTH: Final = 10_000
TOKEN_LENGTH: Final = 200
IMAGES: Final = 10
"""Pictures of one secure upload that we look at [own]."""
URL_LENGTH: Final = 2_048
"""[own]"""

# The whole answer.
OUTPUTS: Final = 3
"""Bubbles in one answer [D]."""
QUICK_REPLIES: Final = 10
"""[D]"""

# Text.
SIMPLE_TEXT: Final = 1_000
"""[D]"""
SIMPLE_TEXT_UNFOLDED: Final = 500
"""A longer bubble is folded behind a "show all" link [D]."""
ALT_TEXT: Final = 50
"""Newer copies say 50 [R], older 1,000 [K]."""

# Buttons and quick replies.
LABEL: Final = 14
"""[D]"""
LABEL_SIDE_BY_SIDE: Final = 8
"""Where two buttons share a row [D]."""
MESSAGE_TEXT: Final = 1_000
"""[own]"""
CARD_BUTTONS: Final = 3
"""textCard, basicCard, commerceCard, itemCard [D]."""
SQUARE_CARD_BUTTONS: Final = 2
"""basicCard with a fixed (1:1) picture [D]."""
LIST_BUTTONS: Final = 2
"""[D]"""
ITEM_CAROUSEL_BUTTONS: Final = 2
"""[D]"""

# textCard and basicCard.
TITLE: Final = 50
"""[D]"""
TEXT_CARD: Final = 400
"""Title and description together [R]."""
TEXT_CARD_IN_CAROUSEL: Final = 128
"""Description; we hold title and description together to it [D]."""
BASIC_CARD: Final = 230
"""Description [D]."""
BASIC_CARD_SHOWN_IN_CAROUSEL: Final = 76
"""Beyond it the phone cuts [K]; only a warning."""

# commerceCard (not rendered, but checked).
COMMERCE_TITLE: Final = 30
COMMERCE_DESCRIPTION: Final = 40
"""[D]; older copies say 76."""
DISCOUNT_RATE: Final = 100

# listCard.
LIST_ITEMS: Final = 5
"""[D]"""
LIST_ITEMS_IN_CAROUSEL: Final = 4
"""[D]"""
LIST_HEADER: Final = 50
LIST_ROW_TITLE: Final = 50
LIST_ROW_DESCRIPTION: Final = 100
"""The three caps above are [own]; a phone shows what stands in the next three [K]."""
LIST_HEADER_SHOWN: Final = 15
LIST_ROW_TITLE_SHOWN: Final = 36
LIST_ROW_DESCRIPTION_SHOWN: Final = 16

# itemCard.
ITEM_ROWS: Final = 10
"""[D]"""
ITEM_ROWS_IN_CAROUSEL: Final = 5
"""[D]"""
ITEM_ROW_TITLE: Final = 6
"""[D]"""
ITEM_ROW_DESCRIPTION: Final = 100
"""Kakao says two lines [D]; the figure is [own]."""
ITEM_ROW_DESCRIPTION_SHOWN: Final = 30
"""About two lines on a narrow phone with large letters [own]."""
ITEM_ROW_LINES: Final = 2
"""[D]"""
ITEM_HEAD: Final = 15
"""[own], by the profile's title."""
ITEM_PROFILE_TITLE: Final = 15
"""[D]"""
ITEM_SUMMARY_TITLE: Final = 6
"""[D]"""
ITEM_SUMMARY_DESCRIPTION: Final = 14
"""[D]; only currency signs, digits, comma and point."""
ITEM_TEXT: Final = 200
"""Title and description together [D]."""
ITEM_TEXT_IN_CAROUSEL: Final = 100
"""[D]"""
ITEM_TEXT_LINES: Final = 12
"""[D]"""
IMAGE_TITLE: Final = 50
"""[own]"""

# carousel.
CAROUSEL_ITEMS: Final = 10
"""[D]"""
LIST_CAROUSEL_ITEMS: Final = 5
"""[D]"""
CAROUSEL_HEADER_TITLE: Final = 50
CAROUSEL_HEADER_DESCRIPTION: Final = 100
"""Two and three lines [D]; the figures are [own]."""
CAROUSEL_KINDS: Final = ("textCard", "basicCard", "commerceCard", "listCard", "itemCard")
"""[D]"""

# context.
CONTEXT_NAME: Final = 50
CONTEXT_LIFE_SPAN: Final = 100
"""Both [own]; a life span counts turns and 0 deletes the context [D]."""

# callback.
CALLBACK_SECONDS: Final = 55.0
"""The address lives one minute and works once [D]; five seconds are kept for the way."""


def size(text: str) -> int:
    """Return the length of `text` as the strictest of Kakao's counters sees it.

    Kakao's servers and phones count UTF-16 units, so that an emoji counts two [K]. A text
    never has fewer UTF-16 units than code points, so the units are the larger of the two.
    """
    if text.isascii():
        return len(text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fits(text: str, limit: int) -> bool:
    """Return whether `text` has at most `limit` units; quick for clearly short texts."""
    length = len(text)
    return length + length <= limit or (length <= limit and size(text) <= limit)
