import { mkdtemp, rm } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runServer } from "verdaccio";

/** A registry of this machine's own, which knows what was published to it. */
export interface LocalRegistry {
  readonly url: string;
  /** For `.npmrc`: packages of ours come from here, all others from where npm is configured to look. */
  readonly npmrc: string;
  close(): Promise<void>;
}

/** Starts one on a free loopback port. It has no uplink: nothing of ours is ever looked for outside. */
export async function startRegistry(): Promise<LocalRegistry> {
  const storage = await mkdtemp(join(tmpdir(), "layercode-registry-"));
  const server: Server = await runServer({
    self_path: storage,
    storage,
    uplinks: {},
    auth: { htpasswd: { file: join(storage, "htpasswd"), max_users: -1 } },
    packages: { "@layercode/*": { access: "$all", publish: "$all" } },
    log: { type: "stdout", format: "pretty", level: "fatal" },
  } as never);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}/`,
    // npm publishes nothing without a token, whatever the registry asks for.
    npmrc: `@layercode:registry=http://${host}/\n//${host}/:_authToken=nobody\n`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(storage, { recursive: true, force: true });
    },
  };
}
