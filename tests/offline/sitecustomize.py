"""Block every socket but loopback and Unix: in the test process and in all it starts.

Python imports this module at start when its folder is on PYTHONPATH; conftest imports it
for the test process itself.
"""

import socket

LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")


class Blocked(OSError):
    """Somebody tried to reach the network."""


def _refuse(address):
    host = address[0] if isinstance(address, tuple) and address else ""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if not str(host).startswith(LOOPBACK):
        raise Blocked(f"blocked: {address!r}")


class Guarded(socket.socket):
    """A socket that connects to loopback and Unix addresses only."""

    def connect(self, address):
        if self.family != socket.AF_UNIX:
            _refuse(address)
        return super().connect(address)

    def connect_ex(self, address):
        if self.family != socket.AF_UNIX:
            _refuse(address)
        return super().connect_ex(address)

    def sendto(self, data, *rest):
        if self.family != socket.AF_UNIX:
            _refuse(rest[-1])
        return super().sendto(data, *rest)


_getaddrinfo = socket.getaddrinfo


def _look_up(host, *rest, **named):
    if host is not None:
        _refuse((host,))
    return _getaddrinfo(host, *rest, **named)


socket.socket = Guarded
socket.getaddrinfo = _look_up
