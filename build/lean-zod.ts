/** zod brings its messages in fifty languages, and a bundler cannot tell that nobody asks for them; the window has one. */
import type { Plugin } from 'vite';

const LOCALES = /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/;

/** Leaves English. */
export function leanZod(): Plugin {
  return {
    name: 'lean-zod',
    load: { filter: { id: LOCALES }, handler: () => "export { default as en } from './en.js';" },
  };
}
