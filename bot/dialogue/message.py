"""What comes in and what goes out, in words that no vendor owns.

A channel package turns its payload into an `Inbound` and a `Reply` into its payload.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message of one person.

    Attributes:
        bot_id: the vendor's id of our bot, without marks for development channels.
        user_key: the vendor's id of the person in this bot.
        text: what was written, cleaned of the transport's artefacts, at most 10,000 characters.
        received_at: aware, UTC.
        request_id: the vendor's id of this delivery; None when it sent none.
        fingerprint: hash over everything that makes two deliveries the same message.
        channel: name of the channel package.
        channel_user_key: the vendor's second id (survives a change of bot), if any.
        app_user_id: the vendor's id of the person in our app, if an app is connected.
        is_friend: whether the person has added our channel; None when not said.
        token: what the tapped button carried (see `dialogue.token`); None for typed text.
        images: addresses of pictures sent through the vendor's secure upload.
        event: name of a vendor event that called us instead of a person; None normally.
        params: parameters that the vendor's own matching filled in.
        callback_url: where a late answer may be posted; None when not offered.
        is_group: True for a group chat, where we only say that we talk 1:1.
        by: who wrote it: `merchant`, or `supporter:<id>` at the merchant's side.
    """

    bot_id: str
    user_key: str
    text: str
    received_at: datetime
    request_id: str | None = None
    fingerprint: str = ""
    channel: str = "kakao"
    channel_user_key: str | None = None
    app_user_id: str | None = None
    is_friend: bool | None = None
    token: str | None = None
    images: tuple[str, ...] = ()
    event: str | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    callback_url: str | None = None
    is_group: bool = False
    by: str = "merchant"


@dataclass(frozen=True, slots=True)
class Button:
    """A button on a card.

    Attributes:
        label: what stands on it; short, old phones cut at 8 characters.
        kind: `message` says `value` in the person's name, `link` opens it, `phone` dials it,
            `operator` asks the vendor for a person, `share` lets the card be passed on.
        value: message text, https address or phone number; empty for operator and share.
        token: identifies the question that the button belongs to; only for `message`.
    """

    label: str
    kind: Literal["message", "link", "phone", "operator", "share"] = "message"
    value: str = ""
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A plain bubble."""

    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """A bubble with a title and buttons, with a picture when `image_url` is given."""

    title: str = ""
    description: str = ""
    buttons: tuple[Button, ...] = ()
    image_url: str | None = None
    image_alt: str = ""


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row of a list card; a tap says `message`, or opens `link`."""

    title: str
    description: str = ""
    message: str = ""
    link: str = ""
    image_url: str | None = None


@dataclass(frozen=True, slots=True)
class ListCard:
    """A bubble with a header and up to five rows."""

    header: str
    rows: tuple[ListRow, ...]
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """A bubble of label/value rows: a summary, a status, a receipt."""

    title: str
    rows: tuple[tuple[str, str], ...]
    description: str = ""
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Carousel:
    """Cards side by side, all of one kind."""

    cards: tuple[Card, ...]


Output = Text | Card | ListCard | Facts | Carousel


@dataclass(frozen=True, slots=True)
class QuickReply:
    """A short answer offered under the last bubble; a tap says `message`."""

    label: str
    message: str
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What we answer to one message.

    Attributes:
        outputs: bubbles in order; a channel merges or splits them to fit its limits.
        quick_replies: offered under the last bubble.
        silent: True when nothing may be said (a person owns the chat).
    """

    outputs: tuple[Output, ...] = ()
    quick_replies: tuple[QuickReply, ...] = ()
    silent: bool = False
