// Serves the example of a CRM, of an origin of its own and with a strict policy of its own.
//
//   node examples/crm/serve.mjs [--switchroom http://127.0.0.1:8080] [--port 8090]
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { parseArgs } from "node:util";

const kinds = { html: "text/html; charset=utf-8", js: "text/javascript; charset=utf-8", css: "text/css; charset=utf-8" };
const files = { "/": "customers.html", "/customers": "customers.html", "/orders": "orders.html", "/crm.js": "crm.js", "/crm.css": "crm.css" };

/** All that a CRM has to allow is the controller's origin, for a script and a frame. */
function policy(switchroom) {
  return [
    "default-src 'none'",
    `script-src 'self' ${switchroom}`,
    `frame-src ${switchroom}`,
    "style-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

/** Serves on localhost; port 0: one that is free. Returns the address, and what ends it. */
export async function serve({ switchroom, port }) {
  const server = createServer(async (request, response) => {
    const file = files[new URL(request.url ?? "/", "http://crm").pathname];
    if (file === undefined) return response.writeHead(404).end();
    const text = await readFile(join(import.meta.dirname, file), "utf8");
    response.writeHead(200, {
      "Content-Type": kinds[file.slice(file.lastIndexOf(".") + 1)],
      "Content-Security-Policy": policy(switchroom),
      "Permissions-Policy": `microphone=(self "${switchroom}")`,
      "X-Content-Type-Options": "nosniff",
      "Cache-Control": "no-store",
    });
    response.end(text.replaceAll("{{switchroom}}", switchroom));
  });
  await new Promise((listening, failed) => server.once("error", failed).listen(port, "localhost", listening));
  return { url: `http://localhost:${server.address().port}`, close: () => server.close() };
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({ options: { switchroom: { type: "string", default: "http://127.0.0.1:8080" }, port: { type: "string", default: "8090" } } });
  const { url } = await serve({ switchroom: new URL(values.switchroom).origin, port: Number(values.port) });
  console.log(`The example CRM is at ${url} and embeds the widget of ${values.switchroom}, which must allow that origin:`);
  console.log(`the demo does; otherwise see docs/embedding.md. Ctrl-C ends it.`);
}
