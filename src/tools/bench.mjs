/**
 * Measures the built command line against bare Node, as ratios: they carry over from machine to machine, milliseconds
 * do not. Every figure is a median, limits are upper ones. Prints a table; fails when a limit is passed.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const RUNS = 9;
const work = mkdtempSync(join(tmpdir(), 'cors-lint-bench-'));

const SOURCES = {
  'one.conf': 'server {\n  location / {\n    add_header Access-Control-Allow-Origin "https://app.example.com";\n  }\n}\n',
  'one.yml': '_format_version: "3.0"\nservices:\n  - name: a\n    url: http://a\n    plugins:\n      - name: cors\n        config:\n          origins: ["https://app.example.com"]\n',
  'one.js': "const express = require('express');\nconst cors = require('cors');\nconst app = express();\napp.use(cors({ origin: 'https://app.example.com', credentials: true }));\napp.get('/a', (req, res) => res.json({}));\n",
  'one.py': 'from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\napp = FastAPI()\napp.add_middleware(CORSMiddleware, allow_origins=["https://app.example.com"])\n',
  'One.java': 'import org.springframework.web.bind.annotation.*;\n@RestController\n@CrossOrigin(origins = "https://app.example.com")\nclass One {\n  @GetMapping("/a")\n  String a() { return ""; }\n}\n',
};

function run(args, folder) {
  const started = process.hrtime.bigint();
  const done = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  if (done.status !== 0 && done.status !== 1) throw new Error(`${args.join(' ')}: ${done.stderr}`);
  return Number(process.hrtime.bigint() - started) / 1e6;
}

/** Runs a command so that it says its own peak of memory, in MB. */
function peak(args, folder) {
  const code = `process.on('exit', () => process.stderr.write('\\nRSS ' + process.resourceUsage().maxRSS)); process.argv = [process.argv[0], ...${JSON.stringify(args)}]; await import(${JSON.stringify(`file://${args[0]}`)});`;
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { cwd: folder, encoding: 'utf8' });
  return Number(/RSS (\d+)/.exec(stderr)?.[1] ?? NaN) / 1024;
}

/** Medians of a command and of what it is compared with, measured in turns: whatever else the machine does meets both. */
function pair(measured, base, runs = RUNS) {
  const times = Array.from({ length: runs }, () => [run(...measured), run(...base)]);
  const median = (of) => times.map((pair) => pair[of]).sort((a, b) => a - b)[Math.floor(runs / 2)];
  return { time: median(0), base: median(1) };
}

/** Many files that mention CORS configure nothing. */
const CLIENT = "import { base } from './base.js';\n\nexport async function load(id) {\n  const response = await fetch(`${base}/items/${id}`, { mode: 'cors', credentials: 'include' });\n  return response.json();\n}\n";

/** A tree in which 300 files mention CORS, every second one a server that configures it; `quiet` more say nothing of it. */
function tree(name, quiet) {
  const top = join(work, name);
  const mentioning = 300;
  for (let index = 0; index < mentioning + quiet; index++) {
    const folder = join(top, `package-${index % 50}`, `part-${index % 7}`);
    mkdirSync(folder, { recursive: true });
    const text = index < mentioning ? (index % 2 === 0 ? SOURCES['one.js'].replaceAll('app.example', `app${index}.example`) : CLIENT) : `export const value${index} = ${index};\nexport function add(a, b) {\n  return a + b + value${index};\n}\n`.repeat(20);
    writeFileSync(join(folder, `file-${index}.js`), text);
  }
  spawnSync('git', ['init', '-q'], { cwd: top });
  return top;
}

try {
  for (const [name, text] of Object.entries(SOURCES)) writeFileSync(join(work, name), text);
  const small = tree('small', 4700);
  const large = tree('large', 9400);
  const node = [['-e', '0'], work];
  const rows = [
    ['--version', pair([[cli, '--version'], work], node), 1.6],
    ['one nginx file', pair([[cli, 'one.conf'], work], node), 2.5],
    ['one YAML file', pair([[cli, 'one.yml'], work], node), 2.5],
    ['one JS file', pair([[cli, 'one.js'], work], node), 3],
    ['one Python file', pair([[cli, 'one.py'], work], node), 4],
    ['one Java file', pair([[cli, 'One.java'], work], node), 4],
    ['5,000 files, 300 mention CORS', pair([[cli, '.'], small], node, 5), 8],
    ['9,700 files, 300 mention CORS (to the above)', pair([[cli, '.'], large], [[cli, '.'], small], 5), 1.2],
  ].map(([what, { time, base }, limit]) => ({ what, milliseconds: Math.round(time), base: Math.round(base), ratio: Number((time / base).toFixed(2)), limit, ok: time / base <= limit }));
  const memory = Math.round(peak([cli, '.'], small));
  rows.push({ what: 'peak memory of 5,000 files (MB)', milliseconds: null, base: null, ratio: memory, limit: 200, ok: memory <= 200 });
  console.table(rows);
  if (rows.some(({ ok }) => !ok)) process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
