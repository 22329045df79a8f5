"""A Chromium is found, or installed, or missed in one line."""

from static_book import __main__ as commands
from static_book import browser


def test_a_chromium_on_the_path_is_taken_first(tmp_path, monkeypatch):
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert browser.find() == str(program)


def test_without_any_chromium_the_command_installs_one(monkeypatch, capsys):
    monkeypatch.setattr(browser, "find", lambda: None)
    monkeypatch.setattr(browser, "install", lambda: "/somewhere/chromium")
    assert commands.main(["browser"]) == 0
    assert capsys.readouterr().out == "Chromium: /somewhere/chromium\n"


def test_where_nothing_helps_the_command_says_what_to_do_in_one_line_and_fails(monkeypatch, capsys):
    monkeypatch.setattr(browser, "find", lambda: None)
    monkeypatch.setattr(browser, "_runs", lambda *command: False)
    assert commands.main(["browser"]) == 1
    assert capsys.readouterr().err == f"{browser.ADVICE}\n"
    assert "\n" not in browser.ADVICE


def test_root_falls_back_from_playwright_to_the_package_of_the_system(monkeypatch):
    ran = []
    monkeypatch.setattr(browser, "find", lambda: None)
    monkeypatch.setattr(browser, "_runs", lambda *command: ran.append(command[-1]) or False)
    monkeypatch.setattr(browser.os, "geteuid", lambda: 0)
    monkeypatch.setattr(browser.shutil, "which", lambda name: f"/usr/bin/{name}")
    browser.install()
    assert ran == ["chromium", "update", "chromium"]
