// @vitest-environment jsdom
import { mockServer } from "@layercode/mock-server/testing";
import { type UseLayercodeAgentOptions, useLayercodeAgent } from "@layercode/react";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, test as base } from "vitest";

const test = base.extend(mockServer({ scenario: {} })); // an agent that does nothing by itself
afterEach(cleanup);

// Your component. Where the server is comes from outside: a test says it, and leaves the audio off.
function Order(options: UseLayercodeAgentOptions) {
  const { status, connect, messages, sendClientResponseText } = useLayercodeAgent(options);
  const isConnected = status === "connected";
  const order = () => sendClientResponseText("One tea, please.");
  return (
    <main>
      <button type="button" onClick={isConnected ? order : connect}>
        {isConnected ? "Tea" : "Start"}
      </button>
      <ol>
        {messages.map(({ id, role, text }) => (
          <li key={id}>{`${role}: ${text}`}</li>
        ))}
      </ol>
    </main>
  );
}

test("the order reaches the agent, and its answer is shown", async ({ server }) => {
  const where = { authorizeSessionEndpoint: server.authorizeUrl, url: server.wsUrl };
  render(<Order agentId="ag-shop" {...where} audioInput={false} audioOutput={false} />);
  fireEvent.click(screen.getByText("Start"));
  const session = await server.waitForSession();
  await session.expect("client.ready");
  fireEvent.click(await screen.findByText("Tea"));
  await session.expect("client.response.text", { content: "One tea, please." });
  session.send({ type: "turn.start", role: "assistant", turn_id: "turn-1" });
  session.send({ type: "response.text", content: "With milk?", turn_id: "turn-1" });
  await screen.findByText("assistant: With milk?");
});
