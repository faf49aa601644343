// Search over names, other spellings and the words quoted, in the browser.
"use strict";
(() => {
  const form = document.getElementById("search");
  const box = form.elements.q;
  const list = document.getElementById("results");
  const told = document.getElementById("found");
  const root = document.body.dataset.root;
  document.getElementById("unscripted").hidden = true;
  const MOST = 60;
  let rows = null;
  let loading = null;

  // Letters without their marks, Arabic forms of one letter as one: people type what they can.
  function plain(text) {
    return text.normalize("NFKD").replace(/[\u0300-\u036f\u064b-\u065f\u0670\u0640]/g, "")
      .replace(/[\u0623\u0625\u0622]/g, "\u0627").replace(/\u0649|\u06cc/g, "\u064a")
      .replace(/\u06a9/g, "\u0643").replace(/[\u2018\u2019]/g, "'").toLocaleLowerCase();
  }

  function load() {
    loading ??= fetch(form.dataset.index).then((answer) => answer.json()).then((found) => {
      rows = found.map((row) => ({ row, name: plain(row[2]), all: plain(row[2] + " " + row[3]) }));
    });
    return loading;
  }

  function score(entry, words) {
    let points = 0;
    for (const word of words) {
      if (!entry.all.includes(word)) return 0;
      points += 1;
      if (entry.row[0] === "Words") continue;
      if (entry.name.includes(word)) points += 2;
      if ((" " + entry.name).includes(" " + word)) points += 2;
    }
    return points + (entry.row[0] === "Words" ? 0 : 3);
  }

  function item(row) {
    const [kind, path, name, more] = row;
    const line = document.createElement("li");
    const link = document.createElement("a");
    link.href = root + path;
    link.dir = "auto";
    link.textContent = kind === "Words" ? "“" + name + "”" : name;
    const note = document.createElement("span");
    note.className = "count";
    note.dir = "auto";
    note.textContent = " " + kind + (more ? " · " + more : "");
    line.append(link, note);
    return line;
  }

  async function search() {
    const words = plain(box.value).split(/\s+/).filter(Boolean);
    if (!words.length) { list.replaceChildren(); told.textContent = ""; return; }
    try { await load(); } catch { told.textContent = "The index could not be loaded."; return; }
    const found = [];
    for (const entry of rows) {
      const points = score(entry, words);
      if (points) found.push([points, entry.row]);
    }
    found.sort((a, b) => b[0] - a[0]);
    list.replaceChildren(...found.slice(0, MOST).map(([, row]) => item(row)));
    told.textContent = found.length + (found.length === 1 ? " result" : " results") +
      (found.length > MOST ? ", the first " + MOST : "");
  }

  let due = 0;
  box.addEventListener("focus", load, { once: true });
  box.addEventListener("input", () => { clearTimeout(due); due = setTimeout(search, 90); });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const address = new URL(location);
    address.searchParams.set("q", box.value);
    history.replaceState(null, "", address);
    search();
  });
  const asked = new URLSearchParams(location.search).get("q");
  if (asked) { box.value = asked; search(); }
})();
