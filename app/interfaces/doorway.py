"""Around every request: the own-origin rule before, security headers after.

What nobody foresaw becomes one problem document.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.interfaces.problems import Refused, unexpected

HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


class Doorway:
    """Own-origin rule before, security headers after, one problem for what nobody foresaw."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def sealed(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        headers = Headers(scope=scope)
        own = f"{scope['scheme']}://{headers.get('host', '')}".lower()
        if any(origin.lower() != own for origin in headers.getlist("origin")):
            told = "Another site's page may not ask here; open Lamina's own page."
            await Refused(403, told).response()(scope, receive, sealed)
            return
        try:
            await self._app(scope, receive, sealed)
        except Exception as why:
            problem = unexpected(why, scope["path"])
            if not begun:
                await problem.response()(scope, receive, sealed)
