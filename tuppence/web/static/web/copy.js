// A button that copies what stands beside it: <button data-copy="DE89…" data-copied="Copied">.
// Where the browser can't copy, the button isn't shown; the text itself is selected by one click.
if (navigator.clipboard) {
  document.documentElement.classList.add("can-copy");
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.copied;
  });
}
