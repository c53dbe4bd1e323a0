/** Beside each citation a button that copies it, where the browser lets a page do so; the text can be selected anyway. */
export function offerCopies() {
  if (!navigator.clipboard) return;
  for (const block of document.querySelectorAll(".cite")) {
    const text = block.querySelector("[data-cite]").textContent.trim();
    const tools = block.querySelector("[data-cite-tools]");
    const button = tools.querySelector("button");
    const said = tools.querySelector('[role="status"]');
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text);
        said.textContent = button.dataset.copied;
      } catch {
        said.textContent = button.dataset.notCopied;
      }
    });
    tools.hidden = false;
  }
}
