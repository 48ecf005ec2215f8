// How a day's work becomes a brand, in a browser: the scorecard opens to a figure, the figure to its facts, a fact to
// the record; the wall, a brand and its deeds; the public promises; an assessment sat to its end. Both languages, two
// widths. node stories/browser/brand.mjs PROGRAM [SHOTS]
import { open, serve } from "./house.mjs";

const [program, shots] = process.argv.slice(2);
if (!program) { console.error("usage: brand.mjs PROGRAM [SHOTS]"); process.exit(2); }
const bureau = process.env.HOME_URL ? { home: process.env.HOME_URL, stop: async () => {} } : await serve(program, 2400);
const page = await open(bureau.home, shots);
const { evaluate } = page;
const hrefOf = (selector) => evaluate(`document.querySelector(${JSON.stringify(selector)})?.getAttribute("href") ?? ""`);

/** The scorecard, one figure, its facts, and the record behind a fact: two clicks and one more. */
const figures = async () => {
  await page.signIn("manager");
  const counted = `!/not counted yet|尚未计入/.test(document.querySelector("main").innerText)`;
  // The bureau lives on: what happened this very second is on the card in the next.
  for (let turn = 0; turn < 20; turn++) {
    await page.goto(page.at("/indicators"));
    if (await evaluate(counted)) break;
    await new Promise((done) => setTimeout(done, 300));
  }
  await page.look("indicators");
  await page.expect("the scorecard follows the ledger", counted);
  await page.click('main .figure-bar .value a[href^="/indicators/SV01"]');
  await page.look("indicator");
  await page.expect("a figure says its n, its interval and its peers", `document.querySelectorAll("main .series, main #peers").length > 0`);
  await page.click('main a.button[href*="/facts"]');
  await page.look("indicator-facts");
  await page.expect("a figure opens to its facts", `document.querySelectorAll('main tbody tr').length > 0`);
  await page.click('main tbody a[href^="/ledger/"]');
  await page.look("fact");
  await page.expect("and a fact to the record", `!!document.querySelector('main a[href^="/declarations/"]')`);
  for (const [name, path] of [["indicator-watch", "/indicators/RC23"], ["indicator-waits", "/indicators/RC19"], ["indicator-levels", "/indicators/RC01"]]) await page.visit(name, path);
};

/** Working time: a sample is drawn, and the drawn officer's answer is noted once. */
const burden = async () => {
  await page.visit("burden", "/brands/burden");
  await page.click('main a.button[href="/brands/burden/draw"]');
  await page.look("burden-draw");
  await page.fill({}, "#deed button");
  await page.click('main a.button[href="/brands/burden/note"]');
  await page.look("burden-note");
  await page.fill({ forms: "6", worked: "480" });
  await page.look("burden-noted");
  await page.expect("the answer stands beside the draw", `document.querySelector("main tbody tr").innerText.includes("480")`);
};

/** The wall, a brand that passed, and every deed's form that this login may open. */
const brands = async (login) => {
  await page.signIn(login);
  await page.visit(`brands-${login}`, "/brands");
  await page.visit(`balance-${login}`, "/brands/balance");
  await page.goto(page.at("/brands"));
  const all = await evaluate(`[...document.querySelectorAll("main .wall h3 a")].map((a) => a.getAttribute("href"))`);
  if (!all.length) throw new Error("no brand on the wall");
  for (const [n, href] of all.entries()) await page.visit(`brand-${login}-${n}`, href);
  await page.visit(`caf-${login}`, `${all[0]}/caf`);
  await page.expect("nine criteria, each with what the record shows", `document.querySelectorAll("main tbody tr").length === 9`);
  if (login === "registrar") await page.visit("groups", "/brands/balance/groups");
  if (login === "registrar") await burden();
  const forms = new Set();
  for (const href of all) {
    await page.goto(page.at(href));
    for (const deed of await evaluate(`[...document.querySelectorAll("main .maydo .can a")].map((a) => a.getAttribute("href"))`)) {
      const kind = deed.split("/").pop();
      if (forms.has(kind)) continue;
      forms.add(kind);
      await page.visit(`deed-${kind}`, deed);
    }
  }
  return all;
};

