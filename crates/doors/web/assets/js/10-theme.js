// Theme and words. Runs before the first paint so that a dark room never flashes white.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  const read = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const write = (key, value) => { try { localStorage.setItem(key, value); } catch { /* private window */ } };
  const order = ["system", "light", "dark"];
  const apply = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  apply(read("theme"));

  const words = () => document.getElementById("words")?.dataset ?? {};
  const element = (tag, attributes = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) if (value !== undefined) node.setAttribute(name, value);
    node.append(...children);
    return node;
  };
  const ready = (work) => document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", work) : work();
  const typing = (target) => target instanceof Element && target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  window.guomen = { words, element, ready, read, write, typing };

  const name = (theme) => words()[{ system: "themeSystem", light: "themeLight", dark: "themeDark" }[theme]] ?? theme;
  ready(() => {
    const buttons = document.querySelectorAll("[data-theme-switch]");
    const current = () => (order.includes(read("theme")) ? read("theme") : "system");
    const label = (theme) => { for (const button of buttons) button.textContent = name(theme); };
    label(current());
    for (const button of buttons) {
      button.addEventListener("click", () => {
        const next = order[(order.indexOf(current()) + 1) % order.length];
        write("theme", next);
        apply(next);
        label(next);
      });
    }
    document.querySelector("[data-focus]")?.focus();
  });
})();
