// The editor for questions of one's own: completion from the vocabulary, stop, a table of answers.
"use strict";
(() => {
  const form = document.getElementById("sparql");
  const text = form.elements.query;
  const lines = form.querySelector(".lines-of");
  const list = document.getElementById("complete");
  const told = document.getElementById("told");
  const files = document.getElementById("files");
  const answer = document.getElementById("answer");
  const cancel = document.getElementById("cancel");
  const root = document.body.dataset.root;
  const MOST = 1000;
  const ROWS = ["csv", "tsv", "json", "xml"], TRIPLES = ["ttl", "nt"];
  const PAGED = /^(event|actor|office|place|topic|series|unnamed|article)\/[^?#]+$/;
  let terms = [], prefixes = {}, base = "", running = null, chosen = 0, wrong = 0;
  fetch(form.dataset.terms).then((a) => a.json()).then((found) => {
    ({ terms, prefixes, base } = found);
  });

  // The numbers of the lines, with that of an error marked.
  function number() {
    const count = text.value.split("\n").length;
    lines.replaceChildren(...Array.from({ length: count }, (_, n) => {
      const line = document.createElement("span");
      line.textContent = n + 1 + "\n";
      if (n + 1 === wrong) line.className = "wrong";
      return line;
    }));
    lines.style.height = text.clientHeight + "px";
    lines.scrollTop = text.scrollTop;
  }
  text.addEventListener("scroll", () => { lines.scrollTop = text.scrollTop; });
  new ResizeObserver(number).observe(text);

  // An error names its place as line:column; put the cursor there.
  function mark(message) {
    const place = / at (\d+):(\d+)/.exec(message);
    if (!place) return;
    wrong = Number(place[1]);
    const above = text.value.split("\n").slice(0, wrong - 1);
    const at = above.reduce((sum, line) => sum + line.length + 1, 0) + Number(place[2]) - 1;
    text.setAttribute("aria-invalid", "true");
    text.focus();
    text.setSelectionRange(at, at);
    number();
  }

  function before() { return text.value.slice(0, text.selectionStart); }
  const declared = () => /PREFIX\s+([A-Za-z][A-Za-z0-9-]*)?$/i.exec(before());
  const word = () => /[A-Za-z][A-Za-z0-9]*(:[A-Za-z0-9-]*)?$/.exec(before())?.[0] ?? "";

  // What fits: declarations behind PREFIX, else names, and prefixes as far as one is typed.
  function fitting() {
    const line = declared();
    if (line) {
      const typed = (line[1] ?? "").toLowerCase();
      return Object.keys(prefixes).filter((p) => p.startsWith(typed)).map((p) => p + ": <" + prefixes[p] + ">");
    }
    const typed = word().toLowerCase();
    if (!typed) return [];
    if (typed.includes(":")) return terms.filter((term) => term.toLowerCase().startsWith(typed));
    return Object.keys(prefixes).filter((p) => p.startsWith(typed)).map((p) => p + ":");
  }

  function offer() {
    const found = fitting().slice(0, 30);
    list.hidden = !found.length;
    chosen = 0;
    list.replaceChildren(...found.map((term, n) => {
      const line = document.createElement("li");
      line.id = "term-" + n;
      line.textContent = term;
      line.setAttribute("role", "option");
      line.setAttribute("aria-selected", String(n === 0));
      line.addEventListener("pointerdown", (event) => { event.preventDefault(); take(term); });
      return line;
    }));
    if (found.length) {
      const above = before().split("\n");
      list.style.top = Math.min(above.length * 21.6 + 8 - text.scrollTop, text.clientHeight) + "px";
      list.style.left = Math.min(above.at(-1).length * 7.8 + 54, text.clientWidth - 200) + "px";
      text.setAttribute("aria-activedescendant", "term-0");
    } else text.removeAttribute("aria-activedescendant");
  }

  function take(term) {
    const line = declared(), at = text.selectionStart;
    text.setRangeText(term, at - (line ? line[1] ?? "" : word()).length, at, "end");
    const prefix = term.split(":")[0];
    if (!line && !new RegExp("PREFIX\\s+" + prefix + ":", "i").test(text.value)) {
      const added = "PREFIX " + prefix + ": <" + prefixes[prefix] + ">\n";
      const end = text.selectionEnd;
      text.setRangeText(added, 0, 0);
      text.setSelectionRange(end + added.length, end + added.length);
    }
    list.hidden = true;
    number();
    if (!line && term.endsWith(":")) offer();
  }

  text.addEventListener("input", () => {
    wrong = 0;
    text.removeAttribute("aria-invalid");
    number();
    offer();
  });
  text.addEventListener("blur", () => { list.hidden = true; });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); return; }
    if (list.hidden) {
      if (event.key === "Escape") running?.abort();
      return;
    }
    const offered = [...list.children];
    if (event.key === "Escape") list.hidden = true;
    else if (event.key === "Enter") take(offered[chosen].textContent);
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      offered[chosen].setAttribute("aria-selected", "false");
      chosen = (chosen + (event.key === "ArrowDown" ? 1 : offered.length - 1)) % offered.length;
      offered[chosen].setAttribute("aria-selected", "true");
      offered[chosen].scrollIntoView({ block: "nearest" });
      text.setAttribute("aria-activedescendant", offered[chosen].id);
    } else return;
    event.preventDefault();
  });

  // The page of a node, and the place in the article of a passage; other addresses as they are.
  function target(iri) {
    if (!/^https?:/.test(iri)) return "";
    if (!base || !iri.startsWith(base)) return iri;
    const node = iri.slice(base.length);
    const passage = /^passage\/([^/]+)\/(\d+-\d+)$/.exec(node);
    if (passage) return root + "article/" + passage[1] + "#p-" + passage[2];
    return PAGED.test(node) ? root + node : "";
  }

  function shown(iri) {
    if (base && iri.startsWith(base)) return iri.slice(base.length);
    for (const [prefix, namespace] of Object.entries(prefixes)) {
      if (iri.startsWith(namespace) && iri !== namespace) return prefix + ":" + iri.slice(namespace.length);
    }
    return iri;
  }

  function cell(term) {
    const made = document.createElement("td");
    made.dir = "auto";
    if (!term) return made;
    if (term["xml:lang"]) made.lang = term["xml:lang"];
    const to = term.type === "uri" ? target(term.value) : "";
    if (to) {
      const link = document.createElement("a");
      link.href = to;
      link.textContent = shown(term.value);
      made.append(link);
    } else made.textContent = term.type === "uri" ? shown(term.value) : term.value;
    return made;
  }

  // Every form that the answer can be had in.
  function offerFiles(query, forms) {
    files.replaceChildren("As a file: ");
    forms.forEach((form_, n) => {
      const link = document.createElement("a");
      link.href = form.getAttribute("action") + "?" + new URLSearchParams({ query, format: form_ });
      link.download = "answer." + form_;
      link.textContent = { ttl: "Turtle", nt: "N-Triples" }[form_] ?? form_.toUpperCase();
      files.append(n ? ", " : "", link);
    });
    files.append(".");
    files.hidden = false;
  }

  function table(found) {
    const made = document.createElement("table"), head = made.createTHead().insertRow(), body = made.createTBody();
    for (const name of found.head.vars) {
      const column = document.createElement("th");
      column.scope = "col";
      column.textContent = name;
      head.append(column);
    }
    for (const row of found.results.bindings.slice(0, MOST)) body.insertRow().append(...found.head.vars.map((name) => cell(row[name])));
    return made;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    running?.abort();
    running = new AbortController();
    cancel.disabled = false;
    told.textContent = "Asking …";
    answer.replaceChildren();
    files.hidden = true;
    const query = text.value;
    const begun = performance.now();
    try {
      const asked = new URLSearchParams({ query });
      const reply = await fetch(form.getAttribute("action"), { method: "POST", body: asked, signal: running.signal,
        headers: { Accept: "application/sparql-results+json, text/turtle;q=0.9" } });
      const body = await reply.text();
      const time = ((performance.now() - begun) / 1000).toFixed(1) + " s";
      if (!reply.ok) { told.textContent = body; mark(body); return; }
      if ((reply.headers.get("content-type") ?? "").includes("results+json")) {
        const found = JSON.parse(body);
        if ("boolean" in found) { told.textContent = (found.boolean ? "Yes" : "No") + ", " + time; return; }
        const count = found.results.bindings.length;
        told.textContent = count + (count === 1 ? " row, " : " rows, ") + time + (count > MOST ? "; the first " + MOST + " are shown" : "");
        offerFiles(query, ROWS);
        answer.append(table(found));
      } else {
        const lines_ = document.createElement("pre");
        lines_.textContent = body.slice(0, 500000);
        told.textContent = time;
        offerFiles(query, TRIPLES);
        answer.append(lines_);
      }
    } catch (error) {
      told.textContent = error.name === "AbortError" ? "Stopped." : "The answer could not be fetched.";
    } finally {
      cancel.disabled = true;
    }
  });
  cancel.addEventListener("click", () => running?.abort());
  number();
})();
