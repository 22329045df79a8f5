"""The examples in the docstrings use letters of their own, apart from those of the book."""

import pytest

from .notation import alphabet


@pytest.fixture(autouse=True)
def _own_letters():
    with alphabet():
        yield
