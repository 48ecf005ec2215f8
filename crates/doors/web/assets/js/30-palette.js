// The palette (Ctrl K, ⌘K): asks /palette?q= and moves through the grouped answers with the arrow keys.
(() => {
  "use strict";
  const { words, element, ready } = window.guomen;
  let dialog, input, out, picked = -1, asked = 0, timer;

  const hits = () => [...out.querySelectorAll("a")];
  const pick = (index) => {
    const all = hits();
    picked = all.length ? (index + all.length) % all.length : -1;
    all.forEach((hit, at) => hit.setAttribute("aria-selected", String(at === picked)));
    if (picked >= 0) { all[picked].scrollIntoView({ block: "nearest" }); input.setAttribute("aria-activedescendant", all[picked].id); }
    else input.removeAttribute("aria-activedescendant");
  };
  const show = (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const answer = page.querySelector(".palette-out");
    out.replaceChildren(...(answer ? answer.childNodes : []));
    out.querySelectorAll("section").forEach((group, at) => {
      const title = group.querySelector("h3");
      if (title) { title.id = `palette-group-${at}`; title.setAttribute("role", "presentation"); group.setAttribute("aria-labelledby", title.id); }
      group.setAttribute("role", "group");
    });
    hits().forEach((hit, at) => { hit.id = `palette-hit-${at}`; hit.setAttribute("role", "option"); hit.tabIndex = -1; });
    pick(0);
  };
  const say = (sentence) => { out.replaceChildren(element("p", {}, sentence)); pick(-1); };
  const search = async () => {
    const turn = ++asked;
    const query = input.value.trim();
    if (!query) { say(words().findType); return; }
    try {
      const answer = await fetch(`/palette?q=${encodeURIComponent(query)}`, { headers: { "HX-Request": "true" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const html = await answer.text();
      if (turn === asked) show(html);
    } catch {
      if (turn === asked) say(words().findFailed);
    }
  };
  const build = () => {
    const w = words();
    input = element("input", { type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": "palette-list", "aria-autocomplete": "list", "aria-label": w.findHint, placeholder: w.findHint, autocomplete: "off", spellcheck: "false" });
    out = element("div", { class: "palette-out", id: "palette-list", role: "listbox", "aria-label": w.find });
    dialog = element("dialog", { class: "palette", "aria-label": w.find }, element("div", { class: "palette-box" }, input, out));
    document.body.append(dialog);
    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(search, 90); });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "ArrowDown") { event.preventDefault(); pick(picked + 1); }
      else if (event.key === "ArrowUp") { event.preventDefault(); pick(picked - 1); }
      else if (event.key === "Enter" && picked >= 0) { event.preventDefault(); hits()[picked].click(); }
    });
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  };
  const open = () => {
    if (!dialog) build();
    if (dialog.open) { dialog.close(); return; }
    dialog.showModal();
    input.select();
    search();
  };
  ready(() => {
    const opener = document.querySelector("[data-palette]");
    if (!opener) return;
    if (/Mac|iPhone|iPad/.test(navigator.platform)) { const hint = opener.querySelector("kbd"); if (hint) hint.textContent = "⌘ K"; }
    opener.addEventListener("click", (event) => { if (!event.ctrlKey && !event.metaKey) { event.preventDefault(); open(); } });
    document.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") { event.preventDefault(); open(); }
    });
  });
})();
