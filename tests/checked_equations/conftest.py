"""Every test here speaks the letters of the sample book, apart from those of the real one."""

import pytest
from checked_equations import alphabet
from sample_equations import LETTERS


@pytest.fixture(autouse=True)
def letters_of_the_sample_book():
    with alphabet(LETTERS):
        yield
