// From a notification to its final reply in a real browser, in both languages: registered, attributed by a panel,
// traced, recalled, its cause found, corrected and verified, answered, watched. Every page is looked at by axe.
// node stories/browser/notification.mjs PROGRAM [SHOTS]   exits 1 when a step fails or anything is found.
import { open, serve } from "./house.mjs";

const [program, shots] = process.argv.slice(2);
if (!program) { console.error("usage: notification.mjs PROGRAM [SHOTS]"); process.exit(2); }
const bureau = await serve(program, 400);
const b = await open(bureau.home, shots);
const { visit, look, fill, click, leads, signIn, expect, evaluate, speak } = b;

/** Ticks the first `n` boxes of a name and sends their form. */
const tick = (name, n, more = "") => leads(`const all = [...document.querySelectorAll('main input[name="${name}"]')]; all.forEach((f, i) => { f.checked = i < ${n}; }); ${more} all[0].form.querySelector("button:not([type=button])").click();`);
/** Answers the question that is asked before a stop. */
const confirmed = async (deed) => {
  await evaluate(`(() => { ${deed} })()`);
  await leads(`const yes = document.querySelector("dialog[open] .button, dialog[open] button.danger, dialog[open] button[value=yes]"); if (yes) yes.click(); else throw new Error("nothing was asked");`);
};

