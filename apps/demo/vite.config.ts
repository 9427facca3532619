import { svelte } from "@sveltejs/vite-plugin-svelte";
import react from "@vitejs/plugin-react";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

// Where Layercode is: the mock server of this repository, unless told otherwise. The page itself knows only its own
// origin: what it asks of Layercode goes through this server.
const mock = process.env.MOCK_URL ?? "http://127.0.0.1:8787";
const proxy = { "/api": mock, "/v1": { target: mock, ws: true } };

export default defineConfig({
  plugins: [react(), vue(), svelte()],
  server: { proxy },
  preview: { proxy },
  build: { target: "es2022", sourcemap: true },
});
