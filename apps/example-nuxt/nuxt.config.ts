export default defineNuxtConfig({
  compatibilityDate: "2026-01-01",
  telemetry: false,
  runtimeConfig: {
    // What the page may know: NUXT_PUBLIC_LAYERCODE_AGENT_ID, and for a mock server NUXT_PUBLIC_LAYERCODE_WEBSOCKET_URL.
    public: { layercodeAgentId: "ag-123456", layercodeWebsocketUrl: "" },
  },
  app: {
    head: { title: "Layercode in Nuxt", htmlAttrs: { lang: "en" }, link: [{ rel: "icon", href: "data:," }] },
  },
});
