"""The SkillResponse 2.0 format as a JSON schema: a second opinion on every answer.

Written from the vendor's tables, apart from the product's own checker and limits.
JSON schema counts code points; what depends on neighbours (labels side by side, one ratio)
is the checker's.
"""

from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # ships no types

Schema = dict[str, Any]

ADDRESS: Schema = {
    "type": "string",
    "maxLength": 2048,
    "pattern": r"^(https://|http://(127\.0\.0\.1|localhost|\[::1\])[:/?#]?)[!-~]*$",
}


def words(most: int) -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": most, "pattern": r"\S"}


def entries(of: Schema, most: int, least: int = 1) -> Schema:
    return {"type": "array", "items": of, "minItems": least, "maxItems": most}


def exactly(fields: Schema, *required: str) -> Schema:
    return {
        "type": "object",
        "properties": fields,
        "required": list(required),
        "additionalProperties": False,
    }


def action(name: str, fields: Schema, *required: str) -> Schema:
    label = {"label": words(14), "action": {"const": name}}
    return exactly(label | fields, "label", "action", *required)


MESSAGE = action("message", {"messageText": words(1000)}, "messageText")
BLOCK = action(
    "block",
    {"blockId": words(100), "messageText": words(1000), "extra": {"type": "object"}},
    "blockId",
)
BUTTON: Schema = {
    "oneOf": [
        MESSAGE,
        BLOCK,
        action("webLink", {"webLinkUrl": ADDRESS}, "webLinkUrl"),
        action(
            "phone",
            {"phoneNumber": {"type": "string", "pattern": r"^\+?[0-9-]{3,20}$"}},
            "phoneNumber",
        ),
        action("share", {}),
        action("operator", {}),
    ]
}
QUICK_REPLY: Schema = {"oneOf": [MESSAGE, BLOCK]}
LAYOUT: Schema = {"enum": ["vertical", "horizontal"]}
THUMBNAIL = exactly({"imageUrl": ADDRESS, "altText": words(50)}, "imageUrl")


def text_card(description: int) -> Schema:
    fields = {
        "title": words(50),
        "description": words(description),
        "buttons": entries(BUTTON, 3),
        "buttonLayout": LAYOUT,
    }
    either = [{"required": ["title"]}, {"required": ["description"]}]
    return exactly(fields) | {"anyOf": either}


BASIC_CARD = exactly(
    {
        "title": words(50),
        "description": words(230),
        "thumbnail": THUMBNAIL,
        "buttons": entries(BUTTON, 3),
        "buttonLayout": LAYOUT,
    },
    "thumbnail",
)
ROW: Schema = exactly(
    {
        "title": words(50),
        "description": words(100),
        "imageUrl": ADDRESS,
        "link": exactly({"web": ADDRESS}, "web"),
        "action": {"const": "message"},
        "messageText": words(1000),
    },
    "title",
) | {"oneOf": [{"required": ["link"]}, {"required": ["action", "messageText"]}]}
LIST_CARD = exactly(
    {
        "header": exactly({"title": words(50)}, "title"),
        "items": entries(ROW, 5),
        "buttons": entries(BUTTON, 2),
    },
    "header",
    "items",
)
ITEM_CARD = exactly(
    {
        "head": exactly({"title": words(15)}, "title"),
        "itemList": entries(
            exactly({"title": words(6), "description": words(100)}, "title", "description"), 10
        ),
        "itemListAlignment": {"enum": ["left", "right"]},
        "title": words(200),
        "description": words(200),
        "buttons": entries(BUTTON, 3),
        "buttonLayout": {"const": "vertical"},
    },
    "itemList",
) | {"dependentRequired": {"description": ["title"]}}


def carousel(kind: str, card: Schema) -> Schema:
    return exactly({"type": {"const": kind}, "items": entries(card, 10)}, "type", "items")


CAROUSEL: Schema = {
    "oneOf": [carousel("textCard", text_card(128)), carousel("basicCard", BASIC_CARD)]
}
OUTPUT: Schema = {
    "oneOf": [
        exactly({kind: schema}, kind)
        for kind, schema in {
            "simpleText": exactly({"text": words(1000)}, "text"),
            "textCard": text_card(400),
            "basicCard": BASIC_CARD,
            "listCard": LIST_CARD,
            "itemCard": ITEM_CARD,
            "carousel": CAROUSEL,
        }.items()
    ]
}
TEMPLATE = exactly(
    {"outputs": entries(OUTPUT, 3, least=0), "quickReplies": entries(QUICK_REPLY, 10)}, "outputs"
)
RESPONSE: Schema = {
    "oneOf": [
        exactly({"version": {"const": "2.0"}, "template": TEMPLATE}, "version", "template"),
        exactly(
            {
                "version": {"const": "2.0"},
                "useCallback": {"const": True},
                "data": {"type": "object"},
            },
            "version",
            "useCallback",
        ),
    ]
}

VALIDATOR = Draft202012Validator(RESPONSE)
