// One key leads to a field, <input data-key="/">, presses a button, <button data-key="1">, or
// follows a link, <a data-key="n">.
// Not while somebody types, not with a modifier, and a key that is held down presses once.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (typing || event.key.length !== 1) return;
  const wanted = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!wanted) return;
  event.preventDefault();
  wanted.focus();
  if (["A", "BUTTON"].includes(wanted.tagName) && !event.repeat) wanted.click();
  if (wanted.select && wanted.type !== "file") wanted.select();
});
