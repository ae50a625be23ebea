"""What stands where no answer stands: JSON in English for machines, a plain page for people."""

import hashlib
from base64 import b64encode
from typing import Final

from flask import Flask, Response, json, request
from markupsafe import escape
from werkzeug.exceptions import HTTPException

API_PATHS: Final = ("/kakao/", "/healthz", "/readyz", "/metrics")
"""Paths that machines call."""

WORDS: Final = {
    401: "먼저 로그인해 주세요.",
    403: "볼 수 없는 화면이에요.",
    404: "화면을 찾지 못했어요. 주소를 다시 확인해 주세요.",
    410: "기한이 지난 화면이에요.",
    413: "파일이 너무 커요. 작은 파일로 다시 올려 주세요.",
    429: "잠시 쉬었다가 다시 해 주세요.",
}
ANY_WORDS: Final = "보내 주신 내용을 읽지 못했어요. 다시 해 주세요."
OUR_FAULT: Final = "죄송해요. 저희 쪽에 문제가 생겼어요. 잠시 뒤에 다시 해 주세요."

_SERVER_ERRORS: Final = 500
_STYLE: Final = (
    "body{font:1.5rem/1.6 sans-serif;max-width:32rem;margin:4rem auto;padding:0 1.5rem;"
    "color:#222;background:#fff}"
)
_PAGE: Final = (
    '<!doctype html><html lang="ko"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width,initial-scale=1">'
    "<title>소신상인</title><style>{style}</style><main><p>{words}</p></main></html>"
)
_STYLE_HASH: Final = b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY: Final = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; frame-ancestors 'none'"


def api_problem(status: int, code: str, message: str) -> Response:
    """Return a refusal that a machine reads: `{"error": code, "message": message}`."""
    body = json.dumps({"error": code, "message": message})
    return Response(body, status, content_type="application/json")


def page(status: int) -> Response:
    """Return a plain Korean page for an HTTP status."""
    words = OUR_FAULT if status >= _SERVER_ERRORS else WORDS.get(status, ANY_WORDS)
    html = _PAGE.format(style=_STYLE, words=escape(words))
    response = Response(html, status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = _POLICY
    return response


def register_error_pages(app: Flask) -> None:
    """Make `app` answer every HTTP error, also its own faults, in one of the two ways."""
    app.register_error_handler(HTTPException, _answer)


def _answer(error: HTTPException) -> Response:
    status = error.code or _SERVER_ERRORS
    if request.path.startswith(API_PATHS):
        name = error.name.lower()
        response = api_problem(status, name.replace(" ", "_"), name)
    else:
        response = page(status)
    for header, value in error.get_headers():
        response.headers.setdefault(header, value)  # Allow, Retry-After, WWW-Authenticate
    return response
