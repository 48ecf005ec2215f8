// The drawing of a trace: larger, smaller, all of it; dragged by the pointer. Without this it scrolls.
window.guomen.ready(() => {
  "use strict";
  for (const figure of document.querySelectorAll("[data-lineage]")) {
    const sheet = figure.querySelector(".lineage-sheet");
    const svg = figure.querySelector("svg");
    const [width, height] = [svg.width.baseVal.value, svg.height.baseVal.value];
    let scale = 1;
    const zoom = (to) => {
      const [x, y] = [(sheet.scrollLeft + sheet.clientWidth / 2) / scale, (sheet.scrollTop + sheet.clientHeight / 2) / scale];
      scale = Math.min(3, Math.max(0.15, to));
      svg.setAttribute("width", Math.round(width * scale));
      svg.setAttribute("height", Math.round(height * scale));
      sheet.scrollLeft = x * scale - sheet.clientWidth / 2;
      sheet.scrollTop = y * scale - sheet.clientHeight / 2;
    };
    const whole = () => zoom(Math.min(1, (sheet.clientWidth - 32) / width));
    figure.addEventListener("click", (event) => {
      const how = event.target.closest("[data-zoom]")?.dataset.zoom;
      if (how === "in") zoom(scale * 1.25);
      if (how === "out") zoom(scale / 1.25);
      if (how === "all") whole();
    });
    sheet.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      zoom(scale * (event.deltaY < 0 ? 1.1 : 1 / 1.1));
    }, { passive: false });
    sheet.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || event.pointerType === "touch" || event.target.closest("a")) return;
      const [x, y, left, top] = [event.clientX, event.clientY, sheet.scrollLeft, sheet.scrollTop];
      figure.classList.add("grasped");
      const move = (e) => { sheet.scrollLeft = left - (e.clientX - x); sheet.scrollTop = top - (e.clientY - y); };
      const end = () => { figure.classList.remove("grasped"); removeEventListener("pointermove", move); removeEventListener("pointerup", end); };
      addEventListener("pointermove", move);
      addEventListener("pointerup", end);
    });
    const asked = svg.querySelector(".asked rect");
    if (asked) sheet.scrollLeft = asked.x.baseVal.value - sheet.clientWidth / 2;
  }
});
