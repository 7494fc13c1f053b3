import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import { licences, productionFolders } from './scripts/support/licences.ts';

const root = import.meta.dirname;

export default defineConfig({
  main: {
    build: {
      outDir: 'dist/main',
      target: 'node22',
      // Of many small files each: reading and linking them took a fifth of a second of every start, in each process.
      externalizeDeps: { exclude: ['zod', '@duckdb/node-api'] },
      rollupOptions: {
        external: ['@duckdb/node-bindings'],
        input: {
          index: resolve(root, 'src/main/index.ts'),
          engine: resolve(root, 'src/main/electron/engine-process.ts'),
          cli: resolve(root, 'src/main/cli/index.ts'),
          api: resolve(root, 'src/main/engine/api.ts'),
          'sqlite-reader': resolve(root, 'src/main/engine/repositories/sqlite/reader-worker.ts'),
          'search-worker': resolve(root, 'src/main/engine/snapshot/search/search-worker.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
    plugins: [licences(root, () => productionFolders(root))],
  },
  preload: {
    build: {
      outDir: 'dist/preload',
      externalizeDeps: false,
      rollupOptions: {
        input: { index: resolve(root, 'src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: resolve(root, 'src/renderer'),
    build: {
      outDir: resolve(root, 'dist/renderer'),
      minify: true,
      chunkSizeWarningLimit: 2_000,
      rollupOptions: { input: { index: resolve(root, 'src/renderer/index.html') } },
    },
    plugins: [react(), licences(root)],
  },
});
