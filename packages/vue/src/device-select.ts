import { deviceOfValue, type SelectableDevices, selectedValue, systemDefaultValue } from "@layercode/core/bindings";
import {
  defineComponent,
  h,
  mergeProps,
  onMounted,
  type PropType,
  type SlotsType,
  shallowRef,
  type VNodeChild,
} from "vue";
import { useAgentOf } from "./context.js";
import type { AnyLayercodeAgent } from "./use-layercode-agent.js";

/** The component that selects devices of a kind, by its name. */
export const deviceSelect = (name: string, kind: SelectableDevices) =>
  defineComponent({
    name,
    inheritAttrs: false,
    props: {
      /** Default: the injected one. */
      agent: Object as PropType<AnyLayercodeAgent>,
      label: { type: String, default: kind.label },
      helperText: String,
      /** Shown when there is no such device. */
      emptyLabel: { type: String, default: kind.empty },
      containerClassName: String,
      /** Whether the devices are listed anew at mount. Listing never prompts. */
      autoRefresh: { type: Boolean, default: true },
      disabled: Boolean,
    },
    slots: Object as SlotsType<{ label?: unknown; helper?: unknown }>,
    setup(props, { attrs, slots }) {
      const agentOf = useAgentOf(props, name);
      // `false` in the server's HTML and in the rendering that hydrates it: a server has no microphones to list.
      const isMounted = shallowRef(false);
      onMounted(() => {
        isMounted.value = true;
        const { isInputDeviceListLoading, refreshInputDevices } = agentOf();
        // Reading `isInputDeviceListLoading` makes the agent load the list, unless `autoLoadInputDevices` is off: do not
        // load it twice. A failure shows as `inputDeviceListError`.
        if (props.autoRefresh && !isInputDeviceListLoading.value) refreshInputDevices().catch(() => {});
      });

      const choose = ({ target }: Event) => {
        const agent = agentOf();
        const select = target as HTMLSelectElement;
        kind.choose(agent, deviceOfValue(select.value)).catch(() => {
          // `onError` has told the app. The device in use is still the one before: select it again.
          select.value = selectedValue(agent[kind.chosen].value, agent[kind.list].value);
        });
      };

      return () => {
        const agent = agentOf();
        const devices = isMounted.value ? agent[kind.list].value : [];
        const selected = selectedValue(agent[kind.chosen].value, devices);
        const isLoading = !isMounted.value || agent.isInputDeviceListLoading.value;
        const error = isMounted.value && agent.inputDeviceListError.value;
        const label = slots.label?.({}) ?? props.label;
        const helper = slots.helper?.({}) ?? props.helperText;
        const disabled = props.disabled || isLoading || (devices.length === 0 && !error);

        const select = h("select", mergeProps(attrs, { disabled, onChange: choose }), [
          h("option", { value: systemDefaultValue, selected: selected === systemDefaultValue }, kind.systemDefault),
          ...devices.map((device, i) => {
            const { deviceId } = device;
            const attributes = { value: deviceId, selected: deviceId === selected, disabled: deviceId === "" };
            return h("option", attributes, kind.describe(device, i));
          }),
        ]);
        const note = (content: VNodeChild) => h("div", { class: `${kind.className}__helper` }, [content]);
        return h("div", { class: props.containerClassName }, [
          // The label encloses the select, so that neither needs an id: `useId` came only with Vue 3.5.
          h("label", [label && h("span", { class: `${kind.className}__label` }, label), select]),
          isLoading && note(kind.loading),
          error && h("div", { class: `${kind.className}__error`, role: "alert" }, error),
          !isLoading && !error && devices.length === 0 && note(kind.canChoose() ? props.emptyLabel : kind.unsupported),
          helper && note(helper),
        ]);
      };
    },
  });
