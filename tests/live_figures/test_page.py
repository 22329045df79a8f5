"""What a reader meets on the page: keyboard, touch, address, theme, print, no JavaScript."""

import re

import pytest
import sample_figures
import sympy as sm
from live_figures import Figure, X, palette
from live_figures.preview import page as make_page
from live_figures.widget import script

VALUES = "(id) => LiveFigures.get(id).values"


def settle(page):
    """Wait for the next painted frame."""
    page.evaluate(
        "() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))"
    )


def drawn(page, id, artist):
    return page.evaluate("([id, a]) => LiveFigures.get(id).coordinates()[a]", [id, artist])


# -- keyboard and speech ----------------------------------------------------------------------
def test_arrows_step_and_home_and_end_go_to_the_ends(open_page):
    page = open_page(sample_figures.minimal())
    slider = page.get_by_role("slider")
    slider.focus()
    for key, value in {"ArrowRight": 1.1, "ArrowDown": 1.0, "Home": 0, "End": 2}.items():
        slider.press(key)
        assert page.evaluate(VALUES, "minimal")["a"] == pytest.approx(value)
    assert drawn(page, "minimal", "end")["text"] == "height 2.00 nats"


def test_every_control_is_reached_in_reading_order_with_visible_focus(open_page):
    page = open_page(sample_figures.simplex())
    seen = []
    for _ in range(7):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                """() => {
                  const node = document.activeElement, style = getComputedStyle(node);
                  const words = node.getAttribute('aria-label') || node.labels[0].textContent;
                  return [words, parseFloat(style.outlineWidth) >= 2, style.outlineStyle];
                }"""
            )
        )
    names = ["Q", "first", "second", "third", "Reset this figure", "Copy a link to this state"]
    assert [name for name, _, _ in seen] == [*names, "Full screen"]
    assert all(wide and style != "none" for _, wide, style in seen)


def test_values_are_announced_with_units_and_names(open_page):
    page = open_page(sample_figures.minimal())
    slider = page.get_by_role("slider", name="a, height")
    assert slider.get_attribute("aria-valuetext") == "1.0\u00a0nats (one)"
    slider.press("ArrowRight")
    settle(page)
    assert slider.get_attribute("aria-valuetext") == "1.1\u00a0nats"


def test_readouts_are_spoken_once_after_the_hand_rests(open_page):
    page = open_page(sample_figures.minimal())
    page.evaluate(
        """() => {
             const live = document.querySelector('[aria-live=polite]');
             window.said = [];
             const note = () => said.push(live.textContent);
             new MutationObserver(note).observe(live, {childList: true});
           }"""
    )
    slider = page.get_by_role("slider")
    for _ in range(5):
        slider.press("ArrowRight")
    page.wait_for_timeout(1000)
    assert page.evaluate("() => said") == ["height 1.50 nats"]


def test_the_picture_has_a_text_that_says_what_it_shows_and_what_changes(open_page):
    page = open_page(sample_figures.minimal())
    assert page.get_by_role("img").get_attribute("aria-label") == (
        "The first state. Moving a control changes the picture."
    )
    figure = page.get_by_role("figure")
    assert figure.get_attribute("aria-labelledby") == "fig-minimal-title"


# -- dragging ---------------------------------------------------------------------------------
def box(page, selector):
    return page.locator(selector).bounding_box()


def test_a_point_is_dragged_by_the_pointer_and_keeps_inside_its_simplex(open_page):
    page = open_page(sample_figures.simplex())
    handle = box(page, ".lf-handle")
    x, y = handle["x"] + 22, handle["y"] + 22
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 30, y + 20, steps=4)
    settle(page)
    moved = box(page, ".lf-handle")
    assert (moved["x"] + 22, moved["y"] + 22) == pytest.approx((x - 30, y + 20), abs=1)
    page.mouse.move(x + 2000, y - 3000, steps=4)
    page.mouse.up()
    values = page.evaluate(VALUES, "simplex")
    assert sum(values.values()) == pytest.approx(1)
    assert min(values.values()) >= 0


def test_a_point_is_moved_by_arrow_keys(open_page):
    page = open_page(sample_figures.simplex())
    handle = page.locator(".lf-handle")
    before = page.evaluate(VALUES, "simplex")
    handle.press("ArrowUp")
    after = page.evaluate(VALUES, "simplex")
    assert after["q2"] > before["q2"]
    assert sum(after.values()) == pytest.approx(1)
    settle(page)
    assert "third 0.52" in handle.get_attribute("aria-valuetext")


