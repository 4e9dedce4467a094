// Small helps for pages that already work without script.
(function () {
  "use strict";

  const one = (selector) => document.querySelector(selector);
  const within = (event, selector) => event.target.closest && event.target.closest(selector);

  // menus: one open at a time; Escape closes and gives the focus back
  function closeMenus(except) {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (menu !== except) menu.open = false;
    });
  }

  document.addEventListener("click", (event) => {
    closeMenus(within(event, "details.menu"));
    if (within(event, "[data-print]")) window.print();
  });

  // what a page asks for by itself, without anybody's doing, does not count as use of the session
  document.addEventListener("htmx:configRequest", (event) => {
    if (!event.detail.triggeringEvent) event.detail.headers["X-Background"] = "1";
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = one("details.menu[open]");
    closeMenus(null);
    if (open) open.querySelector("summary").focus();
    if (document.activeElement.matches(".tip > button")) document.activeElement.blur();
  });

  // rules: a tip stays inside the window and is not cut off by a scrolling table
  function place(event) {
    const tip = within(event, ".tip");
    if (!tip) return;
    const text = tip.querySelector(".tip-text");
    text.classList.add("tip-placed");
    const sign = tip.getBoundingClientRect();
    const box = text.getBoundingClientRect();
    const left = Math.max(8, Math.min(sign.left + sign.width / 2 - box.width / 2, document.documentElement.clientWidth - box.width - 8));
    const above = sign.top - box.height - 4;
    text.style.left = left + "px";
    text.style.top = (above > 64 ? above : sign.bottom + 4) + "px";
  }
  document.addEventListener("mouseover", place);
  document.addEventListener("focusin", place);
  ["scroll", "resize"].forEach((kind) => window.addEventListener(kind, () => place({ target: document.activeElement }), { passive: true }));

  // a second click on a button that is still being answered sends nothing twice; an answer that is a file leaves the page
  const TWICE = 3000;
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (Date.now() - Number(form.dataset.sent || 0) < TWICE) event.preventDefault();
    else form.dataset.sent = Date.now();
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => form.removeAttribute("data-sent"));
  });

  // file drop: the input covers the whole field, so dropping works by itself; only the names need showing
  document.addEventListener("change", (event) => {
    const drop = within(event, ".drop");
    if (drop && event.target.type === "file") {
      drop.querySelector(".drop-files").textContent = Array.from(event.target.files, (file) => file.name).join("、");
    }
    if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
  });

  ["dragover", "dragleave", "drop"].forEach((kind) => {
    document.addEventListener(kind, (event) => {
      const drop = within(event, ".drop");
      if (drop) drop.classList.toggle("drop-over", kind === "dragover");
    });
  });

  // partial reloads: a refusal is read above the page, a form's problems in the form, a lost connection is said
  document.addEventListener("htmx:beforeSwap", (event) => {
    const answer = event.detail.xhr;
    if (answer.status < 400 || answer.status >= 500) return;
    const refused = answer.responseText.includes('class="refusal"');
    if (!refused && answer.status !== 422) return;
    event.detail.shouldSwap = true;
    event.detail.isError = false;
    if (refused) {
      event.detail.target = one("#messages");
      event.detail.swapOverride = "innerHTML show:window:top";
    }
  });

  function sayLost() {
    const words = one("#lost");
    if (words) one("#messages").replaceChildren(words.content.cloneNode(true));
  }
  document.addEventListener("htmx:responseError", sayLost);
  document.addEventListener("htmx:sendError", sayLost);
  document.addEventListener("htmx:timeout", sayLost);

  // of more tabs than fit the screen of a phone the one that is open is in view
  document.querySelectorAll('.tabs [aria-current="page"]').forEach((tab) => {
    const strip = tab.parentElement;
    strip.scrollLeft = tab.offsetLeft - strip.offsetLeft - (strip.clientWidth - tab.offsetWidth) / 2;
  });
})();
