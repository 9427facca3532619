import type { IncomingMessage, ServerResponse } from "node:http";
import type { FaultControl, ServerFaultControl } from "../faults/faults.js";
import { parseDirection, parseDrop, parseInjection } from "../faults/parse-faults.js";
import { answer, readBody } from "./body.js";
import { isLoopbackAddress, isLoopbackOrigin } from "./this-machine.js";

export const controlPath = "/__mock/";
const longestBody = 1024 * 1024;

/** A connection, as the control API tells of it. */
export interface ControlledSession {
  readonly connectionId: string;
  readonly conversationId: string;
  readonly agentId: string;
  readonly faults: FaultControl;
}

export interface ControlParts {
  /** The connections that are open. */
  sessions(): readonly ControlledSession[];
  faults: ServerFaultControl;
}

type Body = Readonly<Record<string, unknown>>;

const commands: Readonly<Record<string, (faults: FaultControl, body: Body) => void>> = {
  faults: (faults, body) => faults.set(body),
  stall: (faults, { direction }) => faults.stall(parseDirection(direction)),
  resume: (faults, { direction }) => faults.resume(parseDirection(direction)),
  drop: (faults, body) => faults.drop(parseDrop(body)),
  inject: (faults, { frame, ...others }) => faults.inject(parseInjection(frame ?? others)),
};

class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** `/__mock/…`: faults at run time, for whoever is on this machine, and no page from elsewhere. */
export async function control(request: IncomingMessage, response: ServerResponse, parts: ControlParts): Promise<void> {
  try {
    answer(response, 200, await obey(request, parts));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    answer(response, error.status, { error: error.message });
  }
}

async function obey(request: IncomingMessage, { sessions, faults }: ControlParts): Promise<Body> {
  checkCaller(request);
  const [path, query] = (request.url ?? "").split("?", 2) as [string, string?];
  const name = path.slice(controlPath.length);
  if (name === "sessions" && request.method === "GET") return { sessions: sessions().map(described) };
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command && name !== "expire-keys")
    throw new Refusal(404, `There is no ${controlPath}${name.slice(0, 80)}. There are: ${names.join(", ")}.`);
  if (request.method !== "POST") throw new Refusal(405, `${path} takes POST, not ${request.method}.`);
  const body = await readObject(request);
  if (!command) {
    faults.expireKeys();
    return { ok: true };
  }
  const wanted = new URLSearchParams(query).get("session");
  const targets = wanted === null ? [faults] : matching(sessions(), wanted);
  try {
    for (const target of targets) command(target, body);
  } catch (error) {
    throw new Refusal(400, error instanceof Error ? error.message : String(error));
  }
  return { ok: true, sessions: wanted === null ? sessions().length : targets.length };
}

const names = ["sessions", ...Object.keys(commands), "expire-keys"];

function described({ connectionId, conversationId, agentId }: ControlledSession): Body {
  return { connectionId, conversationId, agentId };
}

function matching(sessions: readonly ControlledSession[], id: string): readonly FaultControl[] {
  const found = sessions.filter(({ connectionId, conversationId }) => id === connectionId || id === conversationId);
  if (found.length === 0)
    throw new Refusal(404, `No session ${id.slice(0, 80)} is open. GET ${controlPath}sessions lists them.`);
  return found.map(({ faults }) => faults);
}

// A page of any site can send requests to this port. Its browser adds an Origin header to most of them; a form's POST
// needs no preflight, so JSON is required as well.
function checkCaller({ socket, headers, method }: IncomingMessage): void {
  if (!isLoopbackAddress(socket.remoteAddress))
    throw new Refusal(403, "The control API serves this machine only, on whatever host the server listens.");
  if (headers.origin !== undefined && !isLoopbackOrigin(headers.origin))
    throw new Refusal(403, "The control API serves no page from elsewhere.");
  if (!isLoopbackOrigin(`http://${headers.host}`))
    throw new Refusal(403, "Ask the control API by a name of this machine: localhost or 127.0.0.1.");
  if (method === "POST" && !/^application\/json *(;|$)/i.test(headers["content-type"] ?? ""))
    throw new Refusal(415, "Send JSON: content-type: application/json.");
}

async function readObject(request: IncomingMessage): Promise<Body> {
  const text = await readBody(request, longestBody);
  if (text === null) throw new Refusal(413, "The request's body is over 1 MiB.");
  try {
    const value: unknown = JSON.parse(text.trim() === "" ? "{}" : text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Body;
  } catch {
    // Not JSON: refused below, together with JSON that is no object.
  }
  throw new Refusal(400, "The request's body is not a JSON object.");
}
