# Everything a reader or an author does with this book. `make` alone lists the commands.
# The tools live in .venv, made on the first run and brought up to date when the pins change.

RUN   := .venv/bin/python -m
READY := .venv/.ready
PINS  := requirements.txt constraints.txt pyproject.toml code/static_book/node/package-lock.json

.PHONY: help read book test equations lab bench clean

help:  ## list the commands
	@sed -n 's/^\([a-z]*\):.*  ## /make \1\t/p' Makefile

read: $(READY)  ## build the book and serve it on localhost
	$(RUN) static_book serve

book: $(READY)  ## build the book into _build/html
	$(RUN) static_book build

test: $(READY)  ## check style, equations, library, figures and site
	$(RUN) ruff check
	$(RUN) ruff format --check
	$(RUN) static_book browser
	$(RUN) pytest -n auto

equations: $(READY)  ## write the LaTeX of all statements into the chapters
	$(RUN) checked_equations write

lab: $(READY)  ## open the chapters as notebooks in JupyterLab
	$(RUN) static_book lab

bench: $(READY)  ## measure the library and the figures
	-$(RUN) pip install --quiet --no-build-isolation --editable '.[bench]' --constraint constraints.txt
	$(RUN) benchmarks

clean:  ## delete what was built; the tools in .venv stay
	rm -rf _build

$(READY): $(PINS) code/static_book/set-up.sh
	sh code/static_book/set-up.sh
	touch $@
