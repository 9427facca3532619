import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createTcpProxy, type TcpProxy } from "./tcp-proxy.js";

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** A server that sends everything back, behind a proxy. */
async function echoBehindProxy(): Promise<TcpProxy> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => {});
    socket.pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const proxy = await createTcpProxy({ target: { host: "127.0.0.1", port: (server.address() as AddressInfo).port } });
  endings.push(
    () => new Promise((resolve) => server.close(resolve)),
    () => proxy.close(),
  );
  return proxy;
}

async function open(proxy: TcpProxy): Promise<Socket> {
  const socket = connect({ host: "127.0.0.1", port: proxy.port, allowHalfOpen: true });
  await once(socket, "connect");
  return socket;
}

async function echoOf(socket: Socket, bytes: Buffer): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  socket.end(bytes);
  await once(socket, "end");
  return Buffer.concat(chunks);
}

const pattern = (length: number) => Buffer.from(Uint8Array.from({ length }, (_, i) => (i * 31) ^ (i >> 8)));

test("bytes pass whole and in order, and so does the end", async () => {
  const proxy = await echoBehindProxy();
  const bytes = pattern(3_000_000);
  expect((await echoOf(await open(proxy), bytes)).equals(bytes)).toBe(true);
  // Both directions have ended: there is nothing left to carry.
  await expect.poll(() => proxy.connections).toBe(0);
});

test("latency with jitter keeps the order", async () => {
  const proxy = await echoBehindProxy();
  proxy.setLatency(5, 20);
  const bytes = pattern(200_000);
  expect((await echoOf(await open(proxy), bytes)).equals(bytes)).toBe(true);
});

test("a limited bandwidth spreads the bytes over time", async () => {
  const proxy = await echoBehindProxy();
  proxy.setBandwidth(100_000);
  const socket = await open(proxy);
  socket.write(pattern(20_000));
  const [first] = (await once(socket, "data")) as [Buffer];
  expect(first.length).toBeLessThan(20_000);
  socket.resetAndDestroy();
  expect(() => proxy.setBandwidth(0)).toThrow(RangeError);
});

test("a black hole holds what is sent until it is lifted", async () => {
  const proxy = await echoBehindProxy();
  const socket = await open(proxy);
  socket.write("before");
  expect(String((await once(socket, "data"))[0])).toBe("before");

  proxy.blackhole();
  let heard = "";
  socket.on("data", (chunk) => (heard += chunk));
  socket.write("held");
  // Another connection that is answered tells that the proxy had its turn: nothing of the first one came through.
  const other = await echoBehindProxy();
  await echoOf(await open(other), pattern(100_000));
  expect(heard).toBe("");
  expect(proxy.connections).toBe(1);

  proxy.restore();
  await once(socket, "data");
  expect(heard).toBe("held");
  socket.resetAndDestroy();
});

test("a cut resets open connections, and new ones may come", async () => {
  const proxy = await echoBehindProxy();
  const socket = await open(proxy);
  socket.write("hello");
  await once(socket, "data");
  expect(proxy.connections).toBe(1);

  const broken = once(socket, "error");
  proxy.cut();
  // A rejection of `once` is for an "error" that was not waited for; this one was.
  expect(((await broken)[0] as NodeJS.ErrnoException).code).toBe("ECONNRESET");
  expect(proxy.connections).toBe(0);
  expect(String(await echoOf(await open(proxy), Buffer.from("again")))).toBe("again");
});

test("while it refuses, open connections go on and new ones break", async () => {
  const proxy = await echoBehindProxy();
  const socket = await open(proxy);
  socket.write("one");
  await once(socket, "data");

  proxy.refuse();
  const refused = connect({ host: "127.0.0.1", port: proxy.port });
  await once(refused, "close").catch((error) => expect(error.code).toBe("ECONNRESET"));
  socket.write("two");
  expect(String((await once(socket, "data"))[0])).toBe("two");

  proxy.restore();
  expect(String(await echoOf(await open(proxy), Buffer.from("three")))).toBe("three");
  socket.resetAndDestroy();
});

test("a target that is not there breaks the connection", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const proxy = await createTcpProxy({ target: { host: "127.0.0.1", port } });
  endings.push(() => proxy.close());
  const socket = connect({ host: "127.0.0.1", port: proxy.port });
  await once(socket, "close").catch((error) => expect(error.code).toBe("ECONNRESET"));
  expect(socket.destroyed).toBe(true);
});

test("closing ends what is open", async () => {
  const proxy = await echoBehindProxy();
  const socket = await open(proxy);
  socket.write("x");
  await once(socket, "data");
  const broken = once(socket, "error");
  await proxy.close();
  await broken;
  expect(proxy.connections).toBe(0);
});
