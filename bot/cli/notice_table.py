"""The table of notices as text: for the terminal, and for docs/notices.md."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import timedelta

from bot.console import outbox_words
from bot.outbox.notice import Book, Notice
from bot.outbox.table import Line, lines
from bot.outbox.templates import Tap
from bot.outbox.timing import When

COLUMNS = ("kind", "class", "after", "when", "makes sense for", "rules", "title")
TEMPLATE_COLUMNS = ("kind", "code", "title", "class", "text", "variables", "buttons")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
HEAD = """\
# 먼저 보내는 알림 · Notices

이 파일은 `flask --app wsgi outbox schedule --markdown` 이 쓰고, 테스트가 같은지 지켜봐요.
무엇을 언제 보내는지는 `bot/services/reminders`, 문구는 `bot/outbox/templates` 에 있어요.
*Written by that command; a test keeps it equal.*
"""
KOREAN_HEAD = "## 표"
ENGLISH_HEAD = "## The same in English"


def rows(book: Book) -> list[tuple[str, ...]]:
    """Return the table in English, without its head."""
    return [_row(line) for line in lines(book)]


def _row(line: Line) -> tuple[str, ...]:
    notice = line.notice
    return (
        notice.kind,
        notice.message_class.value,
        notice.when.after,
        "; ".join(moment(when) for when in line.times),
        length(notice.when.lasts),
        ", ".join(rules(notice)) or "-",
        line.title,
    )


def moment(when: When) -> str:
    """Return a rhythm in words: `the day before at 18:00`."""
    day = _day(when)
    if when.at is None:
        return day or "at once"
    return f"{day or 'the same day'} at {when.at:%H:%M}"


def _day(when: When) -> str:
    count, sort = abs(when.days), "working day" if when.business else "day"
    if not when.days:
        return ""
    if when.days == -1:
        return f"the {sort} before"
    return f"{count} {sort}{'s' if count > 1 else ''} {'before' if when.days < 0 else 'later'}"


def length(time: timedelta) -> str:
    """Return a length of time in words: `6 hours`, `3 days`."""
    count, unit = (time // DAY, "day") if time >= DAY else (time // HOUR, "hour")
    return f"{count} {unit}{'s' if count > 1 else ''}"


def rules(notice: Notice) -> list[str]:
    """Return what holds for a notice besides its hours."""
    marks = {
        "must arrive": notice.must_arrive,
        "urgent": notice.urgent,
        "nudge": notice.nudge,
    }
    return [name for name, holds in marks.items() if holds]


def aligned(table: Sequence[Sequence[str]]) -> str:
    """Return a table for the terminal; the last column may be as wide as it likes."""
    widths = [max(len(row[place]) for row in table) for place in range(len(table[0]) - 1)]
    return "\n".join(
        "  ".join(
            (*(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)), row[-1])
        )
        for row in table
    )


def document(book: Book) -> str:
    """Return docs/notices.md."""
    korean = [outbox_words.schedule_row(line) for line in lines(book)]
    parts = (
        HEAD,
        KOREAN_HEAD,
        _markdown((outbox_words.SCHEDULE_COLUMNS, *korean)),
        outbox_words.SCHEDULE_NOTES,
        ENGLISH_HEAD,
        _markdown((COLUMNS, *rows(book))),
    )
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _markdown(table: Sequence[Sequence[str]]) -> str:
    head, *body = ([cell.replace("|", "\\|") for cell in row] for row in table)
    rule = ["---"] * len(head)
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *body))


def template_rows(book: Book) -> list[tuple[str, ...]]:
    """Return what is registered at the vendors, without its head."""
    return [
        (
            line.notice.kind,
            line.template.code,
            line.template.title,
            line.notice.message_class.value,
            line.template.text.strip(),
            ", ".join(sorted(line.template.variables)),
            " / ".join(_button(button) for button in line.template.buttons),
        )
        for line in lines(book)
        if line.template
    ]


def _button(button: Tap) -> str:
    """Return a button as a vendor's form asks for it: bot keyword, or web link."""
    return f"{button.label} (WL https://{button.link})" if button.link else f"{button.label} (BK)"


def as_csv(table: Iterable[Sequence[str]]) -> str:
    """Return a table as CSV."""
    target = io.StringIO()
    csv.writer(target, lineterminator="\n").writerows(table)
    return target.getvalue()


def template_sheet(row: Sequence[str]) -> str:
    """Return one template as a person reads it."""
    kind, code, title, message_class, text, _, buttons = row
    head = f"{code}  {title}  ({kind}, {message_class})"
    return "\n".join((head, *(f"    {line}" for line in text.splitlines()), f"    [{buttons}]"))
