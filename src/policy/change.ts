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
  /** Replace the text at `at` (an exact entry or a literal header value); `text` is unescaped, unquoted. */
  | { readonly kind: 'replace-text'; readonly at: Span; readonly text: string }
  /** Compare the whole origin instead of the part that the text at `at` is compared with: `origin`, or any below `subdomains` (`.example.com`). */
  | { readonly kind: 'compare-whole'; readonly at: Span; readonly origin: string; readonly subdomains?: string }
  /** Write the list of `texts` where one text at `at` holds them all. */
  | { readonly kind: 'split-text'; readonly at: Span; readonly texts: readonly string[] }
  /** Take the entry at `at` out of the list that it stands in. */
  | { readonly kind: 'remove-entry'; readonly at: Span }
  /** Stop sending Access-Control-Allow-Credentials; `at` is the effect that sends it. */
  | { readonly kind: 'drop-credentials'; readonly at: Span }
  /** Answer OPTIONS at a path by the same policy; `at` is the place that serves the path. */
  | { readonly kind: 'answer-options'; readonly at: Span; readonly path: string }
  /** Repeat the CORS headers written at `from` in the block at `at`. */
  | { readonly kind: 'repeat-headers'; readonly at: Span; readonly from: readonly Span[] }
  /** Hide the header of the layer behind, where this layer writes its own at `at`. */
  | { readonly kind: 'hide-inner-header'; readonly at: Span; readonly header: string }
  /** Make the fallback at `at`, which opens the policy when a setting is missing, close it instead. */
  | { readonly kind: 'fail-closed'; readonly at: Span };
