// A laptop that sleeps: all of the browser stands still, while the rest of the world goes on.
import { readdirSync, readFileSync } from "node:fs";

interface Process {
  pid: number;
  parent: number;
  command: string;
}

function processes(): Process[] {
  const out: Process[] = [];
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      out.push({ pid, parent, command: readFileSync(`/proc/${pid}/cmdline`, "utf8") });
    } catch {
      // It has ended meanwhile.
    }
  }
  return out;
}

/** Stops every process of the browsers that this worker started with the argument; the result wakes them. */
export function sleep(argument: string): () => void {
  const all = processes();
  const browsers = all.filter((p) => p.parent === process.pid && p.command.includes(argument)).map((p) => p.pid);
  if (browsers.length === 0) throw new Error(`no browser was started with ${argument}`);
  const asleep: number[] = [];
  for (let next = browsers; next.length > 0; next = all.filter((p) => next.includes(p.parent)).map((p) => p.pid)) asleep.push(...next);
  for (const pid of asleep) process.kill(pid, "SIGSTOP");
  return () => {
    for (const pid of asleep.toReversed()) process.kill(pid, "SIGCONT");
  };
}
