import { print } from './express-sources.js';

/** The configuration file behind a recorded row of Vite: `cors` of the dev server or of the preview server. */
export function viteSource(section: 'server' | 'preview', cors: unknown): string {
  return `import { defineConfig } from 'vite';\nexport default defineConfig({\n  ${section}: { cors: ${print(cors)} },\n});\n`;
}

/** The configuration file behind a recorded row of webpack-dev-server. */
export function webpackSource(options: unknown): string {
  return `module.exports = {\n  mode: 'development',\n  devServer: ${print(options)},\n};\n`;
}
