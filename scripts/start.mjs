// `npm start`: the demo page and the mock server that it talks to.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { explain, StepError, say, step } from "./report.mjs";
import { setUp } from "./setup.mjs";
import { root, stopOnSignals, turbo } from "./tools.mjs";

const help = `npm start

Installs what is missing, builds, and serves the demo page and the mock server that it talks to. Ctrl-C stops both.

  PORT=3000        port of the page
  MOCK_PORT=8787   port of the mock server

A port that is taken is replaced by the next free one.
`;

if (process.argv.includes("--help") || process.argv.includes("-h")) {
  say(help);
  process.exit(0);
}
const letSignalsPass = stopOnSignals();

const host = "127.0.0.1";

try {
  const ports = { page: readPort("PORT", 3000), mock: readPort("MOCK_PORT", 8787) };
  await setUp();
  await step("Building the demo and what it needs", () =>
    turbo("build", "Correct what the build reports above.", ["--filter=@layercode/demo"]),
  );
  await serve(ports);
} catch (error) {
  explain(error);
  process.exit(1);
}

async function serve(ports) {
  const { createMockServer } = await import(pathToFileURL(join(root, "packages/mock-server/dist/index.js")).href);
  const mock = await onFreePort(ports.mock, (port) => createMockServer({ port, host }));
  // The demo's own configuration sends /api and /v1 there.
  process.env.MOCK_URL = mock.url;

  const demo = join(root, "apps/demo");
  const vite = createRequire(join(demo, "package.json")).resolve("vite");
  const { createLogger, preview } = await import(pathToFileURL(vite).href);
  const customLogger = withoutGoneClients(createLogger("warn"));
  const page = await onFreePort(ports.page, (port) =>
    preview({ root: demo, customLogger, preview: { host, port, strictPort: true } }),
  );
  const { port } = page.httpServer.address();

  const stop = async () => {
    // A second Ctrl-C does not wait.
    process.once("SIGINT", () => process.exit(130));
    await Promise.all([page.close(), mock.close()]);
    say("\nStopped.");
    process.exit(0);
  };
  letSignalsPass();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);

  say(`
  The demo page      http://${host}:${port}/
  The mock server    ${mock.url}

  Open the page, press Start conversation and speak. Ctrl-C stops both.
`);
}

// A page that is closed in the middle of a conversation is nothing to report.
function withoutGoneClients(logger) {
  const error = (message, options) => {
    if (!["ECONNRESET", "EPIPE"].includes(options?.error?.code)) logger.error(message, options);
  };
  return { ...logger, error };
}

/** Tries one port after the other until one is free. */
async function onFreePort(first, open) {
  for (let port = first; port < first + 50; port++) {
    try {
      return await open(port);
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
  }
  throw new StepError(`The ports ${first} to ${first + 49} are all taken.`, "Name others by PORT and MOCK_PORT.");
}

// Vite and the mock server put words of their own around the system's error.
function isTaken(error) {
  return [error, error.cause].some((one) => one?.code === "EADDRINUSE" || /in use|EADDRINUSE/.test(one?.message ?? ""));
}

function readPort(name, standard) {
  const text = process.env[name];
  if (text === undefined || text === "") return standard;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65486) return port;
  throw new StepError(`${name} is ${JSON.stringify(text)}.`, "It is a number from 1 to 65485.");
}
