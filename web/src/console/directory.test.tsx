import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { type Directory, peopleChoices, queueChoices, serviceChoices, serviceName } from "./directory";
import { joined } from "./loaded";
import { nameOf, Who } from "./Who";

const directory: Directory = {
  services: [
    { id: "care", name: "Care\u202e <b>Desk</b>", time_zone: "Asia/Seoul", queues: ["help"] },
    { id: "sales", name: "Sales", time_zone: "UTC", queues: ["orders", "vip"] },
  ],
  people: [
    { id: "anna", name: "Anna Berg", services: ["sales"] },
    { id: "ben", name: "Ben Okafor", services: ["care", "sales"] },
  ],
  more: false,
};
const values = (list: readonly { value: string }[]) => list.map((c) => c.value);

describe("names instead of ids", () => {
  it("are shown as text, and who is not known by the id", () => {
    const names = { mal: "<img src=x>\u202eMal" };
    expect(renderToStaticMarkup(<Who id="mal" names={names} />)).toBe("<bdi>&lt;img src=x&gt;Mal</bdi>");
    expect(nameOf(names, "zoe")).toBe("zoe");
    expect(nameOf(names, "toString")).toBe("toString");
    expect(nameOf({ zoe: "\u202e " }, "zoe")).toBe("zoe");
  });

  it("of a later page stand beside those of the earlier ones", () => {
    const page = (id: string, next: string | null) => ({ items: [{ id }], next, names: { [id]: id.toUpperCase() } });
    expect(joined(page("a", "n"), page("b", null)).names).toEqual({ a: "A", b: "B" });
  });

  it("of services are the organisation's own words", () => {
    expect(serviceName(directory, "care")).toBe("Care <b>Desk</b>");
    expect(serviceName(directory, "gone")).toBe("gone");
  });
});

describe("what can be chosen", () => {
  it("is of the service that is chosen already", () => {
    expect(values(serviceChoices(directory))).toEqual(["care", "sales"]);
    expect(values(queueChoices(directory, "sales"))).toEqual(["orders", "vip"]);
    expect(values(queueChoices(directory))).toEqual(["help", "orders", "vip"]);
    expect(values(peopleChoices(directory, "care"))).toEqual(["ben"]);
  });

  it("has what stands in the address, whatever that is", () => {
    expect(serviceChoices(directory, "gone")).toContainEqual({ value: "gone", text: "gone" });
    expect(values(peopleChoices(directory, "care", "anna"))).toEqual(["ben", "anna"]);
    expect(values(queueChoices(directory, undefined, "vip"))).toEqual(["help", "orders", "vip"]);
  });
});
