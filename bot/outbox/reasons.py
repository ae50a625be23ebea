"""Codes that say why a message waits, or does not go out, and what they mean in a sentence."""

from typing import Final

BY_HAND: Final = "by_hand"
RETRIED: Final = "retried"
OF_VISIT: Final = "visit_"
"""Begins the codes that name the state in which a visit was found."""

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
    "left": "the person does not take part any more",
    "by_hand": "somebody of the programme decided so",
    "already_done": "what it asks for is done",
    # what the notice found when it looked
    "active_again": "the person uses it again",
    "already_rated": "the visit was rated",
    "already_told": "it was told already",
    "as_before": "everything is again as the person knows it",
    "blocked": "the person has blocked the channel",
    "booked_again": "a new visit is booked",
    "changed_again": "it has changed once more since",
    "draft_expired": "the unfinished form has expired",
    "finished": "the form is finished",
    "moved_again": "it has changed once more since",
    "moved_on": "the next step is reached",
    "newer_visit": "there was another visit since",
    "no_pay_consent": "the person does not agree to the provider being told",
    "no_visit": "there is no such visit any more",
    "no_visits": "there are no visits on that day",
    "offer_answered": "the offer was answered",
    "offer_over": "the time is not kept any more",
    "pay_over": "the application for payment is over",
    "problem_reported": "a problem was reported",
    "renewed": "the consent was given anew",
    "scanned": "the code was scanned already",
    "sent_meanwhile": "the paper has come meanwhile",
    "series_ended": "the standing slot has ended",
    "series_goes_on": "the standing slot goes on",
    "supporter_left": "the supporter has left",
    "told_in_chat": "the chat has told it",
    "visit_begun": "the visit has begun",
    "visit_booked": "a visit is booked anyhow",
    "visit_moved": "the visit was moved",
    "waits_again": "the person is on the waiting list again",
    "went_on": "the person went on with the form",
    "with_person": "somebody of the programme talks with the person",
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
    if code.startswith(OF_VISIT) and code not in MEANINGS:
        return f"the visit is {code.removeprefix(OF_VISIT).replace('_', ' ')}"
    return MEANINGS.get(code) or code.replace("_", " ")
