import { expect, test, vi } from "vitest";
import { acting, render } from "../test/rendered.js";
import { createWorld } from "../test/world.js";
import { type UseLayercodeAgentReturn, useLayercodeAgent } from "./index.js";

/** What React gives the tools that reload components, as far as a hot reload needs it. */
interface Renderer {
  setRefreshHandler(familyOf: (component: unknown) => { current: unknown } | undefined): void;
  scheduleRefresh(root: unknown, update: { staleFamilies: Set<unknown>; updatedFamilies: Set<unknown> }): void;
}

// Before React is imported, which looks for it then.
const seen = vi.hoisted(() => {
  const seen: { renderer?: unknown; root?: unknown } = {};
  const ignore = () => {};
  const hook = {
    supportsFiber: true,
    inject: (renderer: unknown) => {
      seen.renderer = renderer;
      return 1;
    },
    onCommitFiberRoot: (_: number, root: unknown) => {
      seen.root = root;
    },
    onCommitFiberUnmount: ignore,
    onPostCommitFiberRoot: ignore,
    onScheduleFiberRoot: ignore,
    checkDCE: ignore,
  };
  Object.assign(globalThis, { __REACT_DEVTOOLS_GLOBAL_HOOK__: hook });
  return seen;
});

/** A file was saved: the component `before` is `after` from now on, and keeps its state. */
async function reload(before: unknown, after: unknown): Promise<void> {
  const renderer = seen.renderer as Renderer;
  const family = { current: before };
  renderer.setRefreshHandler((component) => (component === before || component === after ? family : undefined));
  family.current = after;
  const update = { staleFamilies: new Set(), updatedFamilies: new Set([family]) };
  await acting(() => renderer.scheduleRefresh(seen.root, update));
}

test("a component that was edited can still connect", async () => {
  const world = createWorld();
  let agent: UseLayercodeAgentReturn | undefined;
  const use = () => {
    agent = useLayercodeAgent(world.options);
  };
  function Before() {
    use();
    return <b>before</b>;
  }
  function After() {
    use();
    return <b>after</b>;
  }
  const rendered = await render(<Before />);
  const made = agent;
  await reload(Before, After);
  expect(rendered.text).toBe("after");
  expect(agent?.client).toBe(made?.client);
  let refused: unknown = null;
  await acting(() => void agent?.connect().catch((error) => (refused = error)));
  expect(refused).toBe(null);
});
