"""The least that a webhook turn can cost: Flask, JSON, and the same statements on raw sqlite3.

No understanding, no flow, no encryption, no rendering: what is left of a turn when one takes
away everything that this project is about.
"""

import json
import sqlite3
import threading
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

from bot.dialogue.store import _BORN, Store
from models.session import Database

_MOMENT = "2026-11-23 01:00:00.000000"
_ANSWER: dict[str, Any] = {
    "version": "2.0",
    "template": {
        "outputs": [{"simpleText": {"text": "[4/13] 연락받으실 전화번호를 알려주세요.\n" * 3}}],
        "quickReplies": [
            {"label": label, "action": "message", "messageText": label, "extra": {"t": label * 4}}
            for label in ("이전", "나중에 할게요", "상담원")
        ],
    },
}


class Floor:
    """The application.

    Args:
        path: a migrated SQLite file.
        state_bytes: size of the state that is kept.
        answer_bytes: size of the answer that is kept and given.
    """

    def __init__(self, path: Path, state_bytes: int, answer_bytes: int) -> None:
        self._path = str(path)
        self._own = threading.local()
        database = Database(f"sqlite:///{path}")
        self._sql = Store(database)
        database.dispose()
        self._state = b"s" * state_bytes
        self._filling = "가" * max(0, (answer_bytes - len(json.dumps(_ANSWER))) // 6)
        self.app = Flask("floor", static_folder=None)
        self.app.add_url_rule("/kakao/skill", view_func=self.turn, methods=["POST"])

    def turn(self) -> Response:
        """Answer one message."""
        said = json.loads(request.get_data())
        user = said["userRequest"]["user"]["id"]
        key = request.headers["X-Request-Id"]
        where = {"key": key, "channel": "kakao", "bot_id": said["bot"]["id"], "user_key": user}
        cursor = self._connection().cursor()
        row = cursor.execute(self._sql._load, where).fetchone()
        body = json.dumps(_ANSWER | {"data": {"t": self._filling}}).encode()
        cursor.execute("BEGIN IMMEDIATE")
        row_id, revision = self._keep(cursor, row, where)
        of = {"conversation_id": row_id, "at": _MOMENT, "flow": "channel"}
        cursor.execute(
            self._sql._keep_reply, of | {"key": key, "reply": body, "received_at": _MOMENT}
        )
        words = {"said": self._state[:60], "answered": self._state[:150]}
        rest = {"no": revision, "speaker": "user", "asked": "channel.phone", "layer": "slot"}
        cursor.execute(self._sql._keep_turn, of | words | rest)
        event = of | {"version": 1, "step": "channel.phone", "kind": "asked", "detail": None}
        cursor.executemany(self._sql._keep_event, [event, event])
        cursor.execute("COMMIT")
        cursor.close()
        return Response(body, content_type="application/json")

    def _keep(self, cursor: sqlite3.Cursor, row: Any, where: dict[str, str]) -> tuple[int, int]:
        values: dict[str, Any] = dict.fromkeys(_BORN) | {
            "state": self._state,
            "asked": "channel.phone",
            "flow": "channel",
            "revision": 1 if row is None else row[3] + 1,
            "friend": "unknown",
            "expires_at": _MOMENT,
            "last_seen_at": _MOMENT,
            "updated_at": _MOMENT,
        }
        if row is not None:
            cursor.execute(self._sql._save, values | {"row": row[0], "seen": row[3]})
            return row[0], row[3] + 1
        born = {"public_id": where["user_key"], "owner": "bot", "created_at": _MOMENT}
        return cursor.execute(self._sql._open, values | where | born).fetchone()[0], 1

    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._own, "connection"):
            connection = sqlite3.connect(self._path, isolation_level=None)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute("PRAGMA foreign_keys=ON")
            self._own.connection = connection
        kept: sqlite3.Connection = self._own.connection
        return kept

    def close(self) -> None:
        """Close the connection of this thread."""
        self._connection().close()
