import { describe, expect, it } from "vitest";
import { type Agent, freshness, inOrder, isReady, levelOf, ofQueue, ofService, type Service, totalOf } from "./board";

const today = { answered: 0, lost: 0, within_20_s: 0, longest_wait_ms: 0 };
const queue = (name: string, waiting: number, since?: string) => ({
  name,
  waiting,
  ringing: 1,
  in_call: 2,
  today,
  ...(since === undefined ? {} : { waiting_since: since }),
});
const service: Service = {
  id: "care",
  name: "Care",
  in_call: 5,
  today,
  queues: [queue("a", 1, "2026-11-29T12:00:10Z"), queue("b", 2, "2026-11-29T21:00:05+09:00"), queue("c", 0)],
};
const agent = (id: string, code: Agent["status"]["code"], more: Partial<Agent> = {}): Agent => ({
  id,
  name: id,
  services: [],
  queues: [],
  status: { code, since: `2026-11-29T12:00:0${id.length}Z` },
  ...more,
});

describe("a wallboard", () => {
  it("is live for some seconds after an answer, and then says how old it is", () => {
    const watch = { board: null, at: 10_000 };
    expect(freshness({ board: null, at: 0 }, 10_000, true)).toBe("never");
    expect(freshness(watch, 13_900, true)).toBe("live");
    expect(freshness(watch, 15_000, true)).toBe("late");
    expect(freshness(watch, 15_000, false)).toBe("offline");
  });

  it("adds up a service's queues, and finds who has waited longest, wherever the clock stands", () => {
    expect(totalOf(service)).toEqual({ waiting: 3, ringing: 3, since: "2026-11-29T21:00:05+09:00" });
    expect(totalOf({ ...service, queues: [] })).toEqual({ waiting: 0, ringing: 0, since: undefined });
  });

  it("has a service level as soon as something is over", () => {
    expect(levelOf(today)).toBeNull();
    expect(levelOf({ ...today, answered: 3, lost: 1, within_20_s: 2 })).toBe(0.5);
  });

  it("counts nobody as Ready whose phone cannot be reached", () => {
    expect(isReady(agent("x", "ready"))).toBe(true);
    const away = agent("x", "ready", {
      status: { code: "ready", since: "2026-11-29T12:00:00Z", notice: "phone_unreachable" },
    });
    expect(isReady(away)).toBe(false);
    expect(isReady(agent("x", "on_call"))).toBe(false);
  });

  it("shows a service those who belong to it, answer its queues or have its call", () => {
    const call = { id: "1", service: "care", state: "talking", direction: "outbound", since: "" } as const;
    const agents = [
      agent("member", "rest", { services: ["care"] }),
      agent("queue", "ready", { queues: ["a"] }),
      agent("call", "on_call", { call }),
      agent("other", "ready", { services: ["sales"], queues: ["z"] }),
    ];
    expect(ofService(agents, service).map((a) => a.id)).toEqual(["member", "queue", "call"]);
    expect(ofQueue(agents, "a").map((a) => a.id)).toEqual(["queue"]);
  });

  it("lists who has a call first, then who is Ready, each by how long", () => {
    const agents = [
      agent("rest", "rest"),
      agent("ready22", "ready"),
      agent("rdy", "ready"),
      agent("b", "business"),
      agent("ring", "ringing"),
      agent("oncall", "on_call"),
    ];
    expect(inOrder(agents).map((a) => a.id)).toEqual(["ring", "oncall", "rdy", "ready22", "b", "rest"]);
  });
});
