// Suggestions under a search box while somebody types: the ARIA pattern of a combobox with a list box. Without this,
// the box is a plain form.

const PAUSE_MS = 150;
const COMPOSING = 229; // the key code of keys that an input method takes; Safari tells it by nothing else

class SuggestBox {
  constructor(form, number) {
    this.form = form;
    this.input = form.elements.q;
    this.list = this.makeList(`suggestions-${number}`);
    this.status = this.makeStatus();
    this.timer = 0;
    this.asked = null; // what can abort the request under way
    this.isComposing = false;
    this.becomeCombobox();
    this.listen();
  }

  makeList(id) {
    const list = document.createElement("ul");
    list.id = id;
    list.className = "suggestions";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", this.form.dataset.suggestLabel);
    this.input.after(list);
    return list;
  }

  makeStatus() {
    const status = document.createElement("p");
    status.className = "visually-hidden";
    status.setAttribute("aria-live", "polite");
    this.form.append(status);
    return status;
  }

  becomeCombobox() {
    const attributes = {
      role: "combobox",
      autocomplete: "off",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
    };
    for (const [name, value] of Object.entries(attributes)) this.input.setAttribute(name, value);
  }

  listen() {
    this.input.addEventListener("input", () => this.askSoon());
    this.input.addEventListener("compositionstart", () => {
      this.isComposing = true;
      this.close();
    });
    this.input.addEventListener("compositionend", () => {
      this.isComposing = false;
      this.askSoon();
    });
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("blur", () => this.close());
    this.form.addEventListener("submit", () => this.close());
    // The box keeps the focus while the list is pressed on.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.onClick(event));
    this.list.addEventListener("auxclick", (event) => this.onClick(event));
  }

  get options() {
    return [...this.list.children];
  }

  get active() {
    return this.list.querySelector('[aria-selected="true"]');
  }

  /** What was typed before is no longer of interest: neither its list nor its answer. */
  askSoon() {
    if (this.isComposing) return;
    this.stop();
    if (this.input.value.trim()) this.timer = setTimeout(() => this.ask(), PAUSE_MS);
    else this.close();
  }

  stop() {
    clearTimeout(this.timer);
    this.asked?.abort();
  }

  async ask() {
    this.stop(); // an arrow asks at once: what waits or is under way would take its list away again
    this.asked = new AbortController();
    const { signal } = this.asked;
    const address = `${this.form.dataset.suggest}?${new URLSearchParams({ q: this.input.value })}`;
    try {
      const response = await fetch(address, { signal, redirect: "error" });
      const answer = response.ok ? await response.text() : "";
      if (!signal.aborted) this.show(answer);
    } catch {
      if (!signal.aborted) this.close(); // out of reach: the search itself tells
    }
  }

  show(answer) {
    this.list.innerHTML = answer;
    const { options } = this;
    options.forEach((option, place) => {
      option.id = `${this.list.id}-${place + 1}`;
    });
    this.setExpanded(options.length > 0);
    const { suggestSome, suggestNone } = this.form.dataset;
    this.status.textContent = options.length ? suggestSome.replace("{count}", options.length) : suggestNone;
  }

  close() {
    this.stop();
    this.setExpanded(false);
    this.list.replaceChildren();
    this.status.textContent = "";
  }

  setExpanded(isExpanded) {
    this.list.hidden = !isExpanded;
    this.input.setAttribute("aria-expanded", String(isExpanded));
    this.input.removeAttribute("aria-activedescendant");
  }

  onKey(event) {
    if (event.isComposing || this.isComposing || event.keyCode === COMPOSING) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = {
      ArrowDown: () => this.move(1),
      ArrowUp: () => this.move(-1),
      Enter: () => this.open(this.active),
      Escape: () => this.dismiss(),
      Home: () => this.choose(null),
      End: () => this.choose(null),
    }[event.key];
    if (act?.()) event.preventDefault();
  }

  /** From the box to the first or last suggestion, and past the last one back to the box. */
  move(step) {
    const { options } = this;
    if (!options.length) {
      if (this.input.value.trim()) this.ask();
      return true;
    }
    const places = options.length + 1; // the last one is the box
    const place = this.active ? options.indexOf(this.active) : options.length;
    this.choose(options[(place + step + places) % places] ?? null);
    return true;
  }

  /** Marks a suggestion, or none; the caret moves as it does in any field. */
  choose(option) {
    this.active?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
    return false;
  }

  /** As links do: the middle button, or a click with Ctrl, ⌘ or Shift, opens beside this page, which stays as it is. */
  onClick(event) {
    const option = event.target.closest(".suggestion");
    if (!option || event.button > 1) return;
    if (event.button === 1 || event.ctrlKey || event.metaKey || event.shiftKey) {
      window.open(option.dataset.address, "_blank", "noopener");
    } else this.open(option);
  }

  /** Leads to a suggestion; without one the form is sent. */
  open(option) {
    if (!option) return false;
    const { address } = option.dataset;
    this.close();
    window.location.assign(address);
    return true;
  }

  /** Takes the list away, and leaves what was typed. */
  dismiss() {
    if (this.list.hidden) return false;
    this.close();
    return true;
  }
}

/** Every form with data-suggest suggests while it is typed into. */
export function suggestWhileTyping() {
  document.querySelectorAll("form[data-suggest]").forEach((form, place) => new SuggestBox(form, place + 1));
}
