// Every browser story, two at a time (each has a bureau and a browser of its own): node stories/browser/all.mjs PROGRAM
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

const [program] = process.argv.slice(2);
if (!program) { console.error("usage: all.mjs PROGRAM"); process.exit(2); }
const folder = fileURLToPath(new URL(".", import.meta.url));
const waiting = readdirSync(folder).filter((name) => name.endsWith(".mjs") && !["all.mjs", "house.mjs"].includes(name)).sort();

/** Runs one story to its end; its words come out together, so that two stories do not mingle. */
const tell = (name) => new Promise((done) => {
  const begun = Date.now();
  const story = spawn(process.execPath, [join(folder, name), program], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [story.stdout, story.stderr]) stream.on("data", (chunk) => { said += chunk; });
  story.on("close", (code) => {
    console.log(`${code === 0 ? "PASS" : "FAIL"}  ${name}  ${((Date.now() - begun) / 1000).toFixed(0)} s\n${said}`);
    done(code === 0 ? [] : [name]);
  });
});

const teller = async () => {
  const failed = [];
  for (let name = waiting.shift(); name; name = waiting.shift()) failed.push(...await tell(name));
  return failed;
};
const failed = (await Promise.all([teller(), teller()])).flat();
if (failed.length) { console.error(`stories that failed: ${failed.join(", ")}`); process.exit(1); }
