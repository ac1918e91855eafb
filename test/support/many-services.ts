/** A repository of many services: Compose starts them, nginx stands in front, each is an application of one of several frameworks. */
export function manyServices(count: number): Readonly<Record<string, string>> {
  const services = Array.from({ length: count }, (_, index) => serviceAt(index));
  return {
    'compose.yaml': composeText(services),
    'edge/nginx.conf': nginxText(services),
    ...Object.fromEntries(services.flatMap(({ name, kind, cors }) => Object.entries(kind.files(cors)).map(([file, text]) => [`services/${name}/${file}`, text]))),
  };
}

interface Service {
  readonly name: string;
  readonly kind: Kind;
  readonly cors: Cors;
}

/** What a service says of CORS, as each framework spells it. */
type Cors = 'everybody' | 'list' | 'pattern' | 'setting';

interface Kind {
  readonly port: number;
  files(cors: Cors): Readonly<Record<string, string>>;
}

const NAMES = ['orders', 'catalogue', 'search', 'basket', 'payments', 'invoices', 'stock', 'reviews', 'profiles', 'shipping', 'coupons', 'returns'];
const CORS: readonly Cors[] = ['list', 'everybody', 'list', 'pattern', 'list', 'setting', 'list'];

function serviceAt(index: number): Service {
  const name = `${NAMES[index % NAMES.length]!}-${String(Math.floor(index / NAMES.length) + 1).padStart(2, '0')}`;
  return { name, kind: KINDS[index % KINDS.length]!, cors: CORS[index % CORS.length]! };
}

const JS: Readonly<Record<Cors, string>> = {
  everybody: "{ origin: '*' }",
  list: "{ origin: ['https://shop.example.com', 'https://admin.example.com'], credentials: true }",
  pattern: '{ origin: /example\\.com$/, credentials: true }',
  setting: '{ origin: process.env.CORS_ORIGIN, credentials: true }',
};

const NODE_DOCKERFILE = 'FROM node:22-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci\nEXPOSE 3000\nCMD ["node", "server.js"]\n';

const EXPRESS: Kind = {
  port: 3000,
  files: (cors) => ({
    'package.json': '{ "type": "module", "dependencies": { "express": "5.1.0", "cors": "2.8.5" } }\n',
    Dockerfile: NODE_DOCKERFILE,
    'server.js': `import express from 'express';\nimport cors from 'cors';\n\nconst app = express();\napp.use(cors(${JS[cors]}));\napp.use(express.json());\napp.get('/items', (req, res) => res.json([]));\napp.post('/items', (req, res) => res.status(201).json(req.body));\napp.delete('/items/:id', (req, res) => res.sendStatus(204));\napp.listen(3000);\n`,
  }),
};

const FASTIFY: Kind = {
  port: 3000,
  files: (cors) => ({
    'package.json': '{ "type": "module", "dependencies": { "fastify": "5.2.0", "@fastify/cors": "10.0.1" } }\n',
    Dockerfile: NODE_DOCKERFILE,
    'server.js': `import Fastify from 'fastify';\nimport cors from '@fastify/cors';\n\nconst app = Fastify();\nawait app.register(cors, ${JS[cors]});\napp.get('/list', async () => []);\napp.put('/list', async (request) => request.body);\nawait app.listen({ port: 3000, host: '0.0.0.0' });\n`,
  }),
};

const PYTHON: Readonly<Record<Cors, string>> = {
  everybody: 'allow_origins=["*"]',
  list: 'allow_origins=["https://shop.example.com"], allow_credentials=True, allow_methods=["GET", "POST"], allow_headers=["content-type"]',
  pattern: 'allow_origin_regex=r"https://.*example\\.com", allow_credentials=True',
  setting: 'allow_origins=os.environ["CORS_ORIGINS"].split(","), allow_credentials=True',
};

const FASTAPI: Kind = {
  port: 8000,
  files: (cors) => ({
    'requirements.txt': 'fastapi==0.115.6\nuvicorn==0.34.0\n',
    Dockerfile: 'FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nEXPOSE 8000\nCMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8000"]\n',
    'main.py': `import os\n\nfrom fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\n\napp = FastAPI()\napp.add_middleware(CORSMiddleware, ${PYTHON[cors]})\n\n\n@app.get("/items")\ndef items():\n    return []\n\n\n@app.post("/items")\ndef add(item: dict):\n    return item\n`,
  }),
};

const FLASK_ORIGINS: Readonly<Record<Cors, string>> = {
  everybody: 'origins="*"',
  list: 'origins=["https://shop.example.com", "https://admin.example.com"], supports_credentials=True',
  pattern: 'origins=r"https://.*\\.example\\.com", supports_credentials=True',
  setting: 'origins=os.environ["CORS_ORIGINS"], supports_credentials=True',
};

const FLASK: Kind = {
  port: 5000,
  files: (cors) => ({
    'requirements.txt': 'flask==3.1.0\nflask-cors==5.0.0\n',
    Dockerfile: 'FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nEXPOSE 5000\nCMD ["python", "app.py"]\n',
    'app.py': `import os\n\nfrom flask import Flask, jsonify\nfrom flask_cors import CORS\n\napp = Flask(__name__)\nCORS(app, ${FLASK_ORIGINS[cors]})\n\n\n@app.route("/report")\ndef report():\n    return jsonify([])\n\n\nif __name__ == "__main__":\n    app.run(host="0.0.0.0", port=5000)\n`,
  }),
};

const KINDS: readonly Kind[] = [EXPRESS, FASTAPI, FASTIFY, FLASK, EXPRESS];

function composeText(services: readonly Service[]): string {
  const edge = ['  edge:', '    image: nginx:1.28', '    ports: ["443:443"]', '    volumes:', '      - ./edge/nginx.conf:/etc/nginx/nginx.conf:ro'];
  const others = services.flatMap(({ name, kind }) => [`  ${name}:`, `    build: ./services/${name}`, `    expose: ["${kind.port}"]`]);
  return `${['services:', ...edge, ...others].join('\n')}\n`;
}

function nginxText(services: readonly Service[]): string {
  const locations = services.map(({ name, kind }) => `        location /${name}/ {\n            proxy_pass http://${name}:${kind.port}/;\n        }`);
  return `events {}\n\nhttp {\n    server {\n        listen 443 ssl;\n        server_name api.example.com;\n\n${locations.join('\n')}\n    }\n}\n`;
}
