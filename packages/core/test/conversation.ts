import { audioContent, createWorld } from "./world.js";

/** The type of what acknowledges that all was heard. */
export const finishedType = "trigger.response.audio.replay_finished";

/** A client that is connected, and a server and a player in a test's hands. */
export async function connected(...[options, config]: Parameters<typeof createWorld>) {
  const world = createWorld(options, config);
  await world.connect();
  const says = (type: string, turn_id: string, more: object = {}) => world.socket.says({ type, turn_id, ...more });
  return {
    ...world,
    client: world.client,
    socket: world.socket,
    agentStarts: (turn: string) => says("turn.start", turn, { role: "assistant" }),
    userStarts: (turn: string) => says("turn.start", turn, { role: "user" }),
    audio: (turn: string, delta_id?: string, samples = 1600) =>
      says("response.audio", turn, { content: audioContent(samples), ...(delta_id ? { delta_id } : {}) }),
    text: (turn: string, content: string) => says("response.text", turn, { content }),
    ends: (turn: string) => says("response.end", turn),
    get finished() {
      return world.socket.sent.filter((message) => message.type === finishedType);
    },
    player: world.speaker,
    get playerEvents() {
      return world.speaker.events!;
    },
  };
}
