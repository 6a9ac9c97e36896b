// What every page gets on top: nothing here is needed, everything works without it.

const htmxAddress = document.querySelector("script[data-htmx]").dataset.htmx;

/** Load htmx once the page is there: it must not delay the first picture of it. */
function loadHtmx() {
  const script = document.createElement("script");
  script.src = htmxAddress;
  document.head.append(script);
}
if (document.readyState === "complete") loadHtmx();
else addEventListener("load", loadHtmx);

/** A second press of a button must not send the form a second time. */
function lock(form) {
  for (const button of form.querySelectorAll("button:not([type=button])")) {
    button.setAttribute("aria-disabled", "true");
  }
  form.dataset.sent = "yes";
}
function unlock(root) {
  for (const form of root.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
  }
}
addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  lock(form);
}, { capture: true });
addEventListener("pageshow", () => unlock(document));

/** ＋ and － change the number between them, in its steps. */
function show(root) {
  for (const button of root.querySelectorAll(".step button[hidden]")) button.hidden = false;
  for (const button of root.querySelectorAll("[data-print]")) button.hidden = false;
  for (const button of root.querySelectorAll("form[data-sends-itself] [data-without-js]")) button.hidden = true;
}
addEventListener("click", (event) => {
  const button = event.target.closest?.(".step button[data-by], [data-print]");
  if (!button) return;
  if (button.matches("[data-print]")) {
    print();
    return;
  }
  const box = button.parentElement;
  const input = box.querySelector("input");
  const { step, min, max } = box.dataset;
  const next = (Number.parseFloat(input.value) || 0) + Number(step) * Number(button.dataset.by);
  const value = Math.min(Math.max(next, Number(min)), max ? Number(max) : Infinity);
  input.value = String(Math.round(value * 1000) / 1000);
  say(input.value);
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

/** A form that sends itself when its number changes; without JavaScript it has a button. */
let waiting;
addEventListener("change", ({ target }) => {
  const form = target.closest?.("form[data-sends-itself]");
  if (!form) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => form.requestSubmit(), 500);
});

/** Read a sentence out, politely, to people who do not see it appear. */
function say(sentence) {
  document.getElementById("announcer").textContent = sentence;
}

/** After an error the list of what to put right takes the focus. */
function meet(root) {
  show(root);
  const errors = root.querySelector(".errs");
  if (errors) errors.focus();
  return errors;
}
meet(document);

addEventListener("htmx:afterRequest", () => unlock(document));
addEventListener("htmx:beforeSwap", ({ detail }) => {
  // The form was answered with a redirect: the address has to follow.
  const address = new URL(detail.xhr.responseURL || location.href);
  if (address.pathname !== detail.pathInfo.requestPath && address.href !== location.href) {
    history.pushState(null, "", address);
  }
  // The number on the basket lies outside of what is swapped.
  const page = new DOMParser().parseFromString(detail.xhr.responseText, "text/html");
  const tabs = page.getElementById("tabs");
  if (tabs) document.getElementById("tabs")?.replaceWith(document.adoptNode(tabs));
});
addEventListener("htmx:afterSettle", () => {
  const main = document.getElementById("main");
  if (meet(main)) return;
  const said = main.querySelector(".messages .say");
  if (said) say(said.textContent.trim());
});
