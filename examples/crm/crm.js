// A CRM that knows nothing of telephony but the widget's events and methods: docs/embedding.md lists them.
const customers = [
  { name: "Carl Gauss", number: "030 1234567", town: "Berlin" },
  { name: "Emmy Noether", number: "02-5555-0199", town: "Seoul" },
  { name: "Sofja Kowalewskaja", number: "010-5555-0100", town: "Busan" },
];

const at = (id) => document.getElementById(id);
const widget = document.querySelector("switchroom-widget");

// --- what the widget tells --------------------------------------------------

const events = ["ready", "session", "status", "phone", "call-ringing", "call-answered", "call-ended", "ticket", "screen-pop", "error"];
events.push("transferred-away", "transferred-here", "transfer-failed", "conference-began", "conference-ended");
for (const type of events) {
  widget.addEventListener(type, ({ detail }) => {
    const line = document.createElement("li");
    line.dataset.type = type;
    line.textContent = `${type} ${JSON.stringify(detail)}`;
    at("events").prepend(line);
  });
}

widget.addEventListener("ready", ({ detail: { state } }) => {
  if (state.call !== null) say(`In a call with ${nameOf(state.call)}.`);
});
widget.addEventListener("call-ringing", ({ detail: { call } }) => {
  say(`${nameOf(call)} is calling.`);
  open(call);
});
widget.addEventListener("call-answered", ({ detail: { call } }) => say(`In a call with ${nameOf(call)}.`));
widget.addEventListener("call-ended", ({ detail: { call } }) => say(`The call with ${nameOf(call)} has ended.`));
widget.addEventListener("transferred-away", ({ detail: { call, to } }) => say(`${nameOf(call)} is passed on to ${nameOf(to)}.`));
widget.addEventListener("transferred-here", ({ detail: { call, from } }) => {
  say(`${nameOf(call)} comes from ${nameOf(from)}.`);
  open(call);
});
widget.addEventListener("transfer-failed", ({ detail: { to, why } }) => say(`${nameOf(to)} could not be reached (${why}).`));
widget.addEventListener("conference-began", ({ detail }) => say(`In a conference with ${nameOf(detail.call)} and ${nameOf(detail.with)}.`));
widget.addEventListener("conference-ended", ({ detail: { call } }) => say(`The conference with ${nameOf(call)} is over.`));
widget.addEventListener("ticket", ({ detail: { id } }) => {
  if (at("file-call") !== null) at("file-call").textContent = `Ticket ${id}`;
});
widget.addEventListener("error", ({ detail: { code, message } }) => say(`The telephone says: ${message} (${code})`));

// --- what this page asks of it ----------------------------------------------

at("pop-out").addEventListener("click", () => widget.popOut().catch(({ message }) => say(message)));

await customElements.whenDefined("switchroom-widget");
widget.clickToCall(document);

// --- the CRM itself -----------------------------------------------------------

for (const customer of at("customers") === null ? [] : customers) {
  const row = at("customers").insertRow();
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = customer.name;
  const link = document.createElement("a");
  link.href = `tel:${customer.number.replaceAll(/[^+\d]/g, "")}`;
  link.textContent = customer.number;
  row.append(head);
  row.insertCell().append(link);
  row.insertCell().textContent = customer.town;
}

/** The customer's file, or an empty one for a number that nobody has. */
function open(call) {
  if (at("file") === null) return;
  at("file").hidden = false;
  at("file-name").textContent = nameOf(call);
  at("file-number").textContent = call.number;
  at("file-call").textContent = "";
}

/** Of a call, or of who else is in it; null: nobody knows. */
function nameOf(who) {
  const { number = "", name = "", id = "" } = who ?? {};
  const digits = (text) => text.replaceAll(/\D/g, "").slice(-8);
  return customers.find((c) => number !== "" && digits(c.number) === digits(number))?.name ?? (name || number || id || "somebody");
}

function say(text) {
  at("told").textContent = text;
}
