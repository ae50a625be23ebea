"""The flows of one bot, by name and by intent."""

from collections.abc import Iterable

from bot.dialogue.flow import Flow
from bot.errors import ConfigError


class Registry:
    """Looks flows up.

    Args:
        flows: all flows; names and intents must be unique.

    Raises:
        ConfigError: two flows claim one name or one intent, or a flow can never end.
    """

    def __init__(self, flows: Iterable[Flow]) -> None:
        self.flows = tuple(flows)
        self._by_name = {flow.name: flow for flow in self.flows}
        self._by_intent: dict[str, Flow] = {}
        if len(self._by_name) != len(self.flows):
            raise ConfigError("two flows have the same name")
        for flow in self.flows:
            self._claim(flow)
        self.callers = tuple(flow for flow in self.flows if flow.calls is not None)
        menu = self._by_name.get("menu")
        self.menu_options = dict(menu.options) if menu else {}

    def _claim(self, flow: Flow) -> None:
        if not flow.questions and flow.respond is None:
            raise ConfigError(f"flow {flow.name} has neither questions nor a response")
        for intent in flow.intents:
            if intent in self._by_intent:
                raise ConfigError(f"intent {intent} starts two flows")
            self._by_intent[intent] = flow

    def get(self, name: str) -> Flow | None:
        """Return the flow of this name; None when this release no longer has it."""
        return self._by_name.get(name)

    def for_intent(self, intent: str | None) -> Flow | None:
        """Return the flow that an intent starts."""
        return self._by_intent.get(intent) if intent else None

    def named(self, name: str) -> Flow:
        """Return the flow of this name.

        Raises:
            ConfigError: there is none; the engine relies on welcome, menu and fallback.
        """
        flow = self._by_name.get(name)
        if flow is None:
            raise ConfigError(f"the engine needs a flow named {name}")
        return flow
