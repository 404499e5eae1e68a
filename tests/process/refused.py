"""The system refuses a client or a sandbox what it starts with: the n-th thread, for every n;
descriptors above every small limit; address space above several limits. Each run answers an error or
works, and the process ends in time either way.

usage: refused.py <process_probe> <refusals.so>"""

import concurrent.futures
import os
import resource
import subprocess
import sys

SECONDS_MAX = 60
REFUSED = 3  # exit codes of process_probe
WORKED = 0
MIB = 1 << 20


def run(probe, verb, variables=(), limit=None):
    """The exit code (None: it hangs) and the output."""
    set_limit = None
    if limit is not None:
        kind, value = limit

        def set_limit():
            resource.setrlimit(kind, (value, value))

    try:
        done = subprocess.run([probe, verb], env={**os.environ, **dict(variables)}, check=False,
                              timeout=SECONDS_MAX, preexec_fn=set_limit, capture_output=True,
                              text=True)
    except subprocess.TimeoutExpired:
        return None, "hangs"
    return done.returncode, (done.stdout + done.stderr).strip()


def thread_cases(probe, preload, verb):
    """(name, arguments for run) for every thread that the verb starts."""
    loaded = {"LD_PRELOAD": preload}
    code, text = run(probe, verb, loaded)
    calls = [int(line.split()[1]) for line in text.splitlines() if line.startswith("calls: ")]
    assert code == WORKED and calls, f"{verb} without refusals: {code}, {text}"
    for number in range(1, max(calls) + 2):
        at = {**loaded, "REFUSE_AT": str(number)}
        yield f"thread {number}", (at, None)
        yield f"threads from {number} on", ({**at, "REFUSE_ALL": "1"}, None)


def limit_cases():
    for value in range(4, 48):
        yield f"{value} descriptors", ((), (resource.RLIMIT_NOFILE, value))
    for value in range(40, 640, 25):
        yield f"{value} MiB", ((), (resource.RLIMIT_AS, value * MIB))


def check(pool, probe, preload, verb):
    faults = []
    for kind, cases in (("threads", list(thread_cases(probe, preload, verb))),
                        ("limits", list(limit_cases()))):
        outcomes = list(pool.map(lambda case: run(probe, verb, *case[1]), cases))
        codes = [code for code, _ in outcomes]
        print(f"{verb}: {kind}: {len(cases)} runs, {codes.count(REFUSED)} refused, "
              f"{codes.count(WORKED)} worked", flush=True)
        faults += [f"{verb}: {name}: {code}: {text}"
                   for (name, _), (code, text) in zip(cases, outcomes)
                   if code not in (WORKED, REFUSED) and not cannot_load(text)]
        if REFUSED not in codes or WORKED not in codes:
            faults.append(f"{verb}: {kind}: the limits show nothing")
    return faults


def cannot_load(text):
    """Below what the dynamic linker needs there is no library yet that could answer."""
    return "error while loading shared libraries" in text


def main():
    probe, preload = sys.argv[1:]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        faults = [fault for verb in ("client", "sandbox")
                  for fault in check(pool, probe, preload, verb)]
    for fault in faults:
        print(fault)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
