// The rooms of the registry and of the installation, looked at in a browser: both languages, both themes, two widths,
// and by keyboard alone. node stories/browser/registry.mjs PROGRAM [SHOTS]
import { open, serve } from "./house.mjs";

const [program, shots] = process.argv.slice(2);
if (!program) { console.error("usage: registry.mjs PROGRAM [SHOTS]"); process.exit(2); }
const bureau = process.env.HOME_URL ? { home: process.env.HOME_URL, stop: async () => {} } : await serve(program, 300);
const page = await open(bureau.home, shots);
const { call, evaluate } = page;
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const theme = (value) => call("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value }] });
const first = (part) => evaluate(`document.querySelector('main tr[data-href^="${part}"]')?.dataset.href`);
const key = async (name, code, modifiers = 0, text) => {
  for (const type of ["keyDown", "keyUp"]) await call("Input.dispatchKeyEvent", { type, key: name, code, modifiers, windowsVirtualKeyCode: code === "KeyK" ? 75 : code === "Enter" ? 13 : code === "ArrowDown" ? 40 : 0, ...(text && type === "keyDown" ? { text } : {}) });
};

const registrar = async () => {
  await page.signIn("registrar");
  for (const [name, path] of [["units", "/units"], ["unit-new", "/units/new"], ["posts", "/posts"], ["post-new", "/posts/new"], ["officers", "/officers"],
    ["officer-new", "/officers/new"], ["expiring", "/authorisations"], ["single", "/authorisations/single"], ["overrides", "/authorisations/overrides"],
    ["operators", "/operators"], ["operator-new", "/operators/new"], ["plants", "/plants"], ["farms", "/farms"], ["products", "/products"],
    ["product-new", "/products/new"], ["rules", "/rules"], ["adopt", "/rules/adopt"], ["calendar", "/calendar?year=2026"], ["interest", "/interests/new"]]) await page.visit(name, path);
  for (const [list, name] of [["/units", "unit"], ["/officers", "officer"], ["/operators", "operator"], ["/plants", "plant"], ["/farms", "farm"], ["/products", "product"], ["/rules", "pack"]]) {
    await page.goto(page.at(list));
    // The first version of the home rules: only they have others to be compared with.
    const home = await evaluate(`[...document.querySelectorAll('main tr[data-href^="/rules/"]')].find((r) => r.innerText.includes("CN-2026"))?.dataset.href ?? ""`);
    const href = name === "pack" ? home : list === "/units" ? await evaluate(`document.querySelector('main .tree li li a').getAttribute("href")`) : await first(`${list}/`);
    await page.visit(name, href);
    if (name === "officer") for (const deed of ["authorise", "delegate"]) await page.visit(deed, `${href}/${deed}`);
    if (name === "operator") await page.visit("class", `${href}/class`);
    if (name === "product") await page.visit("risk", `${href}/risk`);
    if (name === "plant") await page.visit("farm-new", `${href}/farm`);
    if (name === "pack") { await page.goto(page.at(href)); await page.visit("compare", await evaluate(`document.querySelector('main a[href^="/rules/compare"]').getAttribute("href")`)); }
  }
};

const admin = async () => {
  await page.signIn("admin");
  for (const [name, path] of [["accounts", "/accounts"], ["account-new", "/accounts/new"], ["person-new", "/accounts/new-person"], ["account", "/account"],
    ["ledger", "/ledger"], ["fact", "/ledger/9"], ["verify", "/ledger/verify"], ["checkpoints", "/ledger/checkpoints"], ["jobs", "/jobs?state=done"], ["palette-page", "/palette?q=bl"]]) await page.visit(name, path);
  await page.goto(page.at("/accounts"));
  const href = await first("/accounts/");
  for (const deed of ["", "/access", "/password", "/close"]) await page.visit(`account${deed.replace("/", "-")}`, href + deed);
  await page.goto(page.at("/ledger/verify"));
  await page.leads(`document.querySelector("#verify button").click()`);
  for (let turn = 0; turn < 100 && !(await evaluate(`/Chain whole|链条完整/.test(document.querySelector("main").innerText)`)); turn++) await sleep(200);
  await page.expect("a verification comes to its verdict on the page, without reloading", `/Chain whole|链条完整/.test(document.querySelector("main").innerText)`);
  await page.look("verified");
};

/** Ctrl K, a few letters, an arrow, Enter: no pointer. */
const keyboard = async () => {
  await page.goto(page.at("/declarations"));
  await key("k", "KeyK", 2);
  await sleep(200);
  await page.expect("Ctrl K opens the palette with the cursor in it", `document.activeElement?.closest("dialog.palette") !== null`);
  await call("Input.insertText", { text: "bybsc" });
  for (let turn = 0; turn < 50 && !(await evaluate(`document.querySelector("dialog.palette a")`)); turn++) await sleep(100);
  await page.look("palette");
  await page.expect("pinyin initials find a branch", `/\\/units\\//.test(document.querySelector('dialog.palette [aria-selected="true"]')?.getAttribute("href"))`);
  await key("ArrowDown", "ArrowDown");
  await key("ArrowUp", "ArrowUp");
  const chosen = await evaluate(`document.querySelector('dialog.palette [aria-selected="true"]').getAttribute("href")`);
  await key("Enter", "Enter", 0, "\r");
  for (let turn = 0; turn < 50 && (await evaluate("location.pathname").catch(() => "")) !== chosen; turn++) await sleep(100);
  await page.expect("Enter opens what was chosen", `location.pathname === ${JSON.stringify(chosen)}`);
};

for (const [lang, tone] of [["zh-CN", "light"], ["en", "dark"]]) {
  page.speak(lang);
  await theme(tone);
  await registrar();
  await admin();
  await keyboard();
}
await page.close();
await bureau.stop();
for (const one of [...page.found, ...page.faults]) console.log(`FOUND  ${one}`);
process.exit(page.found.length + page.faults.length ? 1 : 0);
