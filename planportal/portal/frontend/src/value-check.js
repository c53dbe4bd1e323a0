// While a figure is typed: how it will be stored, and what the rules make of it. Without this, saving says the same.

const PAUSE_MS = 300;

class ValueCheck {
  constructor(form) {
    this.form = form;
    this.place = form.querySelector("[data-check-result]");
    this.understood = form.elements.understood;
    this.asked = 0;
    this.answered = 0;
    this.timer = 0;
    form.addEventListener("input", (event) => {
      if (["value", "basis"].includes(event.target.name)) this.askSoon();
    });
    form.addEventListener("submit", (event) => this.hold(event));
    if (form.elements.value.value) this.askSoon();
  }

  askSoon() {
    clearTimeout(this.timer);
    this.asked += 1;
    this.timer = setTimeout(() => this.ask(), PAUSE_MS);
  }

  async ask() {
    clearTimeout(this.timer);
    const number = this.asked;
    const answer = await this.answer();
    if (number !== this.asked) return; // something else was typed meanwhile
    this.answered = number;
    this.place.innerHTML = answer;
    this.understood.value = this.place.querySelector("[data-meant]")?.dataset.meant ?? "";
  }

  async answer() {
    const fields = new FormData();
    for (const name of ["csrfmiddlewaretoken", "value", "basis"]) {
      if (this.form.elements[name]) fields.append(name, this.form.elements[name].value);
    }
    try {
      const response = await fetch(this.form.dataset.checkUrl, { method: "POST", body: fields, redirect: "error" });
      return response.ok ? await response.text() : "";
    } catch {
      return ""; // out of reach, or no longer signed in: saving tells
    }
  }

  /** A form that is sent before its last check came back waits for it; a figure that is stored in other characters
   *  than typed is shown first, and sent when the button is pressed again. */
  async hold(event) {
    if (this.answered === this.asked) return;
    event.preventDefault();
    await this.ask();
    this.answered = this.asked; // an answer that failed is no reason to hold the form again
    const meant = this.understood.value;
    if (!meant || meant === this.form.elements.value.value.trim()) this.form.requestSubmit(event.submitter);
    else this.place.scrollIntoView({ block: "center" });
  }
}

/** Every form with data-check-url is checked while it is typed into. */
export function checkWhileTyping() {
  for (const form of document.querySelectorAll("form[data-check-url]")) new ValueCheck(form);
}
