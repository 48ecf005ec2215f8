// The walk of one consignment in a real browser, from the declaration to the certificate that a buyer checks: each
// step by the person whose work it is, in both languages, every page looked at by axe at two widths.
// node stories/browser/consignment.mjs PROGRAM [SHOTS]   exits 1 when a step fails or anything is found.
import { open, serve } from "./house.mjs";

const [program, shots] = process.argv.slice(2);
if (!program) { console.error("usage: consignment.mjs PROGRAM [SHOTS]"); process.exit(2); }
const bureau = await serve(program, 150);
const b = await open(bureau.home, shots);
const { visit, look, fill, click, signIn, expect, evaluate, speak } = b;

/** Fills the record form: every item conforms, every unit of the sample was looked at. */
const record = async () => {
  const names = await evaluate(`[...document.querySelectorAll("main form [name]")].map((f) => f.name)`);
  const fields = {};
  for (const name of new Set(names)) {
    if (name.startsWith("verdict-")) fields[name] = "conform";
    if (name.startsWith("inspected-")) fields[name] = await evaluate(`document.querySelectorAll("main form p.code")[${Number(name.slice(10)) - 1}].textContent.split(",").length + ""`);
    if (name.startsWith("nonconforming-")) fields[name] = "0";
    if (name === "value-TEMP") fields[name] = "-19.4";
    if (name === "value-NET") fields[name] = "10.02";
  }
  fields.witness = "王守成";
  return fields;
};

const walk = async (lang, lot, seal) => {
  speak(lang);
  await signIn("declarant");
  await visit("declare", "/declarations/new");
  const goods = await evaluate(`({ branch: [...document.querySelectorAll('[name="branch"] option')].map((o) => o.value).find((v) => v === "BL"), plant: document.querySelector("datalist#plants option, datalist[id*=plant] option")?.value })`);
  await fill({
    direction: "export", branch: goods.branch ?? "BL", plant: goods.plant ?? "3300/01000", market: "JP", origin: "CN", port: "CNNGB", mode: "general",
    "lines[0].hs": "071030", "lines[0].name": "冷冻菠菜", "lines[0].quantity": "1200", "lines[0].unit": "KGM", "lines[0].lots": `${lot} 1200`,
  }, "button[value=lodge], button:not([name]):not([type=button])");
  await expect("the party lodges a declaration and sees it", `/^\\/declarations\\/[0-9a-f-]{36}$/.test(location.pathname)`);
  const place = await evaluate("location.pathname");
  await look("lodged");

  await signIn("risk");
  await visit("check", `${place}/check`);
  await fill({ reason: "seal number differs from the papers" });
  await expect("an analyst adds a check", `location.pathname === ${JSON.stringify(place)}`);

  await signIn("clerk");
  await visit("accept", place);
  await click("[form=accept-form]");
  await expect("the clerk accepts it", `document.querySelector("main").innerText.length > 0 && !document.querySelector("[form=accept-form]")`);

  await signIn("manager");
  await visit("consignment-manager", place);
  await click(`main a[href^="/inspections/"]`);
  const task = await evaluate("location.pathname.split('/').slice(0, 3).join('/')");
  await visit("team", `${task}/team`);
  const pick = `(() => { for (const who of document.querySelectorAll('main input[name="officer"]')) who.checked = false; let n = 0; for (const who of document.querySelectorAll('main input[name="officer"]:not([disabled])')) { if (n < 2) { who.checked = true; n++; } } return n; })()`;
  if (await evaluate(pick) !== 2) throw new Error("a team of two was expected");
  await b.leads(`document.querySelector('main input[name="officer"]').form.querySelector("button:not([type=button])").click();`);
  await expect("the branch head assigns two officers", `location.pathname === ${JSON.stringify(task)}`);

  await signIn("inspector");
  await visit("take-sample", `${task}/samples`);
  await fill({ unit_no: "3", quantity: "0.5", unit: "KGM", seal, place: "cold store 2", analyte: "chlorpyrifos" });
  const sample = await evaluate("location.pathname");
  await expect("a sample is taken under seal", `/^\\/samples\\//.test(location.pathname)`);
  await visit("record", `${task}/record`);
  await fill(await record());
  await expect("the first officer records the result", `location.pathname === ${JSON.stringify(task)}`);

  await signIn("inspector2");
  await visit("sign", `${task}/sign`);
  await b.leads(`document.querySelector('main form[action$="/sign"] button:not([type=button])').click();`);
  await expect("the second officer signs it", `location.pathname === ${JSON.stringify(task)}`);

  await signIn("laboratory");
  await visit("sample", sample);
  await fill({ to: "Laboratory", laboratory: "true", seal_read: seal, intact: "yes" });
  await visit("sample-received", sample);
  await fill({ "value-chlorpyrifos": "0.004", "unit-chlorpyrifos": "mg/kg", "loq-chlorpyrifos": "0.002" });
  await expect("the laboratory reports a result below the limit", `location.pathname === ${JSON.stringify(sample)} && document.querySelector("main").innerText.includes("0.004")`);
  await look("sample-result");

  await signIn("releaser");
  const release = place.replace("/declarations/", "/release/");
  await visit("release", release);
  await evaluate(`document.querySelectorAll('main input[name="lot"]').forEach((l) => { l.checked = true; })`);
  await b.leads(`document.querySelector('main button[name="outcome"][value="release"]').click();`);
  await expect("the release officer releases the lot", `!document.querySelector('main button[name="outcome"][value="release"]')`);
  await look("released");

  await signIn("certifier");
  await visit("consignment-certifier", place);
  await click(`main a[href^="/certificates/"]`);
  const certificate = await evaluate("location.pathname");
  await look("certificate-draft");
  await fill({ consignee: "Kita Foods K.K." });
  await visit("certificate-filled", certificate);
  await b.leads(`document.querySelector('main form[action$="/sign"] button:not([type=button]), main button[formaction$="/sign"]').click();`);
  await expect("the certifying officer signs the certificate", `!!document.querySelector('main a[href*="/verify/"]') || /[A-Z0-9]{4}-[A-Z0-9]{4}/.test(document.querySelector("main").innerText)`);
  await look("certificate");
  const check = await evaluate(`document.querySelector('main a[href*="/verify/"]')?.getAttribute("href") ?? "/verify/" + document.querySelector("main").innerText.match(/[A-Z0-9]{4}(-[A-Z0-9]{4})+/)[0]`);

  await b.call("Network.clearBrowserCookies");
  await visit("verify", new URL(check, bureau.home).pathname);
  await expect("anybody finds the certificate valid", `document.querySelector("main").innerText.includes("1,200") || document.querySelector("main").innerText.includes("1200")`);
};

let failed = false;
try {
  await walk("zh-CN", `SP${Date.now() % 100000}A`, "F1042");
  await walk("en", `SP${Date.now() % 100000}B`, "F1043");
} catch (e) {
  failed = true;
  console.error(e.message);
  if (shots) await look("failed").catch(() => {});
}
for (const one of [...b.found, ...b.faults]) console.error(one);
await b.close();
await bureau.stop();
process.exit(failed || b.found.length + b.faults.length ? 1 : 0);
