#!/usr/bin/env python3
"""with_real_server.py COMMAND...: tells a command in its environment where the server is.

PRAVEGA_ACTOR_REAL_CONTROLLER   tcp://host:port of the controller
PRAVEGA_ACTOR_REAL_STORE        host:port of the segment store
"""

import os
import sys

import interop

server = interop.server()
os.environ["PRAVEGA_ACTOR_REAL_CONTROLLER"] = server.uri
os.environ["PRAVEGA_ACTOR_REAL_STORE"] = server.store
os.execvp(sys.argv[1], sys.argv[1:])
