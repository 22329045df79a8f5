#!/bin/sh
# Makes .venv with the pinned packages. Needs a Python from 3.11 to 3.14 and the network.
set -eu

works() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null; }

python=
for name in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14}; do
    if works "$name"; then python=$name; break; fi
done
if [ -z "$python" ]; then
    echo "This book needs Python 3.11, 3.12, 3.13 or 3.14; ${PYTHON:-the path} is or has none of them." >&2
    echo "Install one, or name it: make PYTHON=/path/to/python3.12 read" >&2
    exit 1
fi

# Debian ships Python without the module that puts pip into a virtual environment.
if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update && apt-get install -y "python$version-venv"
    else
        echo "$python cannot make virtual environments; on Debian or Ubuntu run:" >&2
        echo "    sudo apt install python$version-venv" >&2
        exit 1
    fi
fi

if ! works .venv/bin/python; then
    "$python" -m venv --clear .venv
fi
.venv/bin/python -m pip install --quiet --requirement requirements.txt --constraint constraints.txt
.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
.venv/bin/python -m static_book set-up
# Matplotlib lists the fonts on its first import and says so; a chapter should not.
.venv/bin/python -c "import matplotlib.font_manager"
