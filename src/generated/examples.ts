// Generated from the file tree by `npm run generate`. Do not edit.

export interface Example {
  readonly file: string;
  readonly text: string;
}

/** A file that each rule finds fault with, and one that it does not. */
export const examples: Readonly<Record<string, { readonly bad?: Example; readonly ok?: Example }>> = {
  "actual-response-missing-cors": {
    "bad": {
      "file": "bad-express.js",
      "text": "const express = require('express');\n\nconst app = express();\napp.use((req, res, next) => {\n  if (req.method === 'OPTIONS') {\n    res.set('Access-Control-Allow-Origin', 'https://app.example.com');\n    res.set('Access-Control-Allow-Methods', 'GET, PUT');\n    return res.sendStatus(204);\n  }\n  next();\n});\napp.put('/profile', (req, res) => {\n  res.json({ saved: true });\n});\napp.listen(3000);"
    },
    "ok": {
      "file": "ok-express.js",
      "text": "const express = require('express');\n\nconst app = express();\napp.use((req, res, next) => {\n  res.set('Access-Control-Allow-Origin', 'https://app.example.com');\n  if (req.method === 'OPTIONS') {\n    res.set('Access-Control-Allow-Methods', 'GET, PUT');\n    return res.sendStatus(204);\n  }\n  next();\n});\napp.put('/profile', (req, res) => {\n  res.json({ saved: true });\n});\napp.listen(3000);"
    }
  },
  "authorization-not-covered-by-wildcard": {
    "bad": {
      "file": "bad-express.js",
      "text": "const express = require('express');\nconst cors = require('cors');\n\nconst app = express();\napp.use(cors({ origin: 'https://app.example.com', allowedHeaders: '*' }));\napp.get('/account', (req, res) => {\n  const token = req.get('Authorization');\n  res.json({ signedIn: token !== undefined });\n});"
    },
    "ok": {
      "file": "ok-express.js",
      "text": "const express = require('express');\nconst cors = require('cors');\n\nconst app = express();\napp.use(cors({ origin: 'https://app.example.com', allowedHeaders: ['*', 'Authorization'] }));\napp.get('/account', (req, res) => {\n  const token = req.get('Authorization');\n  res.json({ signedIn: token !== undefined });\n});"
    }
  },
  "cors-registered-too-late": {
    "bad": {
      "file": "bad-express.js",
      "text": "import cors from 'cors';\nimport express from 'express';\n\nconst app = express();\n\napp.get('/orders', (req, res) => res.json([]));\napp.put('/orders/:id', (req, res) => res.json({ id: req.params.id }));\napp.use(cors({ origin: 'https://app.example.com' }));\napp.listen(3000);"
    },
    "ok": {
      "file": "ok-express.js",
      "text": "import cors from 'cors';\nimport express from 'express';\n\nconst app = express();\n\n// Not for browsers: it stands in front of CORS by intention.\napp.get('/healthz', (req, res) => res.sendStatus(200));\n\napp.use(cors({ origin: 'https://app.example.com' }));\napp.get('/orders', (req, res) => res.json([]));"
    }
  },
  "credentials-value-not-true": {
    "bad": {
      "file": "bad-express.js",
      "text": "const app = require('express')();\napp.use((req, res, next) => {\n  res.setHeader('Access-Control-Allow-Origin', 'https://app.example.com');\n  res.setHeader('Access-Control-Allow-Credentials', '1');\n  next();\n});\napp.get('/account', (req, res) => res.json({}));"
    },
    "ok": {
      "file": "ok-express.js",
      "text": "const app = require('express')();\napp.use((req, res, next) => {\n  res.setHeader('Access-Control-Allow-Origin', 'https://app.example.com');\n  res.setHeader('Access-Control-Allow-Credentials', true);\n  next();\n});\napp.get('/account', (req, res) => res.json({}));"
    }
  },
  "duplicate-cors-layers": {
    "bad": {
      "file": "bad-nginx-chain",
      "text": "# One server in front of the other.\nserver {\n    listen 443 ssl;\n    server_name example.com;\n    location / {\n        proxy_pass http://127.0.0.1:8080;\n        add_header Access-Control-Allow-Origin https://app.example.com always;\n    }\n}\n\nserver {\n    listen 127.0.0.1:8080;\n    server_name files.example.com;\n    root /srv/www;\n    add_header Access-Control-Allow-Origin https://app.example.com always;\n}"
    },
    "ok": {
      "file": "ok-apache",
      "text": "server.js:\n\nconst app = require('express')();\nconst cors = require('cors');\napp.use(cors({ origin: 'https://app.example.com' }));\napp.get('/prices', (req, res) => res.json([]));\napp.listen(3000);\n\nsites-available/api.conf:\n\n<VirtualHost *:80>\n    ServerName api.example.com\n    ProxyPass / http://127.0.0.1:3000/\n    # What the upstream sends is in the table that this one replaces in.\n    Header set Access-Control-Allow-Origin \"https://app.example.com\"\n</VirtualHost>"
    }
  },
  "error-response-missing-cors": {
    "bad": {
      "file": "bad-apache.conf",
      "text": "# Apache makes pages of its own out of the application's errors.\n<VirtualHost *:443>\n    ServerName api.example.com\n    ProxyPass \"/\" \"http://127.0.0.1:3000/\"\n    ProxyErrorOverride On\n    Header set Access-Control-Allow-Origin \"https://app.example.com\"\n    Header set Access-Control-Allow-Credentials \"true\"\n</VirtualHost>"
    },
    "ok": {
      "file": "ok-apache.conf",
      "text": "# What the application answers keeps headers without `always`, its errors too; only Apache's own errors lose them.\n<VirtualHost *:443>\n    ServerName api.example.com\n    ProxyPass \"/\" \"http://127.0.0.1:3000/\"\n    Header set Access-Control-Allow-Origin \"https://app.example.com\"\n    Header set Access-Control-Allow-Credentials \"true\"\n</VirtualHost>"
    }
  },
  "expose-headers-only-on-preflight": {
    "bad": {
      "file": "bad-express.js",
      "text": "const express = require('express');\n\nconst app = express();\napp.use((req, res, next) => {\n  res.set('Access-Control-Allow-Origin', 'https://app.example.com');\n  if (req.method === 'OPTIONS') {\n    res.set('Access-Control-Allow-Methods', 'GET, PUT');\n    res.set('Access-Control-Expose-Headers', 'X-Total');\n    return res.sendStatus(204);\n  }\n  next();\n});\napp.put('/orders', (req, res) => res.set('X-Total', '3').json([]));"
    },
    "ok": {
      "file": "ok-node-http.js",
      "text": "const http = require('node:http');\n\nhttp\n  .createServer((req, res) => {\n    res.setHeader('Access-Control-Allow-Origin', 'https://app.example.com');\n    res.setHeader('Access-Control-Expose-Headers', 'X-Total-Count');\n    if (req.method === 'OPTIONS') {\n      res.setHeader('Access-Control-Allow-Headers', 'Content-Type');\n      res.writeHead(204).end();\n      return;\n    }\n    res.setHeader('X-Total-Count', '0');\n    res.end('[]');\n  })\n  .listen(3000);"
    }
  },
  "forbidden-name-listed": {
    "bad": {
      "file": "bad-express.js",
      "text": "const express = require('express');\nconst cors = require('cors');\n\nconst app = express();\napp.use(\n  cors({\n    origin: 'https://app.example.com',\n    credentials: true,\n    allowedHeaders: ['Content-Type', 'Cookie'],\n    exposedHeaders: ['Set-Cookie', 'Link'],\n  }),\n);\napp.get('/account', (req, res) => res.json({}));"
    },
    "ok": {
      "file": "ok-express.js",
      "text": "const express = require('express');\nconst cors = require('cors');\n\nconst app = express();\n// Names that need no permission do no harm: `Accept` and GET are always allowed.\napp.use(\n  cors({\n    origin: 'https://app.example.com',\n    credentials: true,\n    methods: ['GET', 'PUT', 'OPTIONS'],\n    allowedHeaders: ['Accept', 'Content-Type', 'X-HTTP-Method-Override'],\n    exposedHeaders: ['Content-Type', 'Link'],\n  }),\n);\napp.get('/account', (req, res) => res.json({}));"
    }
  },
  "glob-read-as-regex": {
    "bad": {
      "file": "bad-express.js",
      "text": "const cors = require('cors');\nconst express = require('express');\n\nconst app = express();\napp.use(cors({ origin: new RegExp('^https://*.example.com$'), credentials: true }));\napp.get('/account', (req, res) => res.json({}));\napp.listen(3000);"
    },
    "ok": {
      "file": "ok-express.js",
      "text": "const cors = require('cors');\nconst express = require('express');\n\nconst app = express();\napp.use(cors({ origin: new RegExp('^https://[a-z0-9-]+\\\\.example\\\\.com$'), credentials: true }));\napp.get('/account', (req, res) => res.json({}));\napp.listen(3000);"
    }
  },
  "header-dropped-by-inheritance": {
    "bad": {
      "file": "bad-lighttpd-preflight.conf",
      "text": "server.modules = ( \"mod_setenv\" )\nserver.document-root = \"/srv/www\"\nserver.port = 8080\n\nsetenv.add-response-header = ( \"Vary\" => \"Origin\" )\n\n$REQUEST_HEADER[\"Origin\"] == \"https://app.example.com\" {\n    setenv.add-response-header += ( \"Access-Control-Allow-Origin\" => \"https://app.example.com\" )\n}\n$HTTP[\"request-method\"] == \"OPTIONS\" {\n    setenv.add-response-header = ( \"Access-Control-Allow-Methods\" => \"GET, PUT, DELETE\" )\n}"
    },
    "ok": {
      "file": "ok-lighttpd.conf",
      "text": "server.modules = ( \"mod_setenv\" )\nserver.document-root = \"/srv/www\"\nserver.port = 8080\n\nsetenv.add-response-header = ( \"Access-Control-Allow-Origin\" => \"*\" )\n\n$HTTP[\"url\"] =~ \"\\.(?:js|css)$\" {\n    setenv.add-response-header += ( \"Cache-Control\" => \"public, max-age=3600\" )\n}\n# The lists of the added and of the set do not disturb each other.\n$HTTP[\"url\"] =~ \"^/fonts/\" {\n    setenv.set-response-header = ( \"Cache-Control\" => \"public, max-age=86400\" )\n}"
    }
  },
  "layer-overrides-policy": {
    "bad": {
      "file": "bad-apache",
      "text": "httpd.conf:\n\n<VirtualHost *:80>\n    ProxyPass / http://127.0.0.1:3000/\n    Header set Access-Control-Allow-Origin \"*\"\n</VirtualHost>\n\nserver.js:\n\nimport cors from 'cors';\nimport express from 'express';\n\nconst app = express();\napp.use(cors({ origin: ['https://app.example.com', 'https://admin.example.com'] }));\napp.get('/orders', (req, res) => res.json([]));\napp.listen(3000);"
    },
    "ok": {
      "file": "ok-caddy",
      "text": "Caddyfile:\n\napi.example.com {\n\t# Pictures for everybody are served by Caddy; the application answers for itself.\n\thandle /pictures/* {\n\t\theader Access-Control-Allow-Origin *\n\t\tfile_server\n\t}\n\thandle {\n\t\treverse_proxy localhost:3000\n\t}\n}\n\nserver.js:\n\nimport cors from 'cors';\nimport express from 'express';\n\nconst app = express();\napp.use(cors({ origin: ['https://app.example.com', 'https://admin.example.com'] }));\napp.get('/orders', (req, res) => res.json([]));\napp.listen(3000);"
    }
  },
  "list-header-invalid-token": {
    "bad": {
      "file": "bad-express.js",
      "text": "const express = require('express');\nconst cors = require('cors');\n\nconst app = express();\napp.use(cors({ origin: 'https://app.example.com', allowedHeaders: 'Content-Type; Authorization' }));\napp.post('/orders', (req, res) => res.sendStatus(201));"
    },
    "ok": {
      "file": "ok-express.js",
      "text": "const express = require('express');\nconst cors = require('cors');\n\nconst app = express();\napp.use(cors({ origin: 'https://app.example.com', allowedHeaders: ['Content-Type', 'Authorization'] }));\napp.post('/orders', (req, res) => res.sendStatus(201));"
    }
  },
  "max-age-ineffective": {
    "bad": {
      "file": "bad-express.js",
      "text": "import cors from 'cors';\nimport express from 'express';\n\nconst app = express();\napp.use(cors({ origin: 'https://app.example.com', methods: ['GET', 'PUT'], maxAge: 604800 }));\napp.put('/orders/:id', (req, res) => res.json({ id: req.params.id }));"
    },
    "ok": {
      "file": "ok-express.js",
      "text": "import cors from 'cors';\nimport express from 'express';\n\nconst app = express();\n// Chromium keeps 7200 of them, Safari 600: that is what the limits are for.\napp.use(cors({ origin: 'https://app.example.com', methods: ['GET', 'PUT'], maxAge: 86400 }));\napp.put('/orders/:id', (req, res) => res.json({ id: req.params.id }));"
    }
  },
  "method-not-allowed": {
    "bad": {
      "file": "bad-express.js",
      "text": "const express = require('express');\nconst cors = require('cors');\n\nconst app = express();\napp.use(cors({\n  origin: 'https://app.example.com',\n  methods: ['GET', 'POST'],\n}));\napp.get('/orders', (req, res) => res.json([]));\napp.put('/orders/:id', (req, res) => res.sendStatus(204));\napp.delete('/orders/:id', (req, res) => res.sendStatus(204));\napp.listen(3000);"
    },
    "ok": {
      "file": "ok-express.js",
      "text": "const express = require('express');\nconst cors = require('cors');\n\nconst app = express();\n// Browsers send GET, HEAD and POST without asking.\napp.use(cors({ origin: 'https://app.example.com', methods: ['PUT', 'DELETE'] }));\napp.get('/orders', (req, res) => res.json([]));\napp.post('/orders', (req, res) => res.sendStatus(201));\napp.put('/orders/:id', (req, res) => res.sendStatus(204));\napp.delete('/orders/:id', (req, res) => res.sendStatus(204));\napp.listen(3000);"
    }
  },
  "no-broad-subdomain-trust": {
    "bad": {
      "file": "bad-express.js",
      "text": "const cors = require('cors');\nconst express = require('express');\n\nconst app = express();\napp.use(cors({ origin: /^https:\\/\\/([a-z0-9-]+\\.)*example\\.com$/, credentials: true }));\napp.get('/account', (req, res) => res.json({}));\napp.listen(3000);"
    },
    "ok": {
      "file": "ok-express.js",
      "text": "const cors = require('cors');\nconst express = require('express');\n\nconst app = express();\n// Below a host that is the application's own.\napp.use(cors({ origin: /^https:\\/\\/[a-z0-9-]+\\.app\\.example\\.com$/, credentials: true }));\napp.get('/account', (req, res) => res.json({}));\napp.listen(3000);"
    }
  },
  "no-dev-origin": {
    "bad": {
      "file": "bad-express.js",
      "text": "const express = require('express');\nconst cors = require('cors');\n\nconst app = express();\napp.use(cors({ origin: ['https://app.example.com', 'http://localhost:3000'], credentials: true }));\napp.get('/orders', (req, res) => res.json([]));"
    },
    "ok": {
      "file": "ok-express.js",
      "text": "const express = require('express');\nconst cors = require('cors');\n\nconst app = express();\napp.use(cors({ origin: ['https://app.example.com', ...(process.env.NODE_ENV !== 'production' ? ['http://localhost:3000'] : [])], credentials: true }));\napp.get('/orders', (req, res) => res.json([]));"
    }
  },
  "no-insecure-origin": {
    "bad": {
      "file": "bad-express.js",
      "text": "const cors = require('cors');\nconst express = require('express');\n\nconst app = express();\napp.use(cors({ origin: /^https?:\\/\\/app\\.example\\.com$/, credentials: true }));\napp.get('/account', (req, res) => res.json({}));\napp.listen(3000);"
    },
    "ok": {
      "file": "ok-express.js",
      "text": "const cors = require('cors');\nconst express = require('express');\n\nconst app = express();\n// The pages of an app are on the device; no network speaks for them.\napp.use(cors({ origin: [/^https:\\/\\/app\\.example\\.com$/, 'capacitor://localhost'], credentials: true }));\napp.get('/account', (req, res) => res.json({}));\napp.listen(3000);"
    }
  },
  "no-needless-credentials": {
    "bad": {
      "file": "bad-express.js",
      "text": "const express = require('express');\nconst cors = require('cors');\n\nconst app = express();\napp.use(cors({ origin: 'https://app.example.com', credentials: true }));\napp.get('/account', (req, res) => {\n  const token = req.get('Authorization');\n  res.json({ signedIn: token !== undefined });\n});"
    },
    "ok": {
      "file": "ok-express.js",
      "text": "const express = require('express');\nconst cors = require('cors');\nconst cookieParser = require('cookie-parser');\n\nconst app = express();\napp.use(cookieParser());\napp.use(cors({ origin: 'https://app.example.com', credentials: true }));\napp.get('/account', (req, res) => {\n  const token = req.get('Authorization') ?? req.cookies.token;\n  res.json({ signedIn: token !== undefined });\n});"
    }
  },
  "no-null-origin": {
    "bad": {
      "file": "bad-express.js",
      "text": "const app = require('express')();\nconst cors = require('cors');\napp.use(cors({ origin: ['https://app.example.com', 'null'], credentials: true }));\napp.get('/account', (req, res) => res.json({}));"
    },
    "ok": {
      "file": "ok-elysia.ts",
      "text": "import { cors } from '@elysiajs/cors';\nimport { Elysia } from 'elysia';\n\nnew Elysia()\n  .use(cors({ origin: [/^https:\\/\\/app\\.example\\.com$/, 'https://admin.example.com'] }))\n  .get('/account', () => ({}))\n  .listen(3000);"
    }
  },
  "no-obsolete-private-network-access": {
    "bad": {
      "file": "bad-fastapi.py",
      "text": "from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\n\napp = FastAPI()\napp.add_middleware(\n    CORSMiddleware,\n    allow_origins=[\"https://app.example.com\"],\n    allow_private_network=True,\n)\n\n\n@app.get(\"/printers\")\ndef printers():\n    return []"
    },
    "ok": {
      "file": "ok-fastapi.py",
      "text": "from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\n\napp = FastAPI()\napp.add_middleware(\n    CORSMiddleware,\n    allow_origins=[\"https://app.example.com\"],\n    allow_private_network=False,\n)\n\n\n@app.get(\"/printers\")\ndef printers():\n    return []"
    }
  },
  "no-origin-anyone-can-host": {
    "bad": {
      "file": "bad-express.js",
      "text": "const cors = require('cors');\nconst express = require('express');\n\nconst app = express();\napp.use(cors({ origin: /^https:\\/\\/my-app-[a-z0-9-]+\\.vercel\\.app$/, credentials: true }));\napp.get('/account', (req, res) => res.json({}));\napp.listen(3000);"
    },
    "ok": {
      "file": "ok-express.js",
      "text": "const cors = require('cors');\nconst express = require('express');\n\nconst app = express();\n// One deployment belongs to its owner.\napp.use(cors({ origin: ['https://my-app.vercel.app', /^https:\\/\\/[a-z0-9-]+\\.my-team\\.github\\.io$/], credentials: true }));\napp.get('/account', (req, res) => res.json({}));\napp.listen(3000);"
    }
  },
  "no-permissive-fallback": {
    "bad": {
      "file": "bad-express.js",
      "text": "const app = require('express')();\nconst cors = require('cors');\napp.use(cors({ origin: process.env.CORS_ORIGIN || '*' }));\napp.get('/prices', (req, res) => res.json([]));"
    },
    "ok": {
      "file": "ok-closed.js",
      "text": "const app = require('express')();\nconst cors = require('cors');\napp.use(cors({ origin: process.env.CORS_ORIGIN, credentials: true }));\napp.get('/prices', (req, res) => res.json([]));"
    }
  },
  "no-reflected-origin": {
    "bad": {
      "file": "bad-express.js",
      "text": "const express = require('express');\nconst cors = require('cors');\nconst app = express();\napp.use(cors({ origin: true, credentials: true }));\napp.get('/account', (req, res) => res.json({}));"
    },
    "ok": {
      "file": "ok-allowlist.js",
      "text": "const express = require('express');\nconst app = express();\nconst allowed = ['https://app.example.com', 'https://admin.example.com'];\napp.use((req, res, next) => {\n  res.vary('Origin');\n  if (allowed.includes(req.headers.origin)) {\n    res.header('Access-Control-Allow-Origin', req.headers.origin);\n    res.header('Access-Control-Allow-Credentials', 'true');\n  }\n  next();\n});\napp.get('/account', (req, res) => res.json({}));"
    }
  },
  "no-wildcard-list-with-credentials": {
    "bad": {
      "file": "bad-express.js",
      "text": "const express = require('express');\nconst cors = require('cors');\n\nconst app = express();\napp.use(\n  cors({\n    origin: 'https://app.example.com',\n    credentials: true,\n    methods: '*',\n  }),\n);\napp.get('/items/:id', (req, res) => res.json({ id: req.params.id }));\napp.put('/items/:id', (req, res) => res.sendStatus(204));"
    },
    "ok": {
      "file": "ok-express.js",
      "text": "const express = require('express');\nconst cors = require('cors');\n\nconst app = express();\n// Without credentials `*` stands for every method, and without `allowedHeaders` the package echoes what is asked for.\napp.use(cors({ origin: 'https://app.example.com', methods: '*' }));\napp.get('/items/:id', (req, res) => res.json({ id: req.params.id }));\napp.put('/items/:id', (req, res) => res.sendStatus(204));"
    }
  },
  "no-wildcard-on-authenticated": {
    "bad": {
      "file": "bad-express.js",
      "text": "const express = require('express');\nconst cors = require('cors');\n\nconst app = express();\napp.use(cors({ origin: '*' }));\napp.get('/account', (req, res) => {\n  const token = req.get('Authorization');\n  res.json({ signedIn: token !== undefined });\n});"
    },
    "ok": {
      "file": "ok-express.js",
      "text": "const express = require('express');\nconst cors = require('cors');\n\nconst app = express();\n// Nobody has to say who they are.\napp.use(cors({ origin: '*' }));\napp.get('/news', (req, res) => res.json([]));"
    }
  },
  "no-wildcard-on-network-protected": {
    "bad": {
      "file": "bad-express-echo.js",
      "text": "const express = require('express');\n\nconst app = express();\napp.use((req, res, next) => {\n  res.set('Access-Control-Allow-Origin', req.get('Origin') || '*');\n  res.vary('Origin');\n  next();\n});\napp.get('/reports', (req, res) => res.json([]));\napp.listen(3000, '10.0.0.5');"
    },
    "ok": {
      "file": "ok-express.js",
      "text": "const express = require('express');\n\nconst app = express();\napp.use((req, res, next) => {\n  res.set('Access-Control-Allow-Origin', '*');\n  next();\n});\napp.get('/news', (req, res) => res.json([]));\n// Whoever develops is alone with it.\napp.listen(3000, '127.0.0.1');"
    }
  },
  "no-wildcard-with-credentials": {
    "bad": {
      "file": "bad-express.js",
      "text": "const app = require('express')();\nconst cors = require('cors');\napp.use(cors({ origin: '*', credentials: true }));\napp.get('/account', (req, res) => res.json({}));"
    },
    "ok": {
      "file": "ok-apollo-server.js",
      "text": "const { ApolloServer } = require('apollo-server');\nconst { typeDefs, resolvers } = require('./schema');\n\nconst server = new ApolloServer({\n  typeDefs,\n  resolvers,\n  cors: true,\n});\nserver.listen();"
    }
  },
  "origin-match-too-broad": {
    "bad": {
      "file": "bad-express.js",
      "text": "const app = require('express')();\nconst cors = require('cors');\napp.use(cors({ origin: /^https:\\/\\/.*example\\.com$/, credentials: true }));\napp.get('/account', (req, res) => res.json({}));"
    },
    "ok": {
      "file": "ok-elysia.ts",
      "text": "import { cors } from '@elysiajs/cors';\nimport { Elysia } from 'elysia';\n\nnew Elysia()\n  .use(cors({ origin: /^https:\\/\\/([a-z0-9-]+\\.)*example\\.com$/ }))\n  .get('/account', () => ({}))\n  .listen(3000);"
    }
  },
  "origin-match-unanchored": {
    "bad": {
      "file": "bad-express.js",
      "text": "const app = require('express')();\nconst cors = require('cors');\napp.use(cors({ origin: /^https:\\/\\/app\\.example\\.com/, credentials: true }));\napp.get('/account', (req, res) => res.json({}));"
    },
    "ok": {
      "file": "ok-express.js",
      "text": "const app = require('express')();\nconst cors = require('cors');\napp.use(cors({ origin: /^https:\\/\\/([a-z0-9-]+\\.)*example\\.com(:\\d+)?$/, credentials: true }));\napp.get('/account', (req, res) => res.json({}));"
    }
  },
  "origin-multiple-values": {
    "bad": {
      "file": "bad-express.js",
      "text": "const app = require('express')();\nconst cors = require('cors');\napp.use(cors({ origin: 'https://app.example.com,https://admin.example.com' }));\napp.get('/prices', (req, res) => res.json([]));"
    },
    "ok": {
      "file": "ok-elysia.ts",
      "text": "import { cors } from '@elysiajs/cors';\nimport { Elysia } from 'elysia';\n\nnew Elysia()\n  .use(cors({ origin: 'https://app.example.com', credentials: false }))\n  .get('/prices', ({ set }) => {\n    set.headers['access-control-allow-origin'] = 'https://app.example.com';\n    return [];\n  })\n  .get('/news', () => new Response('[]', { headers: { 'Access-Control-Allow-Origin': '*' } }))\n  .listen(3000);"
    }
  },
  "origin-never-matches": {
    "bad": {
      "file": "bad-express.js",
      "text": "const app = require('express')();\nconst cors = require('cors');\napp.use(cors({ origin: ['https://app.example.com/'] }));\napp.get('/prices', (req, res) => res.json([]));"
    },
    "ok": {
      "file": "ok-elysia.ts",
      "text": "import { cors } from '@elysiajs/cors';\nimport { Elysia } from 'elysia';\n\n// Text without a scheme is compared with what stands behind the scheme.\nnew Elysia()\n  .use(cors({ origin: 'app.example.com' }))\n  .get('/account', () => ({}))\n  .listen(3000);"
    }
  },
  "preflight-behind-auth": {
    "bad": {
      "file": "bad-express.js",
      "text": "const express = require('express');\nconst cors = require('cors');\n\nconst app = express();\napp.use((req, res, next) => {\n  if (!req.headers.authorization) return res.sendStatus(401);\n  next();\n});\napp.use(cors({ origin: 'https://app.example.com' }));\napp.put('/orders', (req, res) => res.json({}));"
    },
    "ok": {
      "file": "ok-express-jwt.js",
      "text": "const express = require('express');\nconst { expressjwt } = require('express-jwt');\nconst cors = require('cors');\n\nconst app = express();\n// It lets preflights pass that ask for Authorization, and no other request succeeds.\napp.use(expressjwt({ secret: process.env.SECRET, algorithms: ['HS256'] }));\napp.use(cors({ origin: 'https://app.example.com' }));\napp.put('/orders', (req, res) => res.json({}));"
    }
  },
  "preflight-status-not-ok": {
    "bad": {
      "file": "bad-express.js",
      "text": "const express = require('express');\nconst cors = require('cors');\n\nconst app = express();\napp.use(cors({\n  origin: 'https://app.example.com',\n  methods: ['GET', 'PUT'],\n  optionsSuccessStatus: 302,\n}));\napp.put('/profile', (req, res) => res.sendStatus(204));\napp.listen(3000);"
    },
    "ok": {
      "file": "ok-express.js",
      "text": "const express = require('express');\nconst cors = require('cors');\n\nconst app = express();\n// Old browsers choke on 204; others take 200 as well.\napp.use(cors({ origin: 'https://app.example.com', methods: ['GET', 'PUT'], optionsSuccessStatus: 200 }));\napp.put('/profile', (req, res) => res.sendStatus(204));\napp.listen(3000);"
    }
  },
  "preflight-unanswered": {
    "bad": {
      "file": "bad-express.js",
      "text": "const app = require('express')();\nconst cors = require('cors');\napp.put('/items/:id', cors({ origin: 'https://app.example.com' }), (req, res) => res.sendStatus(204));"
    },
    "ok": {
      "file": "ok-express.js",
      "text": "const app = require('express')();\nconst cors = require('cors');\napp.use(cors({ origin: 'https://app.example.com' }));\napp.put('/items/:id', (req, res) => res.sendStatus(204));"
    }
  },
  "regex-stateful": {
    "bad": {
      "file": "bad-express.js",
      "text": "const express = require('express');\nconst cors = require('cors');\n\nconst app = express();\napp.use(cors({ origin: /^https:\\/\\/(?:app|admin)\\.example\\.com$/g }));\napp.get('/orders', (req, res) => res.json([]));"
    },
    "ok": {
      "file": "ok-express.js",
      "text": "const express = require('express');\nconst cors = require('cors');\n\nconst app = express();\napp.use(cors({ origin: /^https:\\/\\/(?:app|admin)\\.example\\.com$/i }));\napp.get('/orders', (req, res) => res.json([]));"
    }
  },
  "regex-unescaped-dot": {
    "bad": {
      "file": "bad-express.js",
      "text": "const app = require('express')();\nconst cors = require('cors');\napp.use(cors({ origin: /^https:\\/\\/app.example\\.com$/, credentials: true }));\napp.get('/account', (req, res) => res.json({}));"
    },
    "ok": {
      "file": "ok-express.js",
      "text": "const app = require('express')();\nconst cors = require('cors');\napp.use(cors({ origin: /^https:\\/\\/(.+\\.)?example\\.com$/, credentials: true }));\napp.get('/account', (req, res) => res.json({}));"
    }
  },
  "request-header-not-allowed": {
    "bad": {
      "file": "bad-express.js",
      "text": "const express = require('express');\nconst cors = require('cors');\n\nconst app = express();\napp.use(cors({\n  origin: 'https://app.example.com',\n  allowedHeaders: ['X-Requested-With'],\n}));\napp.use(express.json());\napp.post('/orders', (req, res) => {\n  res.status(201).json({ item: req.body.item });\n});\napp.listen(3000);"
    },
    "ok": {
      "file": "ok-express.js",
      "text": "const express = require('express');\nconst cors = require('cors');\n\nconst app = express();\n// Without a list, whatever is asked for is allowed.\napp.use(cors({ origin: 'https://app.example.com' }));\napp.use(express.json());\napp.post('/orders', (req, res) => {\n  if (req.get('x-forwarded-proto') === 'http') return res.sendStatus(400);\n  res.status(201).json({ item: req.body.item });\n});\napp.listen(3000);"
    }
  },
  "unknown-cors-header": {
    "bad": {
      "file": "bad-express.js",
      "text": "const express = require('express');\n\nconst app = express();\napp.use((req, res, next) => {\n  res.setHeader('Access-Control-Allow-Origin', 'https://app.example.com');\n  res.setHeader('Access-Control-Allow-Header', 'Content-Type');\n  next();\n});\napp.post('/orders', (req, res) => res.sendStatus(201));"
    },
    "ok": {
      "file": "ok-express.js",
      "text": "const express = require('express');\n\nconst app = express();\napp.use((req, res, next) => {\n  // Upper and lower case are the same, and a request may be asked for any name.\n  res.setHeader('access-control-allow-ORIGIN', 'https://app.example.com');\n  res.setHeader('Access-Control-Allow-Headers', 'Content-Type, X-Access-Control-Token');\n  res.setHeader('Access-Control-Max-Age', '600');\n  if (req.headers['access-control-request-method'] === 'PATCH') res.setHeader('Access-Control-Allow-Methods', 'PATCH');\n  next();\n});\napp.post('/orders', (req, res) => res.sendStatus(201));"
    }
  },
  "vary-origin-missing": {
    "bad": {
      "file": "bad-express.js",
      "text": "const app = require('express')();\nconst allowed = ['https://app.example.com', 'https://admin.example.com'];\napp.use((req, res, next) => {\n  if (allowed.includes(req.headers.origin)) {\n    res.setHeader('Access-Control-Allow-Origin', req.headers.origin);\n  }\n  next();\n});\napp.get('/prices', (req, res) => res.json([]));"
    },
    "ok": {
      "file": "ok-elysia-put.ts",
      "text": "import { Elysia } from 'elysia';\n\n// Hooks run for routes only, so that the GET of a path that is only PUT has no headers: no cache mixes the two.\nnew Elysia()\n  .onBeforeHandle(({ set }) => {\n    set.headers['access-control-allow-origin'] = '*';\n    set.headers['access-control-allow-methods'] = 'PUT';\n  })\n  .options('/*', () => new Response(null, { status: 204 }))\n  .put('/items/:id', () => ({}))\n  .listen(3000);"
    }
  },
  "vary-overwritten": {
    "bad": {
      "file": "bad-express.js",
      "text": "import cors from 'cors';\nimport express from 'express';\n\nconst app = express();\napp.use(cors({ origin: ['https://app.example.com', 'https://admin.example.com'] }));\napp.get('/texts', (req, res) => {\n  res.setHeader('Vary', 'Accept-Language');\n  res.json({ greeting: 'Guten Tag' });\n});"
    },
    "ok": {
      "file": "ok-express.js",
      "text": "import cors from 'cors';\nimport express from 'express';\n\nconst app = express();\n// The first writer may set it: cors() adds to what is there.\napp.use((req, res, next) => {\n  res.setHeader('Vary', 'Accept-Language');\n  next();\n});\napp.use(cors({ origin: ['https://app.example.com', 'https://admin.example.com'] }));\napp.get('/texts', (req, res) => res.json({ greeting: 'Guten Tag' }));"
    }
  }
};
