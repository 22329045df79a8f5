"""The figures of a book: every function marked with ``@figure`` can be found and tested."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable

REGISTRY: dict[str, Entry] = {}


class Entry:
    """One registered figure: its maker, its chapter and its module."""

    def __init__(self, name, chapter, make):
        self.name, self.chapter, self.make = name, chapter, make


def figure(chapter: str) -> Callable:
    """Mark a function that makes a figure.

    The figure must bear the function's name, with hyphens for underscores.  ``chapter`` is the stem
    of the chapter that shows it.
    """

    def mark(function):
        name = function.__name__.replace("_", "-")
        if name in REGISTRY and REGISTRY[name].make.__module__ != function.__module__:
            raise ValueError(
                f"figure {name!r} is made twice: in {REGISTRY[name].make.__module__} and in "
                f"{function.__module__}"
            )

        @functools.wraps(function)
        def make(*args, **kwargs):
            made = function(*args, **kwargs)
            if made.name != name:
                raise ValueError(f"figure {made.name!r} must bear its function's name, {name!r}")
            return made

        REGISTRY[name] = Entry(name, chapter, make)
        return make

    return mark


def discover(package: str) -> dict[str, Entry]:
    """Import every module of ``package`` and return the registered figures that live in it."""
    root = importlib.import_module(package)
    for module in pkgutil.iter_modules(root.__path__):
        importlib.import_module(f"{package}.{module.name}")
    return {
        name: entry
        for name, entry in sorted(REGISTRY.items())
        if entry.make.__module__.startswith(package)
    }
