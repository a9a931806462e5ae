// JsSIP's socket, made here so that a dead connection can be dropped at will: a laptop that slept has a socket that looks
// open for many minutes.
import type { Socket } from "jssip";

export class SipSocket implements Socket {
  readonly url: string;
  readonly sip_uri: string;
  via_transport: string;
  // JsSIP sets these three.
  onconnect: () => void = () => {};
  ondisconnect: (error: boolean, code?: number, reason?: string) => void = () => {};
  ondata: <T>(event: T) => void = () => {};
  #ws: WebSocket | null = null;

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
    ws.onopen = () => this.onconnect();
    ws.onmessage = ({ data }) => this.ondata(data);
    ws.onclose = ({ wasClean, code, reason }) => {
      this.#ws = null;
      this.ondisconnect(!wasClean, code, reason);
    };
    this.#ws = ws;
  }

  disconnect(): void {
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
