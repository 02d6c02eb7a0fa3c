import '@mantine/core/styles.css';
import './app.css';

import { setNonce } from 'get-nonce';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './app.tsx';
import { styleNonce } from './style-nonce.ts';

// For the style sheet that keeps the page from being scrolled behind a dialog (react-remove-scroll, which Mantine uses).
setNonce(styleNonce());

const place = document.getElementById('page');
if (place === null) throw new Error('index.html has no place for the page');
createRoot(place).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
