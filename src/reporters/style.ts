import type { Look } from './report.js';

/** Paints a text for a terminal; the identity when colours are off. */
export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly underline: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly severity: (severity: string, text?: string) => string;
  /** A text that leads somewhere (OSC 8); terminals that do not know it show the text alone. */
  readonly link: (text: string, url: string | null) => string;
}

export type Paint = (text: string) => string;

const CODES = { bold: [1, 22], dim: [2, 22], underline: [4, 24], red: [31, 39], green: [32, 39], yellow: [33, 39], blue: [34, 39] } as const;

export function styleFor({ colors, hyperlinks }: Look): Style {
  const paint = (code: keyof typeof CODES): Paint => (text) => (colors && text !== '' ? `\u001b[${CODES[code][0]}m${text}\u001b[${CODES[code][1]}m` : text);
  const red = paint('red');
  const ofSeverity: Readonly<Record<string, Paint>> = { error: red, warn: paint('yellow') };
  return {
    bold: paint('bold'),
    dim: paint('dim'),
    underline: paint('underline'),
    red,
    green: paint('green'),
    severity: (severity, text = severity) => (ofSeverity[severity] ?? paint('blue'))(text),
    link: (text, url) => (hyperlinks && url !== null ? `\u001b]8;;${url}\u001b\\${text}\u001b]8;;\u001b\\` : text),
  };
}
