"""Interfaces, addresses, routes and rules by rtnetlink (rtnetlink(7), linux/if_link.h, linux/fib_rules.h), IPv4 only."""
from __future__ import annotations

import errno
import os
import socket
import struct

NETLINK_ROUTE = 0
NLMSG_ERROR = 2
REQUEST, ACK, EXCLUSIVE, CREATE = 1, 4, 0x200, 0x400
RTM_NEWLINK, RTM_NEWADDR, RTM_NEWROUTE, RTM_NEWRULE, RTM_DELRULE = 16, 20, 24, 32, 33
IFLA_ADDRESS, IFLA_IFNAME, IFLA_MASTER, IFLA_LINKINFO, IFLA_NET_NS_FD = 1, 3, 10, 18, 28
IFLA_INFO_KIND, IFLA_INFO_DATA, VETH_INFO_PEER = 1, 2, 1
IFA_ADDRESS, IFA_LOCAL = 1, 2
RTA_DST, RTA_OIF, RTA_GATEWAY, RTA_TABLE = 1, 4, 5, 15
FRA_DST, FRA_SRC, FRA_PRIORITY, FRA_TABLE, FRA_IP_PROTO, FRA_SPORT_RANGE, FRA_DPORT_RANGE = 1, 2, 6, 15, 22, 23, 24
IFF_UP = 1
RTPROT_STATIC, RTN_UNICAST, RTN_LOCAL, FR_ACT_TO_TBL = 4, 1, 2, 1
RT_TABLE_MAIN, RT_TABLE_LOCAL = 254, 255
SCOPE_UNIVERSE, SCOPE_HOST = 0, 254
ANSWER_BYTES_MAX = 64 * 1024
LOOPBACK_INDEX = 1  # in every network namespace


class Netlink:
    """Works on the network namespace in which it was made, wherever the process goes afterwards. Every call waits for the
    kernel's answer and raises OSError."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_ROUTE)
        self.socket.bind((0, 0))
        self.serial = 0

    def close(self) -> None:
        self.socket.close()

    def add_bridge(self, name: str, mac: bytes) -> None:
        link = attribute(IFLA_LINKINFO, attribute(IFLA_INFO_KIND, b'bridge'))
        self.change(f'make the bridge {name}', RTM_NEWLINK, CREATE | EXCLUSIVE, link_header(IFF_UP), name_of(name), attribute(IFLA_ADDRESS, mac), link)

    def add_veth(self, name: str, bridge_index: int, peer_name: str, peer_mac: bytes, peer_index: int, peer_namespace: int) -> None:
        """A cable from the bridge to an interface in another namespace, which is down."""
        peer = link_header(0, peer_index) + name_of(peer_name) + attribute(IFLA_ADDRESS, peer_mac) + attribute(IFLA_NET_NS_FD, struct.pack('=i', peer_namespace))
        data = attribute(IFLA_INFO_DATA, attribute(VETH_INFO_PEER, peer))
        link = attribute(IFLA_LINKINFO, attribute(IFLA_INFO_KIND, b'veth') + data)
        master = attribute(IFLA_MASTER, struct.pack('=i', bridge_index))
        self.change(f'make the interface {name}', RTM_NEWLINK, CREATE | EXCLUSIVE, link_header(IFF_UP), name_of(name), master, link)

    def set_up(self, index: int) -> None:
        self.change('set an interface up', RTM_NEWLINK, 0, link_header(IFF_UP, index))

    def add_address(self, index: int, address: str, prefix_length: int) -> None:
        header = struct.pack('=BBBBi', socket.AF_INET, prefix_length, 0, SCOPE_UNIVERSE, index)
        packed = socket.inet_aton(address)
        self.change(f'add the address {address}', RTM_NEWADDR, CREATE | EXCLUSIVE, header, attribute(IFA_LOCAL, packed), attribute(IFA_ADDRESS, packed))

    def add_default_route(self, index: int, gateway: str) -> None:
        header = route_header(0, RT_TABLE_MAIN, SCOPE_UNIVERSE, RTN_UNICAST)
        hops = attribute(RTA_GATEWAY, socket.inet_aton(gateway)) + attribute(RTA_OIF, struct.pack('=i', index))
        self.change('add the default route', RTM_NEWROUTE, CREATE | EXCLUSIVE, header, hops)

    def add_local_route(self, network: str, prefix_length: int, table: int = RT_TABLE_LOCAL) -> None:
        """Whatever goes to this network arrives here."""
        header = route_header(prefix_length, 0, SCOPE_HOST, RTN_LOCAL)
        where = attribute(RTA_DST, socket.inet_aton(network)) if prefix_length else b''
        oif = attribute(RTA_OIF, struct.pack('=i', LOOPBACK_INDEX)) + attribute(RTA_TABLE, struct.pack('=I', table))
        self.change(f'add a local route to {network}', RTM_NEWROUTE, CREATE, header, where, oif)

    def change_connection_rule(self, is_wanted: bool, source: tuple[str, int], target: tuple[str, int], priority: int, table: int) -> None:
        """Packets of exactly this TCP connection are looked up in `table`."""
        header = struct.pack('=BBBBBBBBI', socket.AF_INET, 32, 32, 0, 0, 0, 0, FR_ACT_TO_TBL, 0)
        attributes = (
            attribute(FRA_SRC, socket.inet_aton(source[0])), attribute(FRA_DST, socket.inet_aton(target[0])),
            attribute(FRA_IP_PROTO, struct.pack('=B', socket.IPPROTO_TCP)),
            attribute(FRA_SPORT_RANGE, struct.pack('=HH', source[1], source[1])),
            attribute(FRA_DPORT_RANGE, struct.pack('=HH', target[1], target[1])),
            attribute(FRA_PRIORITY, struct.pack('=I', priority)), attribute(FRA_TABLE, struct.pack('=I', table)),
        )
        kind, flags = (RTM_NEWRULE, CREATE | EXCLUSIVE) if is_wanted else (RTM_DELRULE, 0)
        self.change('change a rule', kind, flags, header, *attributes)

    def change(self, what: str, kind: int, flags: int, *parts: bytes) -> None:
        self.serial += 1
        body = b''.join(parts)
        self.socket.send(struct.pack('=IHHII', 16 + len(body), kind, flags | REQUEST | ACK, self.serial, 0) + body)
        while True:
            answer = self.socket.recv(ANSWER_BYTES_MAX)
            _, answer_kind, _, serial, _ = struct.unpack_from('=IHHII', answer)
            if answer_kind == NLMSG_ERROR and serial == self.serial:
                break
        code = -struct.unpack_from('=i', answer, 16)[0]
        if code:
            raise OSError(code, f'{what}: {os.strerror(code) if code != errno.EOPNOTSUPP else "this kernel has none"}')


def attribute(kind: int, value: bytes) -> bytes:
    size = 4 + len(value)
    return struct.pack('=HH', size, kind) + value + b'\0' * (-size % 4)


def name_of(name: str) -> bytes:
    return attribute(IFLA_IFNAME, name.encode() + b'\0')


def link_header(flags: int, index: int = 0) -> bytes:
    return struct.pack('=BxHiII', socket.AF_UNSPEC, 0, index, flags, flags)


def route_header(prefix_length: int, table: int, scope: int, kind: int) -> bytes:
    return struct.pack('=BBBBBBBBI', socket.AF_INET, prefix_length, 0, 0, table, RTPROT_STATIC, scope, kind, 0)
