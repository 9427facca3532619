import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { type Conditions, createPipe, type Pipe } from "./tcp-pipe.js";

/** A bad network between a browser and a server on this machine. */
export interface TcpProxy {
  readonly port: number;
  /** How many connections are open. */
  readonly connections: number;
  /** Delays every byte, each way, by `ms` plus a random part of `jitterMs`. The order stays. */
  setLatency(ms: number, jitterMs?: number): void;
  /** Bytes a second, each way and for each connection; `Infinity` lifts the limit. */
  setBandwidth(bytesPerSecond: number): void;
  /** Nothing passes and nobody is told, as when a cable is pulled; `restore()` delivers what was held. */
  blackhole(): void;
  /** Resets every open connection (TCP RST): a WebSocket sees code 1006. */
  cut(): void;
  /** Resets every new connection at once, until `restore()`. Open ones go on. */
  refuse(): void;
  /** Lets everything pass again. Latency and bandwidth stay as they are. */
  restore(): void;
  /** Ends all connections and gives the port back. */
  close(): Promise<void>;
}

interface Connection {
  client: Socket;
  server: Socket;
  pipes: readonly [Pipe, Pipe];
}

/** Starts a proxy on a free port of the loopback interface. */
export async function createTcpProxy(options: { target: { host: string; port: number } }): Promise<TcpProxy> {
  const conditions: Conditions = { latencyMs: 0, jitterMs: 0, bytesPerSecond: Infinity, held: false };
  const open = new Set<Connection>();
  let refusing = false;

  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    client.on("error", () => {});
    // Keep listening while connections are refused: another program could take a port that was given back.
    if (refusing) client.resetAndDestroy();
    else relay(client);
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as AddressInfo;

  function relay(client: Socket): void {
    const server = connect({ ...options.target, allowHalfOpen: true, noDelay: true });
    const pipes = [createPipe(client, server, conditions), createPipe(server, client, conditions)] as const;
    const connection = { client, server, pipes };
    open.add(connection);
    // One side was reset: reset the other side too.
    const onError = () => reset(connection);
    client.on("error", onError);
    server.on("error", onError);
    const onClose = () => {
      if (client.destroyed && server.destroyed) forget(connection);
    };
    client.on("close", onClose);
    server.on("close", onClose);
  }

  function reset(connection: Connection): void {
    forget(connection);
    connection.client.resetAndDestroy();
    connection.server.resetAndDestroy();
  }

  function forget(connection: Connection): void {
    open.delete(connection);
    for (const pipe of connection.pipes) pipe.stop();
  }

  function eachPipe(change: (pipe: Pipe) => void): void {
    for (const { pipes } of open) pipes.forEach(change);
  }

  return {
    port,
    get connections() {
      return open.size;
    },
    setLatency(ms, jitterMs = 0) {
      Object.assign(conditions, { latencyMs: ms, jitterMs });
    },
    setBandwidth(bytesPerSecond) {
      if (!(bytesPerSecond > 0))
        throw new RangeError("A bandwidth is more than 0 bytes a second; for none, blackhole().");
      conditions.bytesPerSecond = bytesPerSecond;
    },
    blackhole() {
      conditions.held = true;
    },
    cut() {
      for (const connection of [...open]) reset(connection);
    },
    refuse() {
      refusing = true;
    },
    restore() {
      refusing = false;
      conditions.held = false;
      eachPipe((pipe) => pipe.deliver());
    },
    async close() {
      listener.close();
      for (const connection of [...open]) reset(connection);
      if (listener.listening) await once(listener, "close");
    },
  };
}
