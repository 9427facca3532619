import type { Script } from "../script.js";

const questions = [
  "What shall I call you?",
  "What are you building, and for whom?",
  "What was the hardest part of it so far?",
  "What would you do otherwise, if you began again today?",
];

/** Asks four questions, one after the other; `data` tells how far it is. */
export const interview: Script = {
  turns: [
    { data: { question: 1, of: questions.length }, say: `Welcome. I have four questions. The first: ${questions[0]}` },
    ...questions.slice(1).map((question, i) => ({
      waitFor: "user" as const,
      pauseMs: 400,
      data: { question: i + 2, of: questions.length },
      say: `Thank you. ${question}`,
    })),
    {
      waitFor: "user",
      pauseMs: 400,
      data: { finished: true },
      say: "Thank you. Those were all my questions, and it was good to talk with you.",
    },
    { waitFor: "user", say: "The interview is over. Connect again, and we begin anew." },
  ],
  repeatFrom: questions.length + 1,
};
