// The page of the playground. What linklint answers, and what a link brings, is text here and never markup; the report
// is shown in a frame without the rights of this page.
const TIME = 30_000; // for one answer, in milliseconds
const PAUSE = 400; // after the last key
const MAX_LINK = 1_000_000; // characters of the texts in a link

const by = (name) => document.getElementById(`play-${name}`);
const files = by("files");
let samples = {};
let worker;
let number = 0;
let waiting; // the answer that is awaited: its number, what to do with it, and the timer that ends the worker
let next; // what to ask after it
let pause;
let address;
let moved = {};

// Asking the worker

function begin() {
  worker = new Worker("worker.mjs", { type: "module" });
  worker.onmessage = ({ data }) => {
    if (data.started) say("Python has started.");
    else if (data.failed) fail(`Python could not start: ${data.failed}`);
    else if (waiting?.number === data.number) {
      clearTimeout(waiting.timer);
      const { done } = waiting;
      waiting = undefined;
      done(data.answer);
      if (next) ask(...next);
    }
  };
  worker.onerror = (event) => fail(`Python could not start: ${event.message ?? "this browser has no module workers"}`);
}

function ask(message, done) {
  next = undefined;
  if (waiting) {
    next = [message, done];
    return;
  }
  number += 1;
  const timer = setTimeout(() => {
    worker.terminate();
    waiting = undefined;
    fail(`linklint took longer than ${TIME / 1000} seconds, and was ended. Make the input smaller.`);
    begin();
    if (next) ask(...next);
  }, TIME + (number === 1 ? 60_000 : 0));
  waiting = { number, timer, done };
  worker.postMessage({ number, message });
}

function say(words) {
  by("status").textContent = words;
}

function fail(words) {
  by("error").textContent = words;
  by("error").hidden = !words;
}

// The files

function texts() {
  return Array.from(files.children, (one) => [one.querySelector("input").value.trim(), one.querySelector("textarea").value]);
}

function add(name, text) {
  const one = by("file").content.firstElementChild.cloneNode(true);
  const area = one.querySelector("textarea");
  one.querySelector("input").value = name;
  area.value = text;
  area.rows = Math.min(18, Math.max(4, text.split("\n").length + 1));
  one.querySelector("button").addEventListener("click", () => {
    const beside = one.nextElementSibling ?? one.previousElementSibling;
    one.remove();
    (beside?.querySelector("textarea") ?? by("add")).focus();
    look();
  });
  one.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(look, PAUSE);
  });
  files.append(one);
  return one;
}

function show(all, mistake = "") {
  files.replaceChildren();
  for (const [name, text] of all) add(name, text);
  look(mistake);
}

function look(mistake = "") {
  clearTimeout(pause);
  say(number ? "linklint reads …" : "Python starts: about 6 MB, which the browser keeps …");
  ask({ files: texts() }, (answer) => {
    fail(answer.error ?? mistake);
    say("");
    if (answer.error) return;
    const count = answer.findings === 1 ? "1 finding" : `${answer.findings} findings`;
    say(`${count}, ${answer.seconds.toFixed(1)} s`);
    report(answer.report);
    migration(answer.migration);
    facts(answer.tables);
  });
}

// The result

function report(text) {
  const old = address;
  address = URL.createObjectURL(new Blob([text], { type: "text/html" }));
  by("frame").src = address;
  if (old) URL.revokeObjectURL(old);
}

