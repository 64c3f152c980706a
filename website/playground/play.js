// The page of the playground. What linklint answers, and what a link brings, is text here and never markup; the report
// is shown in a frame without the rights of this page. Nothing replaces a text that the user has changed without asking.
const TIME = 30_000; // for one answer, in milliseconds
const START = 120_000; // for Python to start
const PAUSE = 400; // after the last key
const MAX_FILES = 50;
const MAX_OPENED = 2_000_000; // bytes
const MAX_LINK = 8_000_000; // bytes of the texts in a link

const by = (name) => document.getElementById(`play-${name}`);
const files = by("files");
let samples = new Map();
let known = "[]"; // the texts that were shown last: what differs from them, the user has written
let pause;
let plan = { asked: "", texts: new Map() }; // the migrated texts, and the texts that they belong to

// Asking the worker: one question at a time; of those that wait, the last scan and the last query count

let worker;
let state = "starting"; // then idle, busy, or dead
let number = 0;
let current;
let timer;
let scanned = false; // by this worker
const waiting = { files: undefined, sql: undefined };

function begin() {
  state = "starting";
  scanned = false;
  worker = new Worker("worker.mjs", { type: "module" });
  clock(START, () => stop(`Python did not start within ${START / 1000} seconds. Load the page again to try once more.`));
  worker.onmessage = ({ data }) => {
    if (data.failed) stop(`Python could not start: ${data.failed}`);
    else if (data.started) idle();
    else if (data.number === number) answered(data);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    stop(`Python could not start: ${event.message || "a file of the playground could not be loaded"}`);
  };
}

function clock(time, late) {
  clearTimeout(timer);
  timer = setTimeout(late, time);
}

function idle() {
  clearTimeout(timer);
  state = "idle";
  const kind = waiting.files ? "files" : "sql";
  if (!waiting[kind]) return;
  [current, waiting[kind]] = [waiting[kind], undefined];
  state = "busy";
  number += 1;
  worker.postMessage({ number, message: current.message });
  const words = kind === "files" ? "linklint took" : "The query took";
  clock(TIME, () => again(`${words} longer than ${TIME / 1000} seconds, and was ended.`));
}

function answered({ answer, fault }) {
  const { done } = current;
  if (fault) again(`This is a fault of linklint: ${fault}`);
  else {
    done(answer);
    idle();
  }
}

function again(words) {
  const { done } = current;
  worker.terminate();
  begin();
  done({ error: words });
}

function stop(words) {
  clearTimeout(timer);
  worker.terminate();
  state = "dead";
  say("");
  fail(words);
}

function ask(message, done) {
  if (state === "dead") return;
  waiting["sql" in message ? "sql" : "files"] = { message, done };
  if (state === "idle") idle();
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

const written = () => JSON.stringify(texts());
const mayReplace = () => written() === known || confirm("Replace the texts that you have changed?");

function add(name, text) {
  const one = by("file").content.firstElementChild.cloneNode(true);
  const area = one.querySelector("textarea");
  one.querySelector("input").value = name;
  area.value = text;
  area.rows = Math.min(18, Math.max(4, text.split("\n", 20).length + 1));
  one.querySelector("button").addEventListener("click", () => {
    const beside = one.nextElementSibling ?? one.previousElementSibling;
    one.remove();
    (beside?.querySelector("textarea") ?? by("add")).focus();
    look();
  });
  one.addEventListener("input", () => {
    by("apply").disabled = true;
    clearTimeout(pause);
    pause = setTimeout(look, PAUSE);
  });
  files.append(one);
  return one;
}

function unusedName() {
  const names = new Set(texts().map(([name]) => name));
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? "run.sh" : `run-${count}.sh`;
    if (!names.has(name)) return name;
  }
}

function show(all, mistake = "") {
  files.replaceChildren();
  for (const [name, text] of all) add(name, text);
  known = written();
  look(mistake);
}

function look(mistake = "") {
  clearTimeout(pause);
  if (state === "dead") return;
  const given = texts();
  by("apply").disabled = true;
  say(state === "starting" ? "Python starts: about 6 MB, which the browser keeps …" : "linklint reads …");
  ask({ files: given }, (answer) => {
    fail(answer.error ?? mistake);
    say("");
    by("changes").hidden = true;
    if (answer.error) return;
    scanned = true;
    const count = answer.findings === 1 ? "1 finding" : `${answer.findings} findings`;
    say(`${count}, ${answer.seconds.toFixed(1)} s`);
    report(answer.report);
    migration(answer.migration, JSON.stringify(given));
    facts(answer.tables);
  });
}

// The result

let address;

