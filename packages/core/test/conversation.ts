import { withMembers } from "@layercode/client-testing";
import { createWorld } from "./world.js";

/** The type of what acknowledges that all was heard. */
export const finishedType = "trigger.response.audio.replay_finished";

/** A client that is connected, and a server and a player in a test's hands. */
export async function connected(...setup: Parameters<typeof createWorld>) {
  const world = createWorld(...setup);
  await world.connect();
  return withMembers(world, {
    ...world.server,
    get finished() {
      return world.socket.sent.filter((message) => message.type === finishedType);
    },
    player: world.speaker,
    get playerEvents() {
      return world.speaker.events!;
    },
  });
}
