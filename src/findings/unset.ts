import type { Exchange } from './finding.js';

/** The setting whose absence an exchange assumes. */
function unsetSetting(exchange: Exchange): string | undefined {
  return exchange.assuming.map((words) => /^(.*) is not set$/.exec(words)?.[1]).find((name) => name !== undefined);
}

/** Of all that may happen to one request: is it allowed exactly where some setting is missing? That setting. */
export function opensWhenUnset(exchanges: readonly Exchange[]): string | undefined {
  const open = exchanges.filter((exchange) => exchange.verdict.allowed === true);
  if (open.length === exchanges.length) return undefined;
  const setting = open[0] === undefined ? undefined : unsetSetting(open[0]);
  const unset = (exchange: Exchange): boolean => exchange.assuming.includes(`${setting} is not set`);
  return setting !== undefined && exchanges.every((exchange) => !unset(exchange) || exchange.verdict.allowed === true) ? setting : undefined;
}
