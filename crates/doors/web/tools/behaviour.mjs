// Tries what the scripts promise in a real browser: drafts, palette, keys, questions, theme. Exits 1 when a promise is broken.
// node tools/behaviour.mjs PAGES   PAGES is written by the `gallery` example.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { openBrowser } from "./browser.mjs";

const pages = process.argv[2];
if (!pages) { console.error("usage: behaviour.mjs PAGES"); process.exit(2); }
const policy = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
const posts = [];
let answer = "sign";
const types = { css: "text/css", js: "text/javascript", svg: "image/svg+xml", html: "text/html; charset=utf-8" };
const server = createServer((request, response) => {
  const url = new URL(request.url, "http://x");
  let body = "";
  request.on("data", (chunk) => { body += chunk.toString("latin1"); });
  request.on("end", () => {
    response.setHeader("Content-Security-Policy", policy);
    if (request.method === "POST") {
      posts.push({ path: url.pathname, headers: request.headers, body });
      if (answer === "sign") response.writeHead(200, { "Guomen-Signed": "0193", "Content-Location": "/public.en.html" }).end();
      else if (answer === "fault") response.writeHead(503).end("later");
      else response.writeHead(422, { "Content-Type": types.html }).end('<main id="main" tabindex="-1"><h1>Refused</h1></main>');
    } else if (url.pathname === "/palette") {
      response.writeHead(200, { "Content-Type": types.html }).end('<div class="palette-out"><section><h3>Lots</h3><a href="/public.en.html">L-12</a><a href="/gallery.en.html">L-13</a></section></div>');
    } else {
      try { const file = readFileSync(join(pages, url.pathname.slice(1))); response.writeHead(200, { "Content-Type": types[url.pathname.split(".").pop()] }).end(file); }
      catch { response.writeHead(404).end(); }
    }
  });
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const home = `http://127.0.0.1:${server.address().port}`;
const { call, evaluate, goto, faults, close } = await openBrowser();
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
let broken = 0;
const promise = async (sentence, expression) => {
  let held = false;
  for (let turn = 0; turn < 40 && !held; turn++) { held = await (typeof expression === "function" ? expression() : evaluate(expression)); if (!held) await sleep(100); }
  if (!held) broken++;
  console.log(`${held ? "ok    " : "BROKEN"} ${sentence}`);
};
const key = async (name, modifiers = 0) => {
  const params = { key: name, modifiers, text: name.length === 1 && !modifiers ? name : undefined, code: name.length === 1 ? `Key${name.toUpperCase()}` : name, windowsVirtualKeyCode: name.length === 1 ? name.toUpperCase().charCodeAt(0) : { Enter: 13, Escape: 27, ArrowDown: 40 }[name] };
  await call("Input.dispatchKeyEvent", { type: "keyDown", ...params, ...(name === "Enter" ? { text: "\r" } : {}) });
  await call("Input.dispatchKeyEvent", { type: "keyUp", ...params });
};
const state = `document.querySelector("[data-draft-line]").dataset.state`;
const submit = `document.querySelector("#quay button[type=submit]").click()`;
const network = (offline) => call("Network.emulateNetworkConditions", { offline, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });

await goto(`${home}/gallery.en.html`);
await promise("a form untouched has no draft", `${state} === "clean"`);
await evaluate(`(() => { const n = document.getElementById("note"); n.value = "rain, seal 4711"; n.dispatchEvent(new Event("input", { bubbles: true }));
  const file = new DataTransfer(); file.items.add(new File(["picture"], "seal.png", { type: "image/png" })); const p = document.getElementById("photos"); p.files = file.files; p.dispatchEvent(new Event("change", { bubbles: true })); })()`);
await promise("what is written is kept and said to be unsent", `${state} === "unsent" && !document.querySelector("[data-unsent]").hidden`);
await goto(`${home}/gallery.en.html`);
await promise("the photograph is there again after the page was left", `document.getElementById("photos").files.length === 1`);
await evaluate(`document.querySelectorAll("#quay [aria-invalid]").forEach((e) => e.removeAttribute("aria-invalid"))`);
await network(true);
await evaluate(`(() => { const n = document.getElementById("note"); n.value = "rain, seal 4711"; n.dispatchEvent(new Event("input", { bubbles: true })); })()`);
await evaluate(submit);
await promise("without a signal it is queued, visibly", `${state} === "queued"`);
await promise("nothing reached the server", async () => posts.length === 0);
answer = "fault";
await network(false);
await evaluate(`dispatchEvent(new Event("online"))`);
await promise("with a signal it goes out by itself", async () => posts.length >= 1);
await promise("a fault of the server keeps the draft", `${state} === "queued" && !document.querySelector("[data-unsent]").hidden`);
answer = "refuse";
await evaluate(`dispatchEvent(new Event("online"))`);
await promise("a refusal keeps the draft and says so", `${state} === "refused" && !document.querySelector("[data-unsent]").hidden`);
answer = "sign";
await evaluate(submit);
await promise("signed: the record is shown", `location.pathname === "/public.en.html"`);
await promise("every sending bore the same idempotency key", async () => posts.length >= 3 && new Set(posts.map((post) => post.headers["idempotency-key"])).size === 1);
await promise("text, photograph and token were sent", async () => { const last = posts.at(-1); return last.body.includes("seal 4711") && last.body.includes("seal.png") && last.headers["x-csrf-token"] === "gallery-token"; });
await goto(`${home}/gallery.en.html`);
await promise("after the signature the device has forgotten the draft", `${state} === "clean" && document.querySelector("[data-unsent]").hidden`);
await evaluate(`(() => { const n = document.getElementById("note"); n.value = "another's"; n.dispatchEvent(new Event("change", { bubbles: true })); })()`);
await promise("a new draft is kept", `${state} === "unsent"`);
await goto(`${home}/public.en.html`);
await promise("another person does not see it", `!document.querySelector("[data-unsent]:not([hidden])")`);

await goto(`${home}/gallery.en.html`);
await evaluate(`document.activeElement.blur()`);
await key("j");
await promise("j goes to the first row", `document.activeElement.textContent.trim() === "2026-LG-0043098"`);
await key("j");
await key("k");
await promise("k goes back", `document.activeElement.textContent.trim() === "2026-LG-0043098"`);
await key("Enter");
await promise("enter opens it", `location.hash === "#2026-LG-0043098"`);
await key("k", 2);
await promise("Ctrl K opens the palette", `document.querySelector("dialog.palette")?.open`);
await call("Input.insertText", { text: "l1" });
await promise("answers stand in groups", `document.querySelectorAll(".palette-out [role=option]").length === 2`);
await key("ArrowDown");
await promise("the arrow chooses the next", `document.querySelector(".palette-out [aria-selected=true]")?.textContent === "L-13"`);
await key("Escape");
await promise("escape closes it", `!document.querySelector("dialog.palette").open`);
await evaluate(`document.querySelector("#quay").remove(); [...document.querySelectorAll("[data-confirm]")].find((e) => e.matches("a")).click()`);
await promise("a stop is asked for first", `document.querySelector("dialog.ask")?.open`);
await key("Escape");
await promise("and escape means no", `!document.querySelector("dialog.ask") && location.pathname === "/gallery.en.html"`);
await evaluate(`document.querySelector("[data-theme-switch]").click(); document.querySelector("[data-theme-switch]").click()`);
await promise("the theme is dark by choice", `document.documentElement.dataset.theme === "dark"`);
await goto(`${home}/gallery.zh-CN.html`);
await promise("and stays so", `document.documentElement.dataset.theme === "dark" && document.querySelector("[data-theme-switch]").textContent === "主题：深色"`);

await call("Emulation.setScriptExecutionDisabled", { value: true });
await goto(`${home}/gallery.en.html#rooms`);
await call("Emulation.setDeviceMetricsOverride", { width: 390, height: 900, deviceScaleFactor: 1, mobile: true });
const { root } = await call("DOM.getDocument");
const { nodeId } = await call("DOM.querySelector", { nodeId: root.nodeId, selector: "#rooms" });
await promise("without scripts the menu opens on a phone", async () => { const box = await call("DOM.getBoxModel", { nodeId }).catch(() => null); return box?.model.width === 390; });

for (const fault of faults) console.log(`SCRIPT ${fault}`);
await close();
server.close();
process.exit(broken + faults.length ? 1 : 0);
