"""The table of legal moves: from which state an entity may go to which."""


def _moves(text: str) -> dict[str, frozenset[str]]:
    """Read lines `from: to to to`."""
    table: dict[str, frozenset[str]] = {}
    for line in text.strip().splitlines():
        source, _, targets = line.partition(":")
        table[source.strip()] = frozenset(targets.split())
    return table


MOVES: dict[str, dict[str, frozenset[str]]] = {
    "market": _moves("""
        prospect: applied selected active closed
        applied: screening selected rejected withdrawn
        screening: selected rejected withdrawn
        selected: active withdrawn
        active: aftercare closed withdrawn
        aftercare: active closed
        closed: prospect
        rejected: applied
        withdrawn: applied
    """),
    "merchant": _moves("""
        draft: submitted withdrawn erased
        submitted: in_review active needs_info withdrawn rejected erased
        in_review: active needs_info rejected withdrawn erased
        active: needs_info suspended closed withdrawn erased
        needs_info: submitted in_review active withdrawn rejected erased
        suspended: active closed withdrawn erased
        closed: active erased
        withdrawn: submitted erased
        rejected: submitted erased
        erased:
    """),
    "store": _moves("""
        open: paused moved closed erased
        paused: open moved closed erased
        moved: open closed erased
        closed: open erased
        erased:
    """),
    "channel_registration": _moves("""
        draft: ready submitted linked_existing withdrawn erased
        ready: draft submitted linked_existing withdrawn erased
        submitted: opened linked_existing needs_fix live blocked withdrawn erased
        opened: biz_review live needs_fix dormant blocked closed withdrawn erased
        biz_review: live needs_fix opened blocked closed withdrawn erased
        live: biz_review needs_fix dormant blocked closed withdrawn erased
        needs_fix: submitted biz_review linked_existing closed withdrawn erased
        linked_existing: live needs_fix biz_review dormant blocked closed withdrawn erased
        dormant: live biz_review closed withdrawn erased
        blocked: live needs_fix closed withdrawn erased
        closed: draft submitted erased
        withdrawn: draft submitted erased
        erased:
    """),
    "document": _moves("""
        received: scanned in_review accepted rejected purged
        scanned: in_review accepted rejected purged
        in_review: accepted rejected purged
        accepted: expired rejected purged
        rejected: in_review purged
        expired: purged
        purged:
    """),
    "handoff_ticket": _moves("""
        open: assigned waiting_merchant resolved
        assigned: open waiting_merchant resolved
        waiting_merchant: assigned open resolved
        resolved: open
    """),
    "kit_order": _moves("""
        confirmed: rendered failed cancelled erased
        rendered: preflighted failed cancelled erased
        preflighted: confirmed queued_print delivered problem cancelled erased
        queued_print: confirmed preflighted printed problem cancelled erased
        printed: shipped ready_pickup delivered problem revoke_required erased
        shipped: delivered problem revoke_required erased
        ready_pickup: delivered problem revoke_required erased
        delivered: problem revoke_required erased
        problem: reordered delivered cancelled revoke_required erased
        reordered: revoke_required erased
        failed: confirmed cancelled erased
        cancelled: erased
        revoke_required: revoked erased
        revoked: erased
        erased:
    """),
    "rights_request": _moves("""
        open: done refused
        done:
        refused: open
    """),
    "supporter": _moves("""
        active: paused left
        paused: active left
        left: active
    """),
    "visit_request": _moves("""
        open: booked waiting withdrawn
        waiting: booked withdrawn expired
        booked: open waiting done withdrawn
        done:
        withdrawn: open
        expired: open booked
    """),
    "visit": _moves("""
        held: confirmed expired released cancelled_by_staff
        confirmed: en_route in_progress cancelled_by_merchant cancelled_by_staff \
            merchant_no_show supporter_no_show
        en_route: in_progress merchant_no_show supporter_no_show cancelled_by_staff
        in_progress: reported
        reported: completed disputed
        disputed: completed
        completed:
        released:
        expired: held confirmed
        cancelled_by_merchant:
        cancelled_by_staff:
        merchant_no_show:
        supporter_no_show:
    """),
    "visit_series": _moves("""
        active: paused ended
        paused: active ended
        ended:
    """),
    "waitlist_entry": _moves("""
        waiting: offered withdrawn expired
        offered: accepted waiting expired withdrawn
        accepted:
        expired: waiting
        withdrawn:
    """),
    "reminder": _moves("""
        scheduled: claimed cancelled expired accepted delivered
        claimed: scheduled sending cancelled expired suppressed dead accepted delivered
        sending: accepted delivered scheduled dead unknown
        accepted: delivered scheduled dead
        unknown: accepted delivered scheduled dead cancelled
        delivered:
        cancelled: scheduled
        expired: scheduled
        suppressed: scheduled
        dead: scheduled cancelled
    """),
    "pay_application": _moves("""
        draft: collecting withdrawn erased
        collecting: ready withdrawn erased
        ready: collecting handed_off withdrawn erased
        handed_off: provider_review additional_required approved rejected withdrawn erased
        provider_review: additional_required approved rejected withdrawn erased
        additional_required: provider_review approved rejected withdrawn erased
        approved: qr_issued rejected suspended terminated erased
        qr_issued: live suspended terminated erased
        live: suspended terminated erased
        suspended: live terminated erased
        rejected: collecting withdrawn erased
        withdrawn: collecting erased
        terminated: erased
        erased:
    """),
    "pay_trial": _moves("""
        opened: paid failed unclear
        unclear: opened paid cancelled failed
        paid: cancelled unclear
        cancelled:
        failed: cancelled unclear
    """),
    "route_plan": _moves("""
        draft: published rejected
        published:
        rejected:
    """),
}
"""Legal moves by table name. A state without targets is an end."""


def is_legal(table: str, source: str, to: str) -> bool:
    """Tell whether an entity of `table` may go from `source` to `to`."""
    return to in MOVES[table].get(source, frozenset())
