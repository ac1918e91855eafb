import { isSerializableOrigin } from '../origins/serialization.js';
import type { Span } from '../text/span.js';

/**
 * A change in the model's words. A rule asks for it; the reader that made the policy spells it in its own syntax,
 * or declines what this place cannot spell or does not own. Spans are those of the policy's effects and leaves.
 */
export type Change =
  /** Add `Vary: Origin` (appending, never overwriting) next to the effect at `at`, which writes Access-Control-Allow-Origin. */
  | { readonly kind: 'add-vary'; readonly at: Span }
  /** Replace the pattern at `at` (a regex leaf) by another pattern of the same dialect. */
  | { readonly kind: 'replace-pattern'; readonly at: Span; readonly source: string }
  /** Replace the text or number at `at` (an exact entry or a literal header value); `text` is unescaped, unquoted. */
  | { readonly kind: 'replace-text'; readonly at: Span; readonly text: string }
  /** Compare the whole origin instead of the part that the text at `at` is compared with: `origin`, or any below `subdomains` (`.example.com`). */
  | { readonly kind: 'compare-whole'; readonly at: Span; readonly origin: string; readonly subdomains?: string }
  /** Write the list of `texts` where one text at `at` holds them all. */
  | { readonly kind: 'split-text'; readonly at: Span; readonly texts: readonly string[] }
  /** Take the entry at `at` out of the list that it stands in. */
  | { readonly kind: 'remove-entry'; readonly at: Span }
  /** Say at `at` that an option is on, in the place of a text that the product does not take for that. */
  | { readonly kind: 'switch-on'; readonly at: Span }
  /** Stop sending the header that the effect at `at` sends. */
  | { readonly kind: 'remove-header'; readonly at: Span }
  /** Answer OPTIONS at a path by the same policy; `at` is the place that serves the path. */
  | { readonly kind: 'answer-options'; readonly at: Span; readonly path: string }
  /** Repeat the CORS headers written at `from` in the block at `at`. */
  | { readonly kind: 'repeat-headers'; readonly at: Span; readonly from: readonly Span[] }
  /** Hide the header of the layer behind, where this layer writes its own at `at`. */
  | { readonly kind: 'hide-inner-header'; readonly at: Span; readonly header: string }
  /** Make the fallback at `at`, which opens the policy when a setting is missing, close it instead. */
  | { readonly kind: 'fail-closed'; readonly at: Span }
  /** Send the header of the effect at `at` under its right name. */
  | { readonly kind: 'rename-header'; readonly at: Span; readonly header: string }
  /** Take names out of the comma list that the effect at `at` sends, and add others at its end; they are told as the list spells them. */
  | { readonly kind: 'edit-list'; readonly at: Span; readonly remove: readonly string[]; readonly add: readonly string[] }
  /** Add to the header that the effect at `at` sets, instead of replacing what was there. */
  | { readonly kind: 'append-header'; readonly at: Span }
  /** Send the header of the effect at `at` whatever the status of the response is (nginx `always`). */
  | { readonly kind: 'send-with-every-status'; readonly at: Span }
  /** Send the headers of the effects at `effects` with responses to actual requests too, which the place at `at` makes. */
  | { readonly kind: 'send-with-responses'; readonly at: Span; readonly effects: readonly Span[] }
  /** Take a flag from the regular expression at `at`. */
  | { readonly kind: 'remove-flag'; readonly at: Span; readonly flag: string }
  /** Move what registers the policy at `at` in front of what stands at `before`. */
  | { readonly kind: 'move-before'; readonly at: Span; readonly before: Span }
  /** Let OPTIONS pass what asks for credentials at `at`. */
  | { readonly kind: 'exempt-options'; readonly at: Span }
  /** Keep the entry at `at` for development alone. */
  | { readonly kind: 'only-in-development'; readonly at: Span }
  /**
   * Let in these origins and no others, in the product's own words: `at` is the effect that sends Access-Control-Allow-Origin,
   * or the entry that lets too many in. `*` alone is every site, without credentials.
   */
  | { readonly kind: 'allow-only'; readonly at: Span; readonly origins: readonly string[] };

/** Origins that are to be let in after the change. */
export function originsNamedBy(change: Change): readonly string[] {
  const named = change.kind === 'allow-only' ? change.origins : change.kind === 'split-text' ? change.texts : [];
  return named.filter(isSerializableOrigin);
}
