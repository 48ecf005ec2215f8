// How a day's work becomes a brand, in a browser: the scorecard opens to a figure, the figure to its facts, a fact to
// the record; the wall, a brand and its deeds; the public promises; an assessment sat to its end. Both languages, two
// widths. node stories/browser/brand.mjs PROGRAM [SHOTS]
import { open, serve } from "./house.mjs";

const [program, shots] = process.argv.slice(2);
if (!program) { console.error("usage: brand.mjs PROGRAM [SHOTS]"); process.exit(2); }
const bureau = process.env.HOME_URL ? { home: process.env.HOME_URL, stop: async () => {} } : await serve(program, 900);
const page = await open(bureau.home, shots);
const { evaluate } = page;
const hrefOf = (selector) => evaluate(`document.querySelector(${JSON.stringify(selector)})?.getAttribute("href") ?? ""`);

/** The scorecard, one figure, its facts, and the record behind a fact: two clicks and one more. */
const figures = async () => {
  await page.signIn("manager");
  await page.visit("indicators", "/indicators");
  await page.expect("the scorecard follows the ledger", `!/not counted yet|尚未计入/.test(document.querySelector("main").innerText)`);
  await page.click('main .figure-bar .value a[href^="/indicators/SV01"]');
  await page.look("indicator");
  await page.expect("a figure says its n, its interval and its peers", `document.querySelectorAll("main .chart, main #peers").length > 0`);
  await page.click('main a.button[href*="/facts"]');
  await page.look("indicator-facts");
  await page.expect("a figure opens to its facts", `document.querySelectorAll('main tbody tr').length > 0`);
  await page.click('main tbody a[href^="/ledger/"]');
  await page.look("fact");
  await page.expect("and a fact to the record", `!!document.querySelector('main a[href^="/declarations/"]')`);
  for (const [name, path] of [["indicator-watch", "/indicators/RC23"], ["indicator-waits", "/indicators/RC19"], ["indicator-levels", "/indicators/RC01"]]) await page.visit(name, path);
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

const assessments = async () => {
  await page.signIn("registrar");
  await page.visit("assessment-new", "/assessments/new");
  await page.signIn("auditor");
  await page.visit("reviews", "/reviews");
  await page.visit("review-new", "/reviews/new");
  await page.signIn("inspector");
  await page.visit("assessments", "/assessments");
  await page.visit("recuse", "/assessments/recuse");
};

for (const lang of ["zh-CN", "en"]) {
  page.speak(lang);
  await figures();
  await brands("leader");
  await brands("registrar");
  await brands("manager");
  await page.goto(page.at("/brands/new"));
  await page.look("brand-new");
  await assessments();
  await page.call("Network.clearBrowserCookies");
  await page.visit("promises", "/promises");
  await page.expect("the public page shows no unit's scores, guards or peers", `!/RC06|90\\.5|Peers|同类单位/.test(document.querySelector("main").innerText)`);
}
await page.close();
await bureau.stop();
for (const one of [...page.found, ...page.faults]) console.log(`FOUND  ${one}`);
process.exit(page.found.length + page.faults.length ? 1 : 0);
