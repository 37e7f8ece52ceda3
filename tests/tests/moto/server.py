"""Moto's server on a free port of the loopback interface. Says where it is; ends when its standard input does."""

import logging
import sys

from moto.moto_server.threaded_moto_server import ThreadedMotoServer

# A traceback for every operation that moto lacks is of no use to whoever reads the tests' output.
logging.disable(logging.CRITICAL)
server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
server.start()
host, port = server.get_host_and_port()
print(f"http://{host}:{port}", flush=True)
sys.stdin.read()
