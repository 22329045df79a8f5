"""The site: builds a Jupyter Book into pages that stand alone, and knows nothing about its subject.

    python -m static_book build      check the equations, then build ``_build/html``
    python -m static_book serve      the same, then serve it on localhost
    python -m static_book lab        JupyterLab on the chapters
    python -m static_book set-up     fetch the pinned Node packages (KaTeX, fonts)
    python -m static_book browser    find or install the Chromium that the tests drive

The Sphinx extension is ``static_book.sphinxext``, the theme is ``static_book``.
"""
