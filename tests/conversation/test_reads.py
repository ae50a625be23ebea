"""How often a turn asks the database before it answers: the dearest part of most turns."""

from tests.payments.statements import statements
from tests.talk import Merchant, house

READS = 4
"""The store with its owner, what it still needs, papers, and applications for payment."""


def test_an_answer_about_payment_reads_everything_once(merchant: Merchant) -> None:
    merchant.say("쉬운 결제")
    merchant.say("네")
    for words in ("123-45-67891", "네", "국민은행", "123456-01-123456", "저예요", "건너뛰기"):
        with statements(merchant.house.database) as asked:
            merchant.say(words)
        assert len(asked) <= READS, asked
    assert merchant.asked == "pay.confirm"


def test_an_answer_of_a_registration_reads_nothing_but_the_conversation(sqlite_url: str) -> None:
    with house(sqlite_url) as building:
        person = Merchant(building)
        for words in ("채널 만들고 싶어요", "1", "네"):
            person.say(words)
        for words in ("김복순", "010-0000-1234", "복순상회", "자양시장", "가동 12호", "과일"):
            with statements(building.database) as asked:
                person.say(words)
            assert asked == []
        assert person.asked == "channel.hours"
