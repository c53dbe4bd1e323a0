// Sliders for the years that remain: the server works out what they would lead to; without this the form is sent.

const PAUSE_MS = 150;

export class WhatIf {
  constructor(section, chart) {
    const find = (name) => section.querySelector(`[data-what-if-${name}]`);
    this.chart = chart;
    this.form = find("form");
    this.result = find("result");
    this.said = find("said");
    this.failed = find("failed");
    this.ended = find("ended");
    this.again = find("again");
    this.summary = find("summary");
    this.sliders = [...section.querySelectorAll("[data-what-if-slider]")];
    this.presets = [...section.querySelectorAll("[data-what-if-preset]")];
    this.timer = 0;
    this.running = null;
    for (const slider of this.sliders) slider.hidden = false;
    find("range").hidden = false;
    this.form.addEventListener("input", (event) => this.moved(event.target));
    for (const preset of this.presets) {
      preset.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        this.take(new URL(preset.href).searchParams);
      });
    }
  }

  number(slider) {
    return this.form.elements[slider.dataset.whatIfSlider];
  }

  /** A slider and its number say the same. */
  moved(input) {
    for (const slider of this.sliders) {
      if (input === slider) this.number(slider).value = this.plain(slider);
      else if (input === this.number(slider)) this.follow(slider, input.value);
    }
    this.askSoon();
  }

  /** What is no number leaves the slider where it is. */
  follow(slider, typed) {
    if (typed.trim() && Number.isFinite(Number(typed))) slider.value = typed;
  }

  /** Browsers leave out zeros at the end; the figure has as many decimals as its step. */
  plain(slider) {
    return Number(slider.value).toFixed((slider.step.split(".")[1] ?? "").length);
  }

  take(parameters) {
    for (const slider of this.sliders) {
      const value = parameters.get(slider.dataset.whatIfSlider);
      this.number(slider).value = slider.value = value;
    }
    this.ask();
  }

  askSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE_MS);
  }

  async ask() {
    clearTimeout(this.timer);
    this.running?.abort();
    const running = (this.running = new AbortController());
    const given = new URLSearchParams(new FormData(this.form));
    const asked = new URLSearchParams(given);
    this.markPreset(given);
    asked.set("part", "result");
    this.result.setAttribute("aria-busy", "true");
    try {
      const address = this.form.action.split("#")[0];
      const response = await fetch(`${address}?${asked}`, { signal: running.signal, redirect: "manual" });
      if (response.type === "opaqueredirect") {
        this.refuse(this.ended, `${address}?${given}`);
      } else {
        if (!response.ok && response.status !== 400) throw new Error(`status ${response.status}`);
        this.answer(new DOMParser().parseFromString(await response.text(), "text/html"));
      }
    } catch {
      if (running.signal.aborted) return; // a newer question is under way
      this.refuse(this.failed);
    }
    this.result.removeAttribute("aria-busy");
  }

  /** Says why there is no answer; the last result must not pass for it. */
  refuse(reason, again = "") {
    for (const message of [this.failed, this.ended]) message.hidden = message !== reason;
    if (again) this.again.href = again;
    this.result.classList.add("what-if__result--old");
    this.said.textContent = "";
  }

  answer(parsed) {
    const data = JSON.parse(parsed.querySelector("script").textContent);
    this.failed.hidden = this.ended.hidden = true;
    this.result.classList.remove("what-if__result--old");
    this.summary.replaceChildren(); // of the address that the page was opened with
    this.result.replaceChildren(...parsed.body.childNodes);
    this.chart?.show(data);
    const faults = [...this.result.querySelectorAll("[data-field]")];
    for (const slider of this.sliders) this.markFault(this.number(slider), faults);
    const sentence = this.result.querySelector("[data-what-if-sentence]");
    this.said.textContent = sentence ? sentence.textContent : faults.map((fault) => fault.textContent).join("");
  }

  markFault(input, faults) {
    const fault = faults.find(({ dataset }) => dataset.field === input.name);
    const message = document.getElementById(`what-if-fault-${input.name}`);
    message.hidden = !fault;
    message.textContent = fault ? fault.textContent : "";
    input.parentElement.classList.toggle("what-if__field--fault", Boolean(fault));
    if (fault) {
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", message.id);
    } else {
      input.removeAttribute("aria-invalid");
      input.removeAttribute("aria-describedby");
    }
  }

  markPreset(asked) {
    for (const preset of this.presets) {
      const values = new URL(preset.href).searchParams;
      const isShown = this.sliders.every(({ dataset }) => {
        return values.get(dataset.whatIfSlider) === asked.get(dataset.whatIfSlider);
      });
      if (isShown) preset.setAttribute("aria-current", "true");
      else preset.removeAttribute("aria-current");
    }
  }
}
