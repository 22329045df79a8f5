/* Live figures: recomputes the coordinates of a figure when a control moves and sets SVG attributes.
   One classic script for all pages; with an export appended it is also the front end of the widget. */
globalThis.LiveFigures = globalThis.LiveFigures || (function () {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg", FAR = 9999, mounted = new Map();
  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  /* ---- small tools ---- */
  function make(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
      else if (value !== false && value != null) node.setAttribute(key, value === true ? "" : value);
    }
    node.append(...children);
    return node;
  }
  const ICONS = {
    reset: "M5 5v5h5M5.6 15a8 8 0 1 0 1-8.600L5 10",
    link: "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.700-5.700l-1.500 1.500M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.700 5.700l1.500-1.500",
    full: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
    play: "M7 4.500v15l12-7.500z", pause: "M8 5v14M16 5v14", step: "M6 5v14l9-7zM18 5v14",
  };
  function icon(name) {
    const svg = document.createElementNS(SVG, "svg"), path = document.createElementNS(SVG, "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", ICONS[name]);
    svg.append(path);
    return svg;
  }
  function button(name, label, onclick, text) {
    const node = make("button", { type: "button", class: "lf-button", "aria-label": label, title: label, onclick }, icon(name));
    if (text) node.append(text);
    return node;
  }
  const clamp = (x, low, high) => Math.min(Math.max(x, low), high);
  const tidy = (x) => +x.toPrecision(6);

  /* ---- numbers as text: the same few formats as in Python ---- */
  function format(value, spec) {
    if (Number.isNaN(value)) return "–";
    if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
    const [, plus, digits, kind] = /^(\+?)(?:\.(\d+))?([fgd%]?)$/.exec(spec || ".3f");
    const size = Math.abs(value);
    const text = kind === "%" ? (size * 100).toFixed(+digits || 0) + "%"
      : kind === "d" ? size.toFixed(0)
      : kind === "g" ? general(size, +digits || 6)
      : size.toFixed(digits === undefined ? 3 : +digits);
    return (!/[1-9]/.test(text) ? "" : value < 0 ? "−" : plus) + text;
  }
  function general(size, digits) {
    if (size === 0) return "0";
    const power = +size.toExponential(digits - 1).split("e")[1];
    if (power >= -4 && power < digits) {
      const text = size.toFixed(Math.max(digits - 1 - power, 0));
      return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
    }
    const [head, tail] = size.toExponential(digits - 1).split("e");
    return (head.includes(".") ? head.replace(/\.?0+$/, "") : head) + "e" + tail[0] + tail.slice(1).padStart(2, "0");
  }
  const fill = (template, names, values) =>
    template.replace(/\{(\w+)(?::([^}]*))?\}/g, (_, name, spec) => format(values[names.indexOf(name)], spec));

  /* ---- shapes: columns of data to the d attribute of a path ---- */
  const two = (x) => Math.round(x * 100) / 100;
  function scale([a, b, log]) {
    return log
      ? (v) => { const p = a + b * Math.log10(v); return Number.isNaN(p) ? (b > 0 ? -FAR : FAR) : clamp(p, -FAR, FAR); }
      : (v) => clamp(a + b * v, -FAR, FAR);
  }
  const unscale = ([a, b, log]) => (log ? (p) => 10 ** ((p - a) / b) : (p) => (p - a) / b);
  const SHAPES = {
    line(c, X, Y) {
      const [x, y] = c;
      let d = "";
      for (let i = 0; i < x.length; i++) d += (i ? "L" : "M") + two(X(x[i])) + " " + two(Y(y[i]));
      return d;
    },
    area(c, X, Y) {
      const [x, low, high] = c, n = x.length;
      let d = "";
      for (let i = 0; i < n; i++) d += (i ? "L" : "M") + two(X(x[i])) + " " + two(Y(high[i]));
      for (let i = n - 1; i >= 0; i--) d += "L" + two(X(x[i])) + " " + two(Y(low[i]));
      return d && d + "Z";
    },
    boxes(c, X, Y) {
      let d = "";
      for (let i = 0; i < c[0].length; i++) {
        const left = two(X(c[0][i]));
        d += "M" + left + " " + two(Y(c[1][i])) + "H" + two(X(c[2][i])) + "V" + two(Y(c[3][i])) + "H" + left + "Z";
      }
      return d;
    },
    points(c, X, Y) {
      let d = "";
      for (let i = 0; i < c[0].length; i++) d += "M" + two(X(c[0][i])) + " " + two(Y(c[1][i])) + "h0";
      return d;
    },
    segments(c, X, Y) {
      let d = "";
      for (let i = 0; i < c[0].length; i++)
        d += "M" + two(X(c[0][i])) + " " + two(Y(c[1][i])) + "L" + two(X(c[2][i])) + " " + two(Y(c[3][i]));
      return d;
    },
    arrows(c, X, Y) {
      let d = "";
      for (let i = 0; i < c[0].length; i++) {
        const a = X(c[0][i]), b = Y(c[1][i]), e = X(c[2][i]), f = Y(c[3][i]), length = Math.hypot(e - a, f - b);
        d += "M" + two(a) + " " + two(b) + "L" + two(e) + " " + two(f);
        if (length < 1) continue;
        const size = Math.min(8, length / 2), u = (e - a) / length * size, v = (f - b) / length * size, w = 0.55;
        d += "M" + two(e - u - w * v) + " " + two(f - v + w * u) + "L" + two(e) + " " + two(f) +
          "L" + two(e - u + w * v) + " " + two(f - v - w * u);
      }
      return d;
    },
  };
  /* Marching squares; cells with a corner that is not finite are left out. */
  const CASES = [[], [3, 0], [0, 1], [3, 1], [1, 2], [3, 0, 1, 2], [0, 2], [3, 2], [2, 3], [2, 0], [0, 1, 2, 3], [2, 1], [1, 3], [1, 0], [0, 3], []];
  const cut = (low, high, level) => (level - low) / (high - low);
  function contour(c, X, Y, artist, level) {
    const [x, y, z] = c, [nu, nv] = artist.mesh, from = [0, 1, nu, 0], to = [1, nu + 1, nu + 1, nu];
    let d = "";
    for (let v = 0; v < nv - 1; v++) for (let u = 0; u < nu - 1; u++) {
      const k = v * nu + u, A = z[k], B = z[k + 1], C = z[k + nu + 1], D = z[k + nu];
      const code = (A > level) + 2 * (B > level) + 4 * (C > level) + 8 * (D > level), cuts = CASES[code];
      if (!cuts.length || !Number.isFinite(A + B + C + D)) continue;
      for (let i = 0; i < cuts.length; i++) {
        const p = k + from[cuts[i]], q = k + to[cuts[i]], t = cut(z[p], z[q], level);
        d += (i % 2 ? "L" : "M") + two(X(x[p] + t * (x[q] - x[p]))) + " " + two(Y(y[p] + t * (y[q] - y[p])));
      }
    }
    return d;
  }
  function heat(c, X, Y, artist) {
    const [x, y, z] = c, [nu, nv] = artist.mesh, [low, high] = artist.zlim, n = artist.levels, paths = Array(n).fill("");
    const w = (x[nu - 1] - x[0]) / (nu - 1) / 2, h = (y[nu * (nv - 1)] - y[0]) / (nv - 1) / 2;
    for (let k = 0; k < z.length; k++) {
      const level = Math.floor(clamp((z[k] - low) / (high - low) * n, 0, n - 1)), left = two(X(x[k] - w));
      paths[level] += "M" + left + " " + two(Y(y[k] - h)) + "H" + two(X(x[k] + w)) + "V" + two(Y(y[k] + h)) + "H" + left + "Z";
    }
    return paths;
  }

  /* ---- the address holds the values: #fig-coin:p=0.3,q=0.2;fig-tree:a=1 ---- */
  function readHash() {
    const found = new Map(), text = decodeURIComponent(location.hash.slice(1));
    for (const part of text.split(";")) {
      const match = /^([\w-]+):((?:\w+=-?[\d.eE+-]+,?)+)$/.exec(part);
      if (match) found.set(match[1], Object.fromEntries(match[2].split(",").filter(Boolean).map((p) => {
        const [name, value] = p.split("=");
        return [name, +value];
      })));
    }
    return found;
  }
  function hashOf(figures) {
    return figures.map((f) => f.address()).filter(Boolean).join(";");
  }
  let hashTimer = 0;
  function writeHash() {
    if (hashTimer) return;
    hashTimer = setTimeout(() => {
      hashTimer = 0;
      const text = hashOf([...mounted.values()].filter((f) => f.usesHash));
      const ours = /^#[\w-]+:/.test(location.hash);
      if (text) history.replaceState(history.state, "", "#" + text);
      else if (ours) history.replaceState(history.state, "", location.pathname + location.search);
    }, 300);
  }

  /* ---- a figure ---- */
  class LiveFigure {
    constructor(root, options) {
      this.root = root;
      this.spec = JSON.parse(root.querySelector("script[type='application/json']").textContent);
      this.id = root.id;
      this.usesHash = options.hash !== false;
      this.onchange = options.onchange || (() => {});
      const { spec } = this;
      this.names = spec.params.map((p) => p.name);
      this.state = spec.params.map((p) => p.start);
      this.arrays = Object.fromEntries(Object.entries(spec.data).map(([k, v]) => [k, Float64Array.from(v)]));
      this.compute = new Function("P", "D", spec.code);
      this.drags = spec.handles.map((h) => new Function("P", "D", h.code));
      this.layouts = [...root.querySelectorAll("svg[data-lf-layout]")].map((svg, i) => this.layout(svg, i));
      this.readouts = new Map([...root.querySelectorAll(".lf-readouts [data-a]")].map((n) => [n.dataset.a, n]));
      this.locked = false;
      this.frame = 0;
      this.controls = new Map();
      this.build();
      if (this.usesHash) this.set(readHash().get(this.id) || {}, true);
      this.predict();
      this.pick();
      if (typeof ResizeObserver === "function") new ResizeObserver(() => this.pick()).observe(root);
      root.classList.add("lf-live");
      this.redraw(true);
    }
    layout(svg, i) {
      const spec = this.spec.layouts[i], nodes = new Map();
      for (const node of svg.querySelectorAll("[data-a]")) {
        const list = nodes.get(node.dataset.a) || [];
        list.push(node);
        nodes.set(node.dataset.a, list);
      }
      return { svg, nodes, spec, axes: spec.panels.map((p) => [scale(p[0]), scale(p[1])]), inverse: spec.panels.map((p) => [unscale(p[0]), unscale(p[1])]), last: new Map() };
    }
    pick() {
      const now = this.layouts.find((l) => getComputedStyle(l.svg).display !== "none") || this.layouts[0];
      if (now === this.now) return;
      this.now = now;
      this.redraw(true);
    }

    /* -- values -- */
    get values() { return Object.fromEntries(this.names.map((n, i) => [n, this.state[i]])); }
    set(values, quiet) {
      const asked = new Map();
      for (const [name, value] of Object.entries(values)) {
        const i = this.names.indexOf(name), p = this.spec.params[i];
        if (i < 0 || !Number.isFinite(value)) continue;
        asked.set(i, clamp(p.whole ? Math.round(value) : value, p.low, p.high));
      }
      for (const group of this.spec.shares) {
        const where = group.names.map((n) => this.names.indexOf(n)), some = where.filter((i) => asked.has(i));
        if (!some.length) continue;
        const settled = settle(where.map((i) => this.state[i]), new Map(some.map((i) => [where.indexOf(i), asked.get(i)])), group.low);
        where.forEach((i, k) => asked.set(i, settled[k]));
      }
      let moved = false;
      for (const [i, value] of asked) if (this.state[i] !== value) { this.state[i] = value; moved = true; }
      if (moved && !quiet) {
        this.schedule();
        this.onchange(this.values);
        if (this.usesHash) writeHash();
      }
      return this;
    }
    reset() {
      this.stop();
      this.set(Object.fromEntries(this.spec.params.map((p) => [p.name, p.start])));
    }
    address() {
      const moved = this.spec.params.filter((p, i) => this.state[i] !== p.start);
      const group = new Set(this.spec.shares.filter((g) => moved.some((p) => g.names.includes(p.name))).flatMap((g) => g.names));
      const parts = this.spec.params.filter((p) => moved.includes(p) || group.has(p.name)).map((p) => p.name + "=" + tidy(this.state[this.names.indexOf(p.name)]));
      return parts.length ? this.id + ":" + parts.join(",") : "";
    }

    /* -- drawing -- */
    schedule() {
      if (!this.frame) this.frame = requestAnimationFrame(() => { this.frame = 0; this.redraw(); });
    }
    redraw(all) {
      if (this.frame) { cancelAnimationFrame(this.frame); this.frame = 0; }
      const out = this.compute(this.state, this.arrays), { now, spec } = this;
      if (all) now.last.clear();
      for (const artist of spec.artists) {
        const shown = artist.shown === undefined || out[artist.shown][0][0] !== 0;
        const concealed = this.locked && spec.predict.hide.includes(artist.id);
        if (artist.kind === "readout") {
          const node = this.readouts.get(artist.id), values = artist.names.map((_, i) => out[artist.values][i][0]);
          this.write(node, "text", fill(artist.template, artist.names, values));
          node.hidden = !shown || concealed;
          continue;
        }
        const nodes = now.nodes.get(artist.id), [X, Y] = now.axes[artist.panel], c = out[artist.out];
        const hide = !shown || concealed ? "none" : "";
        for (const node of nodes) if (node.style.display !== hide) node.style.display = hide;
        if (!shown) continue;
        if (artist.kind === "label") this.place(artist, nodes[0], c, out, X, Y);
        else if (artist.kind === "heat") heat(c, X, Y, artist).forEach((d, i) => this.write(nodes[i], "d", d));
        else if (artist.kind === "contour") artist.at.forEach((level, i) => this.write(nodes[i], "d", contour(c, X, Y, artist, level)));
        else {
          const d = SHAPES[artist.kind](c, X, Y);
          for (const node of nodes) this.write(node, "d", d);
        }
      }
      this.show(out);
    }
    write(node, key, value) {
      if (this.now.last.get(node) === value) return;
      this.now.last.set(node, value);
      if (key === "text") italics(node, value);
      else node.setAttribute(key, value);
    }
    place(artist, node, c, out, X, Y) {
      const [x, y] = this.spot(artist, X(c[0][0]), Y(c[1][0]));
      if (artist.values !== undefined) this.write(node, "text", fill(artist.template, artist.names, artist.names.map((_, i) => out[artist.values][i][0])));
      const at = x + " " + y;
      if (node.lfAt === at) return;
      node.lfAt = at;
      node.setAttribute("x", x);
      node.setAttribute("y", y);
    }
    /* A label keeps inside the drawing. */
    spot(artist, x, y) {
      const { width, height } = this.now.spec, [left, right, up] = artist.room[this.layouts.indexOf(this.now)];
      return [two(clamp(x + artist.offset[0], left, Math.max(left, width - right))), two(clamp(y - artist.offset[1], up, height - 4))];
    }

    /* -- controls -- */
    build() {
      const area = this.root.querySelector(".lf-controls"), tools = this.root.querySelector(".lf-tools");
      this.spec.handles.forEach((handle, i) => this.handle(handle, i));
      this.fields = make("fieldset", { class: "lf-fields" }, make("legend", { class: "lf-sr" }, "Controls: " + this.spec.title));
      for (const p of this.spec.params) if (p.show !== false) this.fields.append(this.control(p));
      area.append(this.fields);
      this.live = make("p", { class: "lf-sr", "aria-live": "polite" });
      area.append(this.live);
      tools.append(button("reset", "Reset this figure", () => this.reset()));
      if (this.usesHash) tools.append(button("link", "Copy a link to this state", (e) => this.copy(e.currentTarget)));
      if (document.fullscreenEnabled) tools.append(button("full", "Full screen", () => (document.fullscreenElement ? document.exitFullscreen() : this.root.requestFullscreen())));
    }
    control(p) {
      const i = this.names.indexOf(p.name), id = this.id + "-" + p.name;
      if (p.kind === "checkbox") {
        const input = make("input", { type: "checkbox", id, oninput: () => this.set({ [p.name]: +input.checked }) });
        this.controls.set(p.name, { update: () => { input.checked = this.state[i] === 1; }, input });
        return make("label", { class: "lf-control lf-check", for: id }, input, make("span", {}, ...emphasis(p.label)));
      }
      if (p.kind === "choice") {
        const input = make("select", { id, onchange: () => this.set({ [p.name]: +input.value }) }, ...p.options.map((o, k) => make("option", { value: k }, o)));
        this.controls.set(p.name, { update: () => { input.value = this.state[i]; }, input });
        return make("div", { class: "lf-control" }, make("label", { for: id }, ...emphasis(p.label)), input);
      }
      const log = p.scale === "log", ratio = p.high / p.low, ticks = 400;
      const toInput = (v) => (log ? Math.round(ticks * Math.log(v / p.low) / Math.log(ratio)) : v);
      const ofInput = (v) => (log ? clamp(tidy(p.low * ratio ** (v / ticks)), p.low, p.high) : v);
      const input = make("input", {
        type: "range", id, min: log ? 0 : p.low, max: log ? ticks : p.high, step: log ? 1 : p.step,
        oninput: () => { this.stop(); this.set({ [p.name]: ofInput(+input.value) }); },
      });
      /* From a value between two steps (a share that gave way) an arrow key moves by a full step. */
      const value = make("output", { for: id, class: "lf-value", "aria-live": "off" });
      const update = () => {
        const v = this.state[i], text = this.describe(p, v);
        if (value.textContent === text && +input.value === toInput(v)) return;
        input.value = toInput(v);
        input.setAttribute("aria-valuetext", text);
        value.textContent = text;
        const low = +input.min;
        input.style.setProperty("--lf-filled", 100 * (input.value - low) / (input.max - low) + "%");
      };
      this.controls.set(p.name, { update, input });
      const row = make("div", { class: "lf-control" }, make("label", { for: id }, ...emphasis(p.label)), input, value);
      if (p.kind === "player") row.append(this.player(p, i));
      return row;
    }
    describe(p, v) {
      const named = p.names && p.names.find(([at]) => Math.abs(at - v) < p.step / 2);
      const space = p.unit === "°" ? "" : "\u00a0"; /* 20° but 20 nats */
      const text = format(v, p.scale === "log" ? ".3g" : "." + p.digits + "f") + (p.unit ? space + p.unit : "");
      const each = named && p.whole && p.names.length === p.high - p.low + 1; /* a list of names */
      return each ? named[1] : named ? text + " (" + named[1] + ")" : text;
    }
    player(p, i) {
      const play = button("play", "Play", () => (this.timer ? this.stop() : this.play(p, i)));
      this.playing = { node: play };
      const step = button("step", "One step", () => { this.stop(); this.set({ [p.name]: this.state[i] + 1 }); });
      const back = button("reset", "Back to the first step", () => { this.stop(); this.set({ [p.name]: 0 }); });
      return make("div", { class: "lf-player" }, play, step, back);
    }
    play(p, i) {
      /* Where motion is unwelcome, "play" takes one step. */
      if (still()) { this.set({ [p.name]: this.state[i] + 1 }); return; }
      if (this.state[i] >= p.high) this.set({ [p.name]: 0 });
      let last = performance.now();
      const tick = (time) => {
        const steps = Math.floor((time - last) * p.rate / 1000);
        if (steps > 0) { last += steps * 1000 / p.rate; this.set({ [p.name]: this.state[i] + steps }); }
        if (this.state[i] >= p.high) this.stop();
        else this.timer = requestAnimationFrame(tick);
      };
      this.timer = requestAnimationFrame(tick);
      this.faceOf("pause", "Pause");
    }
    stop() {
      if (!this.timer) return;
      cancelAnimationFrame(this.timer);
      this.timer = 0;
      this.faceOf("play", "Play");
    }
    faceOf(name, label) {
      const { node } = this.playing;
      node.replaceChildren(icon(name));
      node.setAttribute("aria-label", label);
      node.title = label;
    }
    handle(spec, k) {
      const node = make("button", { type: "button", class: "lf-handle", role: "slider", "aria-roledescription": "draggable point", "aria-label": spec.label, style: "--lf-handle:" + spec.color });
      const move = (X, Y) => {
        const out = this.drags[k]([...this.state, X, Y], this.arrays)[0];
        this.stop();
        this.set(Object.fromEntries(spec.sets.map((name, i) => [name, tidy(out[i][0])])));
      };
      const pointer = (e) => {
        const box = this.now.svg.getBoundingClientRect(), [X, Y] = this.now.inverse[spec.panel], { width, height } = this.now.spec;
        move(X((e.clientX - box.left) / box.width * width), Y((e.clientY - box.top) / box.height * height));
      };
      node.addEventListener("pointerdown", (e) => {
        if (this.locked || e.button) return;
        node.setPointerCapture(e.pointerId);
        node.focus({ preventScroll: true });
        e.preventDefault();
      });
      node.addEventListener("pointermove", (e) => { if (node.hasPointerCapture(e.pointerId)) pointer(e); });
      node.addEventListener("keydown", (e) => {
        const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1], Home: [-1e3, 0], End: [1e3, 0] }[e.key];
        if (!way || this.locked) return;
        e.preventDefault();
        const [x, y] = this.handleAt(k), [[, , , x0, x1], [, , , y0, y1]] = this.now.spec.panels[spec.panel], times = e.shiftKey ? 5 : 1;
        move(x + way[0] * times * spec.keys[0] * (x1 - x0), y + way[1] * times * spec.keys[1] * (y1 - y0));
      });
      this.root.querySelector(".lf-drawing").append(node);
      spec.node = node;
    }
    handleAt(k) {
      const out = this.compute(this.state, this.arrays), c = out[this.spec.handles[k].out];
      return [c[0][0], c[1][0]];
    }
    /* Everything outside the drawing that follows the values: controls, handles, announcements. */
    show(out) {
      for (const { update } of this.controls.values()) update();
      for (const h of this.spec.handles) {
        const c = out[h.out], [X, Y] = this.now.axes[h.panel], { width, height } = this.now.spec;
        h.node.style.left = two(100 * X(c[0][0]) / width) + "%";
        h.node.style.top = two(100 * Y(c[1][0]) / height) + "%";
        const said = h.sets.map((name) => { const p = this.spec.params[this.names.indexOf(name)]; return plain(p.label) + " " + this.describe(p, this.state[this.names.indexOf(name)]); });
        h.node.setAttribute("aria-valuetext", said.join(", "));
        const first = this.names.indexOf(h.sets[0]);
        h.node.setAttribute("aria-valuenow", tidy(this.state[first]));
        h.node.setAttribute("aria-valuemin", this.spec.params[first].low);
        h.node.setAttribute("aria-valuemax", this.spec.params[first].high);
      }
      clearTimeout(this.speaker);
      if (this.spoken === undefined) this.spoken = this.speech();
      else this.speaker = setTimeout(() => {
        const text = this.speech();
        if (text !== this.spoken) this.live.textContent = this.spoken = text;
      }, 700);
    }
    speech() { return [...this.readouts.values()].filter((n) => !n.hidden).map((n) => n.textContent).join(". "); }
    copy(node) {
      const url = location.href.replace(/#.*$/, "") + "#" + (this.address() || this.id);
      const said = (text) => { node.dataset.said = text; this.live.textContent = text; setTimeout(() => delete node.dataset.said, 1600); };
      const fallback = () => {
        const field = make("textarea", { class: "lf-sr" });
        field.value = url;
        this.root.append(field);
        field.select();
        const done = document.execCommand("copy");
        field.remove();
        said(done ? "Link copied" : "The link is in the address bar");
        if (!done) history.replaceState(history.state, "", url);
      };
      if (navigator.clipboard && isSecureContext) navigator.clipboard.writeText(url).then(() => said("Link copied"), fallback);
      else fallback();
    }

    /* -- prediction first -- */
    predict() {
      const box = this.root.querySelector(".lf-predict"), asked = this.spec.predict;
      if (!box || this.address()) return; /* a link to a state shows that state */
      const answer = box.querySelector(".lf-answer"), list = box.querySelector("ol"), asks = box.querySelector(".lf-question");
      this.lock(true);
      answer.hidden = true;
      answer.setAttribute("tabindex", "-1");
      const name = this.id + "-predict";
      const commit = make("button", { type: "button", class: "lf-commit", disabled: true, onclick: () => {
        const chosen = +set.querySelector("input:checked").value, right = chosen === asked.answer;
        for (const label of set.querySelectorAll("label")) {
          const input = label.querySelector("input");
          input.disabled = true;
          label.classList.toggle("lf-right", +input.value === asked.answer);
          label.classList.toggle("lf-wrong", +input.value === chosen && !right);
        }
        commit.remove();
        answer.hidden = false;
        answer.prepend(make("strong", {}, right ? "You predicted it. " : "Not this time. "));
        this.lock(false);
        answer.focus({ preventScroll: true });
      } }, "Commit, then look");
      const set = make("fieldset", { class: "lf-choices" }, make("legend", {}, "Predict first: ", ...asks.childNodes),
        ...[...list.children].map((li, k) => make("label", {}, make("input", { type: "radio", name, value: k, onchange: () => { commit.disabled = false; } }), make("span", {}, ...li.childNodes))));
      asks.hidden = true;
      list.replaceWith(set);
      set.after(commit);
    }
    lock(on) {
      this.locked = on;
      this.fields.disabled = on;
      this.root.classList.toggle("lf-locked", on);
      for (const h of this.spec.handles) h.node.disabled = on;
      if (this.now) this.redraw(true);
    }

    /* -- for tests: what is drawn, in data units, read back from the SVG attributes -- */
    coordinates() {
      this.redraw();
      const found = {};
      for (const artist of this.spec.artists) {
        if (artist.kind === "readout") {
          const node = this.readouts.get(artist.id);
          found[artist.id] = node.hidden ? null : { text: node.textContent };
          continue;
        }
        const nodes = this.now.nodes.get(artist.id), [X, Y] = this.now.inverse[artist.panel];
        if (nodes[0].style.display === "none") found[artist.id] = null;
        else if (artist.kind === "label") {
          const x = +nodes[0].getAttribute("x"), y = +nodes[0].getAttribute("y");
          found[artist.id] = { text: nodes[0].textContent, pixels: [x, y], at: [X(x - artist.offset[0]), Y(y + artist.offset[1])] };
        } else if (artist.kind === "contour") {
          found[artist.id] = artist.at.flatMap((level, i) => vertices(nodes[i], X, Y).map((row) => [level, ...row]));
        } else if (artist.kind === "heat") {
          found[artist.id] = nodes.flatMap((node, i) => vertices(node, X, Y).map((row) => [i, ...row]));
        } else found[artist.id] = vertices(nodes[nodes.length - 1], X, Y, artist.kind);
      }
      return found;
    }
  }

  /* Rows of numbers from a d attribute: one row per subpath (per vertex for lines and areas). */
  function vertices(node, X, Y, kind) {
    const d = node.getAttribute("d"), rows = [];
    if (!d) return rows;
    for (const part of d.slice(1).split("M")) {
      const row = [];
      let x = 0, y = 0;
      for (const [, command, numbers] of ("L" + part).matchAll(/([LHVhZ])([^LHVhZ]*)/g)) {
        const n = numbers.split(" ").map(Number);
        if (command === "L") [x, y] = n;
        else if (command === "H") x = n[0];
        else if (command === "V") y = n[0];
        else continue;
        row.push(X(x), Y(y));
      }
      rows.push(row);
    }
    if (kind === "line") return pairs(rows[0]);
    if (kind === "area") {
      const all = pairs(rows[0]), n = all.length / 2;
      return all.slice(0, n).map(([x, high], i) => [x, all[2 * n - 1 - i][1], high]);
    }
    if (kind === "boxes" || !kind && rows[0].length === 8) return rows.map((r) => [r[0], r[1], r[2], r[5]]);
    if (kind === "arrows") return rows.filter((_, i) => rows[i].length === 4);
    return rows;
  }
  const pairs = (row) => Array.from({ length: row.length / 2 }, (_, i) => [row[2 * i], row[2 * i + 1]]);

  function settle(old, asked, low) {
    const size = old.length, spare = 1 - size * low, excess = old.map((v) => Math.max(v - low, 0));
    if (asked.size === 1) {
      const [[i, value]] = asked, mine = clamp(value - low, 0, spare), left = spare - mine;
      const total = excess.reduce((sum, e, k) => (k === i ? sum : sum + e), 0);
      return excess.map((e, k) => low + (k === i ? mine : total > 0 ? left * e / total : left / (size - 1)));
    }
    for (const [i, value] of asked) excess[i] = Math.max(value - low, 0);
    const total = excess.reduce((a, b) => a + b, 0);
    return excess.map((e) => low + (total > 0 ? e * spare / total : spare / size));
  }

  /* Words between asterisks are set in italics, in HTML and in SVG. */
  const plain = (text) => text.replace(/\*/g, "");
  function emphasis(text, tag) {
    return text.split("*").map((part, i) => {
      if (i % 2 === 0) return part;
      const node = tag ? document.createElementNS(SVG, tag) : document.createElement("em");
      if (tag) node.setAttribute("font-style", "italic");
      node.textContent = part;
      return node;
    });
  }
  function italics(node, text) {
    if (text.includes("*")) node.replaceChildren(...emphasis(text, node.namespaceURI === SVG ? "tspan" : ""));
    else node.textContent = text;
  }

  function mount(root, options) {
    if (!mounted.has(root.id) || mounted.get(root.id).root !== root) mounted.set(root.id, new LiveFigure(root, options || {}));
    return mounted.get(root.id);
  }
  function mountAll() {
    for (const root of document.querySelectorAll("figure.lf[data-lf]")) {
      try { mount(root); } catch (error) { console.error(`live figure ${root.id}:`, error); } /* the others move */
    }
    const wanted = [...readHash().keys()].find((id) => mounted.has(id));
    if (wanted) mounted.get(wanted).root.scrollIntoView({ block: "center" });
  }
  addEventListener("hashchange", () => {
    for (const [id, values] of readHash()) if (mounted.has(id)) mounted.get(id).set(values);
  });

  /* The widget: the same figure in a live notebook; `values` goes both ways. */
  function render({ model, el }) {
    el.innerHTML = model.get("html");
    const root = el.querySelector("figure.lf");
    let ours = false;
    const figure = mount(root, { hash: false, onchange: (values) => {
      ours = true;
      model.set("values", values);
      model.save_changes();
      ours = false;
    } });
    const follow = () => { if (!ours) { figure.set(model.get("values"), true); figure.redraw(); } };
    follow();
    model.on("change:values", follow);
    return () => model.off("change:values", follow);
  }

  if (document.readyState === "loading") addEventListener("DOMContentLoaded", mountAll);
  else mountAll();
  const find = (id) => mounted.get(id) || mounted.get("fig-" + id);
  return { mount, mountAll, render, get: find, all: () => [...mounted.keys()], format };
})();
