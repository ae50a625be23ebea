"""The composition root: settings from the environment, the flows, the application."""

from bot.app import create_app, settle
from bot.config import Settings
from handlers import FLOWS
from handlers.pay.words import sentence

app = create_app(Settings.from_env(), FLOWS, pay_sentence=sentence)
settle()
