"""Which websites may put Lamina on their pages, and by which names Lamina is called. Pure.

A site key is public: it stands in a page's source. What it grants is bound to the origins
written beside it, so a key that is copied to another site opens nothing.
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
FORM = "key=https://site.example,https://*.site.example; key2=..."
LOCAL_NAMES = frozenset({"localhost", "localhost.localdomain", "ip6-localhost"})
USUAL_PORT = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Sites:
    """Every site key with the origins it is bound to."""

    origins: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def allow(self, key: str, origin: str) -> bool:
        """Is the origin one of those the key is bound to?"""
        return any(_same(origin.lower(), bound) for bound in self.origins.get(key, ()))

    def know(self, origin: str) -> bool:
        """Is the origin bound to any key? A preflight request names no key."""
        return any(self.allow(key, origin) for key in self.origins)


def _same(origin: str, bound: str) -> bool:
    head, star, tail = bound.partition("*")
    if not star:
        return origin == bound
    inner = origin[len(head) : len(origin) - len(tail)]
    fits = origin.startswith(head) and origin.endswith(tail)
    return fits and NAME.fullmatch(inner) is not None


def read_sites(text: str) -> Sites:
    """The keys of a setting. Raises ValueError with what is wrong in which key."""
    found: dict[str, frozenset[str]] = {}
    for entry in filter(None, map(str.strip, text.split(";"))):
        key, parted, bound = (part.strip() for part in entry.partition("="))
        if not parted:
            raise ValueError(f"{entry!r} names no origin: write {FORM}")
        if not KEY.fullmatch(key):
            raise ValueError(f"the key {key!r} takes 8 to 64 letters, digits, _ and -")
        if key in found:
            raise ValueError(f"the key {key} stands there twice: put its origins into one entry")
        origins = [one.strip() for one in bound.split(",") if one.strip()]
        if not origins:
            raise ValueError(f"the key {key} is bound to no origin: write {FORM}")
        found[key] = frozenset(_origin(one, key) for one in origins)
    return Sites(found)


def _origin(text: str, key: str) -> str:
    """The origin as a browser writes it."""
    wrong = (
        f"{text!r} of the key {key} is not an origin: write scheme, name and port alone, "
        "such as https://site.example or https://*.site.example"
    )
    try:
        parts: SplitResult = urlsplit(text.lower())
        port = parts.port
    except ValueError as why:
        raise ValueError(wrong) from why
    name = parts.hostname or ""
    more = parts.path or parts.query or parts.fragment or parts.username or parts.password
    if parts.scheme not in USUAL_PORT or more or text.endswith(("?", "#", ":", "@")):
        raise ValueError(wrong)
    # a star stands for whole names below a name that somebody owns, never for all of them
    below = name.removeprefix("*.")
    if "*" in below or (name != below and "." not in below):
        raise ValueError(wrong)
    if not _is_address(below) and not NAME.fullmatch(below):
        raise ValueError(wrong)
    shown = f"[{name}]" if ":" in name else name
    written = f":{port}" if port is not None and port != USUAL_PORT[parts.scheme] else ""
    return f"{parts.scheme}://{shown}{written}"


def read_hosts(text: str) -> frozenset[str]:
    """The names of a setting. Raises ValueError with the one that is no name."""
    found = set()
    for one in filter(None, (part.strip().lower().rstrip(".") for part in text.split(","))):
        if not NAME.fullmatch(one) and not _is_address(one):
            raise ValueError(
                f"{one!r} is not a host name: write names alone, such as lamina.example.org"
            )
        found.add(one)
    return frozenset(found)


def called_by(host: str, names: frozenset[str]) -> bool:
    """May a request come under this Host? An address may: only a name can be rebound."""
    try:
        name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return False
    known = name in LOCAL_NAMES or name in names or name.endswith(".localhost")
    return known or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True
