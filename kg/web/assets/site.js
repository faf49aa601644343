// What every page may do once it is there; without it, all of it can still be read.
"use strict";

// Copy the address of this page.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(location.href.split("#")[0]);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy the link"; }, 1600);
  });
}

// Outline the whole passage that the address names, however many pieces it is in.
function here() {
  for (const piece of document.querySelectorAll(".passage.here")) piece.classList.remove("here");
  const id = decodeURIComponent(location.hash.slice(1));
  if (!/^p-[0-9]+-[0-9]+$/.test(id)) return;
  for (const piece of document.getElementsByClassName(id)) piece.classList.add("here");
}
addEventListener("hashchange", here);
here();

// Show only the rows that hold what is typed.
for (const box of document.querySelectorAll("[data-filter]")) {
  const holder = box.closest(".filter");
  const rows = [...document.querySelectorAll("[data-rows] > *")];
  if (rows.length < 8) continue;
  const texts = rows.map((row) => row.textContent.toLocaleLowerCase());
  const told = holder.querySelector("[role=status]");
  holder.hidden = false;
  box.addEventListener("input", () => {
    const wanted = box.value.trim().toLocaleLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, n) => {
      row.hidden = !wanted.every((word) => texts[n].includes(word));
      if (!row.hidden) shown += 1;
    });
    told.textContent = wanted.length ? shown + " of " + rows.length : "";
  });
}
