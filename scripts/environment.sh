# Sourced by the scripts beside it: a virtual environment with this package in it.

# find_python: prints the first Python that this package runs on; $PYTHON comes first if it is set.
find_python() {
  local candidate
  for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python; do
    if command -v "$candidate" >/dev/null 2>&1 &&
      "$candidate" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1; then
      command -v "$candidate"
      return
    fi
  done
  echo "tripod_dlib needs Python 3.11, 3.12 or 3.13 with its venv module (TensorFlow 2.21 has no build for others); found: $(python3 --version 2>&1 || true)." >&2
  echo "Install one of them (on Debian and Ubuntu also the package python3-venv), or name it: PYTHON=/path/to/python3.12 $0" >&2
  return 2
}

# make_environment FOLDER EXTRAS: makes the environment once, and anew when the dependencies changed.
make_environment() {
  local folder=$1 extras=$2 python
  python=$(find_python) || return
  if [ -x "$folder/bin/python" ] && cmp -s setup.py "$folder/installed-setup.py"; then
    return
  fi
  echo "Making the environment $folder (about two minutes, most of it TensorFlow) ..." >&2
  "$python" -m venv --clear "$folder"
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --editable ".[$extras]"
  cp setup.py "$folder/installed-setup.py"
}
