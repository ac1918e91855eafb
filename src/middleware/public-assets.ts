/** What pages are made of, by the endings of files. */
const ENDINGS = ['avif', 'bmp', 'css', 'eot', 'gif', 'ico', 'jpeg', 'jpg', 'js', 'map', 'mjs', 'mp3', 'mp4', 'ogg', 'otf', 'png', 'svg', 'ttf', 'wasm', 'webm', 'webp', 'woff', 'woff2'];
const FILE = new RegExp(`\\.(?:${ENDINGS.join('|')})$`, 'i');
const FOLDER = /^\/(?:assets|css|fonts|images|img|js|static)\//i;

/** Is the path that of a script, a style, a font or a picture, or in a folder of such files? */
export function isAssetPath(path: string): boolean {
  return FILE.test(path) || FOLDER.test(path);
}

/** Does a pattern of paths end in a choice of such endings and nothing else: `\.(?:woff2?|ttf)$`? */
export function isAssetPattern(pattern: string): boolean {
  const choice = /\\\.(?:\((?:\?:)?([\w?|]+)\)|(\w+\??))\$$/.exec(pattern);
  const endings = (choice?.[1] ?? choice?.[2] ?? '').split('|').flatMap((ending) => (/^\w*\w\?$/.test(ending) ? [ending.slice(0, -1), ending.slice(0, -2)] : [ending]));
  return choice !== null && endings.every((ending) => ENDINGS.includes(ending.toLowerCase()));
}
