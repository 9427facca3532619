import { connect as connectTcp } from "node:net";
import { expect, test } from "vitest";
import { expectUndisturbed, quietEcho } from "../../test/bystander.js";
import { connect, startServer } from "../../test/client.js";
import { hostileRequest, seeded } from "../../test/hostile-inputs.js";

const inputs = process.env.LONG ? 10_000 : 500;
const clients = 20;

/** Writes a request, hangs up, and returns all that came back. */
function exchange(port: number, request: string): Promise<string> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    const socket = connectTcp(port, "127.0.0.1");
    socket.on("data", (piece) => pieces.push(piece));
    socket.on("error", () => {});
    socket.on("close", () => resolve(Buffer.concat(pieces).toString()));
    socket.end(request);
  });
}

test(`${inputs} hostile requests are answered or refused, and disturb no session`, async () => {
  const server = await startServer({ scenario: quietEcho });
  const bystander = await connect(server);
  let done = false;
  const talking = expectUndisturbed(bystander, () => done);
  const statuses = new Map<string, number>();
  const attack = async (seed: number) => {
    const random = seeded(seed);
    for (let i = 0; i < inputs / clients; i++) {
      const request = hostileRequest(random, server.apiKey);
      const answer = await exchange(server.port, request);
      const status = answer === "" ? "none" : (answer.match(/^HTTP\/1\.1 (\d{3}) /)?.[1] ?? answer);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      // Nothing that a client sends is a failure of the server.
      if (status === "500") throw new Error(`500 for ${JSON.stringify(request).slice(0, 500)}: ${answer}`);
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, i) => attack(i + 1)));
  done = true;
  await talking;
  expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBe(inputs);
  // It got through to where answers are made, and was not all refused at the door.
  for (const status of ["200", "400", "401", "404"]) expect(statuses.get(status)).toBeGreaterThan(inputs / 100);
  expect([...statuses.keys()].filter((status) => !/^(none|[1-4]\d\d|50[23])$/.test(status))).toEqual([]);
}, 120_000);
