// What somebody typed outlives a session that ended while he typed: kept in this window until the same person is back.
(function () {
  "use strict";

  const KEY = "linghang.kept";
  const LONGEST = 30 * 60 * 1000;
  const UNTOUCHED = ["password", "file", "hidden", "submit", "button", "reset", "image"];
  const who = document.body.dataset.person || "";
  const here = location.pathname + location.search;

  const drop = () => sessionStorage.removeItem(KEY);
  const keep = (kept) => sessionStorage.setItem(KEY, JSON.stringify(kept));
  const read = () => JSON.parse(sessionStorage.getItem(KEY) || "null");

  const fieldsOf = (form) => Array.from(form.elements).filter((field) => field.name && !UNTOUCHED.includes(field.type));
  const formsTo = (action) =>
    Array.from(document.querySelectorAll('form[method="post"]')).filter((form) => (form.getAttribute("action") || "") === action);

  function valueOf(field) {
    if (field.type === "checkbox" || field.type === "radio") return field.checked;
    if (field.type === "select-multiple") return Array.from(field.selectedOptions, (option) => option.value);
    return field.value;
  }

  function putBack(field, value) {
    if (field.type === "checkbox" || field.type === "radio") field.checked = value;
    else if (field.type === "select-multiple") Array.from(field.options).forEach((option) => { option.selected = value.includes(option.value); });
    else field.value = value;
    if (!field.closest("[data-submit-on-change], [hx-get], [hx-post]")) field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // several fields of one name are told apart by their value (ticks) or by their order
  const nameOf = (field) => field.name + (field.type === "checkbox" || field.type === "radio" ? "=" + field.value : "");

  // only what is left unsent when the page goes away is kept, and only until a page shows that it was sent
  let touched = null;
  ["input", "submit"].forEach((kind) => document.addEventListener(kind, (event) => {
    const form = event.target.form || event.target;
    if (form.method === "post") touched = form;
  }));

  window.addEventListener("pagehide", () => {
    if (!who || !touched || !touched.isConnected) return;
    const action = touched.getAttribute("action") || "";
    const fields = fieldsOf(touched).map((field) => [nameOf(field), valueOf(field)]);
    if (!fields.length) return drop();  // signing out on purpose
    const files = Array.from(touched.elements).some((field) => field.type === "file" && field.files.length);
    keep({ who, page: here, action, nth: formsTo(action).indexOf(touched), fields, files, at: Date.now() });
  });

  function restore(kept) {
    const form = formsTo(kept.action)[kept.nth];
    if (!form) return;
    const waiting = kept.fields.slice();
    fieldsOf(form).forEach((field) => {
      const at = waiting.findIndex(([name]) => name === nameOf(field));
      if (at >= 0) putBack(field, waiting.splice(at, 1)[0][1]);
    });
    const words = document.querySelector(kept.files ? "#kept-but-files" : "#kept");
    document.querySelector("#messages").replaceChildren(words.content.cloneNode(true));
  }

  const kept = read();
  if (!kept) return;
  const old = Date.now() - kept.at > LONGEST;
  if (old || (who && kept.who !== who)) {
    drop();
  } else if (!who) {
    const note = document.querySelector("[data-kept]");  // stands on the page for signing in
    if (!note) return;
    keep({ ...kept, expired: true });
    note.hidden = false;
  } else if (!kept.expired) {
    drop();
  } else if (kept.page === here) {
    drop();
    restore(kept);
  }
})();
