import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { MockServer } from "@layercode/mock-server";
import type { Example } from "./examples.js";

/** A production server of an example, in a process of its own. */
export interface ExampleServer {
  readonly url: string;
  /** What it wrote so far to stderr. */
  readonly complaints: string;
  close(): Promise<void>;
}

/** Starts an example's production build on a free port. Rejects with its output when it ends instead. */
export async function serve(example: Example, mock: MockServer): Promise<ExampleServer> {
  const port = await freePort();
  const child = spawn(process.execPath, example.start(port), {
    cwd: example.folder,
    env: { PATH: process.env.PATH, NODE_ENV: "production", ...example.environment(mock, port) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "exit");
  let [output, complaints] = ["", ""];
  child.stderr.on("data", (chunk) => {
    complaints += chunk;
  });
  const ready = new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk) => {
      output += chunk;
      if (/\b(ready|listening)\b/i.test(output)) resolve();
    });
  });
  const failed = ended.then(() => {
    throw new Error(`The example for ${example.name} did not start. Was it built?\n${output}${complaints}`);
  });
  await Promise.race([ready, failed]);
  // From here on its end is no failure.
  failed.catch(() => {});
  return {
    url: `http://127.0.0.1:${port}`,
    get complaints() {
      return complaints;
    },
    async close() {
      child.kill();
      await ended;
    },
  };
}

// The frameworks take 0 for "the default".
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("The system gave no free port.");
  return address.port;
}