function report(text) {
  const old = address;
  address = URL.createObjectURL(new Blob([text], { type: "text/html" }));
  by("frame").contentWindow.location.replace(address); // and no entry in the history
  if (old) URL.revokeObjectURL(old);
}

function element(tag, text, kind = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function migration(found, asked) {
  by("summary").textContent = found.summary;
  by("plan").textContent = found.lines.join("\n");
  by("plan").hidden = found.lines.length === 0;
  const kinds = new Map([["+", "play-new"], ["-", "play-old"], ["@", "play-at"]]);
  by("diff").replaceChildren(...found.diff.map((line) => element("span", `${line}\n`, kinds.get(line[0]))));
  plan = { asked, texts: new Map(Object.entries(found.files)) };
  by("changes").hidden = found.diff.length === 0;
  by("apply").disabled = written() !== asked;
}

function apply() {
  if (written() !== plan.asked) return;
  const before = known;
  show(texts().map(([name, text]) => [name, plan.texts.get(name) ?? text]));
  known = before; // what is on the page is not a sample any more
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
  if (by("sql").value) query();
  else select();
}

function select() {
  if (!by("table").value) return;
  by("sql").value = `SELECT * FROM ${by("table").value}`;
  query();
}

function query() {
  if (!scanned) {
    look(); // a worker that had to be started again has no facts; they ask the query
    return;
  }
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

// Files of the user

async function opened(given) {
  const size = given.reduce((sum, file) => sum + file.size, 0);
  if (size > MAX_OPENED) {
    fail(`These files have ${size} bytes: scan them with linklint on your machine.`);
    return;
  }
  let mistake = "";
  const read = async (file) => {
    const bytes = await file.arrayBuffer();
    try {
      return [file.name, new TextDecoder("utf-8", { fatal: true }).decode(bytes)];
    } catch {
      mistake = `${file.name} is not UTF-8: some characters are replaced here.`;
      return [file.name, new TextDecoder().decode(bytes)];
    }
  };
  const all = await Promise.all(given.map(read));
  if (written() === known) show(all, mistake);
  else {
    for (const [name, text] of all) add(name, text);
    look(mistake);
  }
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
  const text = new TextEncoder().encode(written());
  if (text.length > MAX_LINK || files.children.length > MAX_FILES) {
    fail("This is too much for a link.");
    return;
  }
  const packed = new Uint8Array(await through(new CompressionStream("deflate-raw"), text));
  const letters = Array.from(packed, (byte) => String.fromCharCode(byte)).join("");
  const made = btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  history.replaceState(null, "", `#s=${made}`);
  known = written();
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
  const letters = atob(location.hash.slice(3).replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  const given = JSON.parse(new TextDecoder().decode(await through(new DecompressionStream("deflate-raw"), bytes, MAX_LINK)));
  const right = (one) => Array.isArray(one) && one.length === 2 && one.every((text) => typeof text === "string");
  if (!Array.isArray(given) || given.length > MAX_FILES || !given.every(right)) throw new Error("it holds no files");
  return given;
}

async function follow() {
  if (!location.hash.startsWith("#s=")) return false;
  try {
    const given = await linked();
    if (JSON.stringify(given) !== written() && mayReplace()) {
      by("sample").value = "";
      show(given);
    }
    return true;
  } catch (error) {
    fail(`The link cannot be read: ${error.message}`);
    return false;
  }
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

by("all").addEventListener("keydown", (event) => event.stopPropagation()); // the theme has shortcuts that leave the page
by("add").addEventListener("click", () => {
  add(unusedName(), "").querySelector("textarea").focus();
  look();
});
by("open").addEventListener("change", async ({ target }) => {
  const given = Array.from(target.files);
  await opened(given);
  target.value = "";
});
by("show").addEventListener("click", () => {
  const sample = samples.get(by("sample").value);
  if (!sample || !mayReplace()) return;
  history.replaceState(null, "", location.pathname + location.search);
  show(sample);
});
by("link").addEventListener("click", link);
by("apply").addEventListener("click", apply);
by("select").addEventListener("click", select);
by("run").addEventListener("click", query);
addEventListener("hashchange", follow);
addEventListener("beforeunload", (event) => {
  if (written() !== known) event.preventDefault();
});

begin();
try {
  samples = new Map(Object.entries(await (await fetch("samples.json")).json()));
} catch {
  // there are no samples
}
for (const name of samples.keys()) {
  const option = element("option", name);
  option.value = name;
  by("sample").append(option);
}
by("all").hidden = false;
if (!(await follow())) {
  by("sample").selectedIndex = samples.size ? 1 : 0;
  show(samples.values().next().value ?? [["run.sh", ""]], by("error").textContent);
}
