import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** Whether an IP address is this machine's own. */
export function isLoopbackAddress(address: string | undefined): boolean {
  const version = isIP(address ?? "");
  return address !== undefined && version !== 0 && loopback.check(address, version === 6 ? "ipv6" : "ipv4");
}

/**
 * Whether an origin is a page of this machine: by a loopback address, or the name `localhost`, which browsers resolve
 * themselves. Any other name (`127.evil.example`) is whatever its owner's DNS says at the moment.
 */
export function isLoopbackOrigin(origin: string): boolean {
  const url = httpUrl(origin);
  if (!url) return false;
  return /(^|\.)localhost$/.test(url.hostname) || isLoopbackAddress(addressOf(url));
}

/** An origin as browsers write it, `null` that of a sandboxed frame; `undefined` of what is none. */
export function originOf(text: string): string | undefined {
  if (text === "null") return text;
  if (!/^[a-z][a-z\d+.-]*:\/\/[^*]*$/i.test(text) || !URL.canParse(text)) return undefined;
  const { origin } = new URL(text);
  // URL knows no origin of a scheme like "capacitor:": that stays as it is written.
  return origin === "null" ? text : origin;
}

/**
 * Whether a page of somewhere else sent this request. Browsers add `Origin` to what a page POSTs and to WebSockets;
 * without it no page sent it. Let in are pages of this machine, those of `allowedOrigins`, and those of the very IP
 * address that was asked, on any port: what this server serves to a phone in the same network. A name that was asked
 * proves nothing: a foreign page's own name can be made to point here.
 */
export function isForeignPage({ headers }: IncomingMessage, allowedOrigins: readonly string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return false;
  if (originOf(origin) === undefined) return true;
  if (isLoopbackOrigin(origin) || isListed(origin, allowedOrigins)) return false;
  const page = addressOf(httpUrl(origin));
  return page === undefined || page !== addressOf(httpUrl(`http://${host}`));
}

function isListed(origin: string, allowedOrigins: readonly string[]): boolean {
  return allowedOrigins.includes(origin) || allowedOrigins.includes("*");
}

function httpUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === "http:" || url.protocol === "https:" ? url : undefined;
}

/** The IP address that a URL names; `undefined` when it names a host by name. */
function addressOf(url: URL | undefined): string | undefined {
  const address = url?.hostname.replace(/^\[(.*)\]$/, "$1") ?? "";
  return isIP(address) === 0 ? undefined : address;
}
