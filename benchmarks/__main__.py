"""Run every benchmark of this folder, one after the other: ``python -m benchmarks``."""

import subprocess
import sys
from pathlib import Path

scripts = sorted(set(Path(__file__).parent.glob("*.py")) - {Path(__file__)})
failed = []
for script in scripts:
    print(f"\n== {script.stem} ==", flush=True)
    if subprocess.run([sys.executable, script]).returncode != 0:
        failed.append(script.stem)
if failed:
    sys.exit(f"\nMissed what is asked for: {', '.join(failed)}")
