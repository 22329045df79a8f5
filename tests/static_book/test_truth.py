"""The keys under which executions are kept."""

import pytest
from static_book.truth import execution_cache, files_below, fingerprint


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "code/inner").mkdir(parents=True)
    (tmp_path / "code/a.py").write_text("1")
    (tmp_path / "code/inner/b.py").write_text("2")
    return tmp_path / "code"


def test_a_changed_character_a_new_name_and_a_new_file_each_change_the_sum(tree):
    sums = [fingerprint([tree])]
    (tree / "a.py").write_text("3")
    sums.append(fingerprint([tree]))
    (tree / "a.py").rename(tree / "c.py")
    sums.append(fingerprint([tree]))
    (tree / "inner/d.py").write_text("")
    sums.append(fingerprint([tree]))
    assert len(set(sums)) == 4


def test_what_tools_leave_behind_does_not_count(tree):
    before = fingerprint([tree])
    for left in ("__pycache__/a.pyc", "x.egg-info/PKG-INFO", "inner/.ipynb_checkpoints/b.py"):
        (tree / left).parent.mkdir()
        (tree / left).write_text("left behind")
    assert fingerprint([tree]) == before
    assert [path.name for path in files_below(tree)] == ["a.py", "b.py"]


def test_a_missing_file_counts_as_missing(tree):
    missing = tree / "pins.txt"
    before = fingerprint([missing])
    missing.write_text("")
    assert fingerprint([missing]) != before


def test_the_cache_of_another_key_is_deleted(tmp_path):
    old = execution_cache(tmp_path, "old")
    (old / "global.db").write_text("x")
    new = execution_cache(tmp_path, "new")
    assert new.exists()
    assert not old.exists()
    assert execution_cache(tmp_path, "new") == new
