"""The files around the book agree with each other."""

import doctest
import json
import os
import re
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]


def pins(name: str) -> dict[str, str]:
    """Return versions by normalized package name."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {re.sub(r"[-_.]+", "-", package).lower(): version for package, version in pairs}


def chapters() -> list[str]:
    """Return the stems of the chapters that carry a number."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    numbered = [part for part in toc["parts"] if part.get("numbered")]
    return [Path(chapter["file"]).name for part in numbered for chapter in part["chapters"]]


def test_every_direct_dependency_is_pinned_once_with_the_reason_above_it():
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    for above, line in pairwise(lines):
        if line and not line.startswith("#"):
            assert re.fullmatch(r"[\w-]+==[\w.]+", line)
            assert above.startswith("# "), line


def test_the_constraints_pin_the_direct_dependencies_to_the_same_versions():
    direct, all_pins = pins("requirements.txt"), pins("constraints.txt")
    assert {package: all_pins.get(package) for package in direct} == direct


def test_the_node_packages_are_locked_by_sums_and_name_no_registry():
    lock = json.loads((ROOT / "code/static_book/node/package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert {"node_modules/katex", "node_modules/axe-core"} <= set(packages)
    for name, entry in packages.items():
        assert entry["integrity"].startswith("sha512-"), name
        assert "resolved" not in entry, name


def test_every_command_of_the_readme_is_a_target_of_the_makefile():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|^    )make ([a-z]+)", readme, re.MULTILINE))
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert named == targets - {"help"}


def test_the_example_of_the_readme_runs():
    result = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert result.attempted >= 2
    assert result.failed == 0


def test_the_statement_that_the_readme_shows_is_the_one_of_the_book():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"```python\n(   with unevaluated.*?)```", readme, re.DOTALL)[1]
    source = (ROOT / "code/crossentropy/derivations/kl.py").read_text(encoding="utf-8")
    lines = [line.strip() for line in shown.splitlines() if line.strip()]
    assert "\n".join(lines[1:]) in "\n".join(line.strip() for line in source.splitlines())


@pytest.mark.parametrize(
    "room",
    ["code/crossentropy/{}.py", "code/crossentropy/derivations/{}.py", "tests/test_{}.py"],
)
@pytest.mark.parametrize("stem", ["entropy", "kl"])
def test_a_concept_has_its_stem_in_every_room(stem, room):
    assert stem in chapters()
    assert (ROOT / room.format(stem)).is_file()
    assert (ROOT / f"chapters/{stem}.md").is_file()
    assert (ROOT / f"code/crossentropy/figures/{stem}.py").is_file()


def test_code_is_no_package_and_continuous_integration_runs_what_a_reader_runs():
    assert not list((ROOT / "code").glob("*.py"))
    run = ROOT / ".ci/run"
    assert os.access(run, os.X_OK)
    assert "make test" in run.read_text(encoding="utf-8")
