/** Starts dev servers by their configuration files: `node host.mjs <package> <file>…`. The folder of a file is its root. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

const [product, ...files] = process.argv.slice(2);
const require = createRequire(import.meta.url);

for (const file of files) await (product.startsWith('vite') ? startVite(file) : startWebpack(file));

async function startVite(file) {
  const { createServer } = await import(product);
  const server = await createServer({ configFile: file, root: dirname(file), logLevel: 'error', clearScreen: false });
  await server.listen();
}

async function startWebpack(file) {
  const webpack = require('webpack');
  const Server = require(product);
  const { devServer, ...options } = require(file);
  const compiler = webpack({ ...options, mode: 'development', context: dirname(file), entry: './main.js', output: { path: `${dirname(file)}/out` }, stats: 'none', infrastructureLogging: { level: 'none' } });
  await new Server({ ...devServer, hot: false, liveReload: false, webSocketServer: false, client: false, setupExitSignals: false }, compiler).start();
}
