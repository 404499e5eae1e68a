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
    "/usr/lib/[^/]*/libpravega_actor.a",
    "/usr/lib/[^/]*/libpravega_actor.so",
    "/usr/lib/[^/]*/libpravega_sandbox.a",
    "/usr/lib/[^/]*/cmake/pravega_actor/pravega_actor-config.cmake",
    "/usr/lib/[^/]*/cmake/pravega_actor/FindCAF.cmake",
    "/usr/lib/[^/]*/pkgconfig/pravega_actor.pc",
    "/usr/lib/[^/]*/pkgconfig/pravega_actor_shared.pc",
    "/usr/share/doc/libpravega-actor-dev/copyright",
    "/usr/share/doc/libpravega-actor-dev/README.md",
    "/usr/share/doc/libpravega-actor-dev/examples/write_and_read.cpp",
]
RUNTIME = [
    "/usr/lib/[^/]*/libpravega_actor.so.0",
    "/usr/share/doc/libpravega-actor0/copyright",
]
TOOL = [
    "/usr/bin/pravega-actor",
    "/usr/share/doc/pravega-actor/copyright",
    "/usr/share/man/man1/pravega-actor.1.gz",
    "/usr/share/bash-completion/completions/pravega-actor",
    "/usr/share/zsh/vendor-completions/_pravega-actor",
    "/usr/share/fish/vendor_completions.d/pravega-actor.fish",
]


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
    check(f"libpravega-actor0 (= {version}-" in depends, depends)


def check_runtime(package, version):
    files = check_files(package, RUNTIME)
    check(not any("/include/" in file or file.endswith((".a", ".so")) for file in files),
          "the shared library's package has files for development")
    check_fields(package, version)
    depends = field(package, "Depends")
    for name in "libc6", "libcaf-core", "libgrpc++", "libprotobuf":
        check(name in depends, f"{package.name} lacks {name}: {depends}")
    check("-dev" not in depends, f"{package.name} depends on {depends}")


def check_links(package, tree):
    """Whatever a page of the installed documentation leads to is installed."""
    output("dpkg-deb", "--extract", str(package), str(tree))
    pages = list(tree.rglob("*.md"))
    check(len(pages) > 10, "the documentation's pages")
    targets = 0
    for page in pages:
        for target in re.findall(r"\]\(([\w./:#-]+)\)", page.read_text()):
            file = target.split("#")[0]
            if not file or re.match(r"[a-z]+:", file):
                continue
            targets += 1
            check((page.parent / file).exists(), f"{page.relative_to(tree)}: {target}")
    check(targets > 30 and any(tree.rglob("*.svg")), "links and pictures")


def check_tool(package, version, work):
    files = check_files(package, TOOL)
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


def check_manual(page):
    """Every verb and option of the tool stands in its manual page, which is valid."""
    done = subprocess.run(["man", "--warnings", "--local-file", str(page)], check=True, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env={**os.environ, "MANWIDTH": "100", "MANROFFOPT": "", "LC_ALL": "C.UTF-8"})
    check(not done.stderr, done.stderr)
    text = re.sub(".\b", "", done.stdout)
    for word in "WRITE", "STREAM CREATE", "BENCH LATENCY", "--key-regex", "--set KEY=VALUE", "130":
        check(word in text, f"the manual page lacks {word}")


def main():
    build, work, version = sys.argv[1:]
    work = pathlib.Path(work)
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    subprocess.run(["cpack", "-G", "DEB", "--config", f"{build}/CPackConfig.cmake",
                    "-B", str(work)], check=True, cwd=build)
    packages = {field(package, "Package"): package for package in work.glob("*.deb")}
    names = {"libpravega-actor-dev", "libpravega-actor0", "pravega-actor"}
    check(set(packages) == names, f"packages: {packages}")
    check_development(packages["libpravega-actor-dev"], version)
    check_links(packages["libpravega-actor-dev"], work / "documentation")
    check_runtime(packages["libpravega-actor0"], version)
    check_tool(packages["pravega-actor"], version, work)
    check_manual(work / "tree/usr/share/man/man1/pravega-actor.1.gz")
    said = output("lintian", "--allow-root", "--fail-on", "none", *map(str, packages.values()))
    found = [line for line in said.splitlines() if line.startswith(("E:", "W:"))]
    check(not found, "\n".join(found))
    print("\n".join(package.name for package in packages.values()))


if __name__ == "__main__":
    main()
