/** Starts the window. */
import { QueryClientProvider } from '@tanstack/react-query';
import { Tooltip } from 'radix-ui';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './ui/tokens.css';
import './ui/base.css';
import './ui/layout.css';
import './ui/parts.css';
import './ui/grid.css';
import './ui/list/list.css';
import './ui/cells.css';
import './ui/hex.css';
import './ui/pane.css';
import './casework/casework.css';
import './integrity/integrity.css';
import './compare/compare.css';
import './operating/operating.css';
import './sessions/sessions.css';
import './player/terminal.css';
import './replay/head.css';
import './replay/identity.css';
import './replay/controls.css';
import './replay/time-line.css';
import './replay/inspector.css';
import './replay/raw.css';
import './replay/transcript.css';
import './replay/panes.css';
import { queries } from './api.ts';
import { App } from './App.tsx';
import { startCommandKeys } from './commands.ts';
import { startTheme } from './theme.ts';

/** Long enough that moving across a toolbar shows nothing. */
const TOOLTIP_DELAY_MS = 500;

startTheme();
startCommandKeys();
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Tooltip.Provider delayDuration={TOOLTIP_DELAY_MS}>
        <App />
      </Tooltip.Provider>
    </QueryClientProvider>
  </StrictMode>,
);
