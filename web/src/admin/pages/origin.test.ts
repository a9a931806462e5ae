import { describe, expect, it } from "vitest";
import { originOf } from "./origin";

describe("of what is pasted", () => {
  it.each([
    ["https://crm.example/customers?id=1#top", "https://crm.example"],
    ["HTTPS://CRM.example:443", "https://crm.example"],
    ["http://localhost:3000/", "http://localhost:3000"],
    ["https://bücher.example", "https://xn--bcher-kva.example"],
    ["https://user:secret@crm.example", "https://crm.example"],
    ["http://crm.example/", "http://crm.example"], // the server says why not
    ["crm.example", "crm.example"],
    ["crm.example:8443", "crm.example:8443"],
    ["javascript:alert(1)", "javascript:alert(1)"],
    ["*", "*"],
  ])("%j, %j is kept", (text, want) => expect(originOf(text)).toBe(want));
});
