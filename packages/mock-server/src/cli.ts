import { readFileSync, statSync } from "node:fs";
import process from "node:process";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { readFaults } from "./faults/read-faults.js";
import { checkApiKey, type MockServerOptions, readOrigins } from "./options.js";
import { readProtocol } from "./protocol/settings.js";
import { loadScenario } from "./scenarios/load-scenario.js";
import type { Scenario } from "./scenarios/scenario.js";
import type { Script } from "./scenarios/script.js";
import { createMockServer, type MockServer } from "./server.js";
import type { MockSession } from "./session/mock-session.js";
import { TimelineWriter } from "./session/timeline-text.js";

const help = `layercode-mock: a local Layercode, to develop and test voice agents without an account.

Usage: layercode-mock [options]

  --port <n>         port to listen on (default 4000; 0 for a free one)
  --host <host>      address to listen on (default 127.0.0.1)
  --scenario <name>  assistant, echo, interview, long-monologue, data-heavy, push-to-talk or tools (default assistant);
                     or the path of your own: a .json, .js or .mjs file, .ts where Node can
  --api-key <key>    the API key that backends must send (default mock-api-key)
  --protocol <n=v>   a setting of the protocol, such as turnEnd=true; may be repeated (the README lists them)
  --key-lifetime <ms>  how long a session key lives (default one hour)
  --fault <n=v>      something that goes wrong, such as latencyMs=200 or drop.how=reset; may be repeated (see the README)
  --no-control       no control API at /__mock/, which changes faults while the server runs
  --allowed-origin <origin>  pages of this origin may connect, beside those of this machine; may be repeated
  --static <dir>     also serve a built page from this directory
  --verbose          a readable timeline of every session, in both directions
  --quiet            no output but errors
  --help             this text
  --version          the version

Stop it with Ctrl-C.
`;

const usageError = 2;

// V8 allocates the short-lived lists of hundreds of sockets in its old generation, where only a long collection frees
// them. The first flag keeps them in the young one, the second lets the heap grow further between two long collections.
// The README tells others to give the same flags.
const manySessions = ["--no-allocation-site-pretenuring", "--heap-growing-percent=400"];

type Command =
  | { run: "help" }
  | { run: "version" }
  | { run: "serve"; options: MockServerOptions; scenario: string; output: Output };
type Output = "quiet" | "normal" | "verbose";

/** What the arguments ask for. @throws {Error} that says which of them is wrong. */
async function readCommand(args: string[]): Promise<Command> {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: "string" },
      host: { type: "string" },
      scenario: { type: "string" },
      "api-key": { type: "string" },
      protocol: { type: "string", multiple: true },
      "key-lifetime": { type: "string" },
      fault: { type: "string", multiple: true },
      "no-control": { type: "boolean" },
      "allowed-origin": { type: "string", multiple: true },
      static: { type: "string" },
      verbose: { type: "boolean" },
      quiet: { type: "boolean" },
      help: { type: "boolean", short: "h" },
      version: { type: "boolean", short: "v" },
    },
  });
  if (values.help) return { run: "help" };
  if (values.version) return { run: "version" };
  if (values.verbose && values.quiet) throw new Error("--verbose and --quiet contradict each other. Give one.");
  const scenario = values.scenario ?? "assistant";
  const options: MockServerOptions = {
    port: readPort(values.port ?? "4000"),
    scenario: await readScenario(scenario),
    ...(values.host !== undefined && { host: readHost(values.host) }),
    ...(values["api-key"] !== undefined && { apiKey: checkApiKey(values["api-key"], "--api-key") }),
    ...(values.protocol !== undefined && { protocol: readProtocol(values.protocol, "--protocol") }),
    ...(values["key-lifetime"] !== undefined && { keyLifetimeMs: readDuration(values["key-lifetime"]) }),
    ...(values.fault !== undefined && { faults: readFaults(values.fault, "--fault") }),
    ...(values["no-control"] && { control: false }),
    ...(values["allowed-origin"] !== undefined && {
      allowedOrigins: readOrigins(values["allowed-origin"], "--allowed-origin"),
    }),
    ...(values.static !== undefined && { staticDirectory: readDirectory(values.static) }),
  };
  return { run: "serve", options, scenario, output: values.quiet ? "quiet" : values.verbose ? "verbose" : "normal" };
}

