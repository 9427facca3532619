import { withMembers } from "./with-members.js";
import { createWorld, type WorldSetup } from "./world.js";

/**
 * A world with one client in it. `createClient` gets the options that lead into the world, and over them the test's own.
 * `log` is what the client told: `connect <conversation>`, `disconnect`, `error <code>`, `status <status>`.
 */
export function createClientWorld<Client extends { connect(): Promise<void> }, Options extends object>(
  createClient: (options: ReturnType<typeof createOptions> & Options) => Client,
  ownOptions: Options,
  setup: WorldSetup = {},
) {
  const world = createWorld(setup);
  const log: string[] = [];
  const options = { ...createOptions(world, log), ...ownOptions };
  const client = createClient(options);
  const clientWorld = withMembers(world, {
    /** Whom `connect()` connects; a test may put another in its place. */
    client,
    /** What the client was made with. */
    options,
    log,
    /** From `connect()` to `connected`. */
    connect: (): Promise<void> => world.connect(clientWorld.client),
    /** How the backend answers; replace it to delay or refuse. */
    get answer() {
      return world.backend.answer;
    },
    set answer(answer: () => Promise<Response>) {
      world.backend.answer = answer;
    },
  });
  return clientWorld;
}

function createOptions(world: ReturnType<typeof createWorld>, log: string[]) {
  return {
    ...world.options,
    onConnect: ({ conversationId }: { conversationId: string | null }) => void log.push(`connect ${conversationId}`),
    onDisconnect: () => void log.push("disconnect"),
    onError: ({ code }: { code: string }) => void log.push(`error ${code}`),
    onStatusChange: (status: string) => void log.push(`status ${status}`),
  };
}
