// What browser stories share: a served bureau, a person who signs in, and a second pair of eyes on every page.
import { execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { promisify } from "node:util";
import { join } from "node:path";
import { openBrowser } from "../../crates/doors/web/tools/browser.mjs";

export const PASSWORD = "guomen-demonstration";
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const PATIENCE = 300_000;

const freePort = () => new Promise((done) => {
  const probe = createServer().listen(0, "127.0.0.1", () => { const { port } = probe.address(); probe.close(() => done(port)); });
});

/** Serves a small demonstration bureau from a fresh database with the program `program`. */
export const serve = async (program, declarations) => {
  const folder = mkdtempSync(join(tmpdir(), "guomen-story-"));
  const home = `http://127.0.0.1:${await freePort()}`;
  const db = `sqlite://${join(folder, "g.db")}`;
  const args = ["--db", db, "serve", "--demo", "--demo-declarations", `${declarations}`, "--listen", home.slice(7)];
  const server = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  // A story that breaks must not leave its bureau open.
  const shut = () => server.kill();
  process.once("exit", shut);
  let said = "";
  await new Promise((ready, fail) => {
    const late = setTimeout(() => fail(new Error(`the bureau did not open: ${said}`)), PATIENCE);
    server.stdout.on("data", (chunk) => { said += chunk; if (said.includes(home)) { clearTimeout(late); ready(); } });
    server.on("exit", (code) => fail(new Error(`the bureau closed with ${code}: ${said}`)));
  });
  server.removeAllListeners("exit");
  const stop = async () => {
    process.off("exit", shut);
    server.kill();
    await new Promise((done) => server.once("exit", done));
    rmSync(folder, { recursive: true, force: true });
  };
  /** Does something from the command line while the bureau serves. */
  const command = (...words) => promisify(execFile)(program, ["--db", db, ...words]);
  return { home, said, stop, command, folder };
};

/** A browser whose pages are all looked at: by axe, at two widths, and by the eye when `shots` names a folder. */
export const open = async (home, shots) => {
  const browser = await openBrowser();
  const { call, evaluate, goto } = browser;
  if (shots) mkdirSync(shots, { recursive: true });
  const found = [];
  let lang = "zh-CN";
  const at = (path) => {
    const [place, part] = path.split("#");
    return `${home}${place}${place.includes("?") ? "&" : "?"}lang=${lang}${part ? `#${part}` : ""}`;
  };
  const width = (px) => call("Emulation.setDeviceMetricsOverride", { width: px, height: 900, deviceScaleFactor: 1, mobile: px < 500 });

  const look = async (name) => {
    for (const px of [390, 1440]) {
      await width(px);
      await evaluate("scrollTo(0, 0)");
      await evaluate(axe);
      const violations = await evaluate(`axe.run(document, { runOnly: ${JSON.stringify(RULES)} }).then((r) => r.violations.map((v) => v.id + ": " + v.nodes.map((n) => n.target.join(" ")).slice(0, 4).join(" | ")))`);
      for (const one of violations) found.push(`${name} (${lang}, ${px}): ${one}`);
      const wide = await evaluate("document.documentElement.scrollWidth");
      if (wide > px) found.push(`${name} (${lang}, ${px}): wider than the screen: ${wide}`);
      if (shots) {
        const { data } = await call("Page.captureScreenshot", { format: "png", captureBeyondViewport: true });
        writeFileSync(join(shots, `${name}.${lang}.${px}.png`), Buffer.from(data, "base64"));
      }
    }
  };
  const visit = async (name, path) => { await goto(at(path)); await look(name); };
  /** Does something that leads to another page, and waits for that page. */
  const leads = async (expression) => {
    await evaluate("document.documentElement.dataset.left = 'no'");
    await evaluate(`(() => { ${expression} })()`);
    for (let turn = 0; turn < 300; turn++) {
      const there = await evaluate("document.readyState === 'complete' && document.documentElement.dataset.left !== 'no'").catch(() => false);
      if (there) return;
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error(`nothing came after: ${expression}`);
  };
  /** Fills fields by name and sends the form that has them. */
  const fill = async (fields, button) => {
    const names = Object.keys(fields);
    await evaluate(`(() => { const fields = ${JSON.stringify(fields)};
      for (const [name, value] of Object.entries(fields)) {
        const all = [...document.querySelectorAll('main [name="' + name + '"]')];
        if (!all.length) throw new Error("no field " + name + " on " + location.pathname);
        const field = all.find((f) => f.type !== "radio" && f.type !== "checkbox") ?? all.find((f) => f.value === value) ?? all[0];
        if (field.type === "radio" || field.type === "checkbox") field.checked = true;
        else { field.value = value; if (field.tagName === "SELECT" && field.value !== value) throw new Error("no choice " + value + " in " + name); }
        field.dispatchEvent(new Event("input", { bubbles: true })); field.dispatchEvent(new Event("change", { bubbles: true }));
      } })()`);
    const form = names.length ? `document.querySelector('main [name="${names[0]}"]').form` : "document.querySelector('main form')";
    await leads(`const form = ${form}; const b = ${button ? `form.querySelector(${JSON.stringify(button)})` : `form.querySelector("button:not([type=button])")`}; b.click();`);
  };
  /** Clicks the first element of `selector`, which leads to another page. */
  const click = (selector) => leads(`const e = document.querySelector(${JSON.stringify(selector)}); if (!e) throw new Error("no " + ${JSON.stringify(selector)} + " on " + location.pathname); e.click();`);
  const signIn = async (login) => {
    await call("Network.clearBrowserCookies");
    await goto(at("/login"));
    await fill({ login, password: PASSWORD });
    const path = await evaluate("location.pathname");
    if (path === "/login") throw new Error(`${login} was not let in: ${await evaluate("document.querySelector('main').innerText")}`);
  };
  const text = (selector = "main") => evaluate(`document.querySelector(${JSON.stringify(selector)})?.innerText ?? ""`);
  const expect = async (sentence, expression) => {
    if (!(await evaluate(expression))) throw new Error(`not so: ${sentence}\n${await evaluate("location.href")}\n${await text()}`);
    console.log(`ok     ${lang} ${sentence}`);
  };
  const speak = (other) => { lang = other; };
  await width(1440);
  return { ...browser, visit, look, fill, click, leads, signIn, text, expect, speak, found, at };
};
