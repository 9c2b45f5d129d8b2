"""The installation's own network namespace: a bridge to which every Pod with an address is connected.

The machine's own network is not touched. What is for a Service arrives here, for all addresses of the Services' range are
local; what is for the rest of the world is dropped by the kernel, and carried out by egress.py.
"""
from __future__ import annotations

import ipaddress
import os
import socket

from .kernel import NEW_NET, unshare
from .netlink import LOOPBACK_INDEX, Netlink

BRIDGE = 'pods'
#: Packets from a Pod to the world are for the table EGRESS_TABLE, where all is local, once egress.py let their connection in.
EGRESS_TABLE, EGRESS_PRIORITY = 100, 40_000
#: Settings of the kernel that a new namespace may take over from the machine, and what they have to be here.
SETTINGS = {'ip_forward': '0', **{f'conf/{name}/rp_filter': '0' for name in ('all', 'default', 'lo')}}
POD_SETTINGS = {'ip_unprivileged_port_start': '0'}


class Addresses:
    """The ranges of an installation; raises ValueError."""

    def __init__(self, pods: str, services: str) -> None:
        self.pods, self.services = ipaddress.IPv4Network(pods), ipaddress.IPv4Network(services)
        if self.pods.overlaps(self.services):
            raise ValueError(f'the Pods\' addresses {pods} and the Services\' {services} overlap')
        self.gateway = str(self.pods[1])

    def has(self, text: str) -> bool:
        """Raises ValueError for what is no address."""
        address = ipaddress.IPv4Address(text)
        return address in self.pods or address in self.services


class Bridge:
    def __init__(self, addresses: Addresses) -> None:
        """Moves the calling thread into a new network namespace. Raises OSError."""
        self.addresses = addresses
        unshare(NEW_NET)
        self.namespace = os.open('/proc/thread-self/ns/net', os.O_RDONLY)
        write_settings(SETTINGS, is_required=True)
        disable_ipv6()
        self.netlink = Netlink()
        self.netlink.set_up(LOOPBACK_INDEX)
        self.netlink.add_bridge(BRIDGE, mac_of(addresses.gateway))
        self.index = socket.if_nametoindex(BRIDGE)
        self.netlink.add_address(self.index, addresses.gateway, addresses.pods.prefixlen)
        self.netlink.add_local_route(str(addresses.services[0]), addresses.services.prefixlen)
        self.netlink.add_local_route('0.0.0.0', 0, EGRESS_TABLE)


def mac_of(address: str) -> bytes:
    return b'\x0a\x58' + socket.inet_aton(address)


def disable_ipv6() -> None:
    """On interfaces to come: nobody here has an address of it. Programs may still bind ::, which takes IPv4 too."""
    try:
        with open('/proc/sys/net/ipv6/conf/default/disable_ipv6', 'w') as file:
            file.write('1')
    except OSError:
        pass  # this kernel has no IPv6


def write_settings(settings: dict[str, str], is_required: bool) -> None:
    """Of the namespace of this thread. Where /proc/sys can't be written they may be right already."""
    for name, wanted in settings.items():
        path = f'/proc/sys/net/ipv4/{name}'
        try:
            with open(path) as file:
                if file.read().strip() == wanted:
                    continue
            with open(path, 'w') as file:
                file.write(wanted)
        except OSError as error:
            if is_required:
                raise OSError(error.errno, f'{path} has to be {wanted} in a namespace of its own, and can\'t be written') from error