function readPort(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(port <= 65535)) throw new Error(`--port is ${JSON.stringify(text)}. It is a number from 0 to 65535.`);
  return port;
}

// Nothing, as a variable that is not set leaves it, would be every address of the machine.
function readHost(text: string): string {
  if (text.trim() !== "") return text;
  throw new Error(
    `--host is ${JSON.stringify(text)}. It is an address, such as 127.0.0.1, or 0.0.0.0 for all networks.`,
  );
}

async function readScenario(nameOrPath: string): Promise<Scenario | Script> {
  try {
    return await loadScenario(nameOrPath);
  } catch (error) {
    throw new Error(`--scenario is ${JSON.stringify(nameOrPath)}. ${reasonOf(error)}`, { cause: error });
  }
}

function readDuration(text: string): number {
  if (!/^\d{1,15}$/.test(text))
    throw new Error(`--key-lifetime is ${JSON.stringify(text)}. It is a whole number of milliseconds.`);
  return Number(text);
}

function readDirectory(path: string): string {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new Error(`--static is ${JSON.stringify(path)}, which is no directory. Build the page first.`);
  return path;
}

async function main(): Promise<void> {
  // Whoever started this may have read the addresses and closed the pipe: the server is still needed.
  process.stdout.on("error", () => {});
  let command: Command;
  try {
    command = await readCommand(process.argv.slice(2));
  } catch (error) {
    return fail(`${reasonOf(error)}\nlayercode-mock --help lists the options.`, usageError);
  }
  if (command.run === "help") return print(help);
  if (command.run === "version") return print(`${readVersion()}\n`);
  try {
    await serve(command);
  } catch (error) {
    fail(reasonOf(error), 1);
  }
}

async function serve({ options, scenario, output }: Extract<Command, { run: "serve" }>): Promise<void> {
  for (const flag of manySessions) setFlagsFromString(flag);
  const server = await createMockServer({
    ...options,
    log(line, level) {
      if (output === "verbose" || (output === "normal" && level === "info")) print(`${line}\n`);
    },
  });
  const stop = () => {
    // `close()` waits for the clients. Without these handlers a second Ctrl-C ends the process at once.
    process.off("SIGINT", stop).off("SIGTERM", stop);
    void server.close();
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  if (output === "verbose") followTimelines(server);
  if (output !== "quiet") print(banner(server, options, scenario));
}

function banner(server: MockServer, options: MockServerOptions, scenario: string): string {
  return [
    "Layercode mock server",
    ...(options.staticDirectory === undefined ? [] : [`  page       ${server.url}`]),
    `  authorize  ${server.authorizeUrl}`,
    `  websocket  ${server.wsUrl}`,
    `  REST API   ${server.apiUrl}   (key: ${server.apiKey})`,
    `  agent      ${scenario}, ${server.voice === "flite" ? "speaks with flite" : "speaks in tones"}`,
    ...(options.faults === undefined ? [] : [`  faults     ${JSON.stringify(options.faults)}`]),
    "Stop it with Ctrl-C.",
    "",
  ].join("\n");
}

function followTimelines(server: MockServer): void {
  const writers = new WeakMap<MockSession, TimelineWriter>();
  server.on("timeline", (session, entry) => {
    const writer = writers.get(session) ?? new TimelineWriter();
    writers.set(session, writer);
    for (const line of writer.push(entry)) print(`session ${session.connectionId.slice(0, 8)} ${line}\n`);
  });
}

function readVersion(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

function print(text: string): void {
  process.stdout.write(text);
}

function fail(text: string, code: number): void {
  process.stderr.write(`${text}\n`);
  process.exitCode = code;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

await main();
