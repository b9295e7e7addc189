"""Loaded by a server before all else: whoever in it speaks to another machine is stopped."""

import ipaddress
import socket
import sys

_connect = socket.socket.connect
_look_up = socket.getaddrinfo


def _stays(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host).strip("[]")).is_loopback
    except ValueError:
        return False


def _refuse(host: object) -> None:
    sys.stderr.write(f"Traceback: a request left this machine, to {host}\n")
    sys.stderr.flush()
    raise OSError("nothing leaves this machine")


def connect(self: socket.socket, address: object) -> None:
    if isinstance(address, tuple) and not _stays(address[0]):
        _refuse(address[0])
    _connect(self, address)


def look_up(host, *more, **named):
    if not _stays(host):
        try:
            ipaddress.ip_address(str(host))
        except ValueError:
            _refuse(host)
    return _look_up(host, *more, **named)


socket.socket.connect = connect
socket.getaddrinfo = look_up
