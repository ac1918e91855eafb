/** Loose on purpose: the types of ESLint 8, 9 and 10 differ, and one plugin fits all. */
declare const plugin: {
  readonly meta: { readonly name: string; readonly version: string; readonly namespace: string };
  readonly rules: Record<string, any>;
  /** For ESLint 9.7 and later. */
  readonly languages: Record<string, any>;
  readonly processors: Record<string, never>;
  /** For ESLint 8.57 and eslintrc; the package's entry `./parser`. */
  readonly parser: { readonly meta: { readonly name: string; readonly version: string }; parseForESLint(text: string, options?: any): any };
  readonly configs: {
    readonly recommended: any[];
    readonly strict: any[];
    readonly 'parser-recommended': any[];
    readonly 'parser-strict': any[];
    readonly 'legacy-recommended': any;
    readonly 'legacy-strict': any;
  };
};
export default plugin;
