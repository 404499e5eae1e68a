"""asio lives in a namespace of the library's own: the linker must never take the application's
functions for the library's or the other way round.

usage: own_asio.py <nm> <archive>..."""

import re
import subprocess
import sys

# As the compiler writes names: `4asio` is the namespace asio at any depth.
COMMON = re.compile(r"(?<![0-9])4asio(?=[0-9A-Z])")
OWN = "18pravega_actor_asio"


def main():
    nm, *archives = sys.argv[1:]
    symbols = subprocess.run([nm, "--defined-only", *archives], check=True, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    common = [line for line in symbols.splitlines() if COMMON.search(line)]
    own = symbols.count(OWN)
    print(f"{len(common)} symbols of asio itself, {own} of the library's own")
    print("\n".join(common[:10]))
    sys.exit(1 if common or own < 100 else 0)


if __name__ == "__main__":
    main()
