// The search box in the header: "/" goes to it, arrow keys walk through the suggestions, Escape closes them.
(function () {
  "use strict";

  const finder = () => document.querySelector("[data-finder]");
  const options = (list) => Array.from(list.querySelectorAll("a[role=option]"));

  function show(form, open) {
    const list = form.querySelector("[role=listbox]");
    list.hidden = !open;
    form.querySelector("input").setAttribute("aria-expanded", String(open));
    if (!open) mark(form, null);
  }

  function mark(form, chosen) {
    const input = form.querySelector("input");
    options(form).forEach((option) => option.setAttribute("aria-selected", String(option === chosen)));
    if (chosen) {
      input.setAttribute("aria-activedescendant", chosen.id);
      chosen.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  function walk(form, step) {
    const all = options(form);
    if (!all.length) return;
    show(form, true);
    const now = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const next = now < 0 ? (step > 0 ? 0 : all.length - 1) : (now + step + all.length) % all.length;
    mark(form, all[next]);
  }

  function writes(element) {
    return element.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName);
  }

  document.addEventListener("keydown", (event) => {
    const form = finder();
    if (!form || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && !writes(event.target)) {
      const seen = Array.from(document.querySelectorAll("input[type=search][name=q]")).find((input) => input.offsetParent);
      if (!seen) return;
      event.preventDefault();
      seen.focus();
      seen.select();
    }
    if (!form.contains(event.target)) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      walk(form, event.key === "ArrowDown" ? 1 : -1);
    }
    const chosen = form.querySelector("[aria-selected=true]");
    if (event.key === "Enter" && chosen) {
      event.preventDefault();
      chosen.click();
    }
    if (event.key === "Escape" && !form.querySelector("[role=listbox]").hidden) {
      event.preventDefault();
      show(form, false);
    }
  });

  // an answer that arrives after the box was left or emptied stays closed
  document.addEventListener("htmx:afterSwap", (event) => {
    const form = event.target.closest && event.target.closest("[data-finder]");
    if (!form) return;
    const input = form.querySelector("input");
    show(form, document.activeElement === input && input.value.trim() !== "" && event.target.children.length > 0);
  });
  document.addEventListener("input", (event) => {
    const form = event.target.closest("[data-finder]");
    if (form && event.target.value.trim() === "") show(form, false);
  });
  document.addEventListener("focusin", (event) => {
    const form = finder();
    if (!form) return;
    const inside = form.contains(event.target);
    if (!inside) show(form, false);
    else if (form.querySelector("input").value.trim() && options(form).length) show(form, true);
  });
  document.addEventListener("click", (event) => {
    const form = finder();
    if (form && !form.contains(event.target)) show(form, false);
  });
})();
