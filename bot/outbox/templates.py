"""The words of notices: one file a notice, as the vendors approve it.

`bot/outbox/templates/<kind>.toml` holds `code` (what the vendor calls the template), `title`
(for operators, and for a long text message), `text` with variables `#{이름}`, and `buttons`.
A button either says its own label into the chat (a bot keyword at the vendor, where label and
message cannot differ) or opens the address of a variable (`link = "#{주소}"`).
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.errors import ConfigError, SosinError

FOLDER = Path(__file__).parent / "templates"
CODE_LENGTH = 20
"""Longest template code (NHN Cloud KakaoTalk Bizmessage v2.3, templateCode)."""
TEXT_LENGTH = 1000
"""Longest AlimTalk with its variables filled in (Kakao: 1,000 characters)."""
CHAT_LENGTH = 400
"""Longest text that a card of the chat shows whole, with the advertising lines left out."""
LABEL_LENGTH = 14
"""Longest label of a button."""
BUTTONS = 3
"""A card of the chat shows three."""

_VARIABLE = re.compile(r"#\{([^}]+)\}")


class TemplateError(SosinError):
    """A template and the values for it do not fit."""

    code = "template"


@dataclass(frozen=True, slots=True)
class Tap:
    """A button: `link` opens it, "" says the label into the chat."""

    label: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """One approved text.

    Attributes:
        kind: of the notice.
        code: what the vendor calls it.
        title: for operators, and for a long text message.
        text: with variables.
        buttons: their links may be variables.
    """

    kind: str
    code: str
    title: str
    text: str
    buttons: tuple[Tap, ...]

    @property
    def variables(self) -> frozenset[str]:
        """Return the names of all variables, of the text and of the buttons."""
        every = (self.text, *(button.link for button in self.buttons))
        return frozenset(name for part in every for name in _VARIABLE.findall(part))

    def fill(self, values: Mapping[str, str]) -> "Words":
        """Return the words with everything filled in.

        Raises:
            TemplateError: a variable is missing, empty or unknown (code `template_values`),
                or the filled text is too long (code `template_long`).
        """
        empty = sorted(name for name, value in values.items() if not value.strip())
        if self.variables != set(values) or empty:
            odd = sorted(self.variables ^ set(values)) + empty
            raise TemplateError(f"{self.kind}: {', '.join(odd)}", code="template_values")
        text = _filled(self.text, values)
        if len(text) > TEXT_LENGTH:
            raise TemplateError(f"{self.kind}: {len(text)} characters", code="template_long")
        taps = tuple(Tap(tap.label, _filled(tap.link, values)) for tap in self.buttons)
        return Words(self, text, taps, dict(values))


@dataclass(frozen=True, slots=True)
class Words:
    """What is said: the filled text and buttons, and the values behind them."""

    template: Template
    text: str
    buttons: tuple[Tap, ...]
    values: Mapping[str, str]


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda found: values[found[1]], text)


@cache
def templates(folder: Path = FOLDER) -> Mapping[str, Template]:
    """Return every template by its kind.

    Raises:
        ConfigError: a file does not hold to the rules.
    """
    found = {path.stem: _read(path) for path in sorted(folder.glob("*.toml"))}
    codes = [template.code for template in found.values()]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise ConfigError(f"two templates have one code: {', '.join(twice)}")
    return found


@cache
def spoken_labels() -> frozenset[str]:
    """Return what buttons of notices say into the chat."""
    every = (tap for template in templates().values() for tap in template.buttons)
    return frozenset(tap.label for tap in every if not tap.link)


def _read(path: Path) -> Template:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        buttons = tuple(Tap(**button) for button in data.pop("buttons", ()))
        template = Template(kind=path.stem, buttons=buttons, **data)
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise ConfigError(f"template {path.name}: {error}") from error
    problem = _problem(template)
    if problem:
        raise ConfigError(f"template {path.name}: {problem}")
    return template


def _problem(template: Template) -> str:
    if not 0 < len(template.code) <= CODE_LENGTH:
        return f"code: 1 to {CODE_LENGTH} characters"
    if len(template.text) > CHAT_LENGTH:
        return f"text: over {CHAT_LENGTH} characters"
    if len(template.buttons) > BUTTONS:
        return f"over {BUTTONS} buttons"
    long = [tap.label for tap in template.buttons if not 0 < len(tap.label) <= LABEL_LENGTH]
    return f"label: 1 to {LABEL_LENGTH} characters: {long}" if long else ""
