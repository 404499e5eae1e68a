#!/usr/bin/env python3
"""with_real_server.py COMMAND...: tells a command where the server is, in its environment and
in place of the argument CONTROLLER.

PRAVEGA_ACTOR_REAL_CONTROLLER   tcp://host:port of the controller
PRAVEGA_ACTOR_REAL_STORE        host:port of the segment store
"""

import os
import sys

import interop

server = interop.server()
os.environ["PRAVEGA_ACTOR_REAL_CONTROLLER"] = server.uri
os.environ["PRAVEGA_ACTOR_REAL_STORE"] = server.store
command = [server.uri if word == "CONTROLLER" else word for word in sys.argv[1:]]
os.execvp(command[0], command)
