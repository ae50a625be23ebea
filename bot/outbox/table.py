"""The one table of notices, as operators and developers read it."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.outbox.digest import with_digest
from bot.outbox.notice import Book, Notice
from bot.outbox.templates import Template, templates
from bot.outbox.timing import When


@dataclass(frozen=True, slots=True)
class Line:
    """One notice with its words.

    Attributes:
        template: None where the file is missing.
    """

    notice: Notice
    template: Template | None

    @property
    def times(self) -> tuple[When, ...]:
        """Return when it is said, and when again."""
        return (self.notice.when, *self.notice.again)

    @property
    def title(self) -> str:
        """Return what operators call it."""
        return self.template.title if self.template else ""


def lines(book: Book) -> Iterator[Line]:
    """Yield every notice in the order of the book; what says several at once is the last."""
    known = templates()
    for kind, notice in with_digest(book).items():
        yield Line(notice, known.get(kind))
