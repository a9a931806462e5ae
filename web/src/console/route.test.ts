import { describe, expect, it } from "vitest";
import { href, parse, placeOf, type Route, sectionOf } from "./route";

const routes: [string, Route][] = [
  ["/tickets", { at: "tickets", filter: {} }],
  ["/tickets?status=open&text=kettle+%26+cup", { at: "tickets", filter: { status: "open", text: "kettle & cup" } }],
  ["/tickets/T-000123", { at: "ticket", ticket: "T-000123" }],
  ["/calls?direction=inbound&from=2026-11-01", { at: "calls", filter: { direction: "inbound", from: "2026-11-01" } }],
  ["/calls/pbx1.example-01KB", { at: "call", call: "pbx1.example-01KB" }],
  ["/customers", { at: "customers", filter: {} }],
  ["/customers?search=%2B4930901820", { at: "customers", filter: { search: "+4930901820" } }],
  ["/customers/01KB", { at: "customer", customer: "01KB" }],
  ["/account", { at: "account" }],
  ["/hours", { at: "hours" }],
  ["/wallboard?service=care", { at: "wallboard", filter: { service: "care" } }],
  ["/reports?of=agents&period=week", { at: "reports", filter: { of: "agents", period: "week" } }],
  ["/admin", { at: "admin", path: "", search: "" }],
  ["/admin/people/anna?search=b", { at: "admin", path: "people/anna", search: "search=b" }],
];

describe("a route", () => {
  it.each(routes)("%s is read and written", (address, route) => {
    expect(parse(address)).toEqual(route);
    expect(href(route)).toBe(address);
  });

  it("of the front door is the list of tickets", () => {
    expect(parse("/")).toEqual({ at: "tickets", filter: {} });
    expect(parse("")).toEqual({ at: "tickets", filter: {} });
  });

  it.each(["/elsewhere", "/tickets/1/2", "/tickets/%E0%A4%A", "/reports/1", "/account/1", "/constructor", "/calls/%"])(
    "%s leads nowhere",
    (address) => {
      expect(parse(address)).toEqual({ at: "nowhere" });
    },
  );

  it("takes nothing from an address that it does not know, nor what is empty or endless", () => {
    expect(parse("/tickets?__proto__=x&evil=1&status=&tag=%20")).toEqual({ at: "tickets", filter: {} });
    const { filter } = parse(`/tickets?text=${"a".repeat(5000)}`) as { filter: { text: string } };
    expect(filter.text).toHaveLength(200);
  });

  it("cannot leave its path by an id", () => {
    const route: Route = { at: "ticket", ticket: "../../api?x=1#y" };
    expect(href(route)).toBe("/tickets/..%2F..%2Fapi%3Fx%3D1%23y");
    expect(parse(href(route))).toEqual(route);
  });

  it("belongs to a part of the console", () => {
    expect(routes.map(([, r]) => sectionOf(r))).toEqual([
      "tickets",
      "tickets",
      "tickets",
      "calls",
      "calls",
      "customers",
      "customers",
      "customers",
      "account",
      "hours",
      "wallboard",
      "reports",
      "admin",
      "admin",
    ]);
    expect(sectionOf({ at: "nowhere" })).toBeNull();
  });

  it("with another filter is the same place", () => {
    expect(placeOf(parse("/tickets?status=open"))).toBe(placeOf(parse("/")));
    expect(placeOf(parse("/admin/people"))).toBe(placeOf(parse("/admin")));
    expect(placeOf(parse("/tickets/1"))).not.toBe(placeOf(parse("/tickets")));
  });
});
