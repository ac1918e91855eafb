// Generated from the file tree by `npm run generate`. Do not edit.

export interface Example {
  readonly file: string;
  readonly text: string;
}

/** A file that each rule finds fault with, and one that it does not. */
export const examples: Readonly<Record<string, { readonly bad?: Example; readonly ok?: Example }>> = {
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
  "duplicate-cors-layers": {},
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
  "no-null-origin": {
    "bad": {
      "file": "bad-express.js",
      "text": "const app = require('express')();\nconst cors = require('cors');\napp.use(cors({ origin: ['https://app.example.com', 'null'], credentials: true }));\napp.get('/account', (req, res) => res.json({}));"
    },
    "ok": {
      "file": "ok-elysia.ts",
      "text": "import { cors } from '@elysiajs/cors';\nimport { Elysia } from 'elysia';\n\nnew Elysia()\n  .use(cors({ origin: [/^https:\\/\\/app\\.example\\.com$/, 'admin.example.com'] }))\n  .get('/account', () => ({}))\n  .listen(3000);"
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
  "vary-origin-missing": {
    "bad": {
      "file": "bad-express.js",
      "text": "const app = require('express')();\nconst allowed = ['https://app.example.com', 'https://admin.example.com'];\napp.use((req, res, next) => {\n  if (allowed.includes(req.headers.origin)) {\n    res.setHeader('Access-Control-Allow-Origin', req.headers.origin);\n  }\n  next();\n});\napp.get('/prices', (req, res) => res.json([]));"
    },
    "ok": {
      "file": "ok-elysia-put.ts",
      "text": "import { Elysia } from 'elysia';\n\n// Hooks run for routes only, so that the GET of a path that is only PUT has no headers: no cache mixes the two.\nnew Elysia()\n  .onBeforeHandle(({ set }) => {\n    set.headers['access-control-allow-origin'] = '*';\n    set.headers['access-control-allow-methods'] = 'PUT';\n  })\n  .options('/*', () => new Response(null, { status: 204 }))\n  .put('/items/:id', () => ({}))\n  .listen(3000);"
    }
  }
};
