// What makes pages quicker to use; every one of them works without it.

import { suggestWhileTyping } from "./search-suggest.js";
import { offerCopies } from "./cite.js";
import { checkWhileTyping } from "./value-check.js";

/**
 * Filters take effect when a choice is made by pointer. By keyboard every arrow passes a choice on the way to the wanted
 * one, so their button stays for keyboards, as it does for pages without scripts.
 */
function submitFiltersOnChoice() {
  for (const form of document.querySelectorAll("form[data-autosubmit]")) {
    let isTyping = false;
    form.addEventListener("keydown", () => {
      isTyping = true;
    });
    form.addEventListener("pointerdown", () => {
      isTyping = false;
    });
    form.addEventListener("change", (event) => {
      if (event.target.matches("select") && !isTyping) form.requestSubmit();
    });
  }
}

const TYPED = 'input:not([type="checkbox"], [type="radio"]), select, textarea, [contenteditable]';
const SETTLING_MS = 600;

/** A key named by data-key presses its button or link, or leads into its field, but never while somebody types, nor for who switched keys off. */
function pressByKey() {
  if (document.documentElement.dataset.shortcuts === "off") {
    for (const wanted of document.querySelectorAll("[data-key]")) wanted.removeAttribute("aria-keyshortcuts");
    return;
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    if (event.target.closest(TYPED)) {
      if (event.key === "Escape") leaveField(event.target);
      return;
    }
    if (!/^[a-z/]$/.test(event.key)) return;
    const wanted = document.querySelector(`[data-key="${event.key}"]`);
    if (!wanted) return;
    event.preventDefault();
    press(wanted);
  });
}

/** First what a key waits for: the field that its button needs, the end of what its button decides on. */
function press(wanted) {
  const needed = document.getElementById(wanted.dataset.keyNeeds ?? "");
  const end = document.getElementById(wanted.dataset.keyAfter ?? "");
  if (needed && !needed.value.trim()) needed.focus();
  else if (end && !("seen" in end.dataset)) end.scrollIntoView({ block: "nearest" });
  else if (wanted.matches("input, select, textarea")) wanted.focus();
  else wanted.click();
}

/** Escape leaves the field that a key led to, so that keys press buttons again. */
function leaveField(field) {
  if (document.querySelector(`[data-key-needs="${field.id}"]`)) field.blur();
}

/**
 * Marks the end of what a key decides on as seen once it was on the screen. Not at once: the second press of a key
 * that was meant for the last page must not decide on this one.
 */
function noteWhatIsSeen() {
  const ends = [...document.querySelectorAll("[data-key-after]")].map((button) =>
    document.getElementById(button.dataset.keyAfter),
  );
  const observer = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) target.dataset.seen = "";
  });
  window.addEventListener("load", () => {
    setTimeout(() => ends.forEach((end) => observer.observe(end)), SETTLING_MS);
  });
}

/** How many boxes of a form are ticked stands on its button; another button ticks as many as go at once, or none. */
function countChosen() {
  for (const form of document.querySelectorAll("form[data-choices]")) {
    const boxes = [...form.querySelectorAll('input[type="checkbox"]')];
    const shown = form.querySelector("[data-chosen]");
    const all = form.querySelector("[data-choose-all]");
    if (!shown || !all) continue;
    const chosen = () => boxes.filter((box) => box.checked).length;
    const show = () => {
      shown.textContent = chosen();
    };
    form.addEventListener("change", show);
    all.addEventListener("click", () => {
      const most = Math.min(Number(all.dataset.chooseAll), boxes.length);
      const count = chosen() < most ? most : 0;
      boxes.forEach((box, place) => {
        box.checked = place < count;
      });
      show();
    });
    shown.hidden = all.hidden = false;
    show();
  }
}

/** A form that came back with errors is read from its summary on. */
function focusErrorSummary() {
  document.querySelector(".error-summary")?.focus();
}

document.addEventListener("DOMContentLoaded", () => {
  submitFiltersOnChoice();
  pressByKey();
  noteWhatIsSeen();
  countChosen();
  focusErrorSummary();
  checkWhileTyping();
  suggestWhileTyping();
  offerCopies();
});
