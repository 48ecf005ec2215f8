// The trace page looked at in a browser: a lot from the field to the consignee, the drawing with its table, a what-if,
// several lots with their possible sources, the print, both languages, both themes, two widths.
// node stories/browser/trace.mjs PROGRAM [SHOTS]
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { open, serve } from "./house.mjs";

const [program, shots] = process.argv.slice(2);
if (!program) { console.error("usage: trace.mjs PROGRAM [SHOTS]"); process.exit(2); }
const bureau = process.env.HOME_URL ? { home: process.env.HOME_URL, stop: async () => {} } : await serve(program, 400);
const page = await open(bureau.home, shots);
const { call, evaluate } = page;
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const theme = (value) => call("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value }] });

/** The lots of a certified export whose farms told of it. Events of farms come while the bureau is open already, and not
 * every plant has farms, so that the newest exports are looked through until one has its whole line. */
const lots = async () => {
  for (let turn = 0; turn < 60; turn++) {
    await page.goto(page.at("/declarations?direction=export&stage=certified"));
    const all = await evaluate(`[...document.querySelectorAll('main tr[data-href^="/declarations/"]')].slice(0, 8).map((r) => r.dataset.href)`);
    for (const href of all) {
      await page.goto(page.at(href));
      const found = await evaluate(`[...document.querySelectorAll('main a.code[href^="/trace/"]')].map((a) => a.innerText)`);
      if (!found.length) continue;
      await page.goto(page.at(`/trace/${found[0]}`));
      if (await evaluate(`document.querySelectorAll(".lineage .node").length > 5`)) return found;
    }
    await sleep(1000);
  }
  throw new Error("no certified export is drawn from its farms");
};

/** The supply of a plant: its lists, its forms, a spraying that says from when on one may harvest, an early raw lot. */
const supply = async () => {
  await page.signIn("inspector");
  await page.visit("supply", "/supply");
  const plant = await evaluate(`document.querySelector('main tr[data-href^="/supply/plants/"]').dataset.href`);
  await page.visit("supply-plant", plant);
  const farm = await evaluate(`document.querySelector('main tr[data-href^="/supply/farms/"]').dataset.href`);
  for (const [name, path] of [["supply-raw", `${plant}/raw`], ["supply-lot", `${plant}/lot`], ["supply-spray", `${farm}/spray`]]) await page.visit(name, path);
  const today = new Date().toISOString().slice(0, 10);
  await page.goto(page.at(`${farm}/spray`));
  await page.fill({ field: "F-9", product: "chlorpyrifos", interval_days: "21", applied_on: today });
  await page.expect("a spraying shows the earliest harvest at once", `document.querySelector("#fields").innerText.includes("F-9")`);
  await page.look("supply-farm");
  await page.goto(page.at(`${plant}/raw`));
  // The first farm of the list is the one that was sprayed.
  const filed = await evaluate(`document.querySelector('main select[name="farm"] option:nth-child(2)').value`);
  await page.fill({ no: `R-${Date.now()}`, farm: filed, proof_no: "P-9", field: "F-9", hs: "071030", kilograms: "100", harvested_on: today, received_on: today });
  await page.expect("an early raw lot is refused with its clause", `document.querySelector("main").innerText.includes("第四十九条")`);
  await page.look("supply-early");
};

/** Prints a page and looks at its sheets: the drawing lies on one of its own, wider than high. */
const printed = async (path) => {
  await page.goto(page.at(path));
  const { data } = await call("Page.printToPDF", { preferCSSPageSize: true, printBackground: true });
  const paper = Buffer.from(data, "base64");
  if (shots) writeFileSync(join(shots, "trace.pdf"), paper);
  const sheets = [...paper.toString("latin1").matchAll(/\/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)/g)].map((m) => [Number(m[1]), Number(m[2])]);
  if (!paper.subarray(0, 5).equals(Buffer.from("%PDF-")) || sheets.length < 1) throw new Error("a printed trace has no sheet");
  if (!sheets.some(([wide, high]) => wide > high)) throw new Error(`no sheet lies on its side: ${JSON.stringify(sheets)}`);
};

/** The files of other tools name their stations, and the map has places. */
const exported = async (lot) => {
  const file = (form) => evaluate(`fetch("/trace/export/${form}?lot=${encodeURIComponent(lot)}").then((r) => r.json())`);
  const map = await file("geojson");
  if (!map.features.some((f) => f.geometry.type === "Point")) throw new Error("the map of a trace has no place");
  const lab = await file("foodchain-lab");
  const names = lab.data.stations.data.map((cells) => cells.find((c) => c.id === "Name")?.value ?? "");
  if (!names.length || names.some((n) => n.startsWith("urn:guomen:farm") || n.startsWith("urn:guomen:plant"))) throw new Error(`stations without names: ${names}`);
};

for (const [lang, tone] of [["zh-CN", "light"], ["en", "dark"]]) {
  page.speak(lang);
  await theme(tone);
  await page.signIn("auditor");
  await page.visit("ask", "/trace");
  const all = await lots();
  const [lot] = all;
  await page.visit("lot", `/trace/${lot}`);
  await page.expect("a lot is drawn from its farms to its consignee", `document.querySelectorAll(".lineage .node").length > 5`);
  await page.expect("the table holds what is drawn", `document.querySelectorAll("#nodes tbody tr").length === document.querySelectorAll(".lineage .node").length`);
  const rows = `document.querySelectorAll("#links tbody tr").length`;
  await page.goto(page.at(`/trace/${lot}`));
  await page.expect("the table of links holds the links that are drawn", `${rows} > 4 && ${rows} === document.querySelectorAll(".lineage .link").length`);
  const event = await evaluate(`document.querySelector('#links a[href^="/trace/event/"]').getAttribute("href")`);
  await page.visit("event", event);
  await page.goto(page.at(`/trace/${lot}`));
  const width = await evaluate(`document.querySelector(".lineage svg").width.baseVal.value`);
  await evaluate(`document.querySelector('[data-zoom="in"]').click()`);
  await page.expect("it is drawn larger at a press", `document.querySelector(".lineage svg").width.baseVal.value > ${width}`);
  const closed = await evaluate(`document.querySelector('#nodes a[href*="close="]').getAttribute("href")`);
  await page.visit("what-if", closed);
  await page.goto(page.at(`/trace/${lot}`));
  await page.visit("link-closed", await evaluate(`document.querySelector('#links a[href*="close="]').getAttribute("href")`));
  await printed(`/trace/${lot}`);
  const several = `/trace?lot=${all.map(encodeURIComponent).join("&lot=")}`;
  if (all.length > 1) {
    await page.goto(page.at(several));
    await page.expect("several lots have possible sources, told as leads", `document.querySelectorAll("ol.cases li").length > 1 && (document.querySelector("#sources") || /better than chance|更能解释|优于偶然/.test(document.querySelector("main").innerText))`);
    await page.visit("several", `${several}&wide=1`);
  }
  await exported(lot);
  await supply();
}
await page.close();
await bureau.stop();
for (const one of [...page.found, ...page.faults]) console.log(`FOUND  ${one}`);
process.exit(page.found.length + page.faults.length ? 1 : 0);
