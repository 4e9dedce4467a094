// A box that finds one of many by typing: arrow keys walk, Enter takes, Escape closes; what is not chosen is not sent.
(function () {
  "use strict";

  const WAIT = 200;
  const boxOf = (target) => (target && target.closest ? target.closest("[data-pick]") : null);
  const partsOf = (box) => ({
    key: box.querySelector("input[type=hidden]"),
    input: box.querySelector("[role=combobox]"),
    list: box.querySelector("[role=listbox]"),
    status: box.querySelector("[role=status]"),
  });
  const options = (box) => Array.from(box.querySelectorAll("[role=option]:not([aria-disabled])"));
  const marked = (box) => box.querySelector("[role=option][aria-selected=true]");

  // what the box is called while its key stands: the words that the page came with, later those of the line taken
  function chosen(box) {
    if (box.dataset.chosen === undefined) {
      const { key, input } = partsOf(box);
      box.dataset.chosen = key.value ? input.defaultValue : "";
    }
    return box.dataset.chosen;
  }

  function settle(box) {
    const { input } = partsOf(box);
    input.setCustomValidity(input.value.trim() === chosen(box) ? "" : box.dataset.choose);
  }

  function open(box, is) {
    const { input, list } = partsOf(box);
    list.hidden = !is;
    input.setAttribute("aria-expanded", String(is));
    if (!is) mark(box, null);
  }

  function mark(box, line) {
    const { input } = partsOf(box);
    options(box).forEach((option) => option.setAttribute("aria-selected", String(option === line)));
    if (!line) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", line.id);
    line.scrollIntoView({ block: "nearest" });
  }

  function take(box, key, label) {
    const parts = partsOf(box);
    const before = parts.key.value;
    parts.key.value = key;
    parts.input.value = box.dataset.chosen = label;
    parts.status.textContent = label;
    settle(box);
    open(box, false);
    if (before !== key) parts.key.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function line(box, at, { key, label, above }) {
    const made = document.createElement("div");
    made.className = "pick-option";
    made.id = partsOf(box).list.id + "-" + at;
    made.setAttribute("role", "option");
    made.setAttribute("aria-selected", "false");
    made.dataset.key = key;
    made.dataset.label = key ? label : "";
    made.append(label);
    if (above) {
      const small = document.createElement("span");
      small.className = "pick-above";
      small.textContent = above;
      made.append(small);
    }
    return made;
  }

  function note(words) {
    const made = document.createElement("div");
    made.className = "pick-note";
    made.setAttribute("role", "option");
    made.setAttribute("aria-disabled", "true");
    made.setAttribute("aria-selected", "false");
    made.textContent = words;
    return made;
  }

  function show(box, words, found) {
    const { list, status } = partsOf(box);
    const lines = found.lines.slice();
    if (!words && box.dataset.nothing) lines.unshift({ key: "", label: box.dataset.nothing, above: "" });
    list.replaceChildren(...lines.map((each, at) => line(box, at, each)));
    if (!lines.length) list.append(note(box.dataset.none));
    if (found.more) list.append(note(box.dataset.more));
    const said = [found.lines.length ? String(found.lines.length) : box.dataset.none];
    if (found.more) said.push(box.dataset.more);
    status.textContent = said.join(" ");
    list.scrollTop = 0;
    open(box, true);
  }

  // the answer to what stands in the box now; an older one that arrives later is dropped
  const asked = new WeakMap();
  async function find(box) {
    const { input, list } = partsOf(box);
    const text = input.value.trim();
    const words = text === chosen(box) ? "" : text;
    const turn = {};
    asked.set(box, turn);
    let found = null;
    try {
      const answer = await fetch(box.dataset.pick + "&q=" + encodeURIComponent(words), { headers: { Accept: "application/json" } });
      if (answer.ok) found = await answer.json();
    } catch (error) {
      found = null;
    }
    if (asked.get(box) !== turn || document.activeElement !== input) return null;
    if (found) {
      show(box, words, found);
    } else {
      list.replaceChildren(note(box.dataset.lost));
      open(box, true);
    }
    return found;
  }

  const waiting = new WeakMap();
  function findSoon(box) {
    clearTimeout(waiting.get(box));
    waiting.set(box, setTimeout(() => find(box), WAIT));
  }

  // Enter on words of which nothing is chosen yet: the only line there is, or the first one to look at
  async function resolve(box) {
    clearTimeout(waiting.get(box));
    const found = await find(box);
    if (!found) return;
    if (found.lines.length === 1 && !found.more) take(box, found.lines[0].key, found.lines[0].label);
    else if (options(box).length) mark(box, options(box)[0]);
  }

  async function walk(box, step) {
    if (partsOf(box).list.hidden) await find(box);
    const all = options(box);
    if (!all.length) return;
    const now = all.indexOf(marked(box));
    mark(box, all[now < 0 ? (step > 0 ? 0 : all.length - 1) : (now + step + all.length) % all.length]);
  }

  document.addEventListener("input", (event) => {
    const box = boxOf(event.target);
    if (!box) return;
    const { key, input } = partsOf(box);
    chosen(box);
    if (!input.value.trim()) {
      const before = key.value;
      key.value = box.dataset.chosen = "";
      if (before) key.dispatchEvent(new Event("change", { bubbles: true }));
    }
    settle(box);
    findSoon(box);
  });

  document.addEventListener("keydown", (event) => {
    const box = boxOf(event.target);
    if (!box || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const { input, list } = partsOf(box);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      walk(box, event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      const at = marked(box);
      if (at && !list.hidden) {
        event.preventDefault();
        take(box, at.dataset.key, at.dataset.label);
      } else if (input.value.trim() !== chosen(box)) {
        event.preventDefault();
        resolve(box);
      }
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      open(box, false);
    } else if (event.key === "Tab" && marked(box) && !list.hidden) {
      take(box, marked(box).dataset.key, marked(box).dataset.label);
    }
  });

  document.addEventListener("click", (event) => {
    const box = boxOf(event.target);
    document.querySelectorAll("[data-pick]").forEach((other) => { if (other !== box) open(other, false); });
    if (!box) return;
    const option = event.target.closest("[role=option]:not([aria-disabled])");
    if (option) take(box, option.dataset.key, option.dataset.label);
    else if (event.target === partsOf(box).input && partsOf(box).list.hidden) find(box);
  });

  // the box keeps the focus while a line is pressed; leaving it closes the list
  document.addEventListener("mousedown", (event) => {
    const box = boxOf(event.target);
    if (box && event.target.closest("[role=listbox]")) event.preventDefault();
  });
  document.addEventListener("focusin", (event) => {
    const box = boxOf(event.target);
    if (box) event.target.select && event.target.select();
    document.querySelectorAll("[data-pick]").forEach((other) => { if (other !== box) open(other, false); });
  });

  // words say nothing that the key does not say, and an address is shared without them
  document.addEventListener("formdata", (event) => {
    event.target.querySelectorAll("[data-pick]").forEach((box) => event.formData.delete(partsOf(box).input.name));
  });
})();
