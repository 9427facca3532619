import type { Tool } from "../options/tools.js";

/** A tool that is, whenever it is called, the one that `getTool` gives then. */
export function latestTool<Input, Output>(getTool: () => Tool<Input, Output>): Tool<Input, Output> {
  return {
    get input() {
      return getTool().input;
    },
    get timeout() {
      return getTool().timeout;
    },
    run: (input, context) => getTool().run(input, context),
  };
}
