"""Run every benchmark of this folder, one after the other: ``python -m benchmarks``.

A file whose name begins with an underscore is shared by them and is none itself.
"""

import subprocess
import sys
from pathlib import Path

scripts = sorted(Path(__file__).parent.glob("[!_]*.py"))
failed = []
for script in scripts:
    print(f"\n== {script.stem} ==", flush=True)
    if subprocess.run([sys.executable, script]).returncode != 0:
        failed.append(script.stem)
if failed:
    sys.exit(f"\nMissed what is asked for: {', '.join(failed)}")
