// The sum at the till while weights are typed. The server works it out again and decides.

const form = document.querySelector("form[data-bill]");
const lines = [...form.querySelectorAll("[data-line]")];
const due = form.querySelector("[data-due]");
const changeList = form.querySelector("[data-change]");
const paid = Number(form.dataset.paid ?? 0);
const NOTES_FEN = [1000, 2000, 5000, 10000];

function yuan(fen) {
  return "¥" + (fen / 100).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}
function words(element, values) {
  return element.dataset.words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** Grams or pieces as typed; NaN for what only the server should judge. */
function quantityOf(line) {
  const { factor, step, most } = line.dataset;
  const typed = line.querySelector("input").value.normalize("NFKC").replace("。", ".").replace(/\s|斤/g, "");
  if (!/^\d{1,6}(\.\d{1,2})?$/.test(typed)) return NaN;
  const quantity = Math.round(Number(typed) * Number(factor) * 100) / 100;
  return quantity % Number(step) || quantity > Number(most) ? NaN : quantity;
}

/** Half up, in whole numbers, as `market/produce/pricing.py` has it. */
function fenOf(line, quantity) {
  const unit = Number(line.dataset.unitQuantity);
  return Math.floor((2 * Number(line.dataset.unitFen) * quantity + unit) / (2 * unit));
}

function showLine(line) {
  const quantity = quantityOf(line);
  const fen = fenOf(line, quantity);
  line.querySelector("[data-amount]").textContent = Number.isNaN(fen) ? "" : yuan(fen);
  return { quantity, fen };
}

function show() {
  const shown = lines.map(showLine);
  const total = shown.reduce((sum, { fen }) => sum + fen, 0);
  const ready = !Number.isNaN(total) && shown.some(({ quantity }) => quantity > 0);
  due.hidden = !ready;
  form.querySelector("[data-hint]")?.toggleAttribute("hidden", ready);
  // What the server worked out stood for other weights.
  form.querySelectorAll("aside table, [data-difference]").forEach((old) => old.remove());
  form.elements.expected_fen.value = ready ? total : "";
  if (ready) showDue(total);
}

function showDue(all) {
  const total = Math.max(all - paid, 0);
  const cash = total - (total % 10);
  form.querySelector("[data-total]").textContent = yuan(total);
  for (const button of form.querySelectorAll("[name=tender]")) {
    button.textContent = words(button, { amount: yuan(button.value === "cash" ? cash : total) });
    button.hidden = paid > 0 && (total === 0) !== ("paidUp" in button.dataset);
  }
  const back = form.querySelector("[data-back]");
  if (back) {
    back.hidden = paid <= all;
    back.textContent = words(back, { amount: yuan(paid - all) });
  }
  const waived = form.querySelector("[data-waived]");
  waived.hidden = cash === total;
  waived.textContent = words(waived, { amount: yuan(cash), waived: yuan(total - cash) });
  const given = NOTES_FEN.map((note) => Math.ceil(cash / note) * note).filter((laid) => laid > cash);
  changeList.replaceChildren(...[...new Set(given)].sort((a, b) => a - b).map((laid) => {
    const row = document.createElement("li");
    row.textContent = words(changeList, { given: yuan(laid), back: yuan(laid - cash) });
    return row;
  }));
}

form.addEventListener("input", show);
form.addEventListener("change", show);

/**
 * Enter leads on: to the next empty weight, and from the last one to the sum. Not onto a
 * button, or the Enter of a gun would hand out.
 */
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
  const next = lines.map((line) => line.querySelector("input")).find((input) => !input.value);
  const goal = next ?? (due.hidden ? null : form.querySelector("#to-pay"));
  if (!goal) return;
  event.preventDefault();
  goal.focus();
});

if (due.hidden) show();
