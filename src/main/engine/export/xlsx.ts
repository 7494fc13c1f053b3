import type { Exporter } from './exporter.ts';
export const xlsxExporter: Exporter = {
  format: 'xlsx',
  guards: false,
  write: () => Promise.reject(new Error('later')),
};
