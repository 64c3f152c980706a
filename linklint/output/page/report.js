"use strict";
// Filters the findings, keeps the filter in the address, and zooms the graph. All text is in the page already: the
// script shows and hides elements, and never makes any from text.
(() => {
  const STEP = 200; // findings in the document at a time: a browser takes seconds to lay out thousands
  const form = document.getElementById("filters");
  const list = document.querySelector(".findings");
  const more = document.getElementById("more");
  const items = Array.from(list.children);
  const count = document.getElementById("count");
  const nodes = Array.from(document.querySelectorAll(".node"));
  let container = "";
  let limit = STEP;
  let matching = [];

  const entries = items.map((item) => ({
    item,
    severity: item.dataset.severity,
    rule: item.dataset.rule,
    kind: item.dataset.kind,
    path: item.dataset.path.toLowerCase(),
    containers: JSON.parse(item.dataset.containers),
    text: "",
  }));

  const textOf = (entry) => entry.text || (entry.text = entry.item.textContent.toLowerCase());

  function wanted() {
    const data = new FormData(form);
    return {
      q: data.get("q").trim().toLowerCase(),
      path: data.get("path").trim().toLowerCase(),
      rule: data.get("rule"),
      kind: data.get("kind"),
      severities: new Set(data.getAll("severity")),
    };
  }

  function show() {
    const shown = matching.slice(0, limit).map((entry) => entry.item);
    list.replaceChildren(...shown);
    more.hidden = matching.length <= limit;
    more.textContent = `Show ${Math.min(STEP, matching.length - limit)} more`;
  }

  function filter() {
    const want = wanted();
    matching = entries.filter(
      (entry) =>
        want.severities.has(entry.severity) &&
        (!want.rule || entry.rule === want.rule) &&
        (!want.kind || entry.kind === want.kind) &&
        (!container || entry.containers.includes(container)) &&
        (!want.path || entry.path.includes(want.path)) &&
        (!want.q || textOf(entry).includes(want.q)),
    );
    limit = STEP;
    show();
    const left = matching.length;
    const all = left === entries.length ? "" : ` of ${entries.length}`;
    const chosen = container ? ` of the container ${container}` : "";
    count.textContent = `${left}${all} ${entries.length === 1 ? "finding" : "findings"}${chosen}`;
    for (const node of nodes) {
      node.setAttribute("aria-pressed", String(container !== "" && node.dataset.container === container));
    }
  }

  function keep() {
    const state = new URLSearchParams();
    const want = wanted();
    for (const name of ["q", "path", "rule", "kind"]) {
      if (form.elements[name].value) state.set(name, form.elements[name].value);
    }
    const boxes = Array.from(form.querySelectorAll("input[name=severity]"));
    if (boxes.some((box) => !box.checked)) state.set("severity", Array.from(want.severities).join(" "));
    if (container) state.set("container", container);
    const text = state.toString();
    history.replaceState(null, "", text ? `#${text}` : location.href.split("#")[0]);
  }

  function read() {
    const hash = location.hash.slice(1);
    if (!hash.includes("=")) return;
    const state = new URLSearchParams(hash);
    for (const name of ["q", "path", "rule", "kind"]) form.elements[name].value = state.get(name) || "";
    for (const name of ["rule", "kind"]) {
      if (form.elements[name].selectedIndex < 0) form.elements[name].value = "";
    }
    const severities = state.has("severity") ? state.get("severity").split(" ") : null;
    for (const box of form.querySelectorAll("input[name=severity]")) {
      box.checked = severities === null || severities.includes(box.value);
    }
    container = state.get("container") || "";
  }

  if (form) {
    form.hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => { filter(); keep(); });
    form.addEventListener("reset", () => setTimeout(() => { container = ""; filter(); keep(); }));
    addEventListener("hashchange", () => { read(); filter(); });
    for (const node of nodes) {
      const choose = () => {
        container = container === node.dataset.container ? "" : node.dataset.container;
        filter();
        keep();
      };
      node.addEventListener("click", choose);
      node.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(); }
      });
    }
    more.addEventListener("click", () => {
      const first = limit;
      limit += STEP;
      show();
      const heading = matching[first].item.querySelector("h3");
      heading.tabIndex = -1;
      heading.focus();
    });
    const target = () => {
      const index = matching.findIndex((entry) => `#${entry.item.id}` === location.hash);
      if (index >= limit) {
        limit = index + 1;
        show();
      }
      if (index >= 0) matching[index].item.scrollIntoView();
    };
    addEventListener("hashchange", target);
    addEventListener("beforeprint", () => { limit = matching.length; show(); });
    read();
    filter();
    target();
  }

  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault(); // in a frame without rights, a browser does not follow it
    const findings = document.getElementById("findings");
    findings.tabIndex = -1;
    findings.focus();
    findings.scrollIntoView();
  });

  const svg = document.querySelector(".canvas svg");
  if (svg) {
    const canvas = svg.parentElement;
    const width = svg.viewBox.baseVal.width;
    const height = svg.viewBox.baseVal.height;
    let scale = 1;
    const zoom = (to) => {
      scale = Math.min(4, Math.max(0.1, to));
      svg.setAttribute("width", String(Math.round(width * scale)));
      svg.setAttribute("height", String(Math.round(height * scale)));
    };
    const steps = { in: () => zoom(scale * 1.25), out: () => zoom(scale / 1.25), fit: () => zoom(canvas.clientWidth / width) };
    for (const button of document.querySelectorAll("[data-zoom]")) {
      button.addEventListener("click", () => steps[button.dataset.zoom]());
    }
    canvas.addEventListener("wheel", (event) => {
      if (event.ctrlKey) { event.preventDefault(); zoom(scale * (event.deltaY < 0 ? 1.1 : 1 / 1.1)); }
    }, { passive: false });
    canvas.addEventListener("keydown", (event) => {
      const step = { "+": "in", "=": "in", "-": "out", "0": "fit" }[event.key];
      if (step) { event.preventDefault(); steps[step](); }
    });
    if (canvas.clientWidth && width > canvas.clientWidth) zoom(Math.max(0.6, canvas.clientWidth / width));
  }
})();
