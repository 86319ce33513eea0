"""Which hosts a reply may be posted to, as the settings name them. Pure.

Only https, and only to these; plain http is taken for a loopback host that is named with its
port. An address in a private network is taken only where the setting itself writes it down.
"""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
FORM = "host, host:port or host:port=address"
PLAIN = re.compile(r"[!-~]{1,2000}")
HTTPS = 443


class BadReplyUrl(ValueError):
    """An address that no reply may go to."""


@dataclass(frozen=True)
class Host:
    """One host that replies may go to."""

    name: str
    port: int = HTTPS
    address: str = ""
    """Connect here without asking DNS; empty = ask, and take public addresses only."""

    @property
    def loopback(self) -> bool:
        """Is it this very machine, as a test's fake platform is?"""
        return self.name == "localhost" or (_is_ip(self.name) and _ip(self.name).is_loopback)


@dataclass(frozen=True)
class Target:
    """Where one reply goes."""

    host: Host
    scheme: str
    path: str
    """With the query."""


def read_hosts(text: str) -> tuple[Host, ...]:
    """The hosts of a setting. Raises ValueError with what is wrong in which entry."""
    return tuple(_host(entry) for entry in filter(None, map(str.strip, text.split(","))))


def _host(entry: str) -> Host:
    written, _, address = entry.partition("=")
    plain = written.startswith("http://")
    place = written.removeprefix("http://").removeprefix("https://").rstrip("/")
    name, port = _parted(place, entry)
    if not (NAME.fullmatch(name) or _is_ip(name)):
        raise ValueError(f"{entry!r} is no host: write {FORM}")
    if address and not _is_ip(address):
        raise ValueError(f"{entry!r} names no IP address after the =: write {FORM}")
    host = Host(name, port or HTTPS, address)
    if plain and not host.loopback:
        raise ValueError(f"{entry!r} asks for plain http, which is for loopback alone")
    if host.loopback and not port:
        raise ValueError(f"{entry!r} is loopback: name its port too, as {name}:9000")
    return host


def _parted(place: str, entry: str) -> tuple[str, int]:
    """Name and port, 0 where none is written; an IPv6 address stands in brackets."""
    found = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[^:\[\]/]+)(?::(\d{1,5}))?", place)
    if not found or (found[2] and not 0 < int(found[2]) < 65536):
        raise ValueError(f"{entry!r} is no host: write {FORM}")
    return found[1].strip("[]").lower(), int(found[2] or 0)


def target(url: str, hosts: Sequence[Host]) -> Target:
    """Where the address leads, if a reply may go there. Raises BadReplyUrl."""
    if not PLAIN.fullmatch(url) or "\\" in url:
        raise BadReplyUrl("the reply address holds a character that no address has")
    try:
        parts = urlsplit(url)
        name, port = (parts.hostname or "").lower(), parts.port
    except ValueError as why:
        raise BadReplyUrl("the reply address cannot be read") from why
    port = port if port is not None else HTTPS if parts.scheme == "https" else 80
    host = next((h for h in hosts if (h.name, h.port) == (name, port)), None)
    if host is None:
        raise BadReplyUrl("the reply address is at a host that no setting names")
    if parts.scheme != "https" and not (parts.scheme == "http" and host.loopback):
        raise BadReplyUrl("the reply address is not https")
    if "@" in parts.netloc or parts.fragment or not parts.path.startswith("/"):
        raise BadReplyUrl("the reply address has a user, a fragment or no path")
    return Target(host, parts.scheme, parts.path + (f"?{parts.query}" if parts.query else ""))


def public(address: str) -> bool:
    """Is it an address of the open internet, also when it is wrapped in an IPv6 one?"""
    try:
        ip = _ip(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return public(str(inner))
    return ip.is_global and not ip.is_multicast


def _is_ip(text: str) -> bool:
    try:
        _ip(text)
    except ValueError:
        return False
    return True


def _ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    return ipaddress.ip_address(text)
