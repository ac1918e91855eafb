/** Paints a text for a terminal; the identity when colours are off. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly underline: (text: string) => string;
  readonly severity: (severity: string, text?: string) => string;
}

const CODES = { bold: [1, 22], dim: [2, 22], underline: [4, 24], red: [31, 39], yellow: [33, 39], blue: [34, 39] } as const;

export function styleFor(colors: boolean): Style {
  const paint = (code: keyof typeof CODES) => (text: string) => (colors ? `\u001b[${CODES[code][0]}m${text}\u001b[${CODES[code][1]}m` : text);
  const ofSeverity = { error: paint('red'), warn: paint('yellow') };
  return {
    bold: paint('bold'),
    dim: paint('dim'),
    underline: paint('underline'),
    severity: (severity, text = severity) => (severity === 'error' ? ofSeverity.error : severity === 'warn' ? ofSeverity.warn : paint('blue'))(text),
  };
}
