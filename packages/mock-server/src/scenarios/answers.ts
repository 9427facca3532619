import type { Line } from "./scenario.js";

/** What an answer may depend on. */
export interface AnswerContext {
  history: readonly Line[];
  now: Date;
}

interface Topic {
  pattern: RegExp;
  answer(match: RegExpMatchArray, context: AnswerContext): string | null;
}

/** A story of about a minute and a half. */
export const story =
  "Here is a long story, so that you can interrupt me whenever you like. Once upon a time a lighthouse keeper lived on a rock in the sea. " +
  "Every evening she climbed two hundred steps, lit the lamp, and counted the ships. There were never more than seven. " +
  "One night there were eight, and the eighth had no lights at all. She rang the bell, and the ship answered with a bell of its own, a little higher. " +
  "So they talked until the morning, she in low notes and the ship in high ones, and when the sun came up the sea was empty. " +
  "The next evening she took a smaller bell up with her. She rang it once, and waited. From far out, very softly, came the answer. " +
  "They went on like this for a whole winter. Nobody on the shore knew why the lighthouse rang. In spring a boat came, rowed by an old man with a bell on his knees. " +
  "I have come to ask, he said, what it was that we have been saying. She thought about it for a long while. I believe, she said, that we said good evening. " +
  "And that was the end of the story, and the beginning of a long friendship.";

const operations: Record<string, (a: number, b: number) => number> = {
  "+": (a, b) => a + b,
  plus: (a, b) => a + b,
  "-": (a, b) => a - b,
  minus: (a, b) => a - b,
  "*": (a, b) => a * b,
  x: (a, b) => a * b,
  times: (a, b) => a * b,
  "multiplied by": (a, b) => a * b,
  "/": (a, b) => a / b,
  "divided by": (a, b) => a / b,
};

// The first topic that matches and has an answer answers.
const topics: readonly Topic[] = [
  {
    pattern: /(-?\d+(?:\.\d+)?)\s*(\+|-|\*|\/|x|plus|minus|times|multiplied by|divided by)\s*(-?\d+(?:\.\d+)?)/,
    answer: ([, left, operation, right]) => calculate(Number(left), operation ?? "", Number(right)),
  },
  { pattern: /\b(story|tale|monologue|talk for a long time)\b/, answer: () => story },
  {
    pattern: /\b(repeat|say (that|it) again|pardon|come again)\b/,
    answer: (_, { history }) => {
      const last = history.findLast((line) => line.role === "assistant");
      return last ? `I said: ${last.text}` : "I have not said anything yet.";
    },
  },
  {
    pattern: /\b(what can you do|help|who are you|what are you)\b/,
    answer: () =>
      "I am a mock agent on your own machine. I answer what you type, I tell how long you spoke, I can count, tell the time, and tell a long story for you to interrupt.",
  },
  {
    pattern: /\b(what time|time is it|the time)\b/,
    answer: (_, { now }) => `It is ${now.getHours()}:${String(now.getMinutes()).padStart(2, "0")} on this machine.`,
  },
  {
    pattern: /\b(what day|the date|today)\b/,
    answer: (_, { now }) =>
      `Today is ${now.toLocaleDateString("en", { weekday: "long", month: "long", day: "numeric" })}.`,
  },
  {
    pattern: /\b(weather|rain|sunny|forecast)\b/,
    answer: () => "I have no window and no network, so I cannot see the weather. I hope it is fine where you are.",
  },
  { pattern: /\b(thank you|thanks|cheers)\b/, answer: () => "You are welcome." },
  { pattern: /\b(bye|goodbye|see you)\b/, answer: () => "Goodbye. It was nice talking with you." },
  { pattern: /\bhow are you\b/, answer: () => "I am well, thank you. Nothing is ever wrong in a mock server." },
  {
    pattern: /\b(hello|hi|hey|good (morning|afternoon|evening))\b/,
    answer: () => "Hello! It is nice to meet you. What would you like to talk about?",
  },
];

const longestQuote = 160;
// Look for a topic in the beginning only: on a megabyte of digits the patterns would backtrack for hours.
const longestQuestion = 2000;

/** The answer to a typed message: by its topic, or quoting it. */
export function answerTo(text: string, context: AnswerContext): string {
  const question = text.slice(0, longestQuestion).toLowerCase();
  for (const topic of topics) {
    const match = question.match(topic.pattern);
    const answer = match && topic.answer(match, context);
    if (answer) return answer;
  }
  const quote = text.replace(/\s+/g, " ").trim();
  const shown = quote.length > longestQuote ? `${quote.slice(0, longestQuote)}…` : quote;
  return `You wrote: "${shown}". I have no language model, but I read every word of it.`;
}

function calculate(left: number, operation: string, right: number): string | null {
  const result = operations[operation]?.(left, right);
  if (result === undefined) return null;
  if (!Number.isFinite(result)) return "That has no answer: nothing can be divided by zero.";
  return `That is ${Number(result.toFixed(6))}.`;
}
