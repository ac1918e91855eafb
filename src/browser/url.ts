const parsed = new Map<string, URL | undefined>();

/** Few requests ask for many different URLs; past so many the memory starts anew. */
const MAX_KEPT = 500;

/** The URL that a text is (URL standard), or undefined. Remembered; nobody changes the object. */
export function urlFrom(text: string): Readonly<URL> | undefined {
  if (!parsed.has(text)) {
    if (parsed.size >= MAX_KEPT) parsed.clear();
    parsed.set(text, URL.canParse(text) ? new URL(text) : undefined);
  }
  return parsed.get(text);
}
