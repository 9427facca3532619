// Imports nothing: what it shared with the client would be a third file for every page to load.

import type { Message } from "../conversation/messages.js";
import type { ClientStatus, EndReason } from "../machine/connection/connection.js";
import type { LayercodeClientOptions } from "../options/layercode-client-options.js";
import type { SessionRecords } from "./session-records.js";

/** What of the snapshot is exported. */
export interface ExportedState {
  status: ClientStatus;
  endReason: EndReason | null;
  conversationId: string | null;
  messages: readonly Message[];
}

/** A session as JSON text. `transcripts`: whether it tells what was said. Default `false`. */
export function formatSessionLog(
  sdkVersion: string,
  records: SessionRecords,
  options: LayercodeClientOptions,
  { status, endReason, conversationId, messages }: ExportedState,
  { transcripts = false }: { transcripts?: boolean | undefined } = {},
): string {
  const session = {
    sdkVersion,
    userAgent: globalThis.navigator?.userAgent ?? null,
    exportedAt: Date.now(),
    options: Object.fromEntries(Object.entries(options).map(([name, value]) => [name, shown(name, value)])),
    status,
    // Not the reason: nobody knows what a server writes into it.
    endReason: endReason && { by: endReason.by, code: endReason.code, error: endReason.error?.code },
    conversationId,
    events: records.all,
    ...(transcripts && { messages }),
  };
  return JSON.stringify(session, (_, value) => (typeof value === "string" ? records.withoutKeys(value) : value), 2);
}

const names = /^(agentId|conversationId|credentials|logLevel|bargeIn)$/;
const addresses = /^(authorizeSessionEndpoint|url|workletUrl|vadModelUrl|vadWorkletUrl|recordingWorkletUrl)$/;

/** An option, as far as it can be nobody's secret; of the others, that they are set. */
function shown(name: string, value: unknown): unknown {
  if (addresses.test(name)) return address(String(value));
  const isPlain = typeof value === "number" || typeof value === "boolean" || names.test(name);
  return isPlain || value == null ? value : "…";
}

/** Without query, fragment, name and password. */
function address(text: string): string {
  const page = globalThis.document?.baseURI ?? globalThis.location?.href ?? "http://localhost";
  try {
    const { protocol, host, pathname } = new URL(text, page);
    return `${protocol}//${host}${pathname}`;
  } catch {
    return "…";
  }
}
