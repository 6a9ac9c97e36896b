/* In the office, a picture that is too large is refused before anybody waits for it to be sent.
   Where many are handed in at once, Wagtail does so by itself. */
const { most, refusal } = document.currentScript.dataset;

document.addEventListener("change", ({ target }) => {
  if (!target.matches("input[type=file][accept*='image/']:not([multiple])")) return;
  target.parentElement.querySelector(".too-large")?.remove();
  if (![...target.files].some((file) => file.size > Number(most))) return;
  target.value = "";
  const said = Object.assign(document.createElement("p"), { className: "too-large error-message", textContent: refusal });
  said.setAttribute("role", "alert");
  target.after(said);
});

/* Whoever was asked whether to overwrite a newer version is not asked again. */
document.addEventListener("w-dialog:confirmed", ({ target }) => {
  if (target.id !== "w-save-confirmation-dialog") return;
  const said = Object.assign(document.createElement("input"), { type: "hidden", name: "overwrite_newer", value: "1" });
  document.querySelector("[data-edit-form]").append(said);
}, true);
