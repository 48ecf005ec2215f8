// Questions before a stop, and buttons that say they are working. Without this script the server asks instead.
(() => {
  "use strict";
  const { words, element, ready } = window.guomen;

  const ask = (sentence, yes) => new Promise((resolve) => {
    const w = words();
    const no = element("button", { class: "button second", value: "no", autofocus: "" }, w.confirmNo);
    const go = element("button", { class: "button danger", value: "yes" }, yes || w.confirmYes);
    const dialog = element("dialog", { class: "ask", "aria-labelledby": "ask-title" },
      element("form", { method: "dialog" }, element("h2", { id: "ask-title" }, w.confirmTitle), element("p", {}, sentence),
        element("div", { class: "buttons" }, go, no)));
    dialog.addEventListener("close", () => { dialog.remove(); resolve(dialog.returnValue === "yes"); });
    document.body.append(dialog);
    dialog.showModal();
  });
  window.guomen.ask = ask;

  document.addEventListener("click", async (event) => {
    const target = event.target instanceof Element && event.target.closest("[data-confirm]");
    if (!target || target.dataset.agreed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!(await ask(target.dataset.confirm, target.textContent.trim()))) return;
    target.dataset.agreed = "1";
    target.click();
    delete target.dataset.agreed;
  }, true);

  const rest = (button) => {
    if (button.dataset.label) button.textContent = button.dataset.label;
    button.removeAttribute("aria-busy");
    button.disabled = false;
    delete button.dataset.label;
  };
  const busy = (button) => {
    button.dataset.label = button.textContent;
    button.textContent = words().working;
    button.setAttribute("aria-busy", "true");
    // Disabled after the form has been read, so that the button's own name and value are sent.
    setTimeout(() => { if (button.dataset.label) button.disabled = true; });
  };
  window.guomen.busy = busy;
  window.guomen.rest = rest;
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-progress]") || event.defaultPrevented || event.target.matches("[data-draft]")) return;
    if (event.submitter?.getAttribute("aria-busy")) { event.preventDefault(); return; }
    if (event.submitter) busy(event.submitter);
  });
  window.addEventListener("pageshow", () => { for (const button of document.querySelectorAll("[aria-busy]")) rest(button); });

  // Notes of clocks close on Escape and when one looks elsewhere.
  const shut = (except) => { for (const open of document.querySelectorAll("details.clock[open]")) if (open !== except) open.open = false; };
  document.addEventListener("click", (event) => shut(event.target instanceof Element ? event.target.closest("details.clock") : null));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    shut(null);
    if (location.hash === "#rooms") location.hash = "#main";
  });

  // Small pictures of the photographs chosen, so that a wrong one is seen on the quay and not in the office.
  ready(() => document.addEventListener("change", (event) => {
    const place = event.target instanceof HTMLInputElement && event.target.type === "file" && event.target.closest("[data-shots]")?.querySelector(".shots");
    if (!place) return;
    place.replaceChildren(...[...event.target.files].filter((file) => file.type.startsWith("image/")).map((file) => {
      const image = element("img", { src: URL.createObjectURL(file), alt: file.name });
      image.addEventListener("load", () => URL.revokeObjectURL(image.src));
      return image;
    }));
  }));
})();
