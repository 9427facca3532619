import { rm } from "node:fs/promises";
import { buildPages } from "./build-pages.js";
import { type ConversationServer, startConversationServer } from "./conversation-server.js";

/** What `npm run bench` was told. */
export interface BenchOptions {
  /** Fewer and shorter runs: to see that it works, not for figures. */
  quick: boolean;
  /** The one part to run; `null`: all. */
  only: string | null;
  /** How many seeds, where something comes about by chance; `null`: as many as the benchmark wants. */
  seeds: number | null;
}

/** What every measurement in a browser needs. */
export interface Bench {
  readonly quick: boolean;
  readonly seeds: number | null;
  readonly server: ConversationServer;
  /** One line of progress. */
  report(line: string): void;
}

/** Runs measurements with pages and a server that are there for them, and gone afterwards. */
export async function withBench<Result>(
  { quick, seeds }: Pick<BenchOptions, "quick" | "seeds">,
  measure: (bench: Bench) => Promise<Result>,
): Promise<Result> {
  const directory = await buildPages();
  const server = await startConversationServer(directory);
  const begin = performance.now();
  const report = (line: string) =>
    console.log(`${((performance.now() - begin) / 1000).toFixed(0).padStart(4)} s  ${line}`);
  try {
    return await measure({ server, quick, seeds, report });
  } finally {
    await server.close();
    await rm(directory, { recursive: true });
  }
}
