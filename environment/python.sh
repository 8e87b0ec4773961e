#!/bin/sh
# Usage: python.sh FOLDER REQUIREMENTS [GIB]: a Python environment in FOLDER with the pinned packages,
# made once and again when the requirements change. Exits 1 with one line where that fails, or where
# fewer GiB are free.
set -u
folder=$1
requirements=$2
if cmp -s "$requirements" "$folder/requirements.txt"; then
  exit 0
fi
free=$(df -Pk "$(dirname "$requirements")" | awk 'NR == 2 { print int($4 / 1048576) }')
if [ "$free" -lt "${3:-0}" ]; then
  echo "Python: $free GiB free, $3 needed to install $requirements" >&2
  exit 1
fi
echo "Python: installing $(basename "$requirements" .txt) into $folder"
rm -rf "$folder"
# Debian's python3 has venv without the ensurepip that it needs; virtualenv brings its own pip.
if ! python3 -m venv "$folder" >/dev/null 2>&1; then
  rm -rf "$folder"
  if ! python3 -m virtualenv --quiet "$folder" >/dev/null 2>&1; then
    rm -rf "$folder"
    echo "Python: python3 with venv or virtualenv is missing; $folder was not made" >&2
    exit 1
  fi
fi
if ! "$folder/bin/python" -m pip install --quiet --disable-pip-version-check -r "$requirements"; then
  echo "Python: pip could not install $requirements" >&2
  rm -rf "$folder"
  exit 1
fi
cp "$requirements" "$folder/requirements.txt"
