/**
 * A request header of those that make a browser ask first, where a plugin grants every header to a route whose author
 * picked the methods and left OPTIONS out: requests with a body carry JSON, others `other`. Nothing is known of the
 * handlers of a route that takes all methods, and the plugin answers there.
 */
export function whenEverythingIsGranted(methods: readonly string[] | null, other: string): readonly string[] {
  if (methods === null || methods.includes('OPTIONS')) return [];
  return methods.some((method) => /^(?:POST|PUT|PATCH)$/.test(method)) ? ['content-type'] : [other];
}
