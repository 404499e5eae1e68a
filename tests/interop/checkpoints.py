"""Checkpoints that the Java client requests."""

import interop

CLEARED = "Checkpoint was cleared"
ATTEMPTS = 3


def java_checkpoint(server, scope, group, name, *options):
    """What the Java peer reports of the checkpoint that it made.

    The Java client looks at a checkpoint twice a second. A reader's automatic checkpoint that
    follows at once clears a complete one before that look; then another attempt is right.
    """
    for attempt in (name, *(f"{name}-{number}" for number in range(2, ATTEMPTS + 1))):
        words = ("checkpoint", scope, group, attempt, *options, "--controller", server.uri)
        done = interop.run(interop.peer_command(interop.STATE / "classes", *words))
        if done.returncode == 0:
            made = interop.last_json(done.stdout)
            interop.check(made["name"] == attempt, f"the checkpoint: {made}")
            return made
        interop.check(CLEARED in done.stderr, f"{attempt}: {done.stdout}{done.stderr}")
    interop.fail(f"{name} was cleared {ATTEMPTS} times")
