import fc from "fast-check";
import { expect, test } from "vitest";
import { MessageRecord } from "./record.js";
import { RecordBudget } from "./record-budget.js";

interface Message {
  audioMs: number;
  name: string;
}

const endless = () => new RecordBudget(Infinity, () => false);

function createRecord(budget = endless()): MessageRecord<Message> {
  return new MessageRecord<Message>({ durationOf: ({ audioMs }) => audioMs, read: (text) => JSON.parse(text), budget });
}

function write(
  record: MessageRecord<Message>,
  message: Message,
  at: number,
  { isSeen = false, padding = "" } = {},
): void {
  record.add(message, at, padding + JSON.stringify(message), isSeen);
}

test.each([false, true])("keeps ten minutes of audio and every other message beside it; seen: %s", (isSeen) => {
  const record = createRecord();
  const padding = " ".repeat(1000);
  for (let second = 0; second < 1800; second++) {
    write(record, { audioMs: 1000, name: `${second}` }, second, { isSeen, padding });
    if (second % 100 === 0) write(record, { audioMs: 0, name: "" }, second + 0.5, { isSeen });
  }
  const audio = record.messages.filter(({ message }) => message.audioMs > 0);
  expect(audio.length).toBeGreaterThanOrEqual(600);
  // Bytes are given up by the page, of 64 KiB.
  expect(audio.length).toBeLessThanOrEqual(isSeen ? 660 : 725);
  expect(audio.at(-1)).toEqual({ at: 1799, message: { audioMs: 1000, name: "1799" } });
  expect(record.messages.length - audio.length).toBe(18);
});

test("keeps 8 Mi characters of messages without audio", () => {
  const record = createRecord();
  const padding = " ".repeat(1024 * 1024);
  for (let i = 0; i < 1000; i++) write(record, { audioMs: 0, name: `${i}` }, i, { padding });
  expect(record.messages.length).toBeGreaterThanOrEqual(7);
  expect(record.messages.length).toBeLessThanOrEqual(9);
  expect(record.messages.at(-1)?.message.name).toBe("999");
});

test("keeps the last 20,000 messages without audio", () => {
  const record = createRecord();
  for (let i = 0; i < 50_000; i++) write(record, { audioMs: 0, name: `${i}` }, i);
  expect(record.messages.length).toBeLessThanOrEqual(22_000);
  expect(record.messages.at(-1)?.message.name).toBe("49999");
});

const messages = fc.array(
  fc.record({
    audioMs: fc.constantFrom(0, 20, 112),
    name: fc.string({ unit: "binary", maxLength: 3000 }),
    isSeen: fc.boolean(),
    reads: fc.boolean(),
  }),
  { maxLength: 200 },
);

test("gives back what was written, in its order, whether it was kept as an object or as bytes", () => {
  fc.assert(
    fc.property(messages, (written) => {
      const record = createRecord();
      written.forEach(({ audioMs, name, isSeen, reads }, at) => {
        write(record, { audioMs, name }, at, { isSeen });
        if (reads) expect(record.messages.length).toBe(at + 1);
      });
      expect(record.messages).toEqual(written.map(({ audioMs, name }, at) => ({ at, message: { audioMs, name } })));
    }),
    { numRuns: 50 },
  );
});

test("the newest message is the one that was written last, as text", () => {
  fc.assert(
    fc.property(messages, (written) => {
      const record = createRecord();
      expect(record.newest).toBe(null);
      written.forEach(({ audioMs, name, isSeen, reads }, at) => {
        write(record, { audioMs, name }, at, { isSeen });
        if (reads) expect(record.messages.length).toBe(at + 1);
        expect(record.newest).toBe(JSON.stringify({ audioMs, name }));
      });
    }),
    { numRuns: 50 },
  );
});

test("a message that somebody has seen is found as the object that it was", () => {
  const record = createRecord();
  const [unseen, seen, later] = ["a", "b", "c"].map((name) => ({ audioMs: 20, name })) as [Message, Message, Message];
  write(record, unseen, 1);
  write(record, seen, 2, { isSeen: true });
  expect(record.messages.map(({ message }) => message === seen)).toEqual([false, true]);
  const [first] = record.messages;
  write(record, later, 3);
  // Whoever has read them once finds the same objects again.
  expect(record.messages[0]).toBe(first);
  expect(record.messages[2]?.message).toBe(later);
});

test("accounts for every byte it holds, and for none when it is released", () => {
  fc.assert(
    fc.property(messages, (written) => {
      const budget = endless();
      const records = [createRecord(budget), createRecord(budget)] as const;
      written.forEach(({ audioMs, name, isSeen, reads }, at) => {
        const record = records[at % 2] as MessageRecord<Message>;
        write(record, { audioMs, name }, at, { isSeen });
        if (reads) void record.messages;
        expect(budget.used).toBe(records[0].bytes + records[1].bytes);
      });
      const before = budget.used;
      records[0].shrink();
      expect(budget.used).toBe(records[0].bytes + records[1].bytes);
      expect(budget.used).toBeLessThanOrEqual(before);
      records[0].release();
      void records[0].messages;
      expect(budget.used).toBe(records[1].bytes);
    }),
    { numRuns: 50 },
  );
});

test("shrinks by the older half of what takes most room", () => {
  const record = createRecord();
  const padding = " ".repeat(1000);
  write(record, { audioMs: 0, name: "rare" }, 0);
  for (let i = 1; i <= 1000; i++) write(record, { audioMs: 20, name: `${i}` }, i, { isSeen: i % 2 === 0, padding });
  record.shrink();
  const audio = record.messages.filter(({ message }) => message.audioMs > 0);
  expect(audio.length).toBeGreaterThanOrEqual(500);
  expect(audio.length).toBeLessThanOrEqual(600);
  expect(audio.at(-1)?.at).toBe(1000);
  expect(record.messages[0]?.message.name).toBe("rare");
  for (let i = 0; i < 1000; i++) write(record, { audioMs: 0, name: `${i}` }, 1001 + i, { padding });
  record.shrink();
  expect(record.messages.filter(({ message }) => message.audioMs > 0)).toEqual(audio);
  expect(record.messages.length - audio.length).toBeLessThanOrEqual(501);
});

test("a budget that is used up asks for room until there is some, or nothing more to give", () => {
  const given: number[] = [];
  const budget = new RecordBudget(100, () => {
    if (given.length === 2) return false;
    given.push(budget.used);
    budget.change(-30);
    return true;
  });
  budget.change(100);
  budget.enforce();
  expect(given).toEqual([]);
  budget.change(50);
  budget.enforce();
  expect(given).toEqual([150, 120]);
  budget.change(100);
  budget.enforce();
  expect(budget.used).toBe(190);
});
