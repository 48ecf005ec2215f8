// Looks at static pages as people will: wide and narrow, light and dark, on paper, with axe-core as a second pair of eyes.
// node tools/look.mjs PAGES SHOTS [name…]   PAGES is written by the `gallery` example; exits 1 when anything is found.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { openBrowser } from "./browser.mjs";

const [pages, shots, ...only] = process.argv.slice(2);
if (!pages || !shots) { console.error("usage: look.mjs PAGES SHOTS [name…]"); process.exit(2); }
mkdirSync(shots, { recursive: true });
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const { call, evaluate, goto, faults, close } = await openBrowser();
let found = 0;

for (const file of readdirSync(pages).filter((name) => name.endsWith(".html") && (!only.length || only.some((part) => name.includes(part))))) {
  const plain = file.replace(/\.html$/, "");
  for (const width of [1440, 390]) for (const theme of ["light", "dark"]) {
    await call("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile: width < 500 });
    await call("Emulation.setEmulatedMedia", { media: "", features: [{ name: "prefers-color-scheme", value: theme }] });
    await goto(pathToFileURL(resolve(pages, file)).href);
    // Forms with errors take the focus and scroll there; a picture begins at the top.
    await evaluate("scrollTo(0, 0)");
    await evaluate(axe);
    const violations = await evaluate(`axe.run(document, { runOnly: ${JSON.stringify(rules)} }).then((r) => r.violations.map((v) => ({ id: v.id, help: v.help,
      nodes: v.nodes.map((n) => n.target.join(" ") + " :: " + (n.any[0]?.message ?? n.all[0]?.message ?? n.none[0]?.message ?? "")) })))`);
    const wide = await evaluate("document.documentElement.scrollWidth");
    const { data } = await call("Page.captureScreenshot", { format: "png", captureBeyondViewport: true });
    writeFileSync(join(shots, `${plain}.${width}.${theme}.png`), Buffer.from(data, "base64"));
    found += violations.length + (wide > width ? 1 : 0);
    console.log(`${plain}.${width}.${theme}: ${violations.length} violations${wide > width ? `, WIDER THAN THE SCREEN: ${wide}` : ""}`);
    for (const one of violations) console.log(`  ${one.id}: ${one.help}\n    ${one.nodes.slice(0, 8).join("\n    ")}`);
  }
  await call("Emulation.setEmulatedMedia", { media: "print", features: [] });
  const paper = await call("Page.printToPDF", { preferCSSPageSize: true });
  writeFileSync(join(shots, `${plain}.pdf`), Buffer.from(paper.data, "base64"));
}
for (const fault of faults) console.log(`SCRIPT ${fault}`);
await close();
process.exit(found + faults.length ? 1 : 0);
