#!/usr/bin/env bash
# Prepare this checkout: .venv with the locked packages, and the system libraries Kivy needs.
#
# `scripts/setup.sh test` also looks for the programs that tests look through from outside.
# Runs in a moment when nothing is missing. As root it installs missing Debian packages; otherwise
# it prints the one line to paste and ends with 3. Other failures end with 1.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly VENV=.venv
readonly LOCK=requirements/all.txt
readonly MISSING_PACKAGES=3

say() { printf 'setup: %s\n' "$*" >&2; }

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3 python3.13 python3.12 python3.11; do
    if [[ -n $candidate ]] && command -v "$candidate" >/dev/null &&
      "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

# The wheel of Kivy brings SDL with it but links to libGL, and SDL opens the others by name.
# Prints the Debian package of each that cannot be opened.
missing_libraries() {
  "$1" - <<'PYTHON'
import ctypes
import glob

PACKAGE_OF = {
    "libGL.so.1": "libgl1",  # linked by Kivy's graphics modules
    "libEGL.so.1": "libegl1",  # SDL: offscreen, KMSDRM and Wayland windows
    "libGLESv2.so.2": "libgles2",  # SDL: OpenGL ES contexts
    "libgbm.so.1": "libgbm1",  # SDL: KMSDRM
    "libmtdev.so.1": "libmtdev1",  # Kivy: touch panels
}
for library, package in PACKAGE_OF.items():
    try:
        ctypes.CDLL(library)
    except OSError:
        print(package)
drivers = ("*/dri/swrast_dri.so", "*/libgallium-*.so", "dri/swrast_dri.so", "libgallium-*.so")
if not any(glob.glob(f"/usr/lib/{pattern}") for pattern in drivers):
    print("libgl1-mesa-dri")  # the software renderer; also the driver of the Pi's GPU
PYTHON
}

# Programs that tests start beside ours; a kiosk has them (sqlite3, systemd) or a regency (mosquitto).
# What tests look at from outside, and programs nobody here wrote. Neither a kiosk nor a regency
# needs them; `make test` does.
readonly TEST_PACKAGES=(
  mosquitto mosquitto-clients sqlite3 systemd chromium chromium-driver
  libnfc-bin libnfc-examples libpcsclite1 umockdev udev util-linux
  cups cups-client espeak-ng zbar-tools poppler-utils postgresql prometheus
)

missing_test_packages() {
  local package
  for package in "${TEST_PACKAGES[@]}"; do
    if ! dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed'; then
      echo "$package"
    fi
  done
}

install_packages() {
  if [[ $(id -u) -ne 0 ]]; then
    say "some Debian packages are missing; please run this line, then try again:"
    printf '  sudo apt-get install -y --no-install-recommends %s\n' "$*" >&2
    exit "$MISSING_PACKAGES"
  fi
  say "installing $*"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

hash_of() { sha256sum "$@" | sha256sum | cut -d ' ' -f 1; }

# A .venv whose Python is gone is made anew, and one of another Python when PYTHON asks for one.
venv_is_usable() {
  local version='import sys; assert sys.version_info >= (3, 11); print(*sys.version_info[:2])'
  local found
  found=$("$VENV/bin/python" -c "$version" 2>/dev/null) || return 1
  [[ -z ${PYTHON:-} || $found == "$("$1" -c "$version")" ]]
}

# $1 stamp file, $2 what it must hold; the rest is the command that makes it true
once() {
  local stamp=$1 wanted=$2
  shift 2
  if [[ -f $stamp && $(<"$stamp") == "$wanted" ]]; then return; fi
  "$@"
  printf '%s' "$wanted" >"$stamp"
}

# The lock is complete, so nothing is left to resolve: a resolver of pip before 23.3 looks at the
# newest release of a package named with extras, and refuses the lock on the day one appears.
install_locked() {
  say "installing the locked packages into $VENV (some minutes the first time)"
  "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
    --require-hashes -r "$LOCK"
  "$VENV/bin/python" -m pip check --disable-pip-version-check >&2
}

install_project() {
  # setuptools warns that an editable installation is one
  PYTHONWARNINGS=ignore "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps -e .
}

main() {
  local python version missing=()
  python=$(find_python) || {
    say "Python 3.11 or newer is needed (Debian 12 and Raspberry Pi OS have it as python3)"
    if [[ $(id -u) -ne 0 ]]; then install_packages python3 python3-venv; fi
    install_packages python3 python3-venv
    python=$(find_python) || exit 1
  }
  if [[ ! -x $VENV/bin/python ]] && ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    missing+=("python3-venv")
  fi
  mapfile -t -O "${#missing[@]}" missing < <(missing_libraries "$python")
  if [[ ${1:-} == test ]]; then
    mapfile -t -O "${#missing[@]}" missing < <(missing_test_packages)
  fi
  if ((${#missing[@]} > 0)); then install_packages "${missing[@]}"; fi

  if ! venv_is_usable "$python"; then
    say "making $VENV with $("$python" --version)"
    rm -rf "$VENV"
    "$python" -m venv "$VENV"
  fi
  version=$("$VENV/bin/python" --version)
  once "$VENV/.locked" "$version $(hash_of "$LOCK")" install_locked
  once "$VENV/.project" "$PWD $(hash_of pyproject.toml)" install_project
}

main "$@"
