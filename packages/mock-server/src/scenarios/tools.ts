import type { Scenario, Turn } from "./scenario.js";

const colours = ["blue", "green", "red", "purple"];
const welcome = "I can change this page. Name a colour: blue, green, red or purple.";

/** Calls the tool `setAccent` of the page, with a colour that the user names or the next one, and says what it answered. */
export const tools: Scenario = {
  prewarm: [welcome],
  start: (turn) => turn.say(welcome),
  userTyped: (turn, text) => paint(turn, text),
  userSpoke: (turn, { transcript }) => paint(turn, transcript),
};

async function paint(turn: Turn, text: string): Promise<void> {
  const painted = turn.conversation.history.filter(({ role }) => role === "user").length;
  const named = colours.find((colour) => text.toLowerCase().includes(colour));
  const outcome = await turn.callTool("setAccent", { colour: named ?? colours[painted % colours.length] });
  if ("error" in outcome) return turn.say(`That did not work. ${outcome.error.message}`);
  return turn.say(`The page answered ${JSON.stringify(outcome.output)}.`);
}
