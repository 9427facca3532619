import { expect, test } from "vitest";
import { type AnswerContext, answerTo } from "./answers.js";

const context: AnswerContext = { history: [], now: new Date(2026, 0, 5, 9, 7) };

test.each([
  ["what is 2 + 3", "That is 5."],
  ["What's 2.5 times 4?", "That is 10."],
  ["-3 minus 4", "That is -7."],
  ["0.1 + 0.2", "That is 0.3."],
  ["9 divided by 3", "That is 3."],
  ["1 / 0", /no answer/],
  ["Hello", /Hello!/],
  ["what time is it?", "It is 9:07 on this machine."],
  ["What day is it", /Monday, January 5/],
  ["How is the weather in Paris?", /weather/],
  ["what can you do", /mock agent/],
  ["HELP", /mock agent/],
  ["tell me a story", /Once upon a time/],
  ["Thanks a lot", "You are welcome."],
  ["goodbye", /Goodbye/],
  ["repeat that", /not said anything/],
  ["My cat is called Tom", /"My cat is called Tom"/],
  ["constructor 1 toString 2", /You wrote/],
])("%j", (text, answer) => {
  expect(answerTo(text, context)).toEqual(typeof answer === "string" ? answer : expect.stringMatching(answer));
});

test("repeats the last thing it said", () => {
  const history = [
    { role: "assistant", text: "First." },
    { role: "assistant", text: "Second." },
    { role: "user", text: "repeat" },
  ] as const;
  expect(answerTo("can you repeat that?", { ...context, history })).toBe("I said: Second.");
});

test("a long message is quoted in part", () => {
  expect(answerTo("x".repeat(5000), context).length).toBeLessThan(300);
});
