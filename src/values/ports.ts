import { entry, type Value } from './value.js';

/** Ports that a value can be: a number, its digits, or what options call `port`. One from the environment counts by its default. */
export function portsIn(value: Value | undefined): readonly number[] {
  if (value?.kind === 'either') return [...new Set(value.options.flatMap((option) => portsIn(option.value)))];
  if (value?.kind === 'record') return portsIn(entry(value, 'port')?.value);
  const port = value?.kind === 'number' ? value.value : value?.kind === 'string' && /^\s*\d+\s*$/.test(value.value) ? Number(value.value) : NaN;
  return Number.isInteger(port) && port > 0 && port < 65_536 ? [port] : [];
}

/** The ports of a setting, and the one that a product takes where nothing sets it. */
export function portsOr(usual: number, value: Value | undefined): readonly number[] {
  return value === undefined || value.kind === 'nothing' ? [usual] : portsIn(value);
}
