"""The built book as a reader meets it: on http, from a disk, on a phone, printed."""

import gzip
import threading
from pathlib import Path

import pytest
import yaml
from static_book.node import node_modules
from static_book.server import make_server

WEIGHT = 350_000
COMPRESSED = (".woff2", ".png", ".zip")
ROOT = Path(__file__).parents[2]
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
PAGES = [TOC["root"], *(c["file"] for part in TOC["parts"] for c in part["chapters"])]
# What KaTeX draws is hidden from screen readers (they get the MathML) and has the text's colour;
# without it, axe has a third of the work.
UNFOLDED = """document.querySelectorAll('details').forEach(d => d.open = true)
document.querySelectorAll('.katex-html').forEach(drawn => drawn.remove())"""
SETTLED = """() => document.fonts.ready.then(() => new Promise((settled) =>
  requestAnimationFrame(() => requestAnimationFrame(settled))))"""
AXE_RUN = """axe.run(document, {resultTypes: ["violations"]}).then(result => result.violations)"""


@pytest.fixture(scope="session")
def names(site) -> list[str]:
    """Addresses of all pages, relative to the root of the site."""
    return sorted(path.relative_to(site).as_posix() for path in site.rglob("chapters/*.html"))


@pytest.fixture(scope="session")
def hosts(site, tmp_path_factory) -> dict[str, str]:
    """The three places from which a page may come, each with a slash at its end."""
    parent = tmp_path_factory.mktemp("parent")
    (parent / "some").mkdir()
    (parent / "some" / "book").symlink_to(site, target_is_directory=True)
    servers = [make_server(site), make_server(parent)]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield {
        "http": f"http://127.0.0.1:{servers[0].server_port}/",
        "sub-path": f"http://127.0.0.1:{servers[1].server_port}/some/book/",
        "disk": f"{site.resolve().as_uri()}/",
    }
    for server in servers:
        server.shutdown()
        server.server_close()


def weight(response) -> int:
    """Return the bytes of a response over the wire, from a server that compresses text."""
    if response.url.startswith("data:"):
        return 0
    body = response.body()
    return len(body) if response.url.endswith(COMPRESSED) else len(gzip.compress(body))


class Visit:
    """One page in a fresh context; complaints and requests are collected."""

    def __init__(self, browser, **options) -> None:
        self.context = browser.new_context(**options)
        self.context.set_default_timeout(120_000)  # a busy machine takes its time
        self.page = self.context.new_page()
        self.complaints, self.requests, self.responses = [], [], []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("response", lambda response: self.responses.append(response))
        self.page.on("requestfailed", lambda request: self.complaints.append(request.url))

    def _console(self, message) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def go(self, address: str, *, until: str = "networkidle") -> None:
        """Open an address and wait until nothing is under way, or only until it has loaded."""
        self.page.goto(address, wait_until=until)

    def __enter__(self) -> "Visit":
        return self

    def __exit__(self, *failure) -> None:
        self.context.close()


@pytest.mark.parametrize("host", ["http", "sub-path", "disk"])
def test_pages_load_without_complaint_and_without_another_host(browser, hosts, names, host):
    with Visit(browser) as visit:
        for name in [*names, "index.html", "search.html?q=entropy"]:
            visit.go(hosts[host] + name)
            assert not visit.complaints, (name, visit.complaints)
        foreign = [url for url in visit.requests if not url.startswith((hosts[host], "data:"))]
        assert not foreign


def test_a_first_visit_to_any_page_weighs_less_than_350_kb(browser, hosts, names):
    weights = {}
    for name in names:
        with Visit(browser) as visit:
            visit.go(hosts["http"] + name)
            weights[name] = sum(map(weight, visit.responses))
    assert max(weights.values()) < WEIGHT, weights


@pytest.mark.parametrize("page", PAGES)
def test_no_page_is_wider_than_the_screen(browser, hosts, page):
    wide = {}
    with Visit(browser) as visit:
        visit.go(hosts["http"] + page + ".html", until="load")
        visit.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        for width in (360, 390, 768, 1280, 1600):
            visit.page.set_viewport_size({"width": width, "height": 800})
            visit.page.evaluate(SETTLED)
            excess = visit.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if excess > 0:
                wide[width] = excess
    assert not wide


def test_the_pages_of_the_contents_are_all_pages(names):
    assert sorted(f"{page}.html" for page in PAGES) == names


