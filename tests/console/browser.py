"""A member of the staff at the console, as a test client."""

import re
from dataclasses import dataclass

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

PASSWORD = "a long password"
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass
class Person:
    """Somebody with a browser of their own."""

    client: FlaskClient

    def csrf(self) -> str:
        """Return the secret that the forms of this session carry."""
        page = self.client.get("/console/login").text
        found = _CSRF.search(page)
        assert found
        return found[1]

    def log_in(self, login: str, password: str = PASSWORD) -> TestResponse:
        """Send the login form."""
        return self.post("/console/login", login=login, password=password)

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self.client.get(path)

    def post(self, path: str, **fields: str) -> TestResponse:
        """Send a form of this session."""
        return self.client.post(path, data={"csrf": self.csrf(), **fields})