def test_a_point_is_dragged_by_touch(open_page):
    page = open_page(sample_figures.simplex(), width=390, has_touch=True, is_mobile=True)
    page.locator(".lf-handle").scroll_into_view_if_needed()
    handle = box(page, ".lf-handle")
    x, y = handle["x"] + 22, handle["y"] + 22
    session = page.context.new_cdp_session(page)

    def touch(kind, *points):
        places = [{"x": a, "y": b} for a, b in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    touch("touchStart", (x, y))
    touch("touchMove", (x - 10, y + 12))
    touch("touchMove", (x - 20, y + 25))
    touch("touchEnd")
    settle(page)
    moved = box(page, ".lf-handle")
    assert (moved["x"] + 22, moved["y"] + 22) == pytest.approx((x - 20, y + 25), abs=1)


def test_a_point_on_a_line_moves_one_parameter(open_page):
    fig = Figure("rail", **sample_figures.WORDS)
    a = fig.slider("a", 0, 1, 0.5, label="a", show=False)
    axes = fig.panel(xlim=(0, 1), ylim=(0, 1))
    axes.draggable("dot", (a, 0), sets={a: X}, label="place")
    page = open_page(fig)
    page.locator(".lf-handle").press("End")
    assert page.evaluate(VALUES, "rail") == {"a": 1}
    assert page.get_by_role("slider").count() == 1


@pytest.mark.parametrize("width", [360, 1280])
def test_touch_targets_are_large_enough(width, open_page):
    page = open_page(
        sample_figures.shapes(), sample_figures.descent(), sample_figures.question(),
        sample_figures.simplex(), width=width,
    )  # fmt: skip
    small = page.evaluate(
        """() => [...document.querySelectorAll('.lf button, .lf input, .lf select')].map((node) => {
             const target = node.closest('label') || node, box = target.getBoundingClientRect();
             return [node.outerHTML.slice(0, 80), box.width, box.height];
           }).filter(([, w, h]) => w < 44 || h < 44)"""
    )
    assert small == []


@pytest.mark.parametrize("width", [320, 360, 700, 1600])
def test_nothing_is_wider_than_the_screen(width, open_page):
    page = open_page(sample_figures.shapes(), sample_figures.question(), width=width)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


# -- prediction -------------------------------------------------------------------------------
def test_a_figure_that_asks_is_locked_until_the_reader_commits(open_page):
    page = open_page(sample_figures.question())
    slider, commit = page.get_by_role("slider"), page.get_by_role("button", name="Commit")
    assert slider.is_disabled()
    assert commit.is_disabled()
    assert drawn(page, "question", "end") is None
    assert not page.get_by_text("The height is").is_visible()
    page.get_by_label("It stays.").check()
    commit.click()
    assert page.get_by_text("Not this time.").is_visible()
    assert page.get_by_text("The height is a itself.").is_visible()
    assert slider.is_enabled()
    assert drawn(page, "question", "end")["text"] == "height 1.00 nats"


def test_what_a_title_and_a_caption_tell_waits_for_the_prediction(open_page):
    page = open_page(sample_figures.question())
    told = [page.locator(".lf-title"), page.locator("figcaption .lf-words")]
    assert not any(words.is_visible() for words in told)
    page.get_by_label("It stays.").check()
    page.get_by_role("button", name="Commit").click()
    assert all(words.is_visible() for words in told)


def test_without_javascript_question_and_answer_are_text(open_page):
    page = open_page(sample_figures.question(), java_script_enabled=False)
    assert page.get_by_text("It doubles.").first.is_visible()
    assert page.get_by_text("Answer: (b) It doubles.").is_visible()
    assert page.locator(".lf-title").is_visible()
    assert page.get_by_text("Drag a and watch.").is_visible()


# -- without JavaScript, print, theme ---------------------------------------------------------
def test_without_javascript_the_first_state_and_a_line_are_shown(open_page):
    page = open_page(sample_figures.minimal(), java_script_enabled=False)
    assert page.locator('svg[data-lf-layout="wide"]').is_visible()
    assert page.get_by_text("Moving a control changes the picture.").is_visible()
    assert page.get_by_text("height 1.00 nats").is_visible()
    assert page.locator("button, input").count() == 0


def test_with_javascript_the_line_gives_way_to_the_controls(open_page):
    page = open_page(sample_figures.minimal())
    assert not page.get_by_text("Moving a control changes the picture.").is_visible()
    assert page.get_by_role("slider").is_visible()


def test_print_hides_the_controls_and_is_light(open_page):
    page = open_page(sample_figures.simplex(), theme="dark")
    page.emulate_media(media="print")
    assert page.locator("svg[data-lf-layout]:visible").count() == 1
    assert page.locator("button:visible, input:visible").count() == 0
    color = "() => getComputedStyle(document.querySelector('.lf')).getPropertyValue('--lf-ink')"
    assert page.evaluate(color) == palette.LIGHT["ink"]


@pytest.mark.parametrize(("theme", "colours"), [("light", palette.LIGHT), ("dark", palette.DARK)])
def test_colours_follow_the_theme(theme, colours, open_page):
    page = open_page(sample_figures.minimal(), theme=theme)
    stroke = "() => getComputedStyle(document.querySelector('path[data-a=line]')).stroke"
    value = colours["ink"].lstrip("#")
    rgb = tuple(int(value[i : i + 2], 16) for i in (0, 2, 4))
    assert page.evaluate(stroke) == f"rgb{rgb}"


def test_colours_follow_jupyterlab(open_page):
    page = open_page(sample_figures.minimal())
    page.evaluate(
        "() => { delete document.documentElement.dataset.theme;"
        " document.body.dataset.jpThemeLight = 'false'; }"
    )
    color = "() => getComputedStyle(document.querySelector('.lf')).getPropertyValue('--lf-ink')"
    assert page.evaluate(color) == palette.DARK["ink"]


def luminance(value):
    parts = [int(value[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colours", [palette.LIGHT, palette.DARK], ids=["light", "dark"])
@pytest.mark.parametrize("name", [n for n in palette.NAMES if n not in ("grid", "paper")])
def test_every_colour_can_be_read_on_its_paper(name, colours):
    one, other = sorted([luminance(colours[name]), luminance(colours["paper"])])
    assert (other + 0.05) / (one + 0.05) >= 4.5


# -- the address ------------------------------------------------------------------------------
def test_the_address_holds_the_values(open_page):
    page = open_page(sample_figures.minimal(), sample_figures.shapes())
    page.get_by_role("slider", name="a, height").press("End")
    page.wait_for_timeout(500)
    assert page.evaluate("() => location.hash") == "#fig-minimal:a=2"
    page.locator("#fig-shapes").get_by_role("slider", name="a").first.press("Home")
    page.wait_for_timeout(500)
    assert page.evaluate("() => location.hash") == "#fig-minimal:a=2;fig-shapes:a=0.5"


def test_the_address_is_read_when_the_page_opens(open_page):
    page = open_page(
        sample_figures.minimal(), sample_figures.simplex(), sample_figures.question(),
        hash="#fig-minimal:a=0.5;fig-simplex:q0=0.1,q1=0.2,q2=0.7;fig-question:a=2",
    )  # fmt: skip
    assert page.evaluate(VALUES, "minimal") == {"a": 0.5}
    assert page.evaluate(VALUES, "simplex") == pytest.approx({"q0": 0.1, "q1": 0.2, "q2": 0.7})
    assert page.get_by_role("slider", name="a, height").nth(1).is_enabled()


@pytest.mark.parametrize("hash", ["#section", "#fig-minimal", "#fig-minimal:a=x", "#fig-other:a=1"])
def test_other_addresses_are_left_alone(hash, open_page):
    page = open_page(sample_figures.minimal(), hash=hash)
    page.wait_for_timeout(400)
    assert page.evaluate(VALUES, "minimal") == {"a": 1}
    assert page.evaluate("() => location.hash") == hash


def test_a_value_out_of_range_in_the_address_stops_at_the_end(open_page):
    page = open_page(sample_figures.minimal(), hash="#fig-minimal:a=99")
    assert page.evaluate(VALUES, "minimal") == {"a": 2}


def test_the_link_that_is_copied_leads_to_the_state(open_page):
    page = open_page(sample_figures.minimal())
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("slider").press("End")
    page.get_by_role("button", name="Copy a link").click()
    page.wait_for_function("() => document.querySelector('[data-said]')")
    link = page.evaluate("() => navigator.clipboard.readText()")
    assert link.endswith("#fig-minimal:a=2")


def test_reset_goes_back_to_the_start_and_clears_the_address(open_page):
    page = open_page(sample_figures.minimal())
    page.get_by_role("slider").press("End")
    page.wait_for_timeout(400)
    page.get_by_role("button", name="Reset").click()
    page.wait_for_timeout(400)
    assert page.evaluate(VALUES, "minimal") == {"a": 1}
    assert page.evaluate("() => location.hash") == ""


def test_a_figure_fills_the_screen_and_comes_back(open_page):
    page = open_page(sample_figures.minimal())
    full = page.get_by_role("button", name="Full screen")
    full.click()
    page.wait_for_function("() => document.fullscreenElement?.id === 'fig-minimal'")
    assert page.locator("svg[data-lf-layout]:visible").count() == 1
    full.click()
    page.wait_for_function("() => !document.fullscreenElement")


# -- motion -----------------------------------------------------------------------------------
def test_play_runs_to_the_end_and_stops(open_page):
    page = open_page(sample_figures.descent(10))
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("() => LiveFigures.get('descent').values.k === 10")
    assert page.get_by_role("button", name="Play").is_visible()


def test_step_and_back_move_by_hand(open_page):
    page = open_page(sample_figures.descent())
    page.get_by_role("button", name="One step").click()
    assert page.evaluate(VALUES, "descent")["k"] == 4
    page.get_by_role("button", name="Back to the first step").click()
    assert page.evaluate(VALUES, "descent")["k"] == 0


def test_where_motion_is_unwelcome_play_takes_one_step(open_page):
    page = open_page(sample_figures.descent(), reduced_motion="reduce")
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(400)
    assert page.evaluate(VALUES, "descent")["k"] == 4


# -- speed ------------------------------------------------------------------------------------
@pytest.mark.parametrize("make", sample_figures.ALL, ids=lambda make: make.__name__)
def test_a_redraw_takes_far_less_than_a_frame(make, open_page):
    page = open_page(make())
    times = page.evaluate(
        """(id) => {
          const figure = LiveFigures.get(id), times = [];
          for (let i = 0; i < 300; i++) {
            const values = {};
            for (const p of figure.spec.params) {
              const value = p.low + (p.high - p.low) * Math.random();
              values[p.name] = p.whole ? Math.round(value) : value;
            }
            figure.set(values, true);
            const start = performance.now();
            figure.redraw();
            times.push(performance.now() - start);
          }
          return times.sort((a, b) => a - b);
        }""",
        make().name,
    )
    assert times[150] < 4


# -- the page as a whole ----------------------------------------------------------------------
def test_two_figures_on_a_page_do_not_touch_each_other(open_page):
    page = open_page(sample_figures.minimal(), sample_figures.minimal("second"))
    page.get_by_role("slider").first.press("End")
    settle(page)
    assert page.evaluate(VALUES, "second") == {"a": 1}
    ids = page.evaluate("() => [...document.querySelectorAll('[id]')].map((n) => n.id)")
    assert len(ids) == len(set(ids))


def test_a_figure_that_fails_does_not_stop_the_others(open_page, tmp_path, browser):
    good, bad = sample_figures.minimal(), sample_figures.minimal("broken")
    html = make_page(bad, good).replace("return[[", "return nonsense[[", 1)
    (tmp_path / "broken.html").write_text(html, encoding="utf-8")
    with browser.new_context() as context:
        page = context.new_page()
        said = []
        page.on("console", lambda message: said.append(message.text))
        page.goto((tmp_path / "broken.html").as_uri())
        page.get_by_role("slider").last.press("End")
        assert page.evaluate(VALUES, "minimal") == {"a": 2}
    assert any("fig-broken" in text for text in said)


def test_the_script_is_classic_and_asks_nothing_of_other_hosts():
    text = script() + sample_figures.shapes().build()
    assert not re.search(r"^\s*(import|export)\b", text, re.M)
    hosts = set(re.findall(r"https?://[^\"' ]+", text))
    assert hosts <= {"http://www.w3.org/2000/svg"}


def test_a_drawing_chosen_for_the_width_of_its_place(open_page):
    page = open_page(sample_figures.minimal(), width=1280)
    shown = "() => LiveFigures.get('minimal').now.svg.dataset.lfLayout"
    assert page.evaluate(shown) == "wide"
    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_function(shown + " === 'narrow'")
    page.get_by_role("slider").press("End")
    settle(page)
    assert drawn(page, "minimal", "line")[-1] == pytest.approx([1, 2], abs=1e-3)


def test_a_label_that_would_leave_the_drawing_is_held_at_its_edge(open_page):
    fig = Figure("edge", **sample_figures.WORDS)
    a = fig.slider("a", 0, 1, 0.5, label="a")
    axes = fig.panel(xlim=(0, 1), ylim=(0, 1))
    axes.label("far", "a rather long label", (10 * a, sm.Rational(1, 2)))
    page = open_page(fig)
    page.get_by_role("slider").press("End")
    settle(page)
    right = page.evaluate(
        """() => {
             const box = document.querySelector('text[data-a=far]').getBBox();
             return box.x + box.width;
           }"""
    )
    assert right <= 721
