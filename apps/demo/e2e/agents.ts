import { builtInAgents, type MockAgent, type Scenario, type Turn } from "@layercode/mock-server";

const welcome = "Hello there.";
const longReply = "Once upon a time there was a fox, who lived in a forest, far away from here, and was very clever.";

/** What the agents below say, so that tests can expect it. */
export const said = { welcome, answer: "I heard you.", reply: "It has arrived.", long: longReply } as const;

/** Says little: a test waits in real time for all of it. */
const brief: Scenario = {
  prewarm: Object.values(said),
  start: (turn) => turn.say(said.welcome),
  userSpoke: (turn) => turn.say(said.answer),
  userTyped: (turn) => turn.say(said.reply),
};

const chapterOf = (chapter: number) =>
  `This is chapter ${chapter} of a story that goes on and on, for as long as nobody interrupts it.`;

/** Talks without end until it is interrupted. */
const talkative: Scenario = {
  ...brief,
  // A voice that takes a second to begin, on a machine that does other work, is a turn without sound to the client.
  prewarm: [...Object.values(said), chapterOf(1)],
  async start(turn) {
    for (let chapter = 1; chapter <= 20; chapter++) await turn.say(chapterOf(chapter));
  },
};

/** Waits for the user to begin. */
const reserved: Scenario = { ...brief, start: () => {} };

/** Paints the page by its tool, and says what it answered. */
async function paint(turn: Turn, colour: string): Promise<void> {
  const outcome = await turn.callTool("setAccent", { colour });
  turn.text("error" in outcome ? outcome.error.code : JSON.stringify(outcome.output));
}

/** What a test makes the parrot say, turn by turn, in sentences. */
export const stories: readonly (readonly string[])[] = [
  ["Once upon a time there was a fox.", "It lived in a forest, far away from here, and it was very clever."],
  [
    "Thank you for calling.",
    "My name is Anna, and I am the assistant of the city library.",
    "What can I do for you today?",
  ],
  ["The museum opens at nine in the morning and closes at six.", "On Mondays it is closed."],
  ["Your parcel left the warehouse on Tuesday evening, and should arrive tomorrow before noon."],
  ["First preheat the oven.", "Then mix the flour with the butter, the sugar and a pinch of salt."],
];

/** Says what it is told to say. */
const parrot: Scenario = { ...reserved, prewarm: stories.flat(), userTyped: (turn, text) => turn.say(text) };

/** The agents that the tests talk with, by id. */
export const agents: Readonly<Record<string, MockAgent>> = {
  ...builtInAgents,
  /** The agent of the README. */
  "ag-123456": { scenario: brief },
  "ag-brief": { scenario: brief },
  "ag-talkative": { scenario: talkative },
  /** Takes whatever is said over it for a noise. */
  "ag-deaf": {
    scenario: { ...reserved, userTyped: (turn) => turn.say(said.long) },
    protocol: { speechOverAgent: "ignored" },
  },
  "ag-reserved": { scenario: reserved },
  "ag-tools": { scenario: { ...brief, userTyped: paint } },
  "ag-parrot": { scenario: parrot },
  "ag-reserved-push": { scenario: reserved, trigger: "push_to_talk" },
};
