// What makes pages quicker to use; every one of them works without it.

import { checkWhileTyping } from "./value-check.js";

const THEME_KEY = "theme";

/** Filters take effect when a choice is made; their button stays for keyboards and for pages without scripts. */
function submitFiltersOnChoice() {
  for (const form of document.querySelectorAll("form[data-autosubmit]")) {
    form.addEventListener("change", (event) => {
      if (event.target.matches("select")) form.requestSubmit();
    });
  }
}

/** A key named by data-key presses its button or link, but never while somebody types. */
function pressByKey() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, select, textarea, [contenteditable]")) return;
    if (!/^[a-z]$/.test(event.key)) return;
    const wanted = document.querySelector(`[data-key="${event.key}"]`);
    if (!wanted) return;
    event.preventDefault();
    if (wanted.matches("input, select, textarea")) wanted.focus();
    else wanted.click();
  });
}

function remembered() {
  try {
    return localStorage.getItem(THEME_KEY) ?? "";
  } catch {
    return ""; // storage may be refused; then the system's theme stays
  }
}

function remember(theme) {
  try {
    localStorage.setItem(THEME_KEY, theme);
  } catch {
    // the choice then lasts for this page only
  }
}

function showTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

/** The choice between the system's, the light and the dark theme; shown only where it can work. */
function offerThemes() {
  const choice = document.querySelector("[data-theme-choice]");
  if (!choice) return;
  const select = choice.querySelector("select");
  choice.hidden = false;
  select.value = remembered();
  select.addEventListener("change", () => {
    remember(select.value);
    showTheme(select.value);
  });
}

/** A form that came back with errors is read from its summary on. */
function focusErrorSummary() {
  document.querySelector(".error-summary")?.focus();
}

showTheme(remembered());
document.addEventListener("DOMContentLoaded", () => {
  submitFiltersOnChoice();
  pressByKey();
  offerThemes();
  focusErrorSummary();
  checkWhileTyping();
});
