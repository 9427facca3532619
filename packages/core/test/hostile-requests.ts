// Requests to the authorize endpoint that no page of ours would send, the same for the same seed.
import { gzipSync } from "node:zlib";
import fc from "fast-check";

/** How the bytes of a body come. */
type Delivery = "whole" | "silent after the first bytes" | "aborted";

export interface HostileRequest {
  method: string;
  path: string;
  host: string;
  headers: readonly (readonly [string, string])[];
  body: Uint8Array;
  /** What `Content-Length` says; `null`: chunked. */
  length: number | string | null;
  delivery: Delivery;
}

const bytes = (text: string) => new Uint8Array(Buffer.from(text));

const nested = fc
  .tuple(fc.constantFrom(["[", "]"], ['{"a":', "}"], ['[{"__proto__":', "}]"]), fc.integer({ min: 1, max: 16_000 }))
  .map(([[open = "", close = ""], levels]) => `${open.repeat(levels)}1${close.repeat(levels)}`);

const oddJson = fc.oneof(
  nested,
  fc.json({ maxDepth: 5 }),
  fc.constantFrom(
    "null",
    "1e999",
    "9".repeat(400),
    '"\\ud800"',
    '{"__proto__":{"admin":true}}',
    '{"constructor":{"prototype":{"admin":true}}}',
    '{"toJSON":1,"toString":2,"then":3}',
  ),
);

const request = fc
  .record({
    id: fc.constantFrom('"ag-1"', '"ag-1"', '"ag-1"', '"ag-2"', "7", "null"),
    metadata: oddJson,
    other: oddJson,
  })
  .map(({ id, metadata, other }) => `{"agent_id":${id},"metadata":${metadata},"conversation_id":null,"x":${other}}`);

const good = fc.constant('{"agent_id":"ag-1","metadata":{"page":"/"}}');

const text = fc.oneof(
  { weight: 4, arbitrary: good },
  { weight: 6, arbitrary: request },
  { weight: 2, arbitrary: oddJson },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 60_000, max: 200_000 }).map((size) => `{"agent_id":"${"x".repeat(size)}"}`),
  },
);

/** A text in some encoding, and the headers that say which, or lie about it. */
const encoded = fc.oneof(
  { weight: 8, arbitrary: text.map((body) => ({ body: bytes(body), headers: [] as [string, string][] })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(text, fc.constantFrom("gzip", "deflate", "br", "compress", "gzip, gzip"), fc.boolean())
      .map(([body, name, honest]) => ({
        body: new Uint8Array(honest ? gzipSync(body) : bytes(body)),
        headers: [["content-encoding", name]] as [string, string][],
      })),
  },
  {
    weight: 1,
    arbitrary: text.map((body) => ({
      body: new Uint8Array(Buffer.from(body, "utf16le")),
      headers: [] as [string, string][],
    })),
  },
  {
    weight: 1,
    arbitrary: fc.uint8Array({ maxLength: 300 }).map((body) => ({ body, headers: [] as [string, string][] })),
  },
  {
    weight: 1,
    arbitrary: text.map((body) => ({
      body: new Uint8Array([0xef, 0xbb, 0xbf, ...bytes(body.slice(0, 1000))]),
      headers: [] as [string, string][],
    })),
  },
);

const header = fc.oneof(
  fc.tuple(
    fc.constant("content-type"),
    fc.constantFrom(
      "application/json",
      "application/json",
      "application/json; charset=utf-7",
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data",
      "application/json-evil",
    ),
  ),
  fc.tuple(
    fc.constant("origin"),
    fc.constantFrom(
      "http://app.example",
      "https://listed.example",
      "https://evil.example",
      "null",
      "",
      "http://[",
      "file://",
    ),
  ),
  fc.tuple(fc.constant("sec-fetch-site"), fc.constantFrom("same-origin", "cross-site", "same-site", "none", "", "x")),
  fc.tuple(fc.constant("x-forwarded-host"), fc.constantFrom("app.example", "evil.example", "a b", "[")),
  fc.tuple(fc.constant("access-control-request-headers"), fc.constantFrom("content-type", "a;b", "x".repeat(2000))),
  fc.tuple(fc.constant("authorization"), fc.constantFrom("Bearer x", "", "Basic YTpi")),
  fc.tuple(fc.constant("x-app"), fc.constantFrom("throw", "reject", "error", "circle", "key", "response", "deep")),
  fc.tuple(
    fc.constant("x-long"),
    fc.integer({ min: 1, max: 12_000 }).map((size) => "x".repeat(size)),
  ),
  fc.tuple(fc.constant("cookie"), fc.constantFrom("a=1", "\xff\xfe")),
);

export const hostileRequest: fc.Arbitrary<HostileRequest> = fc
  .record({
    method: fc.oneof(
      { weight: 8, arbitrary: fc.constant("POST") },
      {
        weight: 3,
        arbitrary: fc.constantFrom("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"),
      },
    ),
    path: fc.oneof(
      { weight: 8, arbitrary: fc.constant("/api/authorize") },
      {
        weight: 1,
        arbitrary: fc.constantFrom("/api/authorize?x=%zz", "//", "*", "http://evil.example/", "/api/authorize#%"),
      },
    ),
    host: fc.oneof(
      { weight: 9, arbitrary: fc.constant("app.example") },
      { weight: 1, arbitrary: fc.constantFrom("", "a b", "x/y", "[", "user@x", "x:99999", "127.0.0.1", "é") },
    ),
    encoded,
    extra: fc.uniqueArray(header, { maxLength: 5, selector: ([name]) => name }),
    length: fc.oneof(
      { weight: 8, arbitrary: fc.constant("true") },
      { weight: 3, arbitrary: fc.constant("chunked") },
      { weight: 1, arbitrary: fc.constantFrom("-1", "x", "0", "5", "1000000000") },
    ),
    delivery: fc.oneof(
      { weight: 9, arbitrary: fc.constant<Delivery>("whole") },
      { weight: 1, arbitrary: fc.constantFrom<Delivery>("silent after the first bytes", "aborted") },
    ),
  })
  .map(({ encoded: { body, headers }, extra, length, ...others }) => ({
    ...others,
    body,
    headers: [...extra, ...headers],
    length: length === "chunked" ? null : length === "true" ? body.length : length,
  }));

/** The first part of a request as it goes over the wire. */
export function headOf({ method, path, host, headers, length }: HostileRequest): string {
  const framing = length === null ? "Transfer-Encoding: chunked" : `Content-Length: ${length}`;
  const lines = [`${method} ${path} HTTP/1.1`, `Host: ${host}`, "Connection: close", framing];
  return [...lines, ...headers.map(([name, value]) => `${name}: ${value}`), "", ""].join("\r\n");
}
