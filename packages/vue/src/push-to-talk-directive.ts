import { attachPushToTalk, type Undo } from "@layercode/core";
import {
  type ComponentInternalInstance,
  type ComponentPublicInstance,
  type DirectiveBinding,
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
  siblingsOf(binding)?.add(attachment);
}

function remove(element: HTMLElement, binding: DirectiveBinding<PushToTalkBinding>): void {
  const attachment = attachments.get(element);
  if (!attachment) return;
  attachment.detach();
  attachments.delete(element);
  siblingsOf(binding)?.delete(attachment);
}

function readBinding(binding: DirectiveBinding<PushToTalkBinding>) {
  const { value } = binding;
  const { agent, key } = value && "client" in value ? { agent: value, key: undefined } : (value ?? {});
  return { agent: agent ?? requireAgent(injected(binding), "v-push-to-talk"), key };
}

/** The component it is in; a functional one does not tell. */
function ownerOf({ instance }: DirectiveBinding<PushToTalkBinding>): ComponentInternalInstance | undefined {
  return (instance as ComponentPublicInstance | null)?.$;
}

// A directive has no inject() of its own: it looks where Vue's looks.
function injected(binding: DirectiveBinding<PushToTalkBinding>): LayercodeAgent | undefined {
  const owner = ownerOf(binding) as { provides?: Record<symbol, LayercodeAgent | undefined> } | undefined;
  return owner?.provides?.[layercodeKey as symbol];
}

// A directive is not told of `<KeepAlive>`; the component it is in is, and it is asked once for all its buttons.
function siblingsOf(binding: DirectiveBinding<PushToTalkBinding>): Set<Attachment> | undefined {
  const owner = ownerOf(binding);
  const known = owner && attachmentsOf.get(owner);
  if (!owner || known) return known;
  const siblings = new Set<Attachment>();
  attachmentsOf.set(owner, siblings);
  onActivated(() => {
    for (const { attach } of siblings) attach();
  }, owner);
  onDeactivated(() => {
    for (const { detach } of siblings) detach();
  }, owner);
  return siblings;
}
