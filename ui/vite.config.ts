import { svelte } from '@sveltejs/vite-plugin-svelte'
import { loadEnv } from 'vite'
import { defineConfig } from 'vitest/config'

/** What the server sends with the app: no inline script, no inline style element, nothing from elsewhere. */
const security = [
  "default-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

export default defineConfig(({ mode }) => {
  const { GELEIT_URL = 'http://127.0.0.1:8088', GELEIT_TOKEN } = loadEnv(mode, '.', 'GELEIT_')
  const server = {
    target: GELEIT_URL,
    // A request that brings a key of its own keeps it.
    bypass: ({ headers }: { headers: Record<string, string | string[] | undefined> }) => {
      if (GELEIT_TOKEN) headers.authorization ??= `Bearer ${GELEIT_TOKEN}`
    },
  }
  const proxy = { '/v1': server, '/login': server, '/logout': server }
  return {
    plugins: [svelte()],
    build: {
      outDir: 'build',
      target: 'es2022',
      // `light-dark()` is left as it is: the tokens are built on it.
      cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      manifest: true,
    },
    server: { host: '127.0.0.1', strictPort: true, proxy },
    test: { environment: 'happy-dom', include: ['src/**/*.test.ts'] },
    preview: { host: '127.0.0.1', strictPort: true, proxy, headers: { 'content-security-policy': security } },
  }
})
