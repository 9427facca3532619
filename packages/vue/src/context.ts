import { LayercodeClient } from "@layercode/core";
import { createAgent } from "@layercode/core/bindings";
import {
  effectScope,
  hasInjectionContext,
  type InjectionKey,
  inject,
  type MaybeRefOrGetter,
  type Plugin,
  provide,
} from "vue";
import {
  type AnyLayercodeAgent,
  bindAgent,
  type LayercodeAgent,
  refsOf,
  type UseLayercodeAgentOptions,
  useLayercodeAgent,
} from "./use-layercode-agent.js";

export const layercodeKey: InjectionKey<LayercodeAgent> = /* @__PURE__ */ Symbol("layercode");

/**
 * Gives the components below an agent, and returns it. An agent or a client stays the caller's to disconnect; from
 * options it makes an agent, which is disconnected when this component unmounts.
 */
export function provideLayercode(
  from: AnyLayercodeAgent | LayercodeClient | MaybeRefOrGetter<UseLayercodeAgentOptions>,
): LayercodeAgent {
  const agent = toAgent(from);
  provide(layercodeKey, agent);
  return agent;
}

/** The agent of the nearest component above that provides one, else the plugin's. Throws when there is neither. */
export function injectLayercode(): LayercodeAgent {
  return requireAgent(injected(), "injectLayercode()");
}

/** A plugin that gives the whole app one agent, and disconnects it when the app unmounts. */
export function createLayercode(options: MaybeRefOrGetter<UseLayercodeAgentOptions>): Plugin {
  return {
    install(app) {
      const scope = effectScope(true);
      scope.run(() => app.provide(layercodeKey, useLayercodeAgent(options)));
      // Vue 3.4 has no `app.onUnmount`.
      const { unmount } = app;
      app.unmount = () => {
        scope.stop();
        unmount();
      };
    },
  };
}

/** The agent of a component's props, else the injected one. The getter throws when there is neither. */
export function useAgentOf(props: { agent?: AnyLayercodeAgent | undefined }, reader: string): () => LayercodeAgent {
  const fallback = injected();
  return () => requireAgent(props.agent ?? fallback, reader);
}

export function requireAgent(agent: AnyLayercodeAgent | undefined, reader: string): LayercodeAgent {
  if (agent) return refsOf(agent);
  throw new Error(
    `${reader} found no agent. Call provideLayercode() in a component above, or app.use(createLayercode(options)), or pass an agent.`,
  );
}

function injected(): LayercodeAgent | undefined {
  return hasInjectionContext() ? inject(layercodeKey, undefined) : undefined;
}

function toAgent(from: Parameters<typeof provideLayercode>[0]): LayercodeAgent {
  if (from instanceof LayercodeClient) return bindAgent(createAgent(from));
  return "client" in from ? refsOf(from) : useLayercodeAgent(from);
}
