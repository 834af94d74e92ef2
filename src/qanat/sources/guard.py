"""Which machines may be spoken to: listed hosts, at public addresses, checked at the moment of connecting.

A name is resolved once, its address checked, and the connection goes to that very address: a name that answers
differently a moment later (DNS rebinding) gains nothing. The certificate is still checked against the name.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from qanat.errors import SourceError

if TYPE_CHECKING:
    import httpx

Resolve = Callable[[str, int], list[str]]
_TEREDO_OR_MAPPED: Final = ("ipv4_mapped", "sixtofour")


def resolved(host: str, port: int) -> list[str]:
    """Every address a host has, in the order the system gives them. Raises OSError where it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]).split("%")[0] for entry in found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """How names become addresses, and whether machines at hand may be spoken to, in plain text: for tests only."""

    resolve: Resolve = resolved
    near: bool = False


PUBLIC: Final = Network()


def public(address: str) -> bool:
    """Whether an address is one of the public internet: not private, loopback, link-local, multicast, reserved or
    unspecified, and no IPv6 wrapping of such an IPv4 address (IANA special-purpose registries)."""
    try:
        found: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return False
    inner = [getattr(found, name, None) for name in _TEREDO_OR_MAPPED]
    return all(one.is_global and not one.is_multicast for one in (found, *(one for one in inner if one is not None)))


def host_of(url: str, hosts: frozenset[str], *, near: bool = False) -> str:
    """The host of an address that may be read, over an encrypted line.

    near  a machine at hand may be spoken to in plain text: for tests only
    Raises SourceError for a host that is not listed or an address that is not https.
    """
    try:
        parts = urlsplit(url)
        name, scheme = parts.netloc, parts.scheme
    except ValueError as cause:
        raise SourceError(f"{url!r} is no address") from cause
    if name not in hosts:
        raise SourceError(f"{name} is not a service qanat reads; it reads {', '.join(sorted(hosts))}")
    if scheme != "https" and not near:
        raise SourceError(f"{url} is not encrypted; qanat reads services over https only")
    return name


def guarded(network: Network) -> httpx.HTTPTransport:
    """httpx's transport, connecting to public addresses only."""
    import httpcore
    import httpx

    class Backend(httpcore.SyncBackend):
        """The network, but for addresses that are nobody's business."""

        def connect_tcp(
            self,
            host: str,
            port: int,
            timeout: float | None = None,
            local_address: str | None = None,
            socket_options: Iterable[Any] | None = None,
        ) -> httpcore.NetworkStream:
            address = _chosen(host, port, network)
            return super().connect_tcp(address, port, timeout, local_address, socket_options)

    transport = httpx.HTTPTransport(trust_env=False)
    # httpx has no public way to hand its pool a network backend; a test connects through this to notice a change
    transport._pool = httpcore.ConnectionPool(  # pyright: ignore[reportPrivateUsage]
        ssl_context=httpx.create_ssl_context(trust_env=False), network_backend=Backend(), max_connections=4
    )
    return transport


def _chosen(host: str, port: int, network: Network) -> str:
    """The address to connect to. Raises SourceError where one of the host's addresses is not public."""
    import httpcore

    try:
        addresses = network.resolve(host, port)
    except OSError as cause:
        raise httpcore.ConnectError(f"{host} has no address ({cause})") from cause
    hidden = [address for address in addresses if not public(address)]
    if hidden and not network.near:
        raise SourceError(
            f"{host} stands at {hidden[0]}, an address inside a private network; qanat speaks to public services only: "
            "look at your name server, somebody may be redirecting it"
        )
    return addresses[0]
