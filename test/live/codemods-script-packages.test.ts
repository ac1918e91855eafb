/** What code-mods make of programs on Express, Fastify, Koa, Hono and Nest: real servers answer browsers before and after alike, or differ exactly as is said beforehand. */
import { answerAlike, type RewrittenPrograms } from './rewritten-programs.js';

const isExpress: RewrittenPrograms['serves'] = (_name, { 'package.json': manifest = '' }) => /"express":/.test(manifest);
const isOther: RewrittenPrograms['serves'] = (_name, { 'package.json': manifest = '' }) => /"(?:fastify|koa|hono|@nestjs\/core)":/.test(manifest);

answerAlike({ title: 'reflection-to-allowlist on Express', codemod: 'reflection-to-allowlist', folder: 'express-5', serves: isExpress });
answerAlike({ title: 'reflection-to-allowlist on Fastify, Koa, Hono and Nest', codemod: 'reflection-to-allowlist', folder: 'javascript', serves: isOther });

answerAlike({ title: 'koa-headers-to-cors', codemod: 'koa-headers-to-cors', folder: 'javascript', answer: { from: 'ctx.body = []', to: "if (ctx.path === '/fails') throw new Error('failed')\n  ctx.body = []" } });
for (const name of ['nest', 'hono']) answerAlike({ title: `${name}-headers-to-cors`, codemod: `${name}-headers-to-cors`, folder: 'javascript' });
for (const [folder, of] of [['javascript', 5], ['fastify-4', 4]] as const) answerAlike({ title: `fastify-headers-to-cors on Fastify ${of}`, codemod: 'fastify-headers-to-cors', folder, serves: (_name, { 'package.json': manifest = '' }) => /"fastify": ?"\^?4/.test(manifest) === (of === 4) });
