"""Around every request: who may ask, before; security headers, after.

A page of the own origin and a caller without an Origin are local; another site's page needs
a site key that is bound to its origin. What nobody foresaw becomes one problem document.
"""

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.caller import LOCAL, Caller
from app.interfaces.problems import Refused, unexpected
from app.sites import Sites, called_by

HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; require-trusted-types-for 'script'",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
}
SITE_KEY, SESSION = "x-lamina-site-key", "x-lamina-session"
SESSION_FORM = re.compile(r"[A-Za-z0-9_-]{22,64}")
PREFLIGHT = {
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": f"content-type, {SITE_KEY}, {SESSION}",
    "access-control-max-age": "600",
}
PROBES = ("/livez", "/readyz", "/metrics")
"""Asked by machines that know no name of this host, and telling nothing of anybody."""
PROVED = re.compile(r"/(slack|mattermost)/[a-z]+")
"""Taken by whatever name: a signature or a token says more than a name does."""
OPEN = re.compile(r"/widget\.js|/widget/[0-9a-f]+/widget\.js")
"""What any page may load: the widget's script, which asks with the site's key."""


def who(request: Request) -> Caller:
    """Who asks, as the doorway found it."""
    found: Caller = getattr(request.state, "caller", LOCAL)
    return found


class Doorway:
    """Host, origin and site key before; security headers after."""

    def __init__(
        self, app: ASGIApp, sites: Sites | None = None, names: frozenset[str] = frozenset()
    ) -> None:
        self._app, self._sites, self._names = app, sites or Sites(), names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False
        headers = Headers(scope=scope)
        added: dict[str, str] = {}

        async def sealed(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                found = MutableHeaders(scope=message)
                found.update(HEADERS | added)
                found.add_vary_header("origin")
            await send(message)

        try:
            scope.setdefault("state", {})["caller"] = self._admit(scope, headers, added)
            preflight = self._preflight(scope, headers)
        except Refused as why:
            await why.response()(scope, receive, sealed)
            return
        if preflight is not None:
            await preflight(scope, receive, sealed)
            return
        try:
            await self._app(scope, receive, sealed)
        except Exception as why:
            problem = unexpected(why, scope["path"])
            if not begun:
                await problem.response()(scope, receive, sealed)

    def _admit(self, scope: Scope, headers: Headers, added: dict[str, str]) -> Caller:
        """Whose request it is; what a page elsewhere needs to read the reply goes into `added`.

        Raises Refused.
        """
        host = headers.get("host", "")
        by_any_name = scope["path"] in PROBES or PROVED.fullmatch(scope["path"])
        if not by_any_name and not called_by(host, self._names):
            raise Refused(
                421,
                "Lamina is not known by the name of this request: open it by its address, "
                "or let its keeper add the name to LAMINA_HOSTS.",
            )
        origins, key = headers.getlist("origin"), headers.get(SITE_KEY)
        if scope["method"] in ("GET", "HEAD") and OPEN.fullmatch(scope["path"]):
            added["access-control-allow-origin"] = "*"
            added["cross-origin-resource-policy"] = "cross-origin"
            return LOCAL
        if key is not None:
            return self._of_site(scope, key, origins, headers, added)
        own = f"{scope['scheme']}://{host}".lower()
        asks_first = scope["method"] == "OPTIONS" and all(map(self._sites.know, origins))
        if not asks_first and any(origin.lower() != own for origin in origins):
            raise Refused(403, "Another site's page may not ask here; open Lamina's own page.")
        return LOCAL

    def _of_site(
        self, scope: Scope, key: str, origins: list[str], headers: Headers, added: dict[str, str]
    ) -> Caller:
        # a browser sends no Origin when a page reads from its own host
        if not origins and scope["method"] not in ("GET", "HEAD"):
            raise Refused(403, "A site key is taken only from a page: the request has no Origin.")
        if key not in self._sites.origins or not all(
            self._sites.allow(key, one) for one in origins
        ):
            raise Refused(403, "This site key is not bound to the site that the request is from.")
        if origins:
            added["access-control-allow-origin"] = origins[0]
            added["access-control-expose-headers"] = "retry-after"
        session = headers.get(SESSION, "")
        if not SESSION_FORM.fullmatch(session):
            raise Refused(400, f"With a site key, {SESSION} takes 22 to 64 letters, digits, _, -.")
        return Caller("site", f"{key}/{session}")

    def _preflight(self, scope: Scope, headers: Headers) -> Response | None:
        """What a browser asks before it lets another site's page send."""
        asked = headers.get("access-control-request-method")
        origin = headers.get("origin", "")
        if scope["method"] != "OPTIONS" or asked is None or not self._sites.know(origin):
            return None
        return Response(
            status_code=204, headers=PREFLIGHT | {"access-control-allow-origin": origin}
        )
