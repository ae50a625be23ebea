"""AlimTalk through NHN Cloud, to a phone number.

Every try of a message carries the same key, its mark: within ten minutes of a lost answer the
next try is then refused instead of being sent twice, and the refusal is the proof that the
first one arrived. So there is nothing in the key that changes from try to try: a try that
surely was not taken left no trace of the key either.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from bot.clients.nhn_bizmessage import REPEATED, Alimtalk, NhnBizmessageClient, Row, TextInstead
from bot.clock import Clock, SystemClock
from bot.errors import ExternalRejectedError, ExternalUnavailableError
from bot.outbox.sender import Fate, Message, Question, Rate, Recipient, Report, Taken
from bot.outbox.senders import alimtalk

MARGIN: Final = timedelta(minutes=10)
"""A search begins and ends so much earlier and later: clocks differ, and it counts minutes."""
KEY_LIVES: Final = timedelta(minutes=10)
"""So long a key is refused a second time."""
REACH: Final = timedelta(days=29)
"""A search spans 30 days at most."""
BEST_FIRST: Final = (Fate.DELIVERED, Fate.PENDING, Fate.FAILED)


class NhnSender:
    """AlimTalk, and a text message where KakaoTalk does not arrive.

    Args:
        client: speaks to NHN Cloud.
        text_from: number registered for text messages; "" for none.
        clock: the machine's; a search ends now.
    """

    name: str = "nhn"
    rate: Rate = Rate(per_second=100.0, burst=200.0)
    """A third of the 300 requests a second after which NHN answers 429."""
    looks_after: tuple[timedelta, ...] = alimtalk.LOOKS_AFTER

    def __init__(
        self, client: NhnBizmessageClient, text_from: str = "", clock: Clock | None = None
    ) -> None:
        self._client = client
        self._text_from = text_from
        self._clock = clock or SystemClock()

    def obstacle(self, to: Recipient, message: Message) -> str | None:
        """Return why it cannot be sent this way, a code; None when it can."""
        return alimtalk.obstacle(to, message)

    def send(self, to: Recipient, message: Message) -> Taken:
        """Hand the message over. Raises as the port says."""
        sent = Alimtalk(
            to=to.phone or "",
            template_code=message.words.template.code,
            variables=alimtalk.parameters(message.words),
            mark=str(message.mark),
            instead=self._instead(message),
        )
        try:
            return Taken(ref=self._client.send(sent, str(message.mark)), answer="0")
        except ExternalRejectedError as error:
            if error.code != REPEATED:
                raise
        return self._taken_before(to, message)

    def look(self, question: Question) -> Report:
        """Ask by the request, or search by recipient, mark and time. Raises as the port says."""
        if question.ref:
            return _report(self._client.in_request(question.ref)) or Report(
                Fate.PENDING, question.ref
            )
        if not question.to.phone:
            return Report(Fate.CANNOT_TELL)
        now = self._clock.now()
        start = max(min(question.since, now) - MARGIN, now - REACH)
        mark = str(question.mark)
        rows = self._client.find(question.to.phone, mark, start, now + MARGIN)
        return _report(row for row in rows if row.mark == mark) or Report(Fate.NEVER_SEEN)

    def _instead(self, message: Message) -> TextInstead | None:
        words = message.words
        text = alimtalk.text_instead(words, links=True) if self._text_from else None
        if text is None:
            return None
        return TextInstead(sender=self._text_from, kind=text.kind, title=text.title, text=text.text)

    def _taken_before(self, to: Recipient, message: Message) -> Taken:
        """Find the message whose key was used before.

        Raises:
            ExternalUnavailableError: it cannot be found (unclear), or it failed and its key
                is not free yet (not sent).
        """
        since = self._clock.now() - KEY_LIVES
        report = self.look(Question(None, message.mark, to, since))
        if report.fate is Fate.NEVER_SEEN:
            raise ExternalUnavailableError("not in the list", code=REPEATED, maybe_done=True)
        if report.fate is Fate.FAILED:
            raise ExternalUnavailableError("the key is not free yet", code=REPEATED)
        return Taken(ref=report.ref, answer="repeated")


def _report(rows: Iterable[Row]) -> Report | None:
    """Return the best fate of the tries of one message, None without any."""
    reports = [_fate(row) for row in rows]
    return min(reports, key=lambda report: BEST_FIRST.index(report.fate), default=None)


def _fate(row: Row) -> Report:
    ref = row.request_id
    if row.text_status == "RSC04":
        return Report(Fate.DELIVERED, ref)
    if row.status == "CANCEL":
        return Report(Fate.FAILED, ref, "nhn_cancel")
    if row.status == "FAILED" or row.result == "MRC02":
        if row.text_status in {"RSC02", "RSC03"}:
            return Report(Fate.PENDING, ref)
        return Report(Fate.FAILED, ref, "nhn_not_reached")
    return Report(Fate.DELIVERED if row.status == "COMPLETED" else Fate.PENDING, ref)
