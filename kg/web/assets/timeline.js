// The timeline of the overview: a mark an event, one lane a kind, drawn on a canvas; zoom, filter.
"use strict";
(() => {
  const section = document.getElementById("timeline");
  const form = section.querySelector("form");
  const canvas = section.querySelector("canvas");
  const tip = section.querySelector(".tip");
  const list = document.getElementById("events");
  const told = document.querySelector(".shown");
  const pager = document.querySelector(".pager");
  const heading = document.getElementById("list");
  const root = document.body.dataset.root;
  const written = list.innerHTML;
  const title = heading.textContent;
  const MOST = 200, LEFT = 74, TOP = 10, AXIS = 26, DAY = 86400000;
  const PATH = 0, LABEL = 1, DATE = 2, FIRST = 3, LAST = 4, KIND = 5, STATUS = 6, COUNTRY = 7, PLACE = 8,
    ORIGINS = 9, INFERRED = 10, ACTORS = 11, PARTIES = 12;
  const ORDER = ["Meeting", "Call", "Talks", "Visit", "Event"];
  let data, shown = [], lanes = [], from = 0, to = 1, least = 0, most = 1, drawn = 0, marks = [];

  function options(select, names) {
    names.forEach((name, n) => select.add(new Option(name, String(n))));
  }

  function select() {
    const of = (name) => form.elements[name].value;
    const kind = of("kind"), status = of("status"), country = of("country"), origins = Number(of("origins"));
    const typed = of("actor").trim().toLocaleLowerCase();
    const actors = typed
      ? new Set(data.actors.flatMap((name, n) => (name.toLocaleLowerCase().includes(typed) ? [n] : [])))
      : null;
    shown = data.events.filter((e) =>
      (kind === "" || e[KIND] === Number(kind)) && (status === "" || e[STATUS] === Number(status)) &&
      (country === "" || e[COUNTRY] === Number(country)) && e[ORIGINS] >= origins &&
      (!actors || e[ACTORS].some((n) => actors.has(n))));
    const filtered = shown.length !== data.events.length;
    if (filtered) show(); else { list.innerHTML = written; heading.textContent = title; }
    if (pager) pager.hidden = filtered;
    told.textContent = filtered ? shown.length + " of " + data.events.length + " events" +
      (shown.length > MOST ? ", the first " + MOST + " are listed" : "") : "";
    draw();
  }

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    Object.assign(made, attributes);
    made.append(...children);
    return made;
  }

  function show() {
    heading.textContent = "Events that fit";
    const lines = shown.slice(0, MOST).map((e) => {
      const date = element("span", { className: "date" }, e[DATE]);
      if (e[INFERRED]) date.append(" ", element("span", { className: "tag inferred" }, "inferred"));
      const link = element("a", { href: root + e[PATH] }, element("bdi", {}, e[LABEL]));
      const what = element("span", { className: "what" }, link);
      if (e[PLACE] >= 0) what.append(", ", element("bdi", {}, data.places[e[PLACE]]));
      const status = data.statuses[e[STATUS]];
      if (status !== "held") what.append(" ", element("span", { className: "tag " + standing(e) }, status));
      const origins = e[ORIGINS] ? e[ORIGINS] + (e[ORIGINS] === 1 ? " origin" : " origins")
        : e[PARTIES] ? "only " + e[PARTIES] + (e[PARTIES] === 1 ? " party" : " parties") : "origin unknown";
      return element("li", {}, date, what, element("span", { className: "n" }, origins));
    });
    list.replaceChildren(element("ol", { className: "events" }, ...lines));
  }

  function standing(e) {
    const status = data.statuses[e[STATUS]];
    if (status === "disputed" || status === "not settled") return "disputed";
    if (["planned", "proposed", "postponed", "cancelled", "not held"].includes(status)) return "planned";
    return "plain";
  }

  const x = (day) => LEFT + ((day - from) / (to - from)) * (canvas.clientWidth - LEFT - 12);
  const day = (at) => from + ((at - LEFT) / (canvas.clientWidth - LEFT - 12)) * (to - from);

  function colours() {
    const style = getComputedStyle(document.documentElement);
    const of = (name) => style.getPropertyValue("--" + name).trim();
    return { ink: of("ink"), soft: of("soft"), rule: of("rule"), link: of("link"), inferred: of("inferred"),
      planned: of("planned"), disputed: of("disputed"), card: of("card") };
  }

  function ticks() {
    const span = to - from, width = canvas.clientWidth - LEFT;
    const made = [];
    const months = span / 30.44, wanted = Math.max(2, width / 110);
    if (span < wanted * 20) {
      const step = [1, 2, 7, 14].find((n) => span / n <= wanted) || 14;
      for (let d = Math.ceil(from / step) * step; d < to; d += step) made.push([d, { day: "numeric", month: "short", year: "numeric" }]);
      return made;
    }
    const step = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1200].find((n) => months / n <= wanted) || 1200;
    const start = new Date(from * DAY);
    let year = start.getUTCFullYear(), month = Math.floor(start.getUTCMonth() / Math.min(step, 12)) * Math.min(step, 12);
    if (step >= 12) year = Math.floor(year / (step / 12)) * (step / 12);
    for (;;) {
      const at = Date.UTC(year, month, 1) / DAY;
      if (at >= to) return made;
      if (at >= from) made.push([at, step >= 12 ? { year: "numeric" } : { month: "short", year: "numeric" }]);
      month += step;
      year += Math.floor(month / 12);
      month %= 12;
    }
  }

  function paint() {
    drawn = 0;
    const ratio = devicePixelRatio || 1, width = canvas.clientWidth, height = canvas.clientHeight;
    if (!width) return;
    if (canvas.width !== Math.round(width * ratio)) { canvas.width = Math.round(width * ratio); canvas.height = Math.round(height * ratio); }
    const pen = canvas.getContext("2d"), colour = colours();
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.font = "12px system-ui, sans-serif";
    pen.textBaseline = "middle";
    const lane = (height - TOP - AXIS) / lanes.length;
    lanes.forEach((kind, n) => {
      pen.fillStyle = colour.soft;
      pen.fillText(data.kinds[kind], 0, TOP + lane * (n + 0.5));
      pen.fillStyle = colour.rule;
      pen.fillRect(LEFT, Math.round(TOP + lane * (n + 1)), width - LEFT, 1);
    });
    for (const [at, form] of ticks()) {
      const left = x(at);
      pen.fillStyle = colour.rule;
      pen.fillRect(Math.round(left), TOP, 1, height - TOP - AXIS);
      pen.fillStyle = colour.soft;
      pen.fillText(new Date(at * DAY).toLocaleDateString("en-GB", { ...form, timeZone: "UTC" }), left + 3, height - AXIS / 2);
    }
    pen.save();
    pen.beginPath();
    pen.rect(LEFT - 7, 0, width - LEFT + 7, height);
    pen.clip();
    marks = [];
    // Marks in one place stand above each other, up to the top of their lane.
    const piles = new Map();
    const room = Math.max(1, Math.floor((lane - 8) / 9));
    for (const e of shown) {
      if (e[FIRST] === null && e[LAST] === null) continue;
      const first = e[FIRST] ?? e[LAST], last = e[LAST] ?? e[FIRST];
      if (last < from || first > to) continue;
      const left = x(first), right = Math.max(left, x(last + 1));
      const n = lanes.indexOf(e[KIND]);
      const key = n * 100000 + Math.round(left / 9);
      const pile = piles.get(key) || 0;
      piles.set(key, pile + 1);
      if (pile >= room) continue;
      const y = TOP + lane * (n + 1) - 8 - 9 * pile;
      const status = standing(e);
      const paintWith = status === "plain" ? (e[INFERRED] ? colour.inferred : colour.link) : colour[status];
      if (right - left > 12) {
        pen.strokeStyle = paintWith;
        pen.lineWidth = 2;
        pen.beginPath();
        pen.moveTo(left, y);
        pen.lineTo(Math.min(right, width), y);
        pen.stroke();
      }
      pen.beginPath();
      pen.arc(left, y, 3.8, 0, 7);
      if (status === "planned" || e[INFERRED]) {
        pen.fillStyle = colour.card; pen.fill();
        pen.strokeStyle = paintWith; pen.lineWidth = 1.7; pen.stroke();
      } else { pen.fillStyle = paintWith; pen.fill(); }
      marks.push([left, y, e]);
    }
    for (const [key, pile] of piles) {
      if (pile <= room) continue;
      const n = Math.floor(key / 100000), left = (key % 100000) * 9;
      pen.fillStyle = colour.link;
      pen.fillRect(left - 3, TOP + lane * n + 3, 6, lane - 9 * 0 - 6);
    }
    pen.restore();
  }

  function draw() { if (!drawn) drawn = requestAnimationFrame(paint); }

  function zoom(factor, at) {
    const middle = at ?? (from + to) / 2;
    const span = Math.min(Math.max((to - from) * factor, 3), (most - least) * 1.3 + 10);
    const share = (middle - from) / (to - from);
    from = middle - span * share;
    to = from + span;
    draw();
  }

  function whole() {
    const days = data.events.flatMap((e) => [e[FIRST], e[LAST]].filter((d) => d !== null));
    least = Infinity; most = -Infinity;
    for (const d of days) { if (d < least) least = d; if (d > most) most = d; }
    if (!days.length) { least = 0; most = 1; }
    const margin = Math.max(3, (most - least) * 0.03);
    from = least - margin;
    to = most + margin;
    draw();
  }

  function nearest(event) {
    const box = canvas.getBoundingClientRect(), px = event.clientX - box.left, py = event.clientY - box.top;
    let best = null, least = 110;
    for (const [mx, my, e] of marks) {
      const distance = (mx - px) ** 2 + (my - py) ** 2;
      if (distance < least) { least = distance; best = [mx, my, e]; }
    }
    return best;
  }

  let held = null, moved = false;
  canvas.addEventListener("pointerdown", (event) => { held = [event.clientX, from, to]; moved = false; canvas.setPointerCapture(event.pointerId); });
  canvas.addEventListener("pointermove", (event) => {
    if (held) {
      const days = ((event.clientX - held[0]) / (canvas.clientWidth - LEFT)) * (held[2] - held[1]);
      if (Math.abs(event.clientX - held[0]) > 4) moved = true;
      from = held[1] - days; to = held[2] - days;
      draw();
      return;
    }
    const mark = nearest(event);
    canvas.style.cursor = mark ? "pointer" : "grab";
    tip.hidden = !mark;
    if (!mark) return;
    tip.textContent = mark[2][DATE] + ": " + mark[2][LABEL];
    tip.style.left = Math.min(mark[0] + 10, canvas.clientWidth - 250) + "px";
    tip.style.top = mark[1] + 12 + "px";
  });
  canvas.addEventListener("pointerup", (event) => {
    held = null;
    const mark = moved ? null : nearest(event);
    if (mark) location.href = root + mark[2][PATH];
  });
  canvas.addEventListener("pointerleave", () => { tip.hidden = true; });
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom(event.deltaY > 0 ? 1.25 : 0.8, day(event.offsetX));
  }, { passive: false });
  canvas.addEventListener("keydown", (event) => {
    const span = to - from;
    if (event.key === "+" || event.key === "=") zoom(0.7);
    else if (event.key === "-") zoom(1.4);
    else if (event.key === "0") whole();
    else if (event.key === "ArrowLeft") { from -= span / 8; to -= span / 8; draw(); }
    else if (event.key === "ArrowRight") { from += span / 8; to += span / 8; draw(); }
    else return;
    event.preventDefault();
  });
  for (const button of section.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => {
      if (button.dataset.zoom === "all") whole(); else zoom(button.dataset.zoom === "in" ? 0.6 : 1.6);
    });
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", select);
  form.addEventListener("reset", () => setTimeout(select));
  addEventListener("resize", draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);

  fetch(section.dataset.events).then((answer) => answer.json()).then((found) => {
    data = found;
    lanes = ORDER.map((name) => data.kinds.indexOf(name)).filter((n) => n >= 0);
    options(form.elements.kind, data.kinds);
    options(form.elements.status, data.statuses);
    options(form.elements.country, data.countries);
    const names = document.getElementById("actors");
    if (data.actors.length < 2000) names.append(...data.actors.map((name) => new Option(name)));
    section.hidden = false;
    whole();
    select();
    section.dataset.ready = "yes";
  }).catch(() => { section.hidden = true; });
})();