/** The quality manager opens an assessment, and the candidate sits its theory test to the end. */
const assessments = async (lang) => {
  await page.signIn("registrar");
  await page.visit("assessment-new", "/assessments/new");
  await page.fill({ staff_no: "BL003", duty: lang === "en" ? "inspect" : "sample" });
  await page.look("assessment");
  const place = await evaluate("location.pathname");
  await page.signIn("auditor");
  await page.visit("reviews", "/reviews");
  await page.visit("review-new", "/reviews/new");
  await page.signIn("inspector");
  await page.visit("assessments", "/assessments");
  await page.visit("recuse", "/assessments/recuse");
  await page.goto(page.at(place));
  await page.leads(`document.querySelector("#begin button").click()`);
  await page.look("theory");
  await page.expect("questions are put with their answers", `document.querySelectorAll("#paper fieldset").length >= 4`);
  await evaluate(`document.querySelectorAll("#paper fieldset").forEach((f) => f.querySelector("input").click())`);
  await page.leads(`document.querySelector("#paper button[type=submit]").click()`);
  await page.goto(page.at(place));
  await page.look("assessment-marked");
  await page.expect("the theory test is marked", `document.querySelector("main").innerText.includes("/ 100")`);
};

/** Peer learning from a proposal to its form's end, the tour, and the bulletin of the last frozen month. */
const learning = async (lang) => {
  await page.signIn("registrar");
  await page.visit("challenges", "/challenges");
  await page.visit("challenge-new", "/challenges/new");
  await page.fill({ code: `ONCE-${lang}`, name_zh: "按时受理比学", name_en: "In time together", indicator: "SV02", starts_on: "2027-07-01", ends_on: "2027-09-30", tie_rule: "greater_gain" });
  await page.look("challenge");
  await page.click('main .maydo a[href$="/do/publish"]');
  await page.fill({}, "#deed button");
  await page.look("challenge-published");
  await page.expect("the criteria are frozen by their hash", `!!document.querySelector("main code")`);
  await page.expect("and say what makes the units comparable", `document.querySelectorAll("#matched tbody tr").length > 1`);
  await page.visit("tour", "/tour");
  // A year without a brand that passed has no adopters and no rule to show, and the tour says so.
  await page.expect("the tour has twelve steps, nearly all with their page", `document.querySelectorAll("main .tour li").length === 12 && document.querySelectorAll("main .tour li > a").length >= 9`);
  const steps = await evaluate(`[...document.querySelectorAll("main .tour li > a")].map((a) => a.getAttribute("href"))`);
  for (const [n, href] of steps.entries()) {
    // A place on the page that is open already would load nothing.
    await page.goto(page.at("/tour"));
    await page.visit(`tour-${n + 1}`, href);
    await page.expect(`step ${n + 1} shows what it says`, `!!document.querySelector("main h1") && (!location.hash || !!document.querySelector(location.hash))`);
  }
  const kinds = await evaluate(`Promise.all(["/indicators/bulletin", "/indicators/bulletin/xlsx", "/indicators/csv"].map((p) => fetch(p).then((r) => r.status + " " + r.headers.get("content-type"))))`);
  if (!kinds[0].startsWith("200 application/pdf") || !kinds[1].startsWith("200 application/vnd") || !kinds[2].startsWith("200 text/csv")) throw new Error(`the bulletin: ${kinds.join(" | ")}`);
  console.log(`ok     ${lang} the bulletin is a paper and a workbook, the scorecard a file`);
};

for (const lang of ["zh-CN", "en"]) {
  page.speak(lang);
  await figures();
  await brands("leader");
  await brands("registrar");
  await brands("manager");
  await page.goto(page.at("/brands/new"));
  await page.look("brand-new");
  await assessments(lang);
  await learning(lang);
  await page.call("Network.clearBrowserCookies");
  await page.visit("promises", "/promises");
  await page.expect("the public page shows no unit's scores, guards or peers", `!/RC06|90\\.5|Peers|同类单位/.test(document.querySelector("main").innerText)`);
}
await page.close();
await bureau.stop();
for (const one of [...page.found, ...page.faults]) console.log(`FOUND  ${one}`);
process.exit(page.found.length + page.faults.length ? 1 : 0);
