"""Which network addresses a feed may be fetched from.

A feed's address is a stranger's word. Without a check it could name this machine, the network
behind it or a cloud's metadata service.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from recommender.errors import SourceError

IPAddress = IPv4Address | IPv6Address

_NAT64 = IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST = IPv6Network("2000::/3")


def is_public(address: IPAddress) -> bool:
    """Tell whether ``address`` is one of the public internet.

    An IPv6 address that carries an IPv4 address (mapped, NAT64, 6to4) is judged by that one.

    Examples
    --------
    >>> is_public(ip_address("93.184.215.14")), is_public(ip_address("10.0.0.1"))
    (True, False)
    >>> is_public(ip_address("::ffff:127.0.0.1")), is_public(ip_address("64:ff9b::a9fe:a9fe"))
    (False, False)
    """
    if isinstance(address, IPv6Address):
        carried = _carried(address)
        if carried is not None:
            return is_public(carried)
        if address not in _GLOBAL_UNICAST:
            return False
    # Python counts multicast as global; each word of the rule is asked for.
    return address.is_global and not (
        address.is_multicast
        or address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_reserved
        or address.is_unspecified
    )


def resolve(host: str, port: int) -> list[IPAddress]:
    """Look ``host`` up; a numeric address is its own answer, in every spelling.

    Raises
    ------
    SourceError
        The name has no address.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise SourceError(
            f"{host}: wanted the address of this host, got {error}; check the spelling"
        ) from error
    # A link-local answer may end in "%interface", which no public address has.
    return list(dict.fromkeys(ip_address(str(entry[4][0]).partition("%")[0]) for entry in found))


def check_public(host: str, addresses: Iterable[IPAddress]) -> None:
    """Refuse a host of which any address is not public.

    Raises
    ------
    SourceError
        Names the host and the address.
    """
    for address in addresses:
        if not is_public(address):
            raise SourceError(
                f"{host}: wanted a host on the public internet, got {address}; for feeds on your "
                "own network set NEWSFEED_FETCH__ALLOW_PRIVATE_ADDRESSES=true"
            )


def _carried(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour
