import { expect, test } from "vitest";
import { MessageRecord } from "./record.js";

test("keeps ten minutes of audio and every other message beside it", () => {
  const record = new MessageRecord<{ audioMs: number }>((message) => message.audioMs);
  for (let second = 0; second < 1800; second++) {
    record.add({ audioMs: 1000 }, second);
    if (second % 100 === 0) record.add({ audioMs: 0 }, second);
  }
  const audio = record.messages.filter(({ message }) => message.audioMs > 0);
  expect(audio.length).toBeGreaterThanOrEqual(600);
  expect(audio.length).toBeLessThanOrEqual(660);
  expect(audio.at(-1)?.at).toBe(1799);
  expect(record.messages.length - audio.length).toBe(18);
});

test("keeps 8 Mi characters of messages without audio", () => {
  const record = new MessageRecord<number>(() => 0);
  for (let i = 0; i < 1000; i++) record.add(i, i, 1024 * 1024);
  expect(record.messages.length).toBeGreaterThanOrEqual(7);
  expect(record.messages.length).toBeLessThanOrEqual(9);
  expect(record.messages.at(-1)?.message).toBe(999);
});

test("keeps the last 20,000 messages without audio", () => {
  const record = new MessageRecord<number>(() => 0);
  for (let i = 0; i < 50_000; i++) record.add(i, i);
  expect(record.messages.length).toBeLessThanOrEqual(22_000);
  expect(record.messages.at(-1)?.message).toBe(49_999);
});
