/** The window alone: what `auditorium open` builds in a checkout when the sources are newer. */
import { defineConfig } from 'vite';
import { WINDOW } from './build/window.ts';

export default defineConfig(WINDOW);
