import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { expect, test } from "vitest";
import { delayAnswer, faultyAnswer } from "./authorize-fault.js";

const answering = () => new ServerResponse(new IncomingMessage(new Socket()));

test.each([{ hang: true }, { delayMs: 60_000 }])("%j ends when the caller hangs up", async (fault) => {
  const response = answering();
  const waited = delayAnswer(fault, response);
  response.emit("close");
  expect(await waited).toBe(false);
  expect(response.listenerCount("close")).toBe(0);
});

test("a caller who has gone already is not waited for", async () => {
  const response = answering();
  response.destroy();
  expect(await delayAnswer({ hang: true }, response)).toBe(false);
});

test("a slow answer is an answer", async () => {
  expect(await delayAnswer({ delayMs: 1 }, answering())).toBe(true);
  expect(faultyAnswer({ delayMs: 1, times: 2 })).toBe(null);
  expect(faultyAnswer({ error: "No." })).toEqual({ status: 500, body: { error: "No." }, headers: {} });
  expect(faultyAnswer({ retryAfter: 5 })).toMatchObject({ status: 503, headers: { "retry-after": "5" } });
  expect(faultyAnswer({ status: 404 })).toMatchObject({ status: 404 });
});
