// Lists by keyboard: j and k move, Enter opens (the focus is on a real link), ? shows the keys.
// Single keys can be switched off, because dictation and sip-and-puff devices send them by accident (WCAG 2.1.4).
(() => {
  "use strict";
  const { words, element, ready, read, write, typing } = window.guomen;
  const enabled = () => read("single-keys") !== "off";

  const move = (step) => {
    const links = [...document.querySelectorAll("[data-list] tbody tr[data-href] th a")];
    if (!links.length) return;
    const at = links.indexOf(document.activeElement);
    const next = links[Math.min(links.length - 1, Math.max(0, at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step))];
    next.focus({ preventScroll: true });
    next.closest("tr").scrollIntoView({ block: "nearest" });
  };

  const help = () => {
    const w = words();
    const row = (keys, text) => [element("dt", {}, ...keys.map((key) => element("kbd", {}, key))), element("dd", {}, text)];
    const box = element("input", { type: "checkbox", id: "single-keys" });
    box.checked = enabled();
    box.addEventListener("change", () => write("single-keys", box.checked ? "on" : "off"));
    const dialog = element("dialog", { class: "keys-help", "aria-labelledby": "keys-title" },
      element("h2", { id: "keys-title" }, w.keysTitle),
      element("dl", { class: "facts" }, ...row(["Ctrl K"], w.keysFind), ...row(["j"], w.keysDown), ...row(["k"], w.keysUp), ...row(["↵"], w.keysOpen), ...row(["?"], w.keysHelp)),
      element("label", { class: "choice", for: "single-keys" }, box, element("span", {}, w.keysSingle)),
      element("form", { method: "dialog", class: "buttons" }, element("button", { class: "button second" }, w.close)));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  };

  ready(() => {
    for (const button of document.querySelectorAll("[data-keys-help]")) button.addEventListener("click", help);
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]") || !enabled()) return;
      if (event.key === "j") move(1);
      else if (event.key === "k") move(-1);
      else if (event.key === "?") help();
      else return;
      event.preventDefault();
    });
    // A click anywhere on a row opens it, unless something in it was meant or text was selected.
    document.addEventListener("click", (event) => {
      if (event.defaultPrevented || event.button !== 0 || !(event.target instanceof Element)) return;
      const row = event.target.closest("tr[data-href]");
      if (!row || event.target.closest("a, button, input, label, summary, details, select") || String(getSelection())) return;
      if (event.ctrlKey || event.metaKey) open(row.dataset.href, "_blank", "noopener");
      else location.href = row.dataset.href;
    });
  });
})();
