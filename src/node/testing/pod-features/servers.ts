// Tiny servers that features look at, in Python with its standard library only. Each listens on port 8080 of all addresses, also
// while another Pod does, and is well as long as /tmp/sick is not there.

/** Says its host name to everybody who connects. */
export const GREETER = `
import os, socket
with socket.create_server(('0.0.0.0', 8080)) as server:
    while True:
        connection, peer = server.accept()
        connection.sendall(socket.gethostname().encode())
        connection.close()`;

/** Answers 204 at /health; what was asked for at other paths is in its log. */
export const WEB = `
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(503 if os.path.exists('/tmp/sick') else 204)
        self.end_headers()
        if self.path != '/health': print('GET', self.path, flush=True)
    def log_message(self, *words): pass
http.server.ThreadingHTTPServer(('0.0.0.0', 8080), Handler).serve_forever()`;

/** Nobody listens while it is sick. */
export const PORT = `
import os, socket, time
while True:
    with socket.create_server(('0.0.0.0', 8080)) as server:
        server.settimeout(0.1)
        while not os.path.exists('/tmp/sick'):
            try: server.accept()[0].close()
            except TimeoutError: pass
    while os.path.exists('/tmp/sick'): time.sleep(0.1)`;

/** grpc.health.v1.Health over frames of HTTP/2 made by hand: SERVING, or NOT_SERVING. */
export const HEALTH = `
import os, socket, struct, threading
def frame(kind, flags, stream, payload): return struct.pack('>I', len(payload))[1:] + bytes([kind, flags]) + struct.pack('>I', stream) + payload
def header(name, value): return bytes([0, len(name)]) + name + bytes([len(value)]) + value
def take(connection, count):
    taken = b''
    while len(taken) < count:
        chunk = connection.recv(count - len(taken))
        if not chunk: raise EOFError
        taken += chunk
    return taken
def serve(connection):
    take(connection, 24)
    connection.sendall(frame(4, 0, 0, b''))
    while True:
        head = take(connection, 9)
        payload = take(connection, int.from_bytes(head[:3], 'big'))
        kind, flags, stream = head[3], head[4], int.from_bytes(head[5:], 'big')
        if kind == 4 and not flags & 1: connection.sendall(frame(4, 1, 0, b''))
        if kind != 0 or not flags & 1: continue
        state = 2 if os.path.exists('/tmp/sick') else 1
        connection.sendall(frame(1, 4, stream, bytes([0x88]) + header(b'content-type', b'application/grpc')))
        connection.sendall(frame(0, 0, stream, struct.pack('>BI', 0, 2) + bytes([8, state])) + frame(1, 5, stream, header(b'grpc-status', b'0')))
def answer(connection):
    try: serve(connection)
    except (EOFError, OSError): connection.close()
with socket.create_server(('0.0.0.0', 8080)) as server:
    while True: threading.Thread(target=answer, args=[server.accept()[0]], daemon=True).start()`;

/** Prints all that a server says. */
export function asking(host: string, port: number): string {
  return `import socket; print(socket.create_connection((${JSON.stringify(host)}, ${port}), 20).makefile().read(), end='')`;
}
