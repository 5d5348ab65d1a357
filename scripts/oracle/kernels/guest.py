"""Runs a QEMU command until its guest says that it is ready, then dumps its memory.

guest.py [-t SECONDS] [-b BYTES] LOG DUMP... -- QEMU...

DUMP is FORM=FILE with the form elf, kdump (QEMU's, which is flattened) or paging (an ELF core of what page tables map). All are
made of the one stopped guest: they hold the same memory. LOG gets the guest's console. With -b the guest is first made to give
memory back until it has so many bytes.
"""
import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile

READY = b"kjump: ready"
FORMS = {
    "elf": {"paging": False},
    "kdump": {"paging": False, "format": "kdump-zlib"},
    "paging": {"paging": True},
}


class Monitor:
    """QEMU's machine protocol: one JSON object a line, answers and events mixed."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.lines = self.socket.makefile("r")
        self.lines.readline()
        self.run("qmp_capabilities")

    def next(self):
        line = self.lines.readline()
        if not line:
            sys.exit("guest: QEMU closed its monitor")
        return json.loads(line)

    def run(self, command, **arguments):
        request = {"execute": command, "arguments": arguments}
        self.socket.sendall(json.dumps(request).encode() + b"\n")
        while True:
            answer = self.next()
            if "error" in answer:
                sys.exit("guest: %s: %s" % (command, answer["error"]["desc"]))
            if "return" in answer:
                return answer["return"]

    def balloon(self, size):
        self.run("balloon", value=size)
        # An event may have come, unseen, before the answer: so the size is asked for each time.
        while self.run("query-balloon")["actual"] > size:
            while self.next().get("event") != "BALLOON_CHANGE":
                pass


def too_late(number, frame):
    raise TimeoutError


def wait_until_ready(guest, log):
    seen = b""
    while READY not in seen:
        data = os.read(guest.stdout.fileno(), 4096)
        if not data:
            sys.exit("guest: ended before it was ready: see " + log.name)
        log.write(data)
        seen = (seen + data)[-8192:]


def main():
    arguments = sys.argv[1:]
    split = arguments.index("--")
    parser = argparse.ArgumentParser()
    parser.add_argument("-t", type=int, default=600)
    parser.add_argument("-b", type=int)
    parser.add_argument("log")
    parser.add_argument("dumps", nargs="+")
    options = parser.parse_args(arguments[:split])
    with tempfile.TemporaryDirectory() as folder, open(options.log, "wb", buffering=0) as log:
        path = os.path.join(folder, "monitor")
        command = arguments[split + 1:] + ["-serial", "stdio", "-qmp", "unix:%s,server=on,wait=off" % path]
        guest = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        signal.signal(signal.SIGALRM, too_late)
        signal.alarm(options.t)
        try:
            wait_until_ready(guest, log)
            monitor = Monitor(path)
            if options.b:
                monitor.balloon(options.b)
            monitor.run("stop")
            for dump in options.dumps:
                form, file = dump.split("=", 1)
                monitor.run("dump-guest-memory", protocol="file:" + os.path.abspath(file), **FORMS[form])
        except TimeoutError:
            sys.exit("guest: not done after %d seconds: see %s" % (options.t, options.log))
        finally:
            guest.kill()
            guest.wait()


main()
