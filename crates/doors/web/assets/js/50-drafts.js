// Drafts: what is written on the quay stays on the device, photographs included, until the server has answered with the
// signed record. Sent again with the same key when the signal returns, so that nothing is lost and nothing is doubled.
(() => {
  "use strict";
  const { words, ready, busy, rest } = window.guomen;
  const owner = () => document.body.dataset.user ?? "";
  const sending = new Set();

  const store = (() => {
    let opened;
    const base = () => opened ??= new Promise((done, fail) => {
      const request = indexedDB.open("guomen", 1);
      request.onupgradeneeded = () => request.result.createObjectStore("drafts", { keyPath: "id" });
      request.onsuccess = () => done(request.result);
      request.onerror = () => fail(request.error);
    });
    const run = async (mode, work) => {
      const place = (await base()).transaction("drafts", mode).objectStore("drafts");
      return new Promise((done, fail) => { const request = work(place); request.onsuccess = () => done(request.result); request.onerror = () => fail(request.error); });
    };
    return {
      get: (id) => run("readonly", (place) => place.get(id)),
      all: () => run("readonly", (place) => place.getAll()),
      put: (draft) => run("readwrite", (place) => place.put(draft)),
      drop: (id) => run("readwrite", (place) => place.delete(id)),
    };
  })();
  // A device whose store is slow must not hold up a deed: after a moment it goes on without.
  const soon = (asked) => Promise.race([asked.catch(() => null), new Promise((done) => setTimeout(done, 1500, null))]);
  const idOf = (form) => `${owner()}\n${form.dataset.draft}`;
  const secret = new Set(["_csrf", "_key"]);

  const line = (form, state) => {
    const place = form?.querySelector("[data-draft-line]");
    if (!place) return;
    const w = words();
    place.dataset.state = state;
    place.querySelector("span").textContent = { clean: w.draftClean, unsent: w.draftUnsent, queued: w.draftQueued, sending: w.draftSending, signed: w.draftSigned, refused: w.draftRefused, failed: w.draftFailed }[state];
  };
  const badge = async () => {
    const mine = (await store.all()).filter((draft) => draft.owner === owner());
    for (const place of document.querySelectorAll("[data-unsent]")) {
      place.hidden = mine.length === 0;
      place.textContent = `${words().draftUnsent} ${mine.length}`;
      if (mine.length) place.href = mine[0].page;
    }
  };
  const snapshot = (form, previous, extra = {}) => ({
    id: idOf(form), owner: owner(), page: location.pathname + location.search, action: form.action,
    key: previous?.key ?? form.elements._key?.value ?? crypto.randomUUID(),
    entries: [...new FormData(form)].filter(([name, value]) => !secret.has(name) && !(value instanceof File && !value.size)),
    queued: previous?.queued ?? false, ...extra,
  });
  const restore = (form, draft) => {
    const values = new Map();
    for (const [name, value] of draft.entries) values.set(name, [...(values.get(name) ?? []), value]);
    for (const field of form.elements) {
      if (!field.name || secret.has(field.name) || field.type === "submit") continue;
      const kept = values.get(field.name) ?? [];
      if (field.type === "file") {
        const files = new DataTransfer();
        for (const value of kept) if (value instanceof File) files.items.add(value);
        if (files.files.length) { field.files = files.files; field.dispatchEvent(new Event("change", { bubbles: true })); }
      } else if (field.type === "checkbox" || field.type === "radio") field.checked = kept.includes(field.value);
      else if (kept.length) field.value = kept.shift();
    }
    if (form.elements._key) form.elements._key.value = draft.key;
  };

  // Sends one draft. Answers "signed", "refused" (the server said no: the draft stays and its page is shown) or "queued".
  const send = async (draft) => {
    if (sending.has(draft.id)) return { state: "queued" };
    sending.add(draft.id);
    try {
      const body = new FormData();
      for (const [name, value] of draft.entries) body.append(name, value);
      body.append("_key", draft.key);
      const token = document.querySelector("meta[name=csrf-token]")?.content;
      if (token) body.append("_csrf", token);
      const files = draft.entries.some(([, value]) => value instanceof File) || draft.multipart;
      const headers = { "Guomen-Draft": "1", "Idempotency-Key": draft.key, ...(token ? { "X-CSRF-Token": token } : {}) };
      const answer = await fetch(draft.action, { method: "POST", headers, body: files ? body : new URLSearchParams(body) });
      const signed = answer.headers.get("Guomen-Signed");
      if (answer.ok && signed) {
        await soon(store.drop(draft.id));
        return { state: "signed", record: answer.headers.get("Content-Location") };
      }
      if (answer.status >= 500 || answer.status === 429) { await store.put({ ...draft, queued: true }); return { state: "queued" }; }
      await store.put({ ...draft, queued: false, refused: true });
      return { state: "refused", html: await answer.text() };
    } catch {
      await store.put({ ...draft, queued: true });
      return { state: "queued" };
    } finally {
      sending.delete(draft.id);
      await soon(badge());
    }
  };
  const resend = async () => {
    if (!navigator.onLine) return;
    for (const draft of await store.all()) {
      if (draft.owner !== owner() || !draft.queued) continue;
      const form = [...document.querySelectorAll("form[data-draft]")].find((one) => idOf(one) === draft.id);
      line(form, "sending");
      const result = await send(draft);
      line(form, result.state);
      if (form && result.state === "signed" && result.record) location.href = result.record;
    }
  };
  // The server's refusal, errors beside the fields, takes the place of the form; the draft is still on the device.
  const showAnswer = (html) => {
    const main = new DOMParser().parseFromString(html, "text/html").getElementById("main");
    if (!main) return false;
    document.getElementById("main").replaceWith(main);
    for (const form of main.querySelectorAll("form[data-draft]")) attend(form);
    window.htmx?.process(main);
    (main.querySelector("[data-focus]") ?? main).focus();
    return true;
  };

  const attended = new WeakSet();
  const attend = async (form) => {
    if (attended.has(form)) return;
    attended.add(form);
    const multipart = form.enctype === "multipart/form-data";
    let timer, touched = false, restoring = false;
    const keep = async () => {
      try {
        await store.put(snapshot(form, await store.get(idOf(form)), { multipart, refused: false }));
        line(form, "unsent");
      } catch { line(form, "failed"); }
      badge();
    };
    // Listens before it asks the device, so that the first quick letters are not lost.
    const later = (wait) => { if (!restoring) { touched = true; clearTimeout(timer); timer = setTimeout(keep, wait); } };
    form.addEventListener("input", () => later(250));
    form.addEventListener("change", () => later(0));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      clearTimeout(timer);
      const button = event.submitter;
      if (button?.getAttribute("aria-busy")) return;
      const draft = snapshot(form, await soon(store.get(idOf(form))), { multipart, refused: false });
      if (button?.name) draft.entries.push([button.name, button.value]);
      if (button) busy(button);
      line(form, "sending");
      await soon(store.put(draft).catch(() => line(form, "failed")));
      const result = await send(draft);
      if (button) rest(button);
      line(form, result.state);
      if (result.state === "signed") location.href = result.record ?? location.href;
      else if (result.state === "refused") showAnswer(result.html);
    });

    const kept = await store.get(idOf(form)).catch(() => null);
    if (touched) return;
    restoring = true;
    // An answer with errors already holds what was sent; only files, which no server can put back, are filled in.
    const answered = form.querySelector("[aria-invalid]") !== null;
    const files = (draft) => draft.entries.filter(([, value]) => value instanceof File);
    const typed = () => [...new FormData(form)].filter(([, value]) => typeof value === "string");
    if (kept) restore(form, answered ? { ...kept, entries: [...typed(), ...files(kept)] } : kept);
    restoring = false;
    line(form, kept ? (kept.refused ? "refused" : kept.queued ? "queued" : "unsent") : "clean");
  };

  ready(async () => {
    if (!("indexedDB" in window)) return;
    for (const form of document.querySelectorAll("form[data-draft]")) await attend(form);
    document.addEventListener("htmx:load", (event) => { for (const form of event.target.querySelectorAll("form[data-draft]")) attend(form); });
    await badge();
    window.addEventListener("online", resend);
    setInterval(resend, 60000);
    resend();
  });
})();
