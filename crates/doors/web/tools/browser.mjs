// A headless browser spoken to over a pipe (DevTools protocol): nothing is needed beside node and chromium.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const openBrowser = async () => {
  const profile = mkdtempSync(join(tmpdir(), "look-"));
  const browser = spawn(process.env.CHROMIUM ?? "chromium", ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
    "--allow-file-access-from-files", `--user-data-dir=${profile}`, "--remote-debugging-pipe", "about:blank"], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
  const waiting = new Map(), listeners = new Set();
  let next = 0, rest = "";
  browser.stdio[4].on("data", (chunk) => {
    const parts = (rest + chunk).split("\0");
    rest = parts.pop();
    for (const message of parts.map((part) => JSON.parse(part))) {
      if (!message.id) { for (const listener of [...listeners]) listener(message); continue; }
      const { done, fail } = waiting.get(message.id);
      waiting.delete(message.id);
      message.error ? fail(new Error(message.error.message)) : done(message.result);
    }
  });
  const send = (method, params = {}, sessionId) => new Promise((done, fail) => {
    const id = ++next;
    waiting.set(id, { done, fail });
    browser.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + "\0");
  });
  const { targetId } = await send("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
  const call = (method, params) => send(method, params, sessionId);
  const faults = [];
  listeners.add((message) => {
    if (message.method === "Runtime.exceptionThrown") faults.push(message.params.exceptionDetails.exception?.description ?? message.params.exceptionDetails.text);
  });
  const once = (method) => new Promise((done) => {
    const listener = (message) => { if (message.method === method) { listeners.delete(listener); done(message.params); } };
    listeners.add(listener);
  });
  await call("Page.enable");
  await call("Runtime.enable");
  await call("Network.enable");
  return {
    call, faults,
    goto: async (url) => { const loaded = once("Page.loadEventFired"); await call("Page.navigate", { url }); await loaded; },
    evaluate: async (expression) => {
      const answer = await call("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
      if (answer.exceptionDetails) throw new Error(answer.exceptionDetails.exception?.description ?? answer.exceptionDetails.text);
      return answer.result.value;
    },
    close: async () => {
      const ended = new Promise((done) => browser.once("exit", done));
      await send("Browser.close").catch(() => browser.kill());
      await ended;
      // Its helpers may write for a moment longer; a profile left in the temporary folder spoils nothing.
      try { rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }); } catch (left) { console.error(`left behind: ${left.message}`); }
    },
  };
};