const walk = async (lang, n) => {
  speak(lang);
  await signIn("risk");
  await visit("work", "/");
  await expect("what waits stands on the page of one's own work", `document.querySelector('main a[href^="/notifications/"]') !== null`);
  await visit("notifications", "/notifications");
  await visit("notifications-all", "/notifications?stage=all");
  await expect("the year's notifications are there", `document.querySelectorAll("main tbody tr").length >= 6`);
  // A lot that left some weeks ago is what the notification names.
  await visit("released", "/release/released");
  const lot = await evaluate(`(() => { const rows = [...document.querySelectorAll("main tbody tr")].map((r) => [...r.children].map((c) => c.innerText.trim())); const food = rows.filter((r) => /071030|030617|160414|200290|090210|030192|200819|070320/.test(r[1])); return food[${n}]; })()`);
  await visit("register", "/notifications/new");
  const day = await evaluate("new Date(Date.now() + 8 * 3600 * 1000).toISOString().slice(0, 10)");
  await fill({
    source: "rasff", reference: `2026.77${n}${lang === "en" ? 1 : 2}`, notified_on: day, notifier: "Germany", product: "Frozen food", origin: "China",
    hazard: "Chlorpyrifos", hazard_category: "Pesticide residues", lot_no: lot[0],
  });
  await expect("a notification is registered and its lot found", `/^\\/notifications\\/[0-9a-f-]{36}$/.test(location.pathname) && document.querySelector("main").innerText.includes(${JSON.stringify(lot[0])})`);
  const place = await evaluate("location.pathname");
  await look("registered");

  await visit("hold", `${place}/hold`);
  await visit("attribute", `${place}/attribute`);
  await evaluate(`(() => { document.querySelector('main [name="finding"]').value = "The lot number on the label agrees with our record."; document.querySelector('main input[name="lots"]').checked = true; })()`);
  await tick("panel", 3);
  await expect("a panel attributes it", `location.pathname === ${JSON.stringify(place)}`);
  await look("attributed");

  await click(`main a[href^="/tracebacks/new"]`);
  await tick("lots", 1);
  await expect("a trace runs at once", `/^\\/tracebacks\\//.test(location.pathname) && document.querySelectorAll("#consignments tbody tr").length >= 1`);
  await look("trace");

  await visit("recall-new", `/recalls/new?notification=${place.split("/").pop()}`);
  await evaluate(`(() => { document.querySelector('main [name="class"][value="2"]').checked = true; document.querySelector('main [name="the-hazard"]').value = "Chlorpyrifos"; document.querySelector('main [name="reason"]').value = "Found abroad above the limit."; })()`);
  await confirmed(`document.querySelector('main [name="reason"]').form.querySelector("button:not([type=button])").click();`);
  await expect("a recall is opened", `/^\\/recalls\\/[0-9a-f-]{36}$/.test(location.pathname)`);
  const recall = await evaluate("location.pathname");
  await look("recall");
  await visit("recall-start", `${recall}/start-recall`);
  await fill({ plan: "Stop of sale; consignees told; taken back and destroyed." });
  const lines = await evaluate(`[...document.querySelectorAll('main a[href*="/tell?line="]')].map((a) => a.getAttribute("href"))`);
  for (const line of lines) {
    await visit("tell", line);
    await fill({ consignee: "Hanse Foods, Hamburg" });
    await visit("account", line.replace("/tell", "/account"));
    const amount = await evaluate(`document.querySelector("main form p b").parentElement.innerText.match(/([\\d.]+) \\S+$/)[1]`);
    await fill({ how: "destroyed", amount, evidence: "certificate of destruction" });
    await visit("check", line.replace("/tell", "/check"));
    await fill({ effective: "yes", finding: "The goods are off sale." });
  }
  await visit("recall-accounted", recall);
  await click(`main a[href$="/close-recall"]`);
  await evaluate(`(() => { document.querySelector('main [name="summary"]').value = "Accounted for to zero."; })()`);
  await confirmed(`document.querySelector('main [name="summary"]').form.querySelector("button:not([type=button])").click();`);
  await expect("the recall is accounted for to zero and closed", `location.pathname === ${JSON.stringify(recall)} && !document.querySelector('main a[href$="/close-recall"]')`);

  await visit("cause", `${place}/cause`);
  await fill({ cause: "farm_input", evidence: "The spray record of field 3 shows an interval of four days." });
  await visit("interview", `${place}/interview`);
  await fill({ person: "Wang Shoucheng", place: "Meeting room of the plant", minutes: "Q: Which raw lots went in?\nA: Those of fields 3 and 5." });
  await visit("measures", place);
  const correction = await evaluate(`document.querySelector('main a[href^="/corrections/"]').getAttribute("href")`);
  await visit("correction-plan", `${correction}/plan`);
  await fill({ plan: "A spray record with each lot; a second reader; raw material tested." });
  await visit("correction-verify", `${correction}/verify`);
  await fill({ passed: "yes", finding: "Three fields were looked at; the records are whole." });
  await expect("the correction is verified on site", `location.pathname === ${JSON.stringify(correction)}`);
  await look("correction");
  const series = await evaluate(`fetch(${JSON.stringify(place)}).then((r) => r.text()).then((t) => (t.match(/\\/series\\/[0-9a-f-]{36}/) ?? [""])[0])`);
  await visit("series", series);
  const review = await evaluate(`fetch(${JSON.stringify(place)}).then((r) => r.text()).then((t) => (t.match(/\\/class-reviews\\/[0-9a-f-]{36}/) ?? [""])[0])`);
  await visit("class-review", review);
  await expect("who may review the class, and why not this person", `document.querySelector("main").innerText.length > 100 && document.querySelector('main a[href^="/operators/"]') !== null`);

  await visit("final", `${place}/final`);
  await expect("the reply is drafted from the record", `document.querySelector('main [name="text"]').value.includes("Recall ZH")`);
  await leads(`document.querySelector('main [name="text"]').form.querySelector("button:not([type=button])").click();`);
  await expect("the final reply is given", `location.pathname === ${JSON.stringify(place)}`);
  await visit("replied", place);
  const paper = await evaluate(`fetch(document.querySelector('main a[href*="/papers/"]').href).then(async (r) => [r.status, r.headers.get("content-type"), (await r.arrayBuffer()).byteLength])`);
  if (paper[0] !== 200 || paper[1] !== "application/pdf" || paper[2] < 5000) throw new Error(`no paper: ${paper}`);
  await visit("close", `${place}/close`);
  await evaluate(`(() => { document.querySelector('main [name="reason"]').value = "Measures verified."; })()`);
  await confirmed(`document.querySelector('main [name="reason"]').form.querySelector("button:not([type=button])").click();`);
  await expect("it is watched from now on, with nothing open", `location.pathname === ${JSON.stringify(place)} && document.querySelector("main .refusal") === null`);
  await visit("traces", "/tracebacks");
  await visit("recalls", "/recalls");
  await visit("corrections", "/corrections");
  await visit("series-list", "/series");
  await visit("class-reviews", "/class-reviews");
  await expect("the review stands in its list", `document.querySelectorAll("main tbody tr").length >= 1`);
  await signIn("leader");
  await visit("class-review-open", review);
  await visit("class-review-keep", `${review}/keep-class`);
  await fill({ reason: "One field of one farm; the plant's own controls held." });
  await expect("a second person reviews the class", `location.pathname === ${JSON.stringify(review)} && !document.querySelector('main a[href$="/keep-class"]')`);
  await look("class-reviewed");
  await visit("class-review-operator", await evaluate(`document.querySelector('main a[href^="/operators/"]').getAttribute("href")`));
  await expect("the operator's page tells the review", `document.querySelector('main a[href^="/class-reviews/"], main [data-href^="/class-reviews/"]') !== null`);
};

let failed = false;
try {
  await walk("zh-CN", 0);
  await walk("en", 3);
} catch (problem) {
  failed = true;
  console.error(problem.message);
  if (shots) await look("failed").catch(() => {});
}
for (const one of [...new Set(b.found), ...b.faults]) console.error(one);
await b.close();
await bureau.stop();
process.exit(failed || b.found.length + b.faults.length ? 1 : 0);
