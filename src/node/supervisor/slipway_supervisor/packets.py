"""Packets of IPv4 as bytes: which are caught, what is in them, and those that are put in (RFC 791, 768, 9293)."""
from __future__ import annotations

import collections
import ctypes
import socket
import struct

from .bridge import Addresses

PACKET_BYTES_MAX = 64 * 1024
SO_ATTACH_FILTER = 26
FIN, SYN, RST, ACK = 1, 2, 4, 16

#: The first packet of a TCP connection, and a datagram; addresses are pairs of address and port.
Segment = collections.namedtuple('Segment', 'source target sequence packet')
Datagram = collections.namedtuple('Datagram', 'source target payload')


def attach_filter(catcher: socket.socket, addresses: Addresses) -> None:
    """Of packets to other places than Pods and Services: first ones of TCP connections, and datagrams. (linux/filter.h;
    offsets are from the IP header.)"""
    load_word, load_half, load_byte, load_at_x, ip_length_to_x = 0x20, 0x28, 0x30, 0x50, 0xb1
    is_equal, is_at_least, has_bits, and_with, answer = 0x15, 0x35, 0x45, 0x54, 0x06
    (pods, pods_mask), (services, services_mask) = [
        (int(network.network_address), int(network.netmask)) for network in (addresses.pods, addresses.services)]
    program = [
        (load_word, 0, 0, 16), (is_at_least, 15, 0, 0xE0000000),  # multicast, broadcast
        (and_with, 0, 0, pods_mask), (is_equal, 13, 0, pods),
        (load_word, 0, 0, 16), (and_with, 0, 0, services_mask), (is_equal, 10, 0, services),
        (load_half, 0, 0, 6), (has_bits, 8, 0, 0x1FFF),  # a fragment
        (load_byte, 0, 0, 9), (is_equal, 5, 0, socket.IPPROTO_UDP), (is_equal, 0, 5, socket.IPPROTO_TCP),
        (ip_length_to_x, 0, 0, 0), (load_at_x, 0, 0, 13), (and_with, 0, 0, SYN | ACK | RST | FIN), (is_equal, 0, 1, SYN),
        (answer, 0, 0, PACKET_BYTES_MAX), (answer, 0, 0, 0),
    ]
    code = ctypes.create_string_buffer(b''.join(struct.pack('=HBBI', *instruction) for instruction in program))
    catcher.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack('@HP', len(program), ctypes.addressof(code)))


def parse(packet: bytes) -> Segment | Datagram | None:
    head = (packet[0] & 15) * 4
    length = struct.unpack_from('!H', packet, 2)[0]
    if len(packet) < length or length < head + 8:
        return None
    ports = struct.unpack_from('!HH', packet, head)
    source, target = ((socket.inet_ntoa(packet[at:at + 4]), port) for at, port in zip((12, 16), ports))
    if packet[9] == socket.IPPROTO_TCP:
        return Segment(source, target, struct.unpack_from('!I', packet, head + 4)[0], packet[:length])
    size = struct.unpack_from('!H', packet, head + 4)[0]
    return Datagram(source, target, packet[head + 8:head + size]) if head + size == length else None


def checksum(content: bytes) -> int:
    total = sum(struct.unpack(f'!{(len(content) + 1) // 2}H', content + b'\0' * (len(content) % 2)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def with_checksum(packet: bytes) -> bytes:
    """A TCP packet as it would be on a wire: between namespaces the sum is left to hardware that is not there."""
    head = (packet[0] & 15) * 4
    body = packet[head:head + 16] + b'\0\0' + packet[head + 18:]
    total = checksum(packet[12:20] + struct.pack('!BBH', 0, socket.IPPROTO_TCP, len(body)) + body)
    return packet[:head] + body[:16] + struct.pack('!H', total) + body[18:]


def ip_packet(protocol: int, source: str, target: str, body: bytes) -> bytes:
    """The kernel fills in its length and checksum."""
    return struct.pack('!BBHHHBBH4s4s', 0x45, 0, 0, 0, 0, 64, protocol, 0, socket.inet_aton(source), socket.inet_aton(target)) + body


def reset_of(segment: Segment) -> bytes:
    (source, source_port), (target, target_port) = segment.target, segment.source
    body = struct.pack('!HHIIBBHHH', source_port, target_port, 0, (segment.sequence + 1) & 0xFFFFFFFF, 5 << 4, RST | ACK, 0, 0, 0)
    return with_checksum(ip_packet(socket.IPPROTO_TCP, source, target, body))


def datagram_packet(source: tuple[str, int], target: tuple[str, int], payload: bytes) -> bytes:
    body = struct.pack('!HHHH', source[1], target[1], 8 + len(payload), 0) + payload
    return ip_packet(socket.IPPROTO_UDP, source[0], target[0], body)
