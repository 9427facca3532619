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

const lifetimeMs = 60 * 60 * 1000;
const mostKeys = 10_000;

/** The keys in force: each lives one hour, and ends earlier when its conversation gets a new one. Times are in ms. */
export class SessionKeys {
  readonly #grants = new Map<string, { grant: Grant; expiresAt: number }>();
  readonly #keyOf = new Map<string, string>();

  issue(grant: Grant, now: number): string {
    const former = this.#keyOf.get(grant.conversationId);
    if (former) this.#revoke(former);
    this.#prune(now);
    const key = `lc_sesskey_${randomBytes(24).toString("base64url")}`;
    this.#grants.set(key, { grant, expiresAt: now + lifetimeMs });
    this.#keyOf.set(grant.conversationId, key);
    return key;
  }

  /** What the key opens; `null` when it is unknown, replaced or expired. A key may be used more than once. */
  find(key: string, now: number): Grant | null {
    const entry = this.#grants.get(key);
    return entry && now < entry.expiresAt ? entry.grant : null;
  }

  // Keys lie in the order of their issue, so the first are the first to expire.
  #prune(now: number): void {
    for (const [key, { expiresAt }] of this.#grants) {
      if (now < expiresAt && this.#grants.size < mostKeys) return;
      this.#revoke(key);
    }
  }

  #revoke(key: string): void {
    const entry = this.#grants.get(key);
    this.#grants.delete(key);
    if (entry && this.#keyOf.get(entry.grant.conversationId) === key) this.#keyOf.delete(entry.grant.conversationId);
  }
}
