import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { authorize, startServer, tryToConnect } from "../../test/client.js";

// As Java's HttpClient, curl --http2 and others offer HTTP/2 with every request to a server that may know only HTTP/1.1.
const offer =
  "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\n";

test("a request that offers another protocol is answered in this one, and so is the next on its connection", async () => {
  const server = await startServer();
  const socket = connectTcp(server.port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  const answer = async (complete: RegExp) => {
    let text = "";
    while (!complete.test(text)) text += String((await once(socket, "data"))[0]);
    return text;
  };
  const body = '{"agent_id":"ag-1"}';
  const head =
    `POST /v1/agents/web/authorize_session HTTP/1.1\r\nHost: 127.0.0.1\r\n${offer}` +
    `Authorization: Bearer ${server.apiKey}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  socket.write(head + body);
  const first = await answer(/\}\r\n/);
  expect(first).toMatch(/^HTTP\/1\.1 200 /);
  // The body may come behind its head.
  socket.write(head);
  socket.write(body.slice(0, 5));
  setImmediate(() => socket.write(body.slice(5)));
  const second = await answer(/\}\r\n/);
  expect(second).toMatch(/^HTTP\/1\.1 200 /);
  const [, key] = second.match(/"client_session_key":"([^"]+)"/)!;
  expect(await tryToConnect(server, key!)).toBe("open");
  socket.write(`GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n${offer}\r\n`);
  expect(await answer(/\}\r\n/)).toMatch(/^HTTP\/1\.1 200 [\s\S]*"status":"ok"/);
  await server.close();
  await once(socket, "close");
});

test("a connection that offers it again and again gathers nothing", async () => {
  const warned = vi.fn();
  process.on("warning", warned);
  onTestFinished(() => void process.off("warning", warned));
  const server = await startServer();
  const socket = connectTcp(server.port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  for (let request = 0; request < 20; request++) {
    socket.write(`GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n${offer}\r\n`);
    await once(socket, "data");
  }
  expect(warned).not.toHaveBeenCalled();
});

test("the WebSocket without an upgrade to one says what it is", async () => {
  const server = await startServer();
  const { body } = await authorize(server);
  const socket = connectTcp(server.port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  const path = `/v1/agents/web/websocket?client_session_key=${body.client_session_key}`;
  socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${offer}\r\n`);
  expect(String((await once(socket, "data"))[0])).toMatch(/^HTTP\/1\.1 426 /);
});
