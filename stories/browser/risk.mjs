// The risk desk in a real browser: an alert from information to approval by a second person, a decision table from the
// sheet over its back-test to its approval, what-if, rates, watch list and the sampling calculator; both languages, each
// page looked at by axe at two widths. node stories/browser/risk.mjs PROGRAM [SHOTS]
import { open, serve } from "./house.mjs";

const [program, shots] = process.argv.slice(2);
if (!program) { console.error("usage: risk.mjs PROGRAM [SHOTS]"); process.exit(2); }
const bureau = process.env.HOME_URL ? { home: process.env.HOME_URL, stop: async () => {} } : await serve(program, 3000);
const page = await open(bureau.home, shots);
const { visit, look, fill, signIn, expect, evaluate, speak } = page;
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const first = (part) => evaluate(`document.querySelector('main tr[data-href^="${part}"]')?.dataset.href`);
const soon = new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 10);

/** Waits until the page says so, looking again each time. */
const until = async (path, expression) => {
  for (let turn = 0; turn < 60; turn++) {
    await page.goto(page.at(path));
    if (await evaluate(expression)) return;
    await sleep(500);
  }
  throw new Error(`never so on ${path}: ${expression}`);
};

const alert = async (lang) => {
  await signIn("risk");
  for (const [name, path] of [["desk", "/risk"], ["alerts", "/risk/alerts"], ["rates", "/risk/rates"], ["streams", "/risk/streams"], ["streams-tightened", "/risk/streams?phase=tightened"], ["score", "/risk/score"], ["watch", "/risk/watch"], ["tables", "/risk/tables"], ["what-if", "/risk/what-if"]]) await visit(name, path);
  await page.goto(page.at("/risk/streams"));
  await visit("stream", await first("/risk/streams/"));
  await visit("inform", "/risk/alerts/new");
  await fill({ title: `大蒜 毒死蜱 ${lang}`, hazard: "毒死蜱", source: "notification", information: "RASFF 2026.4711", hs: "0703", direction: "export" });
  const place = await evaluate("location.pathname");
  await expect("risk information becomes a case", `/^\\/risk\\/alerts\\/[0-9a-f-]{36}$/.test(location.pathname)`);
  await look("case");
  await visit("propose", `${place}/propose`);
  await fill({ severity: "3", likelihood: "4", evidence: "三个月内三起通报", rate: "60", lane: "sampling", ends: soon });
  await expect("an alert is proposed on it", `location.pathname === ${JSON.stringify(place)}`);
  await look("proposed");
  await expect("who proposed it is told that somebody else approves it", `!document.querySelector('main a[href$="/approve"]')`);
  await signIn("registrar");
  await visit("approve", `${place}/approve`);
  await fill({});
  await expect("a second person approves it", `location.pathname === ${JSON.stringify(place)}`);
  await look("active");
  const reached = await first("/declarations/");
  if (reached) await visit("why-this-lane", reached);
  await visit("lift", `${place}/lift`);
  await evaluate(`(() => { document.querySelector('main [name="reason"]').value = "复检全部合格"; document.querySelector("main form button.danger").click(); })()`);
  await sleep(300);
  await page.leads(`document.querySelector('dialog[open] button[value="yes"]').click();`);
  await look("lifted");
};

const table = async (lang) => {
  await signIn("risk");
  await visit("table-new", "/risk/tables/new");
  await fill({ code: lang === "en" ? "TEA-EN" : "TEA-ZH", title_zh: "茶叶", title_en: "Tea", note: "欧盟农残",
    body: 'policy,FIRST,Tea\nrole,in,in,out,out,out\nname,heading,market,lane,rate,reason\ntype,string,string,string,number,string\n1,"""0902""","""DE"",""NL""","""sampling""",0.5,"""RASFF"""\n2,"""0902""","""DE""","""conformity""",1,\n',
    examples: "heading,market,lane,rate\n0902,DE,sampling,0.5\n0902,JP,none,0\n" });
  const place = await evaluate("location.pathname");
  await look("table-draft");
  await expect("a row that never counts is told on its row", `document.querySelector(".rules .finding") !== null`);
  await visit("table-edit", `${place}/edit`);
  await fill({ "c1-2": '"JP"', examples: "heading,market,lane,rate\n0902,DE,sampling,0.5\n0902,JP,conformity,1\n" });
  await visit("table-test", `${place}/test`);
  await fill({});
  await visit("table-back-test", `${place}/back-test`);
  await fill({});
  const tried = await evaluate("location.pathname");
  await until(tried, `document.querySelector(".figure-bar, dl.facts") !== null`);
  await look("what-if-result");
  await signIn("registrar");
  await visit("table-tried", place);
  await visit("table-approve", `${place}/approve`);
  await fill({});
  await look("table-in-force");
  await expect("a table is in force after a second person's approval", `location.pathname === ${JSON.stringify(place)}`);
  await signIn("risk");
  await page.goto(page.at("/risk/what-if"));
  await fill({ "rate-3": lang === "en" ? "10" : "12" });
  await until(await evaluate("location.pathname"), `document.querySelector("dl.facts") !== null`);
  await look("what-if-rate");
};

/** A score is trained and registered from the command line; a second person puts it in force on its page. */
const score = async (lang) => {
  const file = `${bureau.folder}/score-${lang}.json`;
  await bureau.command("risk", "model", "train", "--out", file, "--seed", lang === "en" ? "2" : "1");
  await bureau.command("risk", "model", "register", file, "--by", "YM077", "--note", `records of the year ${lang}`);
  await signIn("risk");
  await visit("score-registered", "/risk/score");
  await expect("who registered a score is told that somebody else approves it", `!document.querySelector('main a[href$="/approve"]')`);
  await signIn("registrar");
  await page.goto(page.at("/risk/score"));
  await page.click('main a[href$="/approve"]');
  await look("score-approve");
  await fill({});
  await look("score-in-force");
  await expect("a score is in force after a second person's approval", `location.pathname === "/risk/score" && document.querySelector("main dl.facts code") !== null`);
};

const sampling = async () => {
  await page.call("Network.clearBrowserCookies");
  for (const [name, query] of [["sampling", ""], ["sampling-double", "?lot=5000&level=II&aql=2.5&severity=normal&kind=double"], ["sampling-own", "?by=own&n=20&ac=0&lot=200"], ["sampling-design", "?by=design"], ["sampling-variables", "?by=variables&lot=60&aql=4.0&level=S-2&upper=-18&values=-19.2+-20.1+-18.9"], ["sampling-wrong", "?lot=0"]]) await visit(name, `/sampling${query}`);
  await expect("a wrong lot size is told beside its field", `document.querySelector(".field.wrong #lot, .field.wrong [name=lot]") !== null`);
};

for (const lang of ["zh-CN", "en"]) {
  speak(lang);
  await alert(lang);
  await table(lang);
  if (bureau.command) await score(lang);
  await sampling();
}
await page.close();
await bureau.stop();
for (const one of [...page.found, ...page.faults]) console.log(`FOUND  ${one}`);
process.exit(page.found.length + page.faults.length ? 1 : 0);
