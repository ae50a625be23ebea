"""The catalogue of errors: what can be wrong, and the one thing to do about each."""

from collections.abc import Mapping
from types import MappingProxyType

FIXES: Mapping[str, str] = MappingProxyType(
    {
        # business number
        "brn_checksum": "correct_brn",
        "brn_length": "correct_brn",
        "brn_invalid": "correct_brn",
        "brn_closed": "send_new_brc",
        "brn_suspended": "explain_suspension",
        "brn_not_found_new": "wait_for_register",
        "rep_mismatch": "correct_owner_name",
        # channel
        "name_mismatch": "correct_store_name",
        "search_id_taken": "choose_search_id",
        "search_id_invalid": "choose_search_id",
        "customer_center_missing": "fill_customer_center",
        "channel_private": "open_channel",
        "not_master": "ask_master",
        "phone_owner_mismatch": "use_own_phone",
        "policy": "talk_to_staff",
        "business_closed": "send_new_brc",
        "market_unknown": "wait_for_staff",
        "duplicate_store": "wait_for_staff",
        "owner_confirmation_missing": "wait_for_staff",
        "changed_after_submit": "wait_for_staff",
        # documents
        "doc_unreadable": "send_again",
        "doc_cropped": "send_again",
        "doc_old": "send_new_brc",
        "doc_wrong_kind": "send_again",
        "permit_missing": "send_permit",
        # payment
        "brn_missing": "register_business",
        "holder_mismatch": "choose_account",
        "account_not_found": "correct_account",
        "account_length": "correct_account",
        "bank_unsupported": "choose_account",
        "trade_restricted": "talk_to_staff",
        "owner_phone_mismatch": "use_own_phone",
        "consent_missing": "give_consent",
        "provider_timeout": "wait_for_provider",
        "provider_unknown": "wait_for_staff",
    }
)
"""Error code -> the one thing that has to be done about it."""

WAITS = frozenset(
    (
        "wait_for_register",
        "wait_for_staff",
        "wait_for_provider",
        "explain_suspension",
        "talk_to_staff",
    )
)
"""Fixes for which the merchant has nothing to send: a person, an office or time does it."""
ASKED_FIRST = (
    "consent_third_party",
    "brn",
    "owner_name",
    "phone",
    "bank",
    "account",
    "holder",
    "brc",
    "bankbook",
    "corp_registry",
    "seal",
    "proxy",
    "permit",
)
"""Which of several equally pressing things is asked for first; the others in their own order."""
