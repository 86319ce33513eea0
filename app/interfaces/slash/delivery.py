"""Post one reply to a platform, and nowhere else.

The host is one of the settings', resolved once and connected to by that address; addresses
that are not public are refused, redirects are never followed, proxies are ignored.
"""

import asyncio
import json
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import certifi
import httpx

from app.interfaces.slash.hosts import BadReplyUrl, Host, Target, public, target

SECONDS = 5.0
MOST_READ = 4096
"""Bytes of a platform's reply that are looked at."""
Resolve = Callable[[str, int], Awaitable[list[str]]]


@dataclass(frozen=True)
class Sent:
    """What became of one post."""

    end: Literal["delivered", "gone", "again", "unreached", "refused"]
    """gone = the address has expired; again = try later; refused = never to be tried again."""
    why: str = ""
    wait: float = 0.0
    """Seconds the platform asks to wait."""


async def look_up(name: str, port: int) -> list[str]:
    """Every address of a host."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


class Sender:
    """Posts JSON to the hosts it was given."""

    def __init__(
        self, hosts: Sequence[Host], resolve: Resolve = look_up, seconds: float = SECONDS
    ) -> None:
        self._hosts, self._resolve, self._seconds = tuple(hosts), resolve, seconds

    async def post(self, url: str, payload: dict[str, Any]) -> Sent:
        """One post. Never raises for what a network or a platform does."""
        try:
            async with asyncio.timeout(self._seconds):
                where = target(url, self._hosts)
                address = await self._address(where.host)
                return await self._post(where, address, payload)
        except BadReplyUrl as why:
            return Sent("refused", str(why))
        except (httpx.ConnectError, httpx.ConnectTimeout, socket.gaierror) as why:
            return Sent("unreached", type(why).__name__)
        except (TimeoutError, httpx.HTTPError, OSError) as why:
            return Sent("again", type(why).__name__)

    async def _address(self, host: Host) -> str:
        """Where to connect. Raises BadReplyUrl when the host leads into a private network."""
        if host.address:
            return host.address
        found = await self._resolve(host.name, host.port)
        if not found:
            raise socket.gaierror("no address")
        if not host.loopback and not all(map(public, found)):
            raise BadReplyUrl("the reply host has an address that is not public")
        # version 4 first: a machine without version 6 cannot connect to the other
        return min(found, key=lambda one: ":" in one)

    async def _post(self, where: Target, address: str, payload: dict[str, Any]) -> Sent:
        place = f"[{address}]" if ":" in address else address
        usual = 443 if where.scheme == "https" else 80
        name = f"[{where.host.name}]" if ":" in where.host.name else where.host.name
        headers = {
            "host": name if where.host.port == usual else f"{name}:{where.host.port}",
            "content-type": "application/json; charset=utf-8",
            "user-agent": "Lamina",
        }
        async with (
            httpx.AsyncClient(
                verify=self._trusted, trust_env=False, follow_redirects=False, timeout=self._seconds
            ) as client,
            client.stream(
                "POST",
                f"{where.scheme}://{place}:{where.host.port}{where.path}",
                content=json.dumps(payload, ensure_ascii=False).encode(),
                headers=headers,
                extensions={"sni_hostname": where.host.name},
            ) as reply,
        ):
            told = bytearray()
            async for chunk in reply.aiter_raw(1024):
                told += chunk
                if len(told) >= MOST_READ:
                    break
        return _judged(reply.status_code, reply.headers.get("retry-after", ""))

    @cached_property
    def _trusted(self) -> ssl.SSLContext:
        """The usual authorities and those of this machine, such as a company's own."""
        trusted = ssl.create_default_context(cafile=certifi.where())
        trusted.load_default_certs()
        return trusted


def _judged(status: int, retry_after: str) -> Sent:
    told = f"status {status}"
    if 200 <= status < 300:
        return Sent("delivered", told)
    if status in (404, 410):
        return Sent("gone", told)
    if status == 429 or status >= 500:
        asked = float(retry_after) if retry_after.isdecimal() and len(retry_after) < 6 else 0.0
        return Sent("again", told, asked)
    return Sent("refused", told)
