// Cold start to the first page, idle memory and size of the program, on a founded bureau:
// node stories/benches/start.mjs PROGRAM [DATABASE]
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [program, known] = process.argv.slice(2);
if (!program) { console.error("usage: start.mjs PROGRAM [DATABASE]"); process.exit(2); }
const folder = mkdtempSync(join(tmpdir(), "guomen-start-"));
const db = known ?? `sqlite://${join(folder, "g.db")}`;
const freePort = () => new Promise((done) => {
  const probe = createServer().listen(0, "127.0.0.1", () => { const { port } = probe.address(); probe.close(() => done(port)); });
});
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
if (!known) {
  const made = spawnSync(program, ["--db", db, "migrate"]);
  if (made.status !== 0) { console.error(String(made.stderr)); process.exit(1); }
}

/** Starts the program, asks until the log-in page is there, and gives the milliseconds and the memory at rest. */
const start = async () => {
  const port = await freePort();
  const begun = performance.now();
  const server = spawn(program, ["--db", db, "serve", "--listen", `127.0.0.1:${port}`], { stdio: "ignore" });
  for (let turn = 0; ; turn++) {
    const there = await fetch(`http://127.0.0.1:${port}/login`).then((r) => r.ok && r.text(), () => null);
    if (there) break;
    if (turn > 5_000) throw new Error("the program does not answer");
    await sleep(2);
  }
  const took = performance.now() - begun;
  await sleep(3_000);
  const status = readFileSync(`/proc/${server.pid}/status`, "utf8");
  server.kill();
  await new Promise((done) => server.once("exit", done));
  return { took, memory: Number(/VmRSS:\s+(\d+)/.exec(status)[1]) / 1024 };
};

const runs = [];
for (let n = 0; n < 5; n++) runs.push(await start());
rmSync(folder, { recursive: true, force: true });
const middle = (of) => runs.map(of).sort((a, b) => a - b)[2];
console.log("| figure | value |\n|---|---|");
console.log(`| start to first page, median of 5 | ${middle((r) => r.took).toFixed(0)} ms |`);
console.log(`| memory at rest, after 3 s | ${middle((r) => r.memory).toFixed(0)} MiB |`);
console.log(`| program, stripped | ${(statSync(program).size / 1048576).toFixed(0)} MiB |`);
