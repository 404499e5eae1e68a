#!/usr/bin/env python3
"""Makes the Debian packages, and checks what they hold and say; the tool inside runs.

usage: deb.py BUILD WORK VERSION"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

DEVELOPMENT = [
    "/usr/include/pravega_actor/client.hpp",
    "/usr/include/pravega_actor/ports/environment.hpp",
    "/usr/include/pravega_sandbox/sandbox.hpp",
    "/usr/lib/[^ ]*libpravega_actor.(a|so)",
    "/usr/lib/[^ ]*libpravega_sandbox.(a|so)",
    "/usr/lib/[^ ]*cmake/pravega_actor/pravega_actor-config.cmake",
    "/usr/lib/[^ ]*cmake/pravega_actor/FindCAF.cmake",
    "/usr/lib/[^ ]*pkgconfig/pravega_actor.pc",
    "/usr/share/doc/libpravega-actor-dev/copyright",
    "/usr/share/doc/libpravega-actor-dev/README.md",
    "/usr/share/doc/libpravega-actor-dev/examples/write_and_read.cpp",
]
TOOL = ["/usr/bin/pravega-actor", "/usr/share/doc/pravega-actor/copyright"]
COMPLETION = "/usr/share/bash-completion/completions/pravega-actor"
TOOL_SOURCES = pathlib.Path(__file__).resolve().parents[2] / "tools/pravega-actor"


def output(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def field(package, name):
    return output("dpkg-deb", "--field", str(package), name).strip()


def check(holds, what):
    if not holds:
        sys.exit(f"broken: {what}")


def files_of(package):
    """Names of files with who owns them."""
    found = {}
    for line in output("dpkg-deb", "--contents", str(package)).splitlines():
        mode, owner, _, _, _, name = line.split(maxsplit=5)
        if not mode.startswith("d"):
            found[name.split(" -> ")[0].removeprefix(".")] = owner
    return found


def check_files(package, wanted):
    files = files_of(package)
    for name in wanted:
        check(any(re.fullmatch(name, file) for file in files), f"{package.name} lacks {name}")
    strays = [file for file in files if not file.startswith("/usr/")]
    check(not strays, f"{package.name} has {strays}")
    check(set(files.values()) == {"root/root"}, f"owners in {package.name}")
    return files


def check_fields(package, version):
    check(field(package, "Version").split("-")[0] == version, "the version")
    check(field(package, "Architecture") == output("dpkg", "--print-architecture").strip(),
          "the architecture")
    check(re.fullmatch(r".+ <\S+@\S+>", field(package, "Maintainer")), "the maintainer")
    description = field(package, "Description")
    check("Pravega" in description.splitlines()[0] and len(description.splitlines()) > 2,
          f"the description: {description}")


def check_development(package, version):
    check_files(package, DEVELOPMENT)
    check_fields(package, version)
    depends = field(package, "Depends")
    for name in "libcaf-dev", "libgrpc++-dev", "libprotobuf-dev", "zlib1g-dev":
        check(name in depends, f"{package.name} depends on {depends}")
    for bounded in "libcaf-dev", "libgrpc++-dev":
        check(f"{bounded} (>= " in depends and f"{bounded} (<< " in depends, depends)


def check_tool(package, version, work):
    completion = [COMPLETION] if (TOOL_SOURCES / "completion.bash").exists() else []
    files = check_files(package, TOOL + completion)
    check(not any("/include/" in file or file.endswith(".a") for file in files),
          "the tool's package has files for development")
    check_fields(package, version)
    depends = field(package, "Depends")
    for name in "libc6", "libcaf-core", "libgrpc++", "libprotobuf", "libfmt", "libre2":
        check(name in depends, f"{package.name} lacks {name}: {depends}")
    check("-dev" not in depends, f"{package.name} depends on {depends}")
    tree = work / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    output("dpkg-deb", "--extract", str(package), str(tree))
    kept = {name: value for name, value in os.environ.items() if "PRAVEGA" not in name}
    shown = subprocess.run([str(tree / "usr/bin/pravega-actor"), "--version"], env=kept,
                           check=True, stdout=subprocess.PIPE, text=True).stdout
    check(version in shown, f"pravega-actor --version: {shown}")


def main():
    build, work, version = sys.argv[1:]
    work = pathlib.Path(work)
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    subprocess.run(["cpack", "-G", "DEB", "--config", f"{build}/CPackConfig.cmake",
                    "-B", str(work)], check=True, cwd=build)
    packages = {field(package, "Package"): package for package in work.glob("*.deb")}
    check(set(packages) == {"libpravega-actor-dev", "pravega-actor"}, f"packages: {packages}")
    check_development(packages["libpravega-actor-dev"], version)
    check_tool(packages["pravega-actor"], version, work)
    print("\n".join(package.name for package in packages.values()))


if __name__ == "__main__":
    main()
