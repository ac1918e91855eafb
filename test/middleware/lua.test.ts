import { describe, expect, test } from 'vitest';
import { headersOf } from '../../src/middleware/nginx/lua.js';
import { holds } from '../../src/policy/holds.js';

const A = 'https://app.example.com';
const EVIL = 'https://attacker.example';

/** Is the one header of the code sent: to A, to a stranger, to who names no origin? Null: nobody knows. */
function sent(code: string, method = 'GET'): readonly (boolean | null)[] {
  const [header, ...others] = headersOf({ file: 'nginx.conf', start: 100, end: 100 + code.length, text: code, quote: undefined }).filter(({ name }) => name === 'access-control-allow-origin');
  expect(others).toEqual([]);
  return [A, EVIL, undefined].map((origin) => {
    const answer = header?.when === undefined ? undefined : holds(header.when, { method, path: '/', headers: origin === undefined ? [] : [['origin', origin]] }, () => undefined);
    return typeof answer === 'boolean' ? answer : null;
  });
}

const SEND = 'ngx.header["Access-Control-Allow-Origin"] = origin';
const LOCAL = 'local origin = ngx.var.http_origin\n';
const only = [true, false, false];
const nobodyKnows = [null, null, null];

describe('when a header of Lua is sent', () => {
  test.each([
    ['always', `${LOCAL}${SEND}`, [true, true, true]],
    ['an origin', `${LOCAL}if origin == "${A}" then ${SEND} end`, only],
    ['any but one', `${LOCAL}if origin ~= "${EVIL}" then ${SEND} end`, [true, false, true]],
    ['one that is there', `${LOCAL}if origin ~= nil then ${SEND} end`, [true, true, false]],
    ['a pattern', `${LOCAL}if origin and origin:match("^https://app%.example%.com$") then ${SEND} end`, only],
    ['a plain search', `${LOCAL}if origin and string.find(origin, "app.example", 1, true) then ${SEND} end`, only],
    ['a pattern of PCRE', `${LOCAL}if ngx.re.find(origin, "^https://APP\\\\.", "ijo") then ${SEND} end`, only],
    ['a table', `local t = { ["${A}"] = true }\n${LOCAL}if t[origin] then ${SEND} end`, only],
    ['the rest', `${LOCAL}if not origin then ngx.header.x = "1" elseif origin == "${EVIL}" then ngx.header.x = "2" else ${SEND} end`, only],
    ['what comes after a return', `${LOCAL}if origin ~= "${A}" then return end\n${SEND}`, only],
    ['a return in a function is of the function', `${LOCAL}local function f() return 1 end\n${SEND}`, [true, true, true]],
    ['both', `${LOCAL}if (origin == "${A}" or origin == "${EVIL}") and not (origin == "${EVIL}") then ${SEND} end`, only],
    ['words in strings and comments', `${LOCAL}-- if this then that\nngx.header.x = "if then else"\nif origin == "${A}" then ${SEND} end`, only],
    ['a loop', `${LOCAL}for _, one in ipairs(list) do if one == origin then ${SEND} end end`, nobodyKnows],
    ['a call', `${LOCAL}if allowed(origin) then ${SEND} end`, nobodyKnows],
    ['a name that is given another value', `${LOCAL}origin = "x"\nif origin == "${A}" then ${SEND} end`, nobodyKnows],
    ['a table that grows', `local t = { ["${A}"] = true }\nt["x"] = true\n${LOCAL}if t[origin] then ${SEND} end`, nobodyKnows],
    ['code that may end the request', `${LOCAL}if origin == "${A}" then ${SEND} ngx.exit(204) end`, nobodyKnows],
    ['a denial that belongs to one side of a comparison', `${LOCAL}if not origin == "${EVIL}" then ${SEND} end`, nobodyKnows],
    ['flags that mean something else', `${LOCAL}if ngx.re.match(origin, "x", "D") then ${SEND} end`, nobodyKnows],
  ])('%s', (_what, code, expected) => {
    expect(sent(code)).toEqual(expected);
  });

  test('a method', () => {
    const code = `${LOCAL}if ngx.req.get_method() == "OPTIONS" then ${SEND} end`;
    expect([sent(code, 'OPTIONS'), sent(code)]).toEqual([[true, true, true], [false, false, false]]);
  });

  test('stands where the assignment does, and its value', () => {
    const code = 'ngx.header.vary = "Origin"';
    const [header] = headersOf({ file: 'nginx.conf', start: 10, end: 10 + code.length, text: code, quote: undefined });
    expect(header).toMatchObject({ name: 'vary', text: 'Origin', at: { start: 10, end: 36 }, valueAt: { start: 28, end: 36 } });
  });
});
