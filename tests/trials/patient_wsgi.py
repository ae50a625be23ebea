"""The application as `wsgi` builds it, but one that waits as long as a busy machine needs."""

from dataclasses import replace

from bot.app import create_app, default_deps, settle
from bot.clock import SystemClock
from bot.config import Settings
from handlers import FLOWS
from handlers.pay.words import sentence
from models.session import Database
from tests.databases import PATIENCE
from tests.patience import UNHURRIED

SETTINGS = Settings.from_env()
DEPS = replace(
    default_deps(SETTINGS),
    database=Database(SETTINGS.database_url, PATIENCE),
    patience=UNHURRIED,
)
app = create_app(SETTINGS, FLOWS, DEPS, pay_sentence=sentence)
settle(SystemClock().now())
