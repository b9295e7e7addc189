"""What stands before every request: which hosts and origins are answered, and what browsers are
told of the answers.
"""

from __future__ import annotations

import threading
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from cxcase.case_folder import remove_all, sweep

_TOLD = {
    "Content-Security-Policy": "frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_UNTIL_IT_LISTENS = 1.0  # seconds
_POLICY = 1008  # WebSocket: refused by a rule


class OwnPagesOnly:
    """Answers requests that our own pages make; one from another site's page ends here.

    Left to itself the server would ask a machine outside for its own address, to know whether the
    other site is meant.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
        elif _from_elsewhere(Headers(scope=scope)):
            await _refuse(scope, receive, send)
        else:
            await self.app(scope, receive, _telling(send))


def guards() -> list[Middleware]:
    """What every request passes, the outermost first."""
    hosts = st.get_option("server.allowedHosts") or ["*"]
    return [
        Middleware(TrustedHostMiddleware, allowed_hosts=[*hosts], www_redirect=False),
        Middleware(OwnPagesOnly),
    ]


@asynccontextmanager
async def running(_: Any) -> AsyncIterator[None]:
    """The time a server runs: what one that was killed left behind goes before it, what its own
    visitors brought goes after it. The browser opens where somebody sits at the machine.
    """
    sweep()
    if not st.get_option("server.headless"):
        opening = threading.Timer(_UNTIL_IT_LISTENS, webbrowser.open, (_own_address(),))
        opening.daemon = True  # a browser of the console would hold the server up, and its end
        opening.start()
    yield
    remove_all()


def _own_address() -> str:
    host = st.get_option("server.address") or "localhost"
    port = st.get_option("server.port")
    below = st.get_option("server.baseUrlPath").strip("/")
    return f"http://{host}:{port}/{below}"


def _from_elsewhere(headers: Headers) -> bool:
    origin = headers.get("origin")
    if origin is None:
        return False
    allowed = {urlsplit(url).netloc for url in st.get_option("server.corsAllowedOrigins") or ()}
    return urlsplit(origin).netloc not in {headers.get("host"), *allowed}


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await WebSocketClose(_POLICY)(scope, receive, send)
    else:
        await PlainTextResponse("", status_code=403)(scope, receive, send)


def _telling(send: Send) -> Send:
    async def tell(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _TOLD.items():
                headers[name] = value
        await send(message)

    return tell
