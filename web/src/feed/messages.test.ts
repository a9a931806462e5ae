// The golden messages of api/testdata/ws, from this side: every one that the server sends is read, every one that the client sends is
// sent so. The controller's tests hold the same files against the server.
import { describe, expect, it } from "vitest";
import { reduce } from "../state/reduce";
import { initial } from "../state/state";
import { hello, MessageError, read, renewal } from "./messages";

const golden = import.meta.glob<string>("../../../api/testdata/ws/*.json", {
  eager: true,
  query: "?raw",
  import: "default",
});
const named = Object.entries(golden).map(([path, text]) => ({ name: path.split("/").at(-1) ?? "", text }));
const token = "header.payload.signature";

function file(name: string): unknown {
  const found = named.find((g) => g.name === name);
  if (found === undefined) throw new Error(`no golden message ${name}`);
  return JSON.parse(found.text);
}

describe("golden messages", () => {
  const fromServer = named.filter((g) => g.name.startsWith("server-"));

  it("are there", () => expect(fromServer.length).toBeGreaterThan(10));

  it.each(fromServer)("$name is read unchanged", ({ text }) => {
    expect(read(text)).toEqual(JSON.parse(text));
  });

  it.each(fromServer)("$name makes a state", ({ text }) => {
    const m = read(text);
    if (m?.type === "view" || m?.type === "snapshot") expect(reduce(initial, m).view).toEqual(m.data);
  });

  it("hello is sent so, at first and to resume", () => {
    expect(JSON.parse(hello(token, { epoch: "", seq: 0 }))).toEqual(file("client-hello-first.json"));
    expect(JSON.parse(hello(token, { epoch: "01KB00000000000000000EPOCH", seq: 12 }))).toEqual(
      file("client-hello-resume.json"),
    );
  });

  it("a token is sent so", () => expect(JSON.parse(renewal(token))).toEqual(file("client-token.json")));
});

describe("read", () => {
  it("passes over types of a newer controller", () => expect(read('{"type":"weather","seq":1}')).toBeNull());

  it.each([
    ["binary", new ArrayBuffer(4)],
    ["no JSON", "{"],
    ["no object", "[1]"],
    ["null", "null"],
    ["no type", '{"seq":1}'],
    ["a view without data", '{"type":"view","seq":1}'],
    ["a view of nothing", '{"type":"view","seq":1,"data":{}}'],
    ["no number", '{"type":"beat","seq":"1"}'],
    ["a fraction", '{"type":"beat","seq":1.5}'],
    ["a negative number", '{"type":"resumed","seq":-1}'],
    ["a snapshot without epoch", '{"type":"snapshot","seq":1,"data":{"status":{},"phone":{},"call":null}}'],
    ["an answer without leg", '{"type":"answer","seq":1,"data":{"call":"c"}}'],
  ])("refuses %s", (_, frame) => expect(() => read(frame)).toThrow(MessageError));
});
