/** What code-mods make of Express: real servers answer browsers before and after alike. */
import { answerAlike } from './rewritten-programs.js';

/** Express 5 refuses a star without a name. */
const isFor = (major: string) => (_name: string, texts: Readonly<Record<string, string>>): boolean => major === '4' || !Object.values(texts).some((text) => /\.\w+\(['"]\*/.test(text));

for (const major of ['4', '5']) answerAlike({ title: `express-headers-to-cors on Express ${major}`, codemod: 'express-headers-to-cors', folder: `express-${major}`, serves: isFor(major) });
