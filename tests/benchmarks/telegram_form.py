"""The yardstick: a form of five turns with python-telegram-bot, durable after every turn.

Its ConversationHandler runs in process, without HTTP on either side; its state is written to
SQLite after each message, so that a killed process loses nothing, as ours does.
"""

import asyncio
import json
import sqlite3
import time
from pathlib import Path
from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    BasePersistence,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PersistenceInput,
    filters,
)
from telegram.request import BaseRequest

NAME, PHONE, REGION = range(3)
SAID = ("/start", "김복순", "전화는 나중에", "01012345678", "서울")
"""A start, a name, a bad telephone, a good one, a region: the script of the reference."""
_ME = {"id": 1, "is_bot": True, "first_name": "b", "username": "b"}


class Deaf(BaseRequest):
    """Takes every call to Telegram as done."""

    @property
    def read_timeout(self) -> float | None:
        return None

    async def initialize(self) -> None:
        """Do nothing."""

    async def shutdown(self) -> None:
        """Do nothing."""

    async def do_request(self, url: str, *_: Any, **__: Any) -> tuple[int, bytes]:
        message = {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}}
        result = _ME if url.endswith("getMe") else message
        return 200, json.dumps({"ok": True, "result": result}).encode()


class SqlitePersistence(BasePersistence[Any, Any, Any]):
    """Keeps the conversations and what is known of each person in one SQLite table.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        store = PersistenceInput(bot_data=False, chat_data=False, callback_data=False)
        super().__init__(store_data=store, update_interval=3600)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute("CREATE TABLE kept (key TEXT PRIMARY KEY, value TEXT)")
        self._waiting: dict[str, str] = {}

    async def flush(self) -> None:
        """Write what has changed, in one transaction."""
        if not self._waiting:
            return
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?)", self._waiting.items())
        self._db.execute("COMMIT")
        self._waiting.clear()

    def close(self) -> None:
        self._db.close()

    async def update_conversation(self, name: str, key: Any, new_state: object) -> None:
        self._waiting[f"{name}:{key}"] = json.dumps(new_state)

    async def update_user_data(self, user_id: int, data: Any) -> None:
        self._waiting[f"user:{user_id}"] = json.dumps(data)

    async def get_conversations(self, name: str) -> Any:
        return {}

    async def get_user_data(self) -> Any:
        return {}

    async def get_chat_data(self) -> Any:
        return {}

    async def get_bot_data(self) -> Any:
        return {}

    async def get_callback_data(self) -> Any:
        return None

    async def update_chat_data(self, chat_id: int, data: Any) -> None:
        """Not kept."""

    async def update_bot_data(self, data: Any) -> None:
        """Not kept."""

    async def update_callback_data(self, data: Any) -> None:
        """Not kept."""

    async def drop_chat_data(self, chat_id: int) -> None:
        """Not kept."""

    async def drop_user_data(self, user_id: int) -> None:
        """Not kept."""

    async def refresh_user_data(self, user_id: int, user_data: Any) -> None:
        """Nothing else writes."""

    async def refresh_chat_data(self, chat_id: int, chat_data: Any) -> None:
        """Nothing else writes."""

    async def refresh_bot_data(self, bot_data: Any) -> None:
        """Nothing else writes."""


async def _start(update: Update, _: ContextTypes.DEFAULT_TYPE) -> int:
    await _say(update, "이름을 알려주세요.")
    return NAME


async def _name(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    _keep(update, context, "name")
    await _say(update, "전화번호를 알려주세요.")
    return PHONE


async def _phone(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    message = update.message
    if message is None or not (message.text or "").isdigit():
        await _say(update, "숫자로 적어 주세요.")
        return PHONE
    _keep(update, context, "phone")
    await _say(update, "어느 지역이세요?")
    return REGION


async def _region(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    _keep(update, context, "region")
    await _say(update, "고맙습니다.")
    return ConversationHandler.END


def _keep(update: Update, context: ContextTypes.DEFAULT_TYPE, key: str) -> None:
    if update.message is not None and context.user_data is not None:
        context.user_data[key] = update.message.text


async def _say(update: Update, text: str) -> None:
    if update.message is not None:
        await update.message.reply_text(text)


class TelegramForm:
    """The bot.

    Args:
        path: where its state goes.
    """

    def __init__(self, path: Path) -> None:
        self._loop = asyncio.new_event_loop()
        self._persistence = SqlitePersistence(path)
        builder = Application.builder().token("1:a").request(Deaf()).get_updates_request(Deaf())
        self._app = builder.updater(None).persistence(self._persistence).build()
        text = filters.TEXT & ~filters.COMMAND
        states: Any = {
            NAME: [MessageHandler(text, _name)],
            PHONE: [MessageHandler(text, _phone)],
            REGION: [MessageHandler(text, _region)],
        }
        self._app.add_handler(
            ConversationHandler(
                [CommandHandler("start", _start)], states, [], name="form", persistent=True
            )
        )
        self._loop.run_until_complete(self._app.initialize())

    def run(self, people: range) -> list[tuple[int, float]]:
        """Let everybody fill in the form; return (place, CPU seconds) of every turn."""
        return self._loop.run_until_complete(self._run(people))

    async def _run(self, people: range) -> list[tuple[int, float]]:
        taken: list[tuple[int, float]] = []
        for person in people:
            for place, text in enumerate(SAID):
                update = self._update(person, text, len(taken) + 1)
                started = time.process_time()
                await self._app.process_update(update)
                await self._app.update_persistence()
                await self._persistence.flush()
                taken.append((place, time.process_time() - started))
        return taken

    def _update(self, person: int, text: str, number: int) -> Update:
        entities = [{"type": "bot_command", "offset": 0, "length": 6}] if text[0] == "/" else []
        message = {
            "message_id": number,
            "date": 1_780_000_000,
            "text": text,
            "entities": entities,
            "chat": {"id": person, "type": "private"},
            "from": {"id": person, "is_bot": False, "first_name": "m"},
        }
        return Update.de_json({"update_id": number, "message": message}, self._app.bot)

    def close(self) -> None:
        """Stop it."""
        self._loop.run_until_complete(self._app.shutdown())
        self._loop.close()
        self._persistence.close()
