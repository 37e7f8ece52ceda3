"""Runs moto's server on a free port of the loopback interface, until standard input is closed. Prints its URL."""

import logging
import sys

from moto.moto_server.threaded_moto_server import ThreadedMotoServer

# Moto would log a traceback for every operation that it does not implement.
logging.disable(logging.CRITICAL)
server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
server.start()
host, port = server.get_host_and_port()
print(f"http://{host}:{port}", flush=True)
sys.stdin.read()
