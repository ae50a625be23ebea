"""A supporter with a real browser, in front of the real application."""

from dataclasses import dataclass

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from bot.clock import AdjustableClock
from bot.services.field_links import FieldLinks
from models.states import VisitState
from tests.browser import chromium
from tests.field.phone import Field
from tests.talk import House

OFFLINE = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
ONLINE = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}


@dataclass
class Walk:
    """A supporter with a phone, in front of the real application.

    Attributes:
        ids: the visits of today, in their order.
    """

    building: House
    ground: Field
    url: str
    browser: webdriver.Chrome
    ids: list[int]

    @property
    def clock(self) -> AdjustableClock:
        """The clock of the house."""
        return self.building.clock

    def sign_in(self) -> None:
        """Come in by a fresh link."""
        secret = self.building.app.config["SECRET_KEY"]
        self.browser.get(FieldLinks(secret, self.url, self.clock).make(self.ground.supporter))
        self.one("form button").click()
        self.wait_for("11월 24일")

    def one(self, selector: str) -> WebElement:
        """Return the first element, scrolled to the middle."""
        found = self.browser.find_element(By.CSS_SELECTOR, selector)
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", found)
        return found

    def press(self, visit_id: int, action: str, note: str = "") -> None:
        """Press a button and confirm it: two taps."""
        press = f"#v{visit_id} .press.{action}"
        self.one(f"{press} summary").click()
        if note:
            self.one(f"{press} textarea").send_keys(note)
        self.one(f"{press} button").click()

    def offline(self, *, off: bool) -> None:
        """Lose the net, or find it again."""
        self.browser.execute_cdp_cmd("Network.enable", {})
        self.browser.execute_cdp_cmd("Network.emulateNetworkConditions", OFFLINE if off else ONLINE)

    def card(self, visit_id: int) -> str:
        """Return what a card says."""
        return str(self.one(f"#v{visit_id}").text)

    def wait_for(self, words: str, selector: str = "body") -> None:
        """Wait until something is said."""
        chromium.wait_for(self.browser, words, selector)

    def script(self, body: str, *values: object) -> object:
        """Run a script on the page."""
        found: object = self.browser.execute_script(body, *values)
        return found

    def queued(self) -> object:
        """Return how much is not sent yet."""
        return self.script(
            "return Object.keys(localStorage).filter((key) => key.startsWith('field:'))"
            ".flatMap((key) => JSON.parse(localStorage.getItem(key))).length"
        )

    def state(self, visit_id: int) -> VisitState:
        """Return where a visit stands in the database."""
        return self.ground.state(visit_id)
