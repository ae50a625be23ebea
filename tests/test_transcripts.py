"""The conversations: each as written, and each in the ways in which life disturbs it."""

import pytest

from tests.mutations import MUTATIONS, Mutation, is_overlooked, suits
from tests.records import differences, lasting
from tests.talk import FakeTaxOffice, Merchant, house
from tests.transcript import Player, Transcript, all_transcripts

TRANSCRIPTS = all_transcripts()
PASSING = frozenset({"wait", "until"})


def _marks(transcript: Transcript, mutation: Mutation) -> tuple[pytest.MarkDecorator, ...]:
    """Leave to the long run what takes seconds: time that passes, and a restart at each message."""
    slow = mutation.name == "restart" and any(PASSING & turn.keys() for turn in transcript.turns)
    return (pytest.mark.long,) if slow else ()


DISTURBED = [
    pytest.param(t, m, id=f"{t.id}-{m.name}", marks=_marks(t, m))
    for t in TRANSCRIPTS
    for m in MUTATIONS
    if suits(t, m)
]


def _play(
    transcript: Transcript, url: str, mutation: Mutation, *, has_pages: bool = False
) -> Player:
    tax_office = FakeTaxOffice(transcript.given)
    with house(url, tax_office=tax_office, has_pages=has_pages) as building:
        player = Player(Merchant(building), mutation)
        player.play(transcript)
    return player


@pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=lambda t: t.id)
def test_as_written(transcript: Transcript, sqlite_url: str) -> None:
    player = _play(transcript, sqlite_url, Mutation())
    assert list(differences(transcript.expect, player.record)) == []
    assert not (player.met_question and is_overlooked(transcript)), "no turn has `asked`"


@pytest.mark.parametrize(("transcript", "mutation"), DISTURBED)
def test_disturbed(transcript: Transcript, mutation: Mutation, sqlite_url: str) -> None:
    player = _play(transcript, sqlite_url, mutation)
    assert list(differences(transcript.expect, player.record)) == []


@pytest.mark.parametrize("transcript", TRANSCRIPTS[:6], ids=lambda t: t.id)
def test_on_postgresql(transcript: Transcript, postgres_url: str) -> None:
    player = _play(transcript, postgres_url, Mutation(), has_pages=True)
    assert list(differences(transcript.expect, player.record)) == []


@pytest.mark.parametrize("name", ["channel/happy", "pay/happy"])
def test_disturbed_records_are_equal(name: str, sqlite_url: str, postgres_url: str) -> None:
    transcript = next(t for t in TRANSCRIPTS if t.id == name)
    plain = _play(transcript, sqlite_url, Mutation()).record
    again = _play(transcript, postgres_url, Mutation("twice", twice=True)).record
    plain.pop("conversation")
    again.pop("conversation")
    assert lasting(plain) == lasting(again)