# Both widths and both colour schemes, each once: a phone in the dark, a laptop in the light.
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
@pytest.mark.parametrize("name", [*(f"{page}.html" for page in PAGES), "search.html?q=entropy"])
def test_axe_finds_nothing_serious(browser, hosts, name, scheme, width):
    axe = (node_modules() / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    found = []
    size = {"width": width, "height": 900}
    with Visit(browser, viewport=size, color_scheme=scheme, reduced_motion="reduce") as visit:
        visit.go(hosts["http"] + name, until="load")
        visit.page.evaluate(UNFOLDED)
        visit.page.evaluate(SETTLED)  # fonts are there, and what scrolls has been measured
        visit.page.evaluate(axe)
        for violation in visit.page.evaluate(AXE_RUN):
            if violation["impact"] in ("serious", "critical"):
                first = violation["nodes"][0]
                found.append(f"{violation['id']}: {first['html'][:200]}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("host", ["http", "sub-path", "disk"])
def test_search_finds_a_word_and_leads_to_its_section(browser, hosts, host):
    with Visit(browser) as visit:
        visit.go(hosts[host] + "chapters/index.html")
        visit.page.fill(".bar-search input", "Python")
        visit.page.press(".bar-search input", "Enter")
        visit.page.wait_for_selector(".search-results a")
        assert "found for “Python”" in visit.page.inner_text(".search-status")
        assert visit.page.locator(".search-results mark").count()
        visit.page.click(".search-results a >> nth=0")
        visit.page.wait_for_selector("article h1")
        assert "#" in visit.page.url
        assert not visit.complaints


def test_search_says_so_when_nothing_is_found(browser, hosts):
    with Visit(browser) as visit:
        visit.go(hosts["http"] + "search.html?q=zyzzyva")
        assert visit.page.inner_text(".search-status") == "No sections found for “zyzzyva”."


def test_without_javascript_text_contents_and_mathematics_are_there(browser, hosts, names):
    with Visit(browser, java_script_enabled=False, viewport={"width": 390, "height": 800}) as visit:
        seen = 0
        for name in names:
            visit.go(hosts["http"] + name, until="load")
            assert visit.page.locator("#contents a").first.is_visible()
            assert visit.page.locator(".theme-button").is_hidden()
            for formula in visit.page.locator("article .katex").all()[:3]:
                box = formula.bounding_box()
                seen += box is not None and box["width"] > 0
        assert seen


def test_the_colours_follow_the_button_and_are_remembered(browser, hosts):
    with Visit(browser, color_scheme="light") as visit:
        visit.go(hosts["http"] + "chapters/index.html")
        paper = "getComputedStyle(document.body).backgroundColor"
        light = visit.page.evaluate(paper)
        visit.page.click(".theme-button")
        assert visit.page.get_attribute(".theme-button", "aria-label") == "Colours: light"
        visit.page.click(".theme-button")
        dark = visit.page.evaluate(paper)
        assert dark != light
        visit.page.reload()
        assert visit.page.evaluate(paper) == dark
        assert visit.page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_without_a_choice_the_colours_are_those_of_the_system(browser, hosts):
    papers = set()
    for scheme in ("light", "dark"):
        for scripts in (True, False):
            with Visit(browser, color_scheme=scheme, java_script_enabled=scripts) as visit:
                visit.go(hosts["http"] + "chapters/index.html")
                visit.page.wait_for_selector("h1")
                papers.add(
                    (scheme, visit.page.locator("h1").evaluate("e => getComputedStyle(e).color"))
                )
    assert len(papers) == 2


def test_the_keyboard_reaches_skip_link_contents_and_text(browser, hosts, names):
    with Visit(browser, viewport={"width": 390, "height": 800}) as visit:
        visit.go(hosts["http"] + names[-1])
        visit.page.keyboard.press("Tab")
        assert visit.page.evaluate("document.activeElement.className") == "skip-link"
        visit.page.keyboard.press("Enter")
        assert visit.page.evaluate("document.activeElement.id") == "main"
        visit.page.focus(".menu-button")
        visit.page.keyboard.press("Enter")
        assert visit.page.get_attribute(".menu-button", "aria-expanded") == "true"
        assert visit.page.evaluate(
            "document.getElementById('contents').contains(document.activeElement)"
        )
        visit.page.keyboard.press("Escape")
        assert visit.page.get_attribute(".menu-button", "aria-expanded") == "false"
        visit.page.locator("#contents").wait_for(state="hidden")


def test_every_button_of_the_bar_shows_its_picture_and_has_a_name(browser, hosts, names):
    for width in (390, 1280):
        with Visit(browser, viewport={"width": width, "height": 800}) as visit:
            visit.go(hosts["http"] + names[-1])
            buttons = [b for b in visit.page.locator(".bar-button").all() if b.is_visible()]
            assert len(buttons) >= 4
            for button in buttons:
                box = button.bounding_box()
                assert min(box["width"], box["height"]) >= 44
                assert button.get_attribute("aria-label")
                assert sum(icon.is_visible() for icon in button.locator("svg").all()) == 1


def test_print_shows_folded_text_but_no_buttons(browser, hosts, names):
    with Visit(browser) as visit:
        visit.page.emulate_media(media="print")
        for name in names:
            visit.go(hosts["http"] + name, until="load")
            assert visit.page.locator(".bar").is_hidden()
            assert visit.page.locator("#contents").is_hidden()
            for fold in visit.page.locator("article details:not(.check-mark)").all():
                assert fold.evaluate(
                    "e => e.offsetHeight > e.querySelector('summary').offsetHeight + 8"
                )


def test_a_link_into_a_folded_block_opens_it(browser, hosts, names):
    with Visit(browser) as visit:
        visit.go(hosts["http"] + names[0])
        visit.page.evaluate(
            """() => {
              const fold = document.createElement("details");
              fold.innerHTML = "<summary>Solution</summary><p id='inside'>words</p>";
              document.querySelector("article").append(fold);
            }"""
        )
        visit.page.evaluate("location.hash = 'inside'")
        visit.page.wait_for_selector("#inside", state="visible")


def test_the_entrance_leads_to_the_home_page(browser, hosts):
    with Visit(browser) as visit:
        visit.go(hosts["sub-path"])
        visit.page.wait_for_url("**/some/book/chapters/index.html")


def test_nothing_in_the_site_is_named_by_a_path_of_this_machine(site):
    root = str(Path(__file__).parents[2])
    for path in site.rglob("*"):
        if path.suffix in {".html", ".js", ".css", ".json", ".ipynb"}:
            assert root not in path.read_text(encoding="utf-8"), path
