"""Network namespaces of Pods, each with an address and a cable to the bridge. Some are prepared before they are needed."""
from __future__ import annotations

import collections
import os
import socket

from .bridge import POD_SETTINGS, Bridge, disable_ipv6, mac_of, write_settings
from .kernel import NEW_NET, join_network, unshare
from .netlink import LOOPBACK_INDEX, Netlink
from .relay import make_stream_socket

PREPARED_COUNT = 4
#: A namespace takes two milliseconds: between two of them the loop gets to the connections.
RESTOCK_SECONDS = 0.05
INTERFACE, INTERFACE_INDEX = 'eth0', 2
FIRST_NUMBER = 2  # 0 is the range's own name, 1 the bridge

PodNetwork = collections.namedtuple('PodNetwork', 'number address namespace')


class PodNetworks:
    def __init__(self, loop, bridge: Bridge) -> None:
        self.loop, self.bridge = loop, bridge
        self.opened: dict[str, PodNetwork] = {}  # by Pod uid
        self.prepared: collections.deque[PodNetwork] = collections.deque()
        self.numbers: set[int] = set()
        self.next_number, self.made_count, self.is_restocking = FIRST_NUMBER, 0, False

    def open(self, pod_uid: str) -> PodNetwork:
        """Idempotent. Raises OSError."""
        if pod_uid not in self.opened:
            self.opened[pod_uid] = self.prepared.popleft() if self.prepared else self.make()
            self.restock()
        return self.opened[pod_uid]

    def close(self, pod_uid: str) -> None:
        """The namespace goes with the last process in it, and its end of the cable with it. Idempotent."""
        network = self.opened.pop(pod_uid, None)
        if network is not None:
            os.close(network.namespace)
            self.numbers.discard(network.number)

    def make_socket_in(self, pod_uid: str) -> socket.socket | None:
        """A socket of the Pod's namespace, with its loopback interface. Raises KeyError for a Pod without a network."""
        join_network(self.opened[pod_uid].namespace)
        try:
            return make_stream_socket()
        finally:
            join_network(self.bridge.namespace)

    def restock(self) -> None:
        if not self.is_restocking:
            self.is_restocking = True
            self.loop.after(RESTOCK_SECONDS, self.prepare)

    def prepare(self) -> None:
        self.is_restocking = False
        if len(self.prepared) >= PREPARED_COUNT:
            return
        try:
            self.prepared.append(self.make())
        except OSError as error:
            return print(f'no network namespace could be prepared: {error}', flush=True)
        self.restock()

    def make(self) -> PodNetwork:
        number = self.free_number()
        address = str(self.bridge.addresses.pods[number])
        unshare(NEW_NET)
        try:
            namespace = os.open('/proc/thread-self/ns/net', os.O_RDONLY)
            try:
                netlink = Netlink()
                disable_ipv6()
                write_settings(POD_SETTINGS, is_required=False)
            except BaseException:
                os.close(namespace)
                raise
        finally:
            join_network(self.bridge.namespace)
        try:
            self.connect(netlink, namespace, address)
        except BaseException:
            os.close(namespace)
            raise
        finally:
            netlink.close()
        self.numbers.add(number)
        return PodNetwork(number, address, namespace)

    def connect(self, netlink: Netlink, namespace: int, address: str) -> None:
        self.made_count += 1
        bridge = self.bridge
        bridge.netlink.add_veth(f'pod{self.made_count}', bridge.index, INTERFACE, mac_of(address), INTERFACE_INDEX, namespace)
        for index in (LOOPBACK_INDEX, INTERFACE_INDEX):
            netlink.set_up(index)
        netlink.add_address(INTERFACE_INDEX, address, bridge.addresses.pods.prefixlen)
        netlink.add_default_route(INTERFACE_INDEX, bridge.addresses.gateway)

    def free_number(self) -> int:
        """In a circle, so that an address is not used again soon."""
        count = self.bridge.addresses.pods.num_addresses
        for _ in range(count):
            number, self.next_number = self.next_number, self.next_number + 1
            if self.next_number >= count - 1:  # the last one is for broadcasts
                self.next_number = FIRST_NUMBER
            if number not in self.numbers:
                return number
        raise OSError(f'all addresses of {self.bridge.addresses.pods} are taken')
