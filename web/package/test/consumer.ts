// What a CRM in TypeScript writes; it is only type-checked, against what the package gives.
import { define, type SwitchroomWidget, VERSION, type WidgetCall, WidgetError } from "@switchroom/widget";

define("https://calls.example.com");

const widget: SwitchroomWidget = document.createElement("switchroom-widget");
widget.addEventListener("call-ringing", ({ detail: { call } }) => show(call));
widget.addEventListener("ready", ({ detail }) => {
  if (detail.version > VERSION && detail.state.call !== null) show(detail.state.call);
});
widget.addEventListener("transferred-away", ({ detail: { to } }) => {
  document.title = to?.name ?? "";
});
widget.addEventListener("conference-began", ({ detail }) => show(detail.call));
widget.addEventListener("transfer-failed", ({ detail: { to, why } }) => {
  document.title = `${to.kind} ${why}`;
});
widget.addEventListener("click", (e: Event) => e.preventDefault());
// @ts-expect-error: there is no such event field
widget.addEventListener("status", ({ detail }) => detail.token);
// @ts-expect-error: nobody is logged out by a status
void widget.setStatus("logged_out");
// @ts-expect-error: the frame's own business
void widget.signIn;

export async function call(number: string): Promise<string> {
  try {
    await widget.dial(number);
    await widget.transfer({ agent: "ben" });
    return widget.state.status?.code ?? "";
  } catch (e) {
    return e instanceof WidgetError ? e.code : "";
  }
}

function show({ number, name }: WidgetCall): void {
  document.title = name || number;
}
