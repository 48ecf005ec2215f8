// Looks at static pages as people will: wide and narrow, light and dark, with axe-core as a second pair of eyes.
// node tools/look.mjs PAGES SHOTS [name…]   PAGES is written by the `gallery` example; exits 1 when axe finds a violation.
// Speaks the DevTools protocol over a pipe, so that nothing needs to be installed beside node and chromium.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [pages, shots, ...only] = process.argv.slice(2);
if (!pages || !shots) { console.error("usage: look.mjs PAGES SHOTS [name…]"); process.exit(2); }
mkdirSync(shots, { recursive: true });
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const profile = mkdtempSync(join(tmpdir(), "look-"));
const browser = spawn(process.env.CHROMIUM ?? "chromium", ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
  "--allow-file-access-from-files", `--user-data-dir=${profile}`, "--remote-debugging-pipe", "about:blank"], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });

const waiting = new Map(), events = [];
let next = 0, rest = "";
browser.stdio[4].on("data", (chunk) => {
  const parts = (rest + chunk).split("\0");
  rest = parts.pop();
  for (const message of parts.map((part) => JSON.parse(part))) {
    if (message.id) { const { done, fail } = waiting.get(message.id); waiting.delete(message.id); message.error ? fail(new Error(message.error.message)) : done(message.result); }
    else for (const listener of [...events]) listener(message);
  }
});
const send = (method, params = {}, sessionId) => new Promise((done, fail) => {
  const id = ++next;
  waiting.set(id, { done, fail });
  browser.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + "\0");
});
const once = (method) => new Promise((done) => { const listener = (message) => { if (message.method === method) { events.splice(events.indexOf(listener), 1); done(message.params); } }; events.push(listener); });

const { targetId } = await send("Target.createTarget", { url: "about:blank" });
const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
const call = (method, params) => send(method, params, sessionId);
const evaluate = async (expression) => {
  const answer = await call("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
  if (answer.exceptionDetails) throw new Error(answer.exceptionDetails.exception?.description ?? answer.exceptionDetails.text);
  return answer.result.value;
};
await call("Page.enable");
await call("Runtime.enable");
let faults = 0;
events.push((message) => {
  if (message.method !== "Runtime.exceptionThrown") return;
  faults++;
  console.log(`SCRIPT ${message.params.exceptionDetails.exception?.description ?? message.params.exceptionDetails.text}`);
});

for (const file of readdirSync(pages).filter((name) => name.endsWith(".html") && (!only.length || only.some((part) => name.includes(part))))) {
  for (const width of [1440, 390]) for (const theme of ["light", "dark"]) {
    const name = `${file.replace(/\.html$/, "")}.${width}.${theme}`;
    await call("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile: width < 500 });
    await call("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: theme }] });
    const loaded = once("Page.loadEventFired");
    await call("Page.navigate", { url: pathToFileURL(resolve(pages, file)).href });
    await loaded;
    // Forms with errors take the focus and scroll there; a picture begins at the top.
    await evaluate("scrollTo(0, 0)");
    await evaluate(axe);
    const found = await evaluate(`axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }).then((r) => r.violations.map((v) => ({ id: v.id, help: v.help, nodes: v.nodes.map((n) => n.target.join(" ") + " :: " + (n.any[0]?.message ?? n.all[0]?.message ?? n.none[0]?.message ?? "")) })))`);
    const wide = await evaluate("document.documentElement.scrollWidth");
    const { data } = await call("Page.captureScreenshot", { format: "png", captureBeyondViewport: true });
    writeFileSync(join(shots, `${name}.png`), Buffer.from(data, "base64"));
    faults += found.length + (wide > width ? 1 : 0);
    console.log(`${name}: ${found.length} violations${wide > width ? `, WIDER THAN THE SCREEN: ${wide}` : ""}`);
    for (const one of found) console.log(`  ${one.id}: ${one.help}\n    ${one.nodes.slice(0, 8).join("\n    ")}`);
  }
  await call("Emulation.setEmulatedMedia", { media: "print", features: [] });
  const paper = await call("Page.printToPDF", { preferCSSPageSize: true });
  writeFileSync(join(shots, `${file.replace(/\.html$/, "")}.pdf`), Buffer.from(paper.data, "base64"));
  await call("Emulation.setEmulatedMedia", { media: "", features: [] });
}
browser.kill();
await new Promise((done) => browser.once("exit", done));
rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
process.exit(faults ? 1 : 0);
