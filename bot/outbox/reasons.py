"""Codes that say why a message waits, or does not go out, and what they mean in a sentence."""

from typing import Final

BY_HAND: Final = "by_hand"
RETRIED: Final = "retried"

MEANINGS: Final = {
    # why it waits
    "quiet_hours": "it is not an hour at which this person is written to",
    "stopped": "sending is stopped",
    "in_talk": "the person is in the middle of a talk",
    "often_enough": "the person has been nudged often enough",
    "sender_paused": "the sender is in trouble and is left alone for a while",
    "sender_full": "the sender takes no more messages a second",
    "trouble": "looking at it failed; the log of that moment says where",
    "retried": "somebody of the programme sends it again",
    "sent_again": "nobody could tell whether it had arrived, and it must",
    "never_seen": "the sender has never seen it",
    # why it did not go out
    "too_late": "its time was over",
    "merged": "a digest says it together with others",
    "switched_off": "the person wants no messages of this sort",
    "preference_off": "the person wants no messages of this sort",
    "no_consent": "the person has not agreed to advertising",
    "consent_old": "the consent to advertising has not been confirmed for two years",
    "opt_out": "the person wants no messages at all",
    "withdrawn": "the person has taken the consent to advertising back",
    "refused": "the person has refused advertising",
    "erased": "the person was erased",
    "left": "the supporter has left",
    "by_hand": "somebody of the programme decided so",
    "already_done": "what it asks for is done",
    # why it was given up
    "nobody_reaches": "none of the senders can carry it to this person",
    "attempts_over": "all attempts were used",
    "kind_unknown": "this release knows no such notice",
    "template_missing": "it has no template",
    "template_values": "the values for its template do not fit",
    "template_long": "its text became too long",
    "ad_misplaced": "it calls itself an advertisement and is none",
    "ad_unmarked": "an advertisement has to begin with (광고)",
    "ad_without_opt_out": "an advertisement has to end with the free opt-out",
    # why nobody knows
    "owner_lost": "the process that was sending it ended in the middle",
    "no_answer": "the sender did not answer",
}
"""Code -> a clause that can stand after `because`."""


def meaning(code: str | None) -> str:
    """Return what a code means; an unknown one is shown as words."""
    if not code:
        return "no reason was noted"
    return MEANINGS.get(code) or code.replace("_", " ")
