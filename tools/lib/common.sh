# Shell functions that the scripts in tools/ share. Source it; it runs nothing by itself.
# shellcheck shell=bash

say() { printf '%s\n' "== $*" >&2; }
die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# Where downloaded jars and the state of started servers are kept.
cache_dir() {
  local home=${HOME:-$(getent passwd "$(id -u)" | cut -d : -f 6)}
  local default=${XDG_CACHE_HOME:-$home/.cache}/pravega_actor
  printf '%s\n' "${PRAVEGA_ACTOR_CACHE:-$default}"
}

# can_write_to <folder>: makes it, if it is missing.
can_write_to() { mkdir -p "$1" 2>/dev/null && [ -w "$1" ]; }

ready_cache_dir() {
  can_write_to "$(cache_dir)" ||
    die "cannot write to $(cache_dir); set PRAVEGA_ACTOR_CACHE to a folder of yours"
}

# ready_ccache <root>: ccache ends each compilation if it cannot write to its folder.
ready_ccache() {
  local folder
  folder=$(ccache --get-config cache_dir)
  if ! can_write_to "$folder"; then
    export CCACHE_DIR=$1/build/ccache
    say "ccache cannot write to $folder; it writes to $CCACHE_DIR"
  fi
}

# The Debian packages of one purpose, one a line.
packages_for() {
  case "$1" in
    build)
      printf '%s\n' g++ cmake ninja-build ccache pkg-config libcaf-dev libgrpc++-dev \
        libprotobuf-dev protobuf-compiler protobuf-compiler-grpc libasio-dev libssl-dev \
        libcli11-dev nlohmann-json3-dev libspdlog-dev libfmt-dev libre2-dev zlib1g-dev
      ;;
    test) printf '%s\n' catch2 python3 git zsh fish ;;
    package) printf '%s\n' dpkg-dev file binutils man-db lintian ;;
    root) printf '%s\n' debootstrap debian-archive-keyring ccache ;;
    fuzz) printf '%s\n' clang libclang-rt-dev llvm python3 ;;
    interop) printf '%s\n' openjdk-17-jdk-headless maven openssl ;;
    *) die "no such package list: $1" ;;
  esac
}

package_is_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Whether apt's lists have the package.
package_is_known() {
  [ -n "$(apt-cache policy "$1" 2>/dev/null | sed -n '/^  Candidate: [^(]/p')" ]
}

# Debian 13 has no Java 17: the tests against the real server are skipped there. Without lists,
# which a fresh system may lack, nothing is known yet.
purpose_is_possible() {
  [ "$1" != interop ] || package_is_known openjdk-17-jdk-headless || ! package_is_known g++
}

# missing_packages <purpose>...: those that are to be installed, each once, one a line.
missing_packages() {
  local purpose package
  for purpose in "$@"; do
    ! purpose_is_possible "$purpose" || packages_for "$purpose"
  done | awk '!seen[$0]++' | while IFS= read -r package; do
    package_is_installed "$package" || printf '%s\n' "$package"
  done
}

# install_packages <purpose>...: installs what is missing, and says so; does nothing otherwise.
install_packages() {
  local missing as_root=()
  mapfile -t missing < <(missing_packages "$@")
  if [ "${#missing[@]}" -eq 0 ]; then
    return 0
  fi
  command -v apt-get >/dev/null || die "needs Debian's apt-get to install: ${missing[*]}"
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "packages are missing, and there is no sudo to install" \
      "them; let root run this, then try again:
  apt-get install --no-install-recommends ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing with apt: ${missing[*]}"
  quietly "${as_root[@]}" apt-get update
  # The new lists may tell what cannot be had.
  mapfile -t missing < <(missing_packages "$@")
  [ "${#missing[@]}" -gt 0 ] || return 0
  quietly "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y \
    -o DPkg::Lock::Timeout=600 --no-install-recommends "${missing[@]}"
}

# Runs a command silently; shows its output only if it fails.
quietly() {
  local output
  if ! output=$("$@" </dev/null 2>&1); then
    printf '%s\n' "$output" | tail -n 30 >&2
    die "failed: $*"
  fi
}

# configure_preset <root> <preset> [cmake options]: configures build/<preset>.
configure_preset() {
  local top=$1 preset=$2 log=$1/build/$2-configure.log
  shift 2
  mkdir -p "$top/build"
  (cd "$top" && cmake --preset "$preset" "$@" </dev/null >"$log" 2>&1) || {
    tail -n 40 "$log" >&2
    die "cmake --preset $preset failed; the whole output is in $log"
  }
}
