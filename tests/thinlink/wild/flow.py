"""One TCP connection that fills a link: `send` at one end, `receive` at the other. Python, because Node.js cannot choose a congestion control.

    flow.py send ADDRESS PORT CONTROL SECONDS [listen]
    flow.py receive ADDRESS PORT SECONDS [listen]

The end behind the link connects, because its network lets nobody in; the other listens. Each ends by itself, and prints one line of JSON.
"""

import json
import signal
import socket
import sys
import time

PATIENCE_S = 15
PIECE = bytes(16_384)


def main(role, address, port, *more):
    control, seconds = (more[0], float(more[1])) if role == "send" else (None, float(more[0]))
    signal.alarm(int(seconds + 2 * PATIENCE_S))
    stream = listen(address, port, control) if more[-1] == "listen" else connect(address, port, control)
    began, count = time.monotonic(), 0
    end = began + seconds
    while time.monotonic() < end:
        stream.settimeout(max(0.05, end - time.monotonic()))
        try:
            moved = stream.send(PIECE) if role == "send" else len(stream.recv(len(PIECE)))
        except OSError:
            # The time is over, or the other end is.
            break
        if moved == 0:
            break
        count += moved
    # Nothing follows the end: what the sender still holds is thrown away, as when somebody stops a download.
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    stream.close()
    print(json.dumps({"role": role, "control": control, "bytes": count, "seconds": round(time.monotonic() - began, 2)}))


def made(control):
    one = socket.socket()
    if control:
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, control.encode())
    # A sender's buffer must not be counted as carried, and must not hold back the window either.
    one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 262_144)
    return one


def listen(address, port, control):
    one = made(control)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.bind((address, int(port)))
    one.listen(1)
    one.settimeout(PATIENCE_S)
    stream, _ = one.accept()
    return stream


def connect(address, port, control):
    end = time.monotonic() + PATIENCE_S
    while True:
        one = made(control)
        one.settimeout(PATIENCE_S)
        try:
            one.connect((address, int(port)))
            return one
        except OSError:
            one.close()
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


if __name__ == "__main__":
    main(*sys.argv[1:])
