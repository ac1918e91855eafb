/** `access-control-allow-origin` as people write it: `Access-Control-Allow-Origin`. */
export function headerName(name: string): string {
  return name.toLowerCase().replace(/(?:^|-)[a-z]/g, (first) => first.toUpperCase());
}
