import { automaticConfig, createWorld as createAnyWorld } from "@layercode/client-testing";
import { expect, test, vi } from "vitest";
import { acting, render } from "../test/rendered.js";
import { LayercodeProvider, type UseLayercodeAgentReturn, useLayercodeAgent, useStats } from "./index.js";

test("useStats() shows how the client does while its component is on the page, and renders no other", async () => {
  const world = createAnyWorld({ agentConfig: automaticConfig });
  let agent: UseLayercodeAgentReturn | undefined;
  let renders = 0;
  function Shown() {
    const stats = useStats({ intervalMs: 10 });
    return <p id="shown">{stats?.session.messagesSent ?? "none"}</p>;
  }
  function Page({ isShown }: { isShown: boolean }) {
    renders++;
    agent = useLayercodeAgent(world.options);
    return <LayercodeProvider agent={agent}>{isShown && <Shown />}</LayercodeProvider>;
  }
  const rendered = await render(<Page isShown />);
  expect(rendered.find("#shown").textContent).toBe("none");
  await acting(() => world.connect(agent!));
  const before = renders;
  const asked = vi.spyOn(agent!.client, "getStats");
  await acting(() => vi.waitFor(() => expect(rendered.find("#shown").textContent).toBe("1")));
  expect(renders).toBe(before);
  await rendered.render(<Page isShown={false} />);
  const { length } = asked.mock.calls;
  await acting(() => agent!.client.getStats().then(() => agent!.client.getStats()));
  expect(asked.mock.calls.length).toBe(length + 2);
  await rendered.unmount();
});
