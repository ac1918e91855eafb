import { print } from './express-sources.js';
import type { ObservedRow } from './observed.js';

/** The program behind a recorded row of socket.io. */
export function socketIoSource({ version, options }: Pick<ObservedRow, 'version' | 'options'>): string {
  const server = `const { createServer } = require('node:http');\nconst http = createServer((req, res) => res.end('ok'));\n`;
  if (version === 'socket.io 2.5.1') return `${server}const io = require('socket.io')(http, ${print(options)});\nhttp.listen(3000);\n`;
  return `${server}const { Server } = require('socket.io');\nconst io = new Server(http, { cors: ${print(options)} });\nhttp.listen(3000);\n`;
}
