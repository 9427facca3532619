import { attachPushToTalk, type Undo } from "@layercode/core";
import {
  type ComponentInternalInstance,
  type ComponentPublicInstance,
  type DirectiveBinding,
  type InjectionKey,
  type ObjectDirective,
  onActivated,
  onDeactivated,
} from "vue";
import { layercodeKey, requireAgent } from "./context.js";
import type { LayercodeAgent } from "./use-layercode-agent.js";

/** `v-push-to-talk`, `v-push-to-talk="agent"`, `v-push-to-talk="{ agent, key }"`; by default the injected agent. */
export type PushToTalkBinding = LayercodeAgent | { agent?: LayercodeAgent; key?: string } | undefined;

/** An element with the directive. */
interface Attachment {
  readonly agent: LayercodeAgent;
  readonly key: string | undefined;
  attach(): void;
  detach(): void;
}

const attachments = /* @__PURE__ */ new WeakMap<HTMLElement, Attachment>();
const attachmentsOf = /* @__PURE__ */ new WeakMap<ComponentInternalInstance, Set<Attachment>>();

/** Makes an element a button that is held while talking, by pointer, touch, space, enter or a hotkey. */
export const vPushToTalk: ObjectDirective<HTMLElement, PushToTalkBinding> = {
  mounted: add,
  updated(element, binding) {
    const { agent, key } = readBinding(binding);
    const before = attachments.get(element);
    if (before?.agent === agent && before.key === key) return;
    remove(element, binding);
    add(element, binding);
  },
  beforeUnmount: remove,
  getSSRProps: () => ({}),
};

function add(element: HTMLElement, binding: DirectiveBinding<PushToTalkBinding>): void {
  const { agent, key } = readBinding(binding);
  let undo: Undo | undefined;
  const attachment: Attachment = {
    agent,
    key,
    attach() {
      undo ??= attachPushToTalk(element, agent.client, key === undefined ? {} : { key });
    },
    detach() {
      undo?.();
      undo = undefined;
    },
  };
  attachment.attach();
  attachments.set(element, attachment);
  ownedBy(ownerOf(binding)).add(attachment);
}

function remove(element: HTMLElement, binding: DirectiveBinding<PushToTalkBinding>): void {
  const attachment = attachments.get(element);
  if (!attachment) return;
  attachment.detach();
  attachments.delete(element);
  ownedBy(ownerOf(binding)).delete(attachment);
}

function readBinding({ value, ...binding }: DirectiveBinding<PushToTalkBinding>) {
  const { agent, key } = value && "client" in value ? { agent: value, key: undefined } : (value ?? {});
  return { agent: agent ?? requireAgent(injected(ownerOf(binding)), "v-push-to-talk"), key };
}

function ownerOf({ instance }: Pick<DirectiveBinding, "instance">): ComponentInternalInstance {
  return (instance as ComponentPublicInstance).$;
}

// A directive has no inject() of its own: it looks where Vue's looks.
function injected(owner: ComponentInternalInstance): LayercodeAgent | undefined {
  const { provides } = owner as unknown as {
    provides: Record<InjectionKey<LayercodeAgent>, LayercodeAgent | undefined>;
  };
  return provides[layercodeKey as symbol];
}

// A directive is not told of `<KeepAlive>`; the component it is in is, and it is asked once.
function ownedBy(owner: ComponentInternalInstance): Set<Attachment> {
  const known = attachmentsOf.get(owner);
  if (known) return known;
  const owned = new Set<Attachment>();
  attachmentsOf.set(owner, owned);
  onActivated(() => {
    for (const { attach } of owned) attach();
  }, owner);
  onDeactivated(() => {
    for (const { detach } of owned) detach();
  }, owner);
  return owned;
}