function element(tag, text, kind = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function migration(found) {
  by("summary").textContent = found.summary;
  by("plan").textContent = found.lines.join("\n");
  by("plan").hidden = found.lines.length === 0;
  const kinds = { "+": "play-new", "-": "play-old", "@": "play-at" };
  by("diff").replaceChildren(...found.diff.map((line) => element("span", `${line}\n`, kinds[line[0]])));
  moved = found.files;
  by("changes").hidden = found.diff.length === 0;
}

function facts(tables) {
  const chosen = by("table").value;
  by("table").replaceChildren(
    ...tables.map(([name, count]) => {
      const option = element("option", `${name} (${count})`);
      option.value = name;
      return option;
    }),
  );
  const names = tables.map(([name]) => name);
  by("table").value = names.includes(chosen) ? chosen : (names.find((name) => name === "containers") ?? names[0] ?? "");
  if (!by("sql").value) select();
  else query();
}

function select() {
  if (!by("table").value) return;
  by("sql").value = `SELECT * FROM ${by("table").value}`;
  query();
}

function query() {
  ask({ sql: by("sql").value }, (answer) => {
    by("mistake").textContent = answer.error ?? "";
    if (answer.error) return;
    const head = element("tr", "");
    head.append(...answer.columns.map((name) => element("th", name)));
    const rows = answer.rows.map((row) => {
      const line = element("tr", "");
      line.append(...row.map((cell) => element("td", cell)));
      return line;
    });
    by("rows").tHead.replaceChildren(head);
    by("rows").tBodies[0].replaceChildren(...rows);
    const shown = answer.count > rows.length ? `, the first ${rows.length} are shown` : "";
    by("count").textContent = `${answer.count === 1 ? "1 row" : `${answer.count} rows`}${shown}`;
  });
}

// A link with the input: the texts are in its fragment, which a browser sends to nobody

async function through(stream, bytes, limit = Infinity) {
  const parts = [];
  let size = 0;
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  for (let one = await reader.read(); !one.done; one = await reader.read()) {
    size += one.value.length;
    if (size > limit) {
      await reader.cancel();
      throw new Error(`the link holds more than ${limit} bytes`);
    }
    parts.push(one.value);
  }
  return new Blob(parts).arrayBuffer();
}

async function link() {
  const text = new TextEncoder().encode(JSON.stringify(texts()));
  const packed = new Uint8Array(await through(new CompressionStream("deflate-raw"), text));
  const letters = Array.from(packed, (byte) => String.fromCharCode(byte)).join("");
  const made = btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  history.replaceState(null, "", `#s=${made}`);
  let where = "in the address bar";
  try {
    await navigator.clipboard.writeText(location.href);
    where += " and in the clipboard";
  } catch {
    // not allowed here: the address bar has it
  }
  say(`The link is ${where}: ${location.href.length} characters. Who has it can read the texts, secrets too.`);
}

async function linked() {
  const found = /^#s=([\w-]+)$/.exec(location.hash);
  if (!found) return null;
  const letters = atob(found[1].replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  const given = JSON.parse(new TextDecoder().decode(await through(new DecompressionStream("deflate-raw"), bytes, MAX_LINK)));
  const right = (one) => Array.isArray(one) && one.length === 2 && one.every((text) => typeof text === "string");
  if (!Array.isArray(given) || given.length > 50 || !given.every(right)) throw new Error("it holds no files");
  return given;
}

async function open() {
  let given = null;
  let mistake = "";
  try {
    given = await linked();
  } catch (error) {
    mistake = `The link cannot be read: ${error.message}`;
  }
  if (given) by("sample").value = "";
  show(given ?? samples[by("sample").value] ?? Object.values(samples)[0], mistake);
}

// The tabs, as the ARIA practices describe them

const tabs = Array.from(document.querySelectorAll(".play-tabs [role=tab]"));

function choose(tab) {
  for (const one of tabs) {
    const chosen = one === tab;
    one.setAttribute("aria-selected", String(chosen));
    one.tabIndex = chosen ? 0 : -1;
    document.getElementById(one.getAttribute("aria-controls")).hidden = !chosen;
  }
}

for (const [at, tab] of tabs.entries()) {
  tab.addEventListener("click", () => choose(tab));
  tab.addEventListener("keydown", ({ key }) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (!step) return;
    const other = tabs[(at + step + tabs.length) % tabs.length];
    choose(other);
    other.focus();
  });
}

by("add").addEventListener("click", () => add("run.sh", "").querySelector("textarea").focus());
by("open").addEventListener("change", async ({ target }) => {
  const given = await Promise.all(Array.from(target.files, async (file) => [file.name, await file.text()]));
  target.value = "";
  if (given.length) show(given);
});
by("sample").addEventListener("change", ({ target }) => {
  if (!samples[target.value]) return;
  history.replaceState(null, "", location.pathname + location.search);
  show(samples[target.value]);
});
by("link").addEventListener("click", link);
by("apply").addEventListener("click", () => show(texts().map(([name, text]) => [name, moved[name] ?? text])));
by("table").addEventListener("change", select);
by("run").addEventListener("click", query);
addEventListener("hashchange", open);

begin();
samples = await (await fetch("samples.json")).json();
for (const name of Object.keys(samples)) {
  const option = element("option", name);
  option.value = name;
  by("sample").append(option);
}
by("sample").selectedIndex = 1;
by("all").hidden = false;
await open();
