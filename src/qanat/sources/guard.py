"""Which machines may be spoken to: listed hosts, at public addresses."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import urlsplit

from qanat.errors import SourceError

Resolve = Callable[[str, int], list[str]]
# IPv6 networks whose last 32 bits are an IPv4 address: compatible (RFC 4291), translated by NAT64 (RFC 6052)
_WRAPPING: Final = (IPv6Network("::/96"), IPv6Network("64:ff9b::/96"))
_NEAR: Final = (IPv6Network("64:ff9b:1::/48"), IPv6Network("fec0::/10"))  # RFC 8215; RFC 3879 (site-local)


def resolved(host: str, port: int) -> list[str]:
    """Every address a host has, in the order the system gives them. Raises OSError where it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (UnicodeError, OverflowError) as cause:
        raise OSError(f"{host[:60]!r} is no name of a machine") from cause
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
        found = ip_address(address)
    except ValueError:
        return False
    inner = _inside(found) if isinstance(found, IPv6Address) else None
    if inner is not None:
        return _open(inner)
    return _open(found) and not any(found in network for network in _NEAR)


def _open(address: IPv4Address | IPv6Address) -> bool:
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _inside(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for; null for one that stands for itself."""
    wrapped = address.ipv4_mapped or address.sixtofour
    if wrapped is None and any(address in network for network in _WRAPPING):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return wrapped


def host_of(url: str, hosts: frozenset[str], *, near: bool = False) -> str:
    """The host of an address that may be read, over an encrypted line.

    near  a machine at hand may be spoken to in plain text: for tests only
    Raises SourceError for a host that is not listed or an address that is not https.
    """
    try:
        parts = urlsplit(url)
        name, scheme = parts.netloc.lower(), parts.scheme
    except ValueError as cause:
        raise SourceError(f"{url!r} is no address") from cause
    if scheme == "https":
        name = name.removesuffix(":443")
    if name not in hosts:
        raise SourceError(f"{name} is not a service qanat reads; it reads {', '.join(sorted(hosts))}")
    if scheme != "https" and not near:
        raise SourceError(f"{url} is not encrypted; qanat reads services over https only")
    return name


def checked(host: str, port: int, network: Network) -> list[str]:
    """The addresses to connect to, in the order to try them, resolved once.

    Raises OSError where the host has none, SourceError where one of them is not public.
    """
    addresses = network.resolve(host, port)
    if not addresses:
        raise OSError("it has no address")
    hidden = [address for address in addresses if not public(address)]
    if hidden and not network.near:
        raise SourceError(
            f"{host} stands at {hidden[0]}, an address inside a private network; qanat speaks to public services only: "
            "look at your name server, somebody may be redirecting it"
        )
    return addresses
