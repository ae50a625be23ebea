"""The KakaoTalk skill protocol: SkillPayload -> Inbound, Reply -> SkillResponse 2.0."""

from bot.channels.kakao.check import problems, warnings
from bot.channels.kakao.parse import parse
from bot.channels.kakao.render import bubble, render

__all__ = ["bubble", "parse", "problems", "render", "warnings"]
