// JsSIP's socket, made here so that a dead connection can be dropped at will: a laptop that slept has a socket that looks
// open for many minutes.
import type { Socket } from "jssip";

/** How long a connection may take to come about, in ms: in a network that swallows all, the browser would wait for minutes. */
export const OPEN_MS = 10_000;

export class SipSocket implements Socket {
  readonly url: string;
  readonly sip_uri: string;
  via_transport: string;
  // JsSIP sets these three.
  onconnect: () => void = () => {};
  ondisconnect: (error: boolean, code?: number, reason?: string) => void = () => {};
  ondata: <T>(event: T) => void = () => {};
  #ws: WebSocket | null = null;
  #overdue: ReturnType<typeof setTimeout> | undefined;

  /** url is ws: or wss:. */
  constructor(url: string) {
    const { protocol, host } = new URL(url);
    this.url = url;
    this.via_transport = protocol === "wss:" ? "WSS" : "WS";
    this.sip_uri = `sip:${host};transport=ws`;
  }

  connect(): void {
    this.disconnect();
    const ws = new WebSocket(this.url, "sip");
    ws.binaryType = "arraybuffer";
    ws.onopen = () => {
      clearTimeout(this.#overdue);
      this.onconnect();
    };
    ws.onmessage = ({ data }) => {
      clearTimeout(this.#overdue);
      this.ondata(data);
    };
    ws.onclose = ({ wasClean, code, reason }) => {
      clearTimeout(this.#overdue);
      this.#ws = null;
      this.ondisconnect(!wasClean, code, reason);
    };
    this.#ws = ws;
    this.expectWithin(OPEN_MS);
  }

  /** Gives the connection up as dead unless it opens, or something comes on it, within ms. */
  expectWithin(ms: number): void {
    clearTimeout(this.#overdue);
    if (this.#ws !== null) this.#overdue = setTimeout(() => this.drop(), ms);
  }

  disconnect(): void {
    clearTimeout(this.#overdue);
    const ws = this.#ws;
    this.#ws = null;
    if (ws === null) return;
    ws.onopen = ws.onmessage = ws.onclose = null;
    ws.close();
  }

  /** Gives the connection up as dead; JsSIP makes a new one. */
  drop(): void {
    if (this.#ws === null) return;
    this.disconnect();
    this.ondisconnect(true);
  }

  send(message: string | ArrayBufferLike | Blob | ArrayBufferView): boolean {
    if (this.#ws?.readyState !== WebSocket.OPEN) return false;
    this.#ws.send(message as string);
    return true;
  }

  isConnected(): boolean {
    return this.#ws?.readyState === WebSocket.OPEN;
  }

  isConnecting(): boolean {
    return this.#ws?.readyState === WebSocket.CONNECTING;
  }
}
