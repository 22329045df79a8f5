// What the pages do beyond reading: colours, contents on a phone, copying code, full screen.
(() => {
  "use strict";
  const root = document.documentElement;
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const narrow = matchMedia("(max-width: 60rem)");

  // A browser may refuse storage (files on a disk, private windows): the choice then lasts a page.
  const store = (key, value) => {
    try {
      localStorage.setItem(key, value);
    } catch (refused) {
      console.info("Your choice is kept for this page only:", refused.message);
    }
  };

  function setUpColours() {
    const button = document.querySelector(".theme-button");
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const words = { auto: "automatic", light: "light", dark: "dark" };
    const show = () => {
      const mode = root.dataset.mode;
      root.dataset.theme = mode === "auto" ? (dark.matches ? "dark" : "light") : mode;
      button.title = `Colours: ${words[mode]}`;
      button.setAttribute("aria-label", button.title);
    };
    button.addEventListener("click", () => {
      const modes = ["auto", "light", "dark"];
      root.dataset.mode = modes[(modes.indexOf(root.dataset.mode) + 1) % modes.length];
      store("theme", root.dataset.mode);
      show();
    });
    dark.addEventListener("change", show);
    show();
  }

  function setUpContents() {
    const button = document.querySelector(".menu-button");
    const contents = document.getElementById("contents");
    const shown = () =>
      narrow.matches
        ? root.classList.contains("contents-open")
        : !root.classList.contains("contents-hidden");
    const announce = () => button.setAttribute("aria-expanded", String(shown()));
    const close = () => {
      if (!root.classList.contains("contents-open")) return;
      root.classList.remove("contents-open");
      announce();
      button.focus();
    };
    button.setAttribute("role", "button");
    button.setAttribute("aria-controls", "contents");
    const toggle = (event) => {
      event.preventDefault();
      root.classList.toggle(narrow.matches ? "contents-open" : "contents-hidden");
      announce();
      if (narrow.matches && shown()) (contents.querySelector(".current > a.current") || contents.querySelector("a")).focus();
    };
    button.addEventListener("click", toggle);
    button.addEventListener("keydown", (event) => event.key === " " && toggle(event));
    document.addEventListener("keydown", (event) => event.key === "Escape" && close());
    document.addEventListener("click", (event) => {
      if (!contents.contains(event.target) && !button.contains(event.target)) close();
    });
    narrow.addEventListener("change", announce);
    announce();
    const current = contents.querySelector(".current > a.current");
    if (current && !narrow.matches && current.offsetTop > contents.clientHeight * 0.7) {
      contents.scrollTop = current.offsetTop - contents.clientHeight / 2;
    }
  }

  function setUpMenus() {
    const menus = all(".bar-menu");
    document.addEventListener("click", (event) => {
      menus.forEach((menu) => menu.contains(event.target) || menu.removeAttribute("open"));
    });
    menus.forEach((menu) =>
      menu.addEventListener("keydown", (event) => {
        if (event.key !== "Escape") return;
        menu.removeAttribute("open");
        menu.querySelector("summary").focus();
      }),
    );
    document.querySelector(".fullscreen-button").addEventListener("click", () => {
      if (document.fullscreenElement) document.exitFullscreen();
      else root.requestFullscreen();
    });
    const field = document.querySelector(".bar-search input");
    document.querySelector(".bar-search").addEventListener("submit", (event) => {
      if (field.value.trim() || !field.offsetParent) return;
      event.preventDefault();
      field.focus();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "k" || !(event.ctrlKey || event.metaKey) || !field.offsetParent) return;
      event.preventDefault();
      field.select();
    });
  }

  function setUpCopying() {
    if (!navigator.clipboard) return;
    all("div.highlight").forEach((block) => {
      if (block.closest(".cell_output")) return;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copy-button";
      button.setAttribute("aria-label", "Copy this code");
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(block.querySelector("pre").textContent);
        button.classList.add("copied");
        button.setAttribute("aria-label", "Copied");
        setTimeout(() => {
          button.classList.remove("copied");
          button.setAttribute("aria-label", "Copy this code");
        }, 1500);
      });
      block.append(button);
    });
  }

  // Only a box that really scrolls is a stop for the Tab key.
  function setUpScrolling() {
    const boxes = all(".math-scroll, .equation-scroll, pre, .table-scroll, .cell_output > .output");
    const measure = () =>
      boxes.forEach((box) => {
        const scrolls = box.scrollWidth > box.clientWidth + 1;
        if (scrolls) box.tabIndex = 0;
        else box.removeAttribute("tabindex");
        if (scrolls && !box.hasAttribute("aria-label")) {
          box.setAttribute("role", "group");
          box.setAttribute("aria-label", "Scrolls sideways");
        }
      });
    new ResizeObserver(measure).observe(document.getElementById("main"));
    document.addEventListener("toggle", measure, true);
    document.fonts.ready.then(measure);
    document.fonts.addEventListener("loadingdone", measure);  // a fold that opens may fetch a font
  }

  function setUpFolds() {
    const reveal = () => {
      const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (!target) return;
      let opened = false;
      for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) {
        opened ||= !fold.open;
        fold.open = true;
      }
      if (opened) target.scrollIntoView();
    };
    addEventListener("hashchange", reveal);
    reveal();
    let folded = [];
    addEventListener("beforeprint", () => {
      folded = all("article details:not([open], .check-mark)");
      folded.forEach((fold) => (fold.open = true));
    });
    addEventListener("afterprint", () => folded.forEach((fold) => (fold.open = false)));
  }

  function setUpPageContents() {
    const links = new Map();
    all(".page-toc-beside a").forEach((link) => {
      const section = link.hash && document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (section) links.set(section, link);
    });
    let here = null;
    const follow = () => {
      let last = null;
      for (const section of links.keys()) {
        if (section.getBoundingClientRect().top < innerHeight * 0.3) last = section;
      }
      if (last === here) return;
      if (here) links.get(here).removeAttribute("aria-current");
      if (last) links.get(last).setAttribute("aria-current", "location");
      here = last;
    };
    let waiting = false;
    addEventListener(
      "scroll",
      () => {
        if (waiting) return;
        waiting = true;
        requestAnimationFrame(() => {
          waiting = false;
          follow();
        });
      },
      { passive: true },
    );
    follow();
  }

  [setUpColours, setUpContents, setUpMenus, setUpCopying, setUpScrolling, setUpFolds, setUpPageContents].forEach((part) => part());
})();
