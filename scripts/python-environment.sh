#!/bin/sh
# Makes the virtual environment whose NumPy and safetensors check our files: python-environment.sh DESTINATION
set -eu

destination=$1
[ -x "$destination/bin/python3" ] && "$destination/bin/python3" -c 'import numpy, safetensors' 2>/dev/null && exit 0
python3 -m venv "$destination"
"$destination/bin/pip" install -q --disable-pip-version-check numpy safetensors
