import { randomBytes } from "node:crypto";
import type { ResolvedAgent } from "../agents.js";

/** What a session key opens. */
export interface Grant {
  conversationId: string;
  agentId: string;
  agent: ResolvedAgent;
  metadata: Readonly<Record<string, unknown>>;
  /** Whether the conversation existed before. */
  resumed: boolean;
}

/** What is known of a key. An expired one is remembered for a while, a replaced one is not. */
type KeyState = { valid: true; grant: Grant } | { valid: false; expired: Grant | null };

const hourMs = 60 * 60 * 1000;
const mostKeys = 10_000;

/** The keys in force: each lives its time, and ends earlier when its conversation gets a new one. Times are in ms, of a clock that nobody sets. */
export class SessionKeys {
  readonly #grants = new Map<string, { grant: Grant; expiresAt: number }>();
  readonly #keyOf = new Map<string, string>();
  readonly #lifetimeMs: number;

  /** `lifetimeMs`: default one hour. */
  constructor(lifetimeMs = hourMs) {
    this.#lifetimeMs = lifetimeMs;
  }

  issue(grant: Grant, now: number): string {
    const former = this.#keyOf.get(grant.conversationId);
    if (former && grant.agent.protocol.oldKeys === "refused") this.#revoke(former);
    this.#prune();
    // Core knows keys of the mock by this beginning: taken to Layercode, one says that the client's `url` was forgotten.
    const key = `lc_sesskey_mock_${randomBytes(24).toString("base64url")}`;
    this.#grants.set(key, { grant, expiresAt: now + this.#lifetimeMs });
    this.#keyOf.set(grant.conversationId, key);
    return key;
  }

  /** What the key opens; `null` when it is unknown, replaced or expired. A key may be used more than once. */
  find(key: string, now: number): Grant | null {
    const state = this.check(key, now);
    return state.valid ? state.grant : null;
  }

  check(key: string, now: number): KeyState {
    const entry = this.#grants.get(key);
    if (!entry) return { valid: false, expired: null };
    return now < entry.expiresAt ? { valid: true, grant: entry.grant } : { valid: false, expired: entry.grant };
  }

  /** Expires every key. */
  expireAll(): void {
    for (const entry of this.#grants.values()) entry.expiresAt = 0;
  }

  // The map keeps the keys in the order they were issued, and all live equally long: the first in it
  // are the first to expire, so drop those when there are too many.
  #prune(): void {
    for (const key of this.#grants.keys()) {
      if (this.#grants.size < mostKeys) return;
      this.#revoke(key);
    }
  }

  #revoke(key: string): void {
    const entry = this.#grants.get(key);
    this.#grants.delete(key);
    if (entry && this.#keyOf.get(entry.grant.conversationId) === key) this.#keyOf.delete(entry.grant.conversationId);
  }
}
