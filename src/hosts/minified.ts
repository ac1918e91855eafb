const SCRIPT = /\.[cm]?jsx?$/;
/** Characters. What people write has shorter lines on average, and shorter texts say little about it. */
const LONG_LINES = 1000;
const LONG_TEXT = 5000;

/** Is a script plainly what a bundler made, whatever it is called? Told from its lines: thousands of characters on average. */
export function isMinified(file: string, text: string): boolean {
  if (!SCRIPT.test(file) || text.length < LONG_TEXT) return false;
  let lines = 1;
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) {
    lines += 1;
    if (text.length / lines < LONG_LINES) return false;
  }
  return true;
}
