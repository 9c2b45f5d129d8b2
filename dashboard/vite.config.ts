// How the pages are built. `npm run dashboard` serves them from source with hot reload against a Slipway on port 8080.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const SERVER = process.env['SLIPWAY_URL'] ?? 'http://localhost:8080';

// Vite reads the default export.
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: { target: 'es2024', sourcemap: false, reportCompressedSize: false, emptyOutDir: true, assetsInlineLimit: 0 },
  server: { proxy: Object.fromEntries(['/apis', '/api', '/slipway'].map((path) => [path, { target: SERVER, changeOrigin: true, ws: true }])) },
});
