"""What the bot says: one file a flow, listed here. The order has no meaning."""

from bot.dialogue.flow import Flow
from handlers import (
    channel,
    channel_fix,
    channel_more,
    coming,
    fallback,
    faq,
    field_today,
    handoff,
    help_code,
    kit,
    menu,
    notices,
    pay,
    privacy,
    profile,
    status,
    visit,
    welcome,
)

FLOWS: tuple[Flow, ...] = (
    welcome.FLOW,
    menu.FLOW,
    channel.FLOW,
    channel_more.FLOW,
    channel_fix.FLOW,
    profile.FLOW,
    status.FLOW,
    faq.FLOW,
    field_today.FLOW,
    *notices.FLOWS,
    *privacy.FLOWS,
    *handoff.FLOWS,
    help_code.FLOW,
    *kit.FLOWS,
    *visit.FLOWS,
    *pay.FLOWS,
    *coming.FLOWS,
    *fallback.FLOWS,
)
