// The editor for questions of one's own: completion from the vocabulary, stop, a table of answers.
"use strict";
(() => {
  const form = document.getElementById("sparql");
  const text = form.elements.query;
  const list = document.getElementById("complete");
  const told = document.getElementById("told");
  const answer = document.getElementById("answer");
  const cancel = document.getElementById("cancel");
  const MOST = 1000;
  let terms = [], prefixes = {}, running = null, chosen = 0;
  fetch(form.dataset.terms).then((a) => a.json()).then((found) => { terms = found.terms; prefixes = found.prefixes; });

  const word = () => /[A-Za-z][A-Za-z0-9]*:[A-Za-z0-9-]*$/.exec(text.value.slice(0, text.selectionStart))?.[0] ?? "";

  function offer() {
    const typed = word().toLowerCase();
    const found = typed ? terms.filter((term) => term.toLowerCase().startsWith(typed)).slice(0, 30) : [];
    list.hidden = !found.length;
    chosen = 0;
    list.replaceChildren(...found.map((term, n) => {
      const line = document.createElement("li");
      line.textContent = term;
      line.setAttribute("role", "option");
      line.setAttribute("aria-selected", String(n === 0));
      line.addEventListener("pointerdown", (event) => { event.preventDefault(); take(term); });
      return line;
    }));
    if (found.length) {
      const before = text.value.slice(0, text.selectionStart).split("\n");
      list.style.top = Math.min(before.length * 21.6 + 8 - text.scrollTop, text.clientHeight) + "px";
      list.style.left = Math.min(before.at(-1).length * 7.8 + 12, text.clientWidth - 200) + "px";
    }
  }

  function take(term) {
    const at = text.selectionStart, typed = word();
    text.setRangeText(term, at - typed.length, at, "end");
    const prefix = term.split(":")[0];
    if (prefixes[prefix] && !new RegExp("PREFIX\\s+" + prefix + ":", "i").test(text.value)) {
      const line = "PREFIX " + prefix + ": <" + prefixes[prefix] + ">\n";
      const end = text.selectionEnd;
      text.setRangeText(line, 0, 0);
      text.setSelectionRange(end + line.length, end + line.length);
    }
    list.hidden = true;
  }

  text.addEventListener("input", offer);
  text.addEventListener("blur", () => { list.hidden = true; });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); return; }
    if (list.hidden) return;
    const lines = [...list.children];
    if (event.key === "Escape") list.hidden = true;
    else if (event.key === "Enter") take(lines[chosen].textContent);
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      lines[chosen].setAttribute("aria-selected", "false");
      chosen = (chosen + (event.key === "ArrowDown" ? 1 : lines.length - 1)) % lines.length;
      lines[chosen].setAttribute("aria-selected", "true");
      lines[chosen].scrollIntoView({ block: "nearest" });
    } else return;
    event.preventDefault();
  });

  function cell(term) {
    const made = document.createElement("td");
    made.dir = "auto";
    if (!term) return made;
    made.textContent = term.value;
    if (term["xml:lang"]) made.lang = term["xml:lang"];
    return made;
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
    const begun = performance.now();
    try {
      const asked = new URLSearchParams({ query: text.value });
      if (form.elements.format.value !== "json") asked.set("format", form.elements.format.value);
      const reply = await fetch(form.getAttribute("action"), { method: "POST", body: asked, signal: running.signal,
        headers: { Accept: "application/sparql-results+json, text/turtle;q=0.9" } });
      const body = await reply.text();
      const time = ((performance.now() - begun) / 1000).toFixed(1) + " s";
      if (!reply.ok) { told.textContent = body; return; }
      if ((reply.headers.get("content-type") ?? "").includes("results+json")) {
        const found = JSON.parse(body);
        if ("boolean" in found) { told.textContent = (found.boolean ? "Yes" : "No") + ", " + time; return; }
        const count = found.results.bindings.length;
        told.textContent = count + (count === 1 ? " row, " : " rows, ") + time + (count > MOST ? "; the first " + MOST + " are shown" : "");
        answer.append(table(found));
      } else {
        const shown = document.createElement("pre");
        shown.textContent = body.slice(0, 500000);
        told.textContent = time;
        answer.append(shown);
      }
    } catch (error) {
      told.textContent = error.name === "AbortError" ? "Stopped." : "The answer could not be fetched.";
    } finally {
      cancel.disabled = true;
    }
  });
  cancel.addEventListener("click", () => running?.abort());
})();
